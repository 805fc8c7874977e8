"""How is a page opened? Signed in or sent to the door; not allowed and not there look alike; each opening is one look."""

from collections.abc import Callable, Sequence
from datetime import date
from functools import wraps
from typing import Any
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.cache import patch_cache_control
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from cairn.access.decide import Decision, NotHere
from cairn.trail.actions import record_look
from cairn.trail.queries import looked_lately
from cairn.web.parts.dating import asked, refuse_past
from cairn.web.parts.errors import page_not_found

View = Callable[..., HttpResponse]


def viewer_of(request: HttpRequest) -> Any:
    """The account that is signed in. Only inside a view that `signed_in` guards."""
    return request.user


def signed_in(view: View) -> View:
    """Guards a page: nobody gets in without signing in, and `NotHere` becomes the one 404. Nothing of it is cached."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            if request.headers.get("HX-Request"):
                # A fragment cannot show the sign-in page; the whole page goes there.
                return HttpResponse(status=401, headers={"HX-Redirect": "/signin"})
            return HttpResponseRedirect(f"/signin?next={quote(request.get_full_path())}")
        try:
            response = refuse_past(request) or view(request, *args, **kwargs)
        except NotHere:
            response = page_not_found(request)
        if response.status_code == 304 or "ETag" in response.headers:
            patch_cache_control(response, private=True, no_cache=True)  # a poll compares versions
        else:
            patch_cache_control(response, private=True, no_store=True)  # Back shows nothing after signing out
        return response

    return guarded


def write_look(
    request: HttpRequest,
    page: str,
    decision: Decision,
    students: Sequence[int],
    *,
    student: int | None = None,
    klass: int | None = None,
    agency: int | None = None,
) -> None:
    """One look per opened page. A part of a page writes none, once that page was opened: the header alone proves nothing."""
    if not students:
        return
    where = {"student": student, "klass": klass, "agency": agency}
    viewer = viewer_of(request).pk
    if request.headers.get("HX-Request") and looked_lately(viewer=viewer, page=page, **where):
        return
    because = decision.as_json()
    if day := asked(request):
        because["as_of"] = day.isoformat()
    record_look(viewer=viewer, page=page, because=because, students=students, **where)


def because_line(decision: Decision) -> str:
    """ "You see this because you teach Math 7." """
    if not decision.because:
        return ""
    values = dict(decision.values)
    if values.get("until"):
        values["until"] = date_format(date.fromisoformat(values["until"]), "DATE_FORMAT")
    return _("You see this because %(reason)s.") % {"reason": _(decision.because).format(**values)}
