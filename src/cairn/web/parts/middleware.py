"""Who is asking, and in which language is the answer written?

The account comes with its session in one query. The language is found in this order: `?lang=` in the address (and
the choice is remembered in a cookie), that cookie, the language in the account's settings, what the browser asks for.
"""

from collections.abc import Callable
from typing import Any
from urllib.parse import unquote_to_bytes

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.functional import SimpleLazyObject

from cairn.people.accounts.signin import account_of
from cairn.web.parts.errors import bad_request, busy, is_busy, page_not_found

COOKIE = "cairn_language"
UNUSED = ", ".join(
    f"{feature}=()"
    for feature in (
        "camera",
        "microphone",
        "geolocation",
        "payment",
        "usb",
        "serial",
        "browsing-topics",
    )
)


def _chosen(request: HttpRequest) -> str:
    known = dict(settings.LANGUAGES)
    for code in (request.GET.get("lang"), request.COOKIES.get(COOKIE), _of_account(request)):
        if code and code in known:
            return code
    return translation.get_language_from_request(request)


def _of_account(request: HttpRequest) -> str:
    user = getattr(request, "user", None)
    return user.language if user is not None and user.is_authenticated else ""


class PolicyMiddleware:
    """Switches off what no page of ours uses: camera, microphone, place and the like."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", UNUSED)
        return response


class AccountMiddleware:
    """Puts the signed-in account on the request; nothing is read until somebody asks."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        session = request.session
        request.user = SimpleLazyObject(lambda: account_of(session) or AnonymousUser())  # type: ignore[assignment]
        return self.get_response(request)


class LanguageMiddleware:
    """Switches the language for the length of one request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        code = _chosen(request)
        with translation.override(code):
            request.LANGUAGE_CODE = code
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", code)
        patch_vary_headers(response, ("Accept-Language", "Cookie", "HX-Request"))
        if request.GET.get("lang") == code and request.COOKIES.get(COOKIE) != code:
            response.set_cookie(
                COOKIE,
                code,
                max_age=365 * 24 * 3600,
                httponly=True,
                samesite="Lax",
                secure=request.is_secure(),
            )
        return response


class UnreadableMiddleware:
    """Answers what no page of ours sends and no database takes: NUL, or bytes that are no text, in an address or a form."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "\0" in request.path_info or not _is_text(request.META.get("QUERY_STRING", "")):
            return page_not_found(request)
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_: Any) -> HttpResponse | None:
        sent = request.POST.lists() if request.method == "POST" else ()
        broken = any("\0" in name or any("\0" in value for value in values) for name, values in sent)
        return bad_request(request) if broken else None


def _is_text(query: str) -> bool:
    raw = unquote_to_bytes(query)
    try:
        raw.decode()
    except UnicodeDecodeError:
        return False
    return b"\0" not in raw


class BusyMiddleware:
    """Turns a locked database into a page that says so."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        return busy(request) if is_busy(error) else None
