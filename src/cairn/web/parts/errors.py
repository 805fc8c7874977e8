"""What does a visitor read when a page cannot be shown? Absent and forbidden are the same bytes."""

import logging
import secrets
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.cache import patch_cache_control

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


def server_error(request: HttpRequest) -> HttpResponse:
    """500, with four letters that the log knows too."""
    reference = "".join(secrets.choice(LETTERS) for _ in range(4))
    log.error("Reference %s: %s %s", reference, request.method, request.path)
    return HttpResponse(render_to_string("parts/500.html", {"reference": reference}), status=500)
