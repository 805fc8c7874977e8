"""What does a visitor read when a page cannot be shown? Absent and forbidden are the same bytes."""

import logging
import secrets
import sys
from typing import Any

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _

RETRY_AFTER = 10  # seconds
LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # people read these aloud

log = logging.getLogger("cairn.web")


def page_not_found(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """404, for what is not there and for what this viewer may not see. Nothing in it depends on the request."""
    response = HttpResponse(render_to_string("parts/404.html"), status=404)
    patch_cache_control(response, private=True, no_store=True)  # the same on every way here
    return response


def permission_denied(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """Forbidden looks like absent."""
    return page_not_found(request)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form whose token is too old or not ours: nothing was saved."""
    return HttpResponse(render_to_string("parts/400.html"), status=403)


def bad_request(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """A request that no page of ours makes."""
    return HttpResponse(render_to_string("parts/400.html"), status=400)


def is_busy(error: BaseException | None) -> bool:
    """Did SQLite refuse because another one is writing, for longer than we wait?"""
    return isinstance(error, OperationalError) and "locked" in str(error)


def busy(request: HttpRequest) -> HttpResponse:
    """503: somebody else is writing. A sentence alone for a script, which asks again by itself; else a page."""
    if hasattr(request, "session"):
        request.session.modified = False  # saving it would wait for the same lock
    words = _("Cairn is taking in a large file. Try again in a moment. Nothing is lost.")
    headers = {"Retry-After": str(RETRY_AFTER)}
    if request.headers.get("HX-Request") or request.content_type == "application/json":
        response = HttpResponse(words, status=503, headers=headers, content_type="text/plain; charset=utf-8")
    else:
        page = render_to_string("parts/503.html", {"words": words, "again": request.method == "GET"})
        response = HttpResponse(page, status=503, headers=headers)
    patch_cache_control(response, private=True, no_store=True)
    return response


def server_error(request: HttpRequest) -> HttpResponse:
    """500, with four letters that the log knows too; 503 where only the end of the answer met a busy database."""
    if is_busy(sys.exc_info()[1]):
        with translation.override(getattr(request, "LANGUAGE_CODE", None)):
            return busy(request)
    reference = "".join(secrets.choice(LETTERS) for _ in range(4))
    log.error("Reference %s: %s %s", reference, request.method, request.path)
    return HttpResponse(render_to_string("parts/500.html", {"reference": reference}), status=500)
