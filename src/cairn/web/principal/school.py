"""What needs the school leader this week? One sentence and five lines, each opening its list of names. (P1)"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from cairn.access.decide import Decision, NotHere
from cairn.access.directory import agencies_of, agency_of
from cairn.learning.plans.school import ClassGap, StuckTarget, class_gaps, numbers, record_of, stuck_targets
from cairn.web.parts.dating import as_seen, dated, on_day
from cairn.web.parts.opening import because_line, signed_in, viewer_of
from cairn.web.principal.costs import recording

STUCK_FIRST = 10  # targets shown at once; the others unfold
STUCK_MOST = 200


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the page. count: the number in front; purpose: does it support or monitor? url: its list, if it has names."""

    count: int
    text: str
    purpose: str
    url: str
    link: str


def school_of(request: HttpRequest, public_id: str) -> tuple[Any, Decision]:
    """The school and why the viewer may read its numbers. Raises NotHere, also for a district."""
    school, decision = agency_of(viewer_of(request), public_id)
    if school.kind != "school":
        raise NotHere
    return school, as_seen(request, decision)


@signed_in
@dated
def home(request: HttpRequest) -> HttpResponse:
    """The viewer's school; the list of schools for who leads several."""
    schools = list(agencies_of(viewer_of(request), "view", "school_numbers"))
    if not schools:
        raise NotHere
    if len(schools) == 1:
        return _school(request, schools[0].public_id)
    return render(request, "principal/schools.html", {"schools": schools})


@signed_in
@dated
def school(request: HttpRequest, school: str) -> HttpResponse:
    """One school. No student is named here, so opening it is no look; the lists are."""
    return _school(request, school)


def _school(request: HttpRequest, school: str) -> HttpResponse:
    found, decision = school_of(request, school)
    on, language = on_day(request), get_language() or "en"
    with record_of(found, decision, on=on) as record:
        counted = numbers(found, decision, on=on, record=record)
        stuck = stuck_targets(found, decision, on=on, language=language, most=STUCK_MOST, record=record)
        costs = recording(found, decision, on=on, record=record)
    gaps, classes = class_gaps(found, decision, on=on)
    base = f"/school/{found.public_id}"
    context = {
        "school": found,
        "on": on,
        "base": base,
        "sentence": sentence(counted),
        "numbers": counted,
        "lines": lines(counted, stuck, gaps, classes, base),
        "first": first_list(counted, base),
        "stuck": stuck[:STUCK_FIRST],
        "more_stuck": stuck[STUCK_FIRST:],
        "gaps": gaps,
        "costs": costs,
        "several": agencies_of(viewer_of(request), "view", "school_numbers")[1:2].exists(),
        "because": because_line(decision),
    }
    return render(request, "principal/school.html", context)


def sentence(counted: Mapping[str, int]) -> str:
    """What needs a look first, with its denominator."""
    enrolled, quiet = counted["enrolled"], counted["quiet"]
    if not enrolled:
        return _("No student is enrolled here today.")
    if quiet:
        return ngettext(
            "%(quiet)s of %(enrolled)s enrolled students has no new evidence in the last three weeks.",
            "%(quiet)s of %(enrolled)s enrolled students have no new evidence in the last three weeks.",
            quiet,
        ) % {"quiet": quiet, "enrolled": enrolled}
    return ngettext(
        "The one enrolled student has new evidence from the last three weeks.",
        "All %(enrolled)s enrolled students have new evidence from the last three weeks.",
        enrolled,
    ) % {"enrolled": enrolled}


def first_list(counted: Mapping[str, int], base: str) -> tuple[str, str]:
    """The main action: the list that needs a look first. Two empty strings where nobody is on any."""
    for name, words in (
        ("quiet", _("See who has no new evidence")),
        ("to_go", _("See who has targets to go")),
        ("grown", _("See who met new targets")),
        ("enrolled", _("See who is enrolled")),
    ):
        if counted[name]:
            return f"{base}/lists/{name}", words
    return "", ""


def lines(
    counted: Mapping[str, int],
    stuck: Sequence[StuckTarget],
    gaps: Sequence[ClassGap],
    classes: int,
    base: str,
) -> list[Line]:
    """Evidence in classes, students without, stuck targets, targets to go, growth."""
    supports, enrolled = _("Supports"), counted["enrolled"]
    return [
        _classes_line(gaps, classes),
        _names_line(
            counted,
            "quiet",
            _("of %(all)s enrolled students have no new evidence in the last three weeks")
            % {"all": enrolled},
            supports,
            base,
        ),
        _targets_line(stuck),
        _names_line(
            counted,
            "to_go",
            _("of %(all)s enrolled students have three or more targets to go on the plan of one subject")
            % {"all": enrolled},
            supports,
            base,
        ),
        _names_line(counted, "grown", _grown(counted), _("Monitors"), base),
    ]


def _names_line(counted: Mapping[str, int], name: str, text: str, purpose: str, base: str) -> Line:
    url = f"{base}/lists/{name}" if counted[name] else ""
    return Line(counted[name], text, purpose, url, _("See the names"))


def _classes_line(gaps: Sequence[ClassGap], classes: int) -> Line:
    text = ngettext(
        "of %(all)s class has no new evidence in the last three weeks",
        "of %(all)s classes have no new evidence in the last three weeks",
        classes,
    ) % {"all": classes}
    return Line(len(gaps), text, _("Monitors"), "#classes" if gaps else "", _("See the classes"))


def _targets_line(stuck: Sequence[StuckTarget]) -> Line:
    text = ngettext(
        "target where fewer than half of the students working on it have met it",
        "targets where fewer than half of the students working on them have met them",
        len(stuck),
    )
    return Line(len(stuck), text, _("Supports"), "#targets" if stuck else "", _("See the targets"))


def _grown(counted: Mapping[str, int]) -> str:
    return ngettext(
        "of %(all)s enrolled students met new targets in the last three weeks: %(met)s target",
        "of %(all)s enrolled students met new targets in the last three weeks: %(met)s targets",
        counted["met"],
    ) % {"all": counted["enrolled"], "met": counted["met"]}
