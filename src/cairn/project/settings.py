"""Which settings does this installation run with, and where does each come from?

Everything a district sets comes from the environment (docs/settings.md lists it all); everything else is fixed here.
"""

import os
from pathlib import Path

import dj_database_url
from csp.constants import NONE, SELF

from cairn.project.home import cairn_home, make_private, secret_key

WEB = Path(__file__).resolve().parent.parent / "web"
HOME = cairn_home()

SECRET_KEY = secret_key(HOME)
DEBUG = False
TESTING = False
ALLOWED_HOSTS = [
    h.strip() for h in os.environ.get("CAIRN_HOSTS", "127.0.0.1,localhost,[::1]").split(",") if h.strip()
]
HTTPS = os.environ.get("CAIRN_HTTPS", "") == "1"  # served behind TLS: secure cookies, HSTS
if HTTPS:
    CSRF_TRUSTED_ORIGINS = [f"https://{'*' if host.startswith('.') else ''}{host}" for host in ALLOWED_HOSTS]
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = True
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True

DATABASES = {
    "default": dj_database_url.parse(os.environ.get("DATABASE_URL") or f"sqlite:///{HOME / 'cairn.sqlite3'}")
}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    if "memory" not in str(DATABASES["default"]["NAME"]):
        make_private(Path(DATABASES["default"]["NAME"]))  # also where others may look into the folder
    # An acknowledged score must survive a power cut: WAL with FULL, and writers queue instead of failing.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": (
            "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;PRAGMA cache_size=-65536;"
            "PRAGMA temp_store=MEMORY;PRAGMA mmap_size=268435456;"
        ),
    }
else:
    # Statements asked through people.prepared are planned once per connection, from the second time on. What the address
    # itself asks for (?sslmode=require) stays.
    DATABASES["default"].setdefault("OPTIONS", {})["prepare_threshold"] = 1
# A connection serves many requests: opening one costs a page's time, and on SQLite its warm cache.
DATABASES["default"]["CONN_MAX_AGE"] = 600
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "csp",
    "django_htmx",
    "cairn.trail",
    "cairn.people",
    "cairn.access",
    "cairn.learning",
    "cairn.exchange.intake",
]

MIDDLEWARE = [
    "cairn.web.parts.middleware.PolicyMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.middleware.http.ConditionalGetMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "cairn.web.parts.middleware.AccountMiddleware",
    "cairn.web.parts.middleware.LanguageMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "cairn.web.parts.middleware.UnreadableMiddleware",
    "cairn.web.parts.middleware.BusyMiddleware",
]

ROOT_URLCONF = "cairn.project.urls"
WSGI_APPLICATION = "cairn.project.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [WEB],
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "cairn.web.parts.context.page",
            ],
            "libraries": {"cairn": "cairn.web.parts.tags"},
            "builtins": ["django.templatetags.i18n", "django.templatetags.static"],
        },
    }
]

# Where `cairn recompute --engine spark` decides; without a word, on all cores of this machine.
SPARK_MASTER = os.environ.get("CAIRN_SPARK_MASTER", "local[*]")

AUTH_USER_MODEL = "people.Account"
AUTHENTICATION_BACKENDS = ["cairn.people.accounts.signin.AccountBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "/signin"
LOGIN_REDIRECT_URL = "/"

SESSION_ENGINE = "cairn.people.accounts.sessions"
SESSION_COOKIE_NAME = "cairn_session"
SESSION_COOKIE_AGE = int(os.environ.get("CAIRN_SESSION_HOURS", "10")) * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = HTTPS
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SECURE = HTTPS
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "cairn.web.parts.errors.csrf_failure"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "manifest-src": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("es", "Español")]
LOCALE_PATHS = [WEB.parent / "locale"]
USE_TZ = True
FORMAT_MODULE_PATH = ["cairn.project.formats"]
TIME_ZONE = os.environ.get("CAIRN_TIME_ZONE", "America/Denver")

STATIC_URL = "/static/"
STATICFILES_DIRS = [WEB / "static"]
STATIC_ROOT = HOME / "static"
WHITENOISE_USE_FINDERS = True  # no collecting step at installation
WHITENOISE_AUTOREFRESH = False

DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
}
