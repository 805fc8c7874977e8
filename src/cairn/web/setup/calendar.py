"""On which days is there no school, and how many school days of grace does a plan have?"""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cairn.access.decide import NotHere, today
from cairn.access.directory import agencies_of
from cairn.learning.plans.pacing import graces, set_grace
from cairn.people.calendar import add_days_off, days_off, remove_days_off, sessions
from cairn.rules.pace import MOST_GRACE
from cairn.rules.refusal import Refusal
from cairn.web.parts.opening import signed_in, viewer_of
from cairn.web.parts.problems import Problem

ANCHORS = {"no_name": "name", "ends_early": "end", "too_many": "end", "no_grace": "grace"}


def _places(request: HttpRequest) -> dict[str, Any]:
    """The places whose calendar the viewer keeps, districts first. Raises NotHere where there are none."""
    found = agencies_of(viewer_of(request), "manage", "frameworks", kind=None)
    if not found:
        raise NotHere
    ordered = sorted(found, key=lambda one: (one.kind != "district", one.kind, one.name, one.pk))
    return {one.public_id: one for one in ordered}


@signed_in
def calendar(request: HttpRequest) -> HttpResponse:
    """Sessions, days off and grace."""
    return _page(request, _places(request))


def _page(request: HttpRequest, places: dict[str, Any], problem: Problem | None = None) -> HttpResponse:
    ids = [one.pk for one in places.values()]
    own = graces()
    chosen = str(request.POST.get("place", ""))
    context = {
        "places": [(key, one.name, key == chosen) for key, one in places.items()],
        "sessions": sessions(ids),
        "off": days_off(ids),
        "graces": [(one.name, own[one.pk]) for one in places.values() if one.pk in own],
        "most_grace": MOST_GRACE,
        "sent": request.POST if problem else {},
        "problems": [problem] if problem else [],
        "today": today(),
        "because": _("You see this because you look after the data."),
    }
    return render(request, "setup/calendar.html", context, status=422 if problem else 200)


def _chosen(request: HttpRequest, places: dict[str, Any]) -> Any:
    place = places.get(str(request.POST.get("place", "")))
    if place is None:
        raise NotHere
    return place


@require_POST
@signed_in
def add(request: HttpRequest) -> HttpResponse:
    """Adds days off."""
    places = _places(request)
    place = _chosen(request, places)
    try:
        begin = date.fromisoformat(str(request.POST.get("begin", "")).strip())
        end = date.fromisoformat(str(request.POST.get("end", "")).strip() or begin.isoformat())
    except ValueError:
        return _page(request, places, Problem(_("Choose the first day without school."), "begin"))
    try:
        add_days_off(place, str(request.POST.get("name", "")), begin, end, by=viewer_of(request))
    except Refusal as refusal:
        return _page(request, places, _problem(refusal))
    messages.success(request, _("The days off are added."))
    return HttpResponseRedirect("/setup/calendar")


@require_POST
@signed_in
def remove(request: HttpRequest, day: str) -> HttpResponse:
    """There is school on these days after all."""
    ids = [one.pk for one in _places(request).values()]
    row = next((row for row in days_off(ids) if row.public_id == day), None)
    if row is None:
        raise NotHere
    remove_days_off(row, by=viewer_of(request))
    messages.success(request, _("The days off are removed."))
    return HttpResponseRedirect("/setup/calendar")


@require_POST
@signed_in
def grace(request: HttpRequest) -> HttpResponse:
    """Sets the grace of a place, from today on."""
    places = _places(request)
    place = _chosen(request, places)
    text = str(request.POST.get("grace", "")).strip()
    try:
        set_grace(place, int(text[:9]) if text.isdecimal() else -1, by=viewer_of(request))
    except Refusal as refusal:
        return _page(request, places, _problem(refusal))
    messages.success(request, _("The grace is set, from today on."))
    return HttpResponseRedirect("/setup/calendar")


def _problem(refusal: Refusal) -> Problem:
    text = {
        "no_name": _("Say what these days are, for example “Winter break”."),
        "ends_early": _("The last day is before the first."),
        "too_many": _("These are too many days for one entry. Use at most 120."),
        "no_grace": _("Use a whole number from 0 to %(most)s.") % {"most": MOST_GRACE},
    }[refusal.code]
    return Problem(text, ANCHORS[refusal.code])
