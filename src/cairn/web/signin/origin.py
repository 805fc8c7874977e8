"""From where does a request come: which address, is it this very machine, which browser?"""

from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest
from django.http.request import split_domain_port

FORWARDED = ("X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP", "Forwarded", "Via")
BROWSERS = (
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
SYSTEMS = (
    ("CrOS", "ChromeOS"),
    ("iPad", "iPad"),
    ("iPhone", "iPhone"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("Linux", "Linux"),
)


def address_of(request: HttpRequest) -> str:
    """The network address. Behind the proxy of a served installation (`CAIRN_HTTPS`), what that proxy saw."""
    if settings.HTTPS and (forwarded := request.headers.get("X-Forwarded-For")):
        return forwarded.rpartition(",")[2].strip()  # the last one is the nearest proxy's own word
    return str(request.META.get("REMOTE_ADDR", ""))


def _loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def is_this_machine(request: HttpRequest) -> bool:
    """Does the request come straight from this machine, asking for it by a loopback name, through no proxy?"""
    if settings.HTTPS or any(header in request.headers for header in FORWARDED):
        return False
    host, _port = split_domain_port(request.get_host())
    return _loopback(host) and _loopback(str(request.META.get("REMOTE_ADDR", "")))


def device_of(request: HttpRequest) -> str:
    """Browser and system in two words, as far as the browser says; it goes with the session and nowhere else."""
    agent = request.headers.get("User-Agent", "")
    browser = next((name for sign, name in BROWSERS if sign in agent), "")
    system = next((name for sign, name in SYSTEMS if sign in agent), "")
    return ", ".join(filter(None, (browser, system)))
