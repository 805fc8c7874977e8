"""What does recording cost this school? Entry by course, what was entered twice, classes whose evidence is old: never by person."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isinf

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cairn.learning.plans.burden import (
    Cost,
    OldClass,
    SchoolCost,
    Twice,
    entered_twice,
    entry_cost,
    old_classes,
    old_classes_listed,
)
from cairn.learning.plans.school import record_of
from cairn.rules.burden import LEAST_CLASSES, LEAST_SCORES, LEAST_TEACHERS, PAUSE, SECONDS, TAPS, Burden
from cairn.web.parts.csv_file import csv_file
from cairn.web.parts.dating import dated, on_day
from cairn.web.parts.opening import because_line, signed_in
from cairn.web.parts.words import day_text
from cairn.web.principal.costs import (
    entry_sentence,
    more_sentences,
    old_line,
    short,
    twice_line,
    twice_words,
)
from cairn.web.principal.school import school_of


@dataclass(frozen=True, slots=True)
class CourseRow:
    """One course of the table: its bounds as text, of seconds and of keys and clicks, and half of the cycle before."""

    title: str
    scores: int
    half: tuple[str, str]
    most: tuple[str, str]
    before: str


@dataclass(frozen=True, slots=True)
class ClassRow:
    """One class of a list; `url` is empty for what belongs to no class of this school."""

    title: str
    url: str
    said: str


@signed_in
@dated
def burden(request: HttpRequest, school: str) -> HttpResponse:
    """The page, or one of its three lists as CSV. No student is named here, so opening it is no look."""
    found, decision = school_of(request, school)
    on = on_day(request)
    cost = entry_cost(found, decision, on=on)
    total, twice = entered_twice(found, decision, on=on)
    with record_of(found, decision, on=on) as record:
        ids, planned = old_classes(found, decision, on=on, record=record)
        old = old_classes_listed(found, ids, decision, on=on, record=record)
    if request.GET.get("format") == "csv":
        return _csv(request.GET.get("list", ""), cost, twice, old)
    context = {
        "school": found,
        "on": on,
        "entry": entry_sentence(cost),
        "more": more_sentences(cost.whole),
        "pause": PAUSE,
        "least": (LEAST_SCORES, LEAST_CLASSES, LEAST_TEACHERS),
        "courses": [_course(one) for one in cost.courses],
        "few": cost.few,
        "twice": twice_line(total),
        "twice_rows": [_twice(row) for row in twice],
        "old": old_line(len(old), planned),
        "old_rows": [
            ClassRow(row.klass.title, f"/classes/{row.klass.public_id}", _old_words(row)) for row in old
        ],
        "because": because_line(decision),
    }
    return render(request, "principal/burden.html", context)


def _course(cost: Cost) -> CourseRow:
    assert cost.now is not None  # entry_cost lists only courses of which something can be said
    found = cost.now
    return CourseRow(
        cost.title,
        found.scores,
        (_bound(found.seconds, SECONDS), _bound(found.taps, TAPS)),
        (_bound(found.most_seconds, SECONDS), _bound(found.most_taps, TAPS)),
        _bound(cost.before.seconds, SECONDS) if cost.before else "",
    )


def _bound(value: float, bounds: Sequence[float]) -> str:
    return f"> {short(bounds[-1])}" if isinf(value) else short(value)


def _twice(row: Twice) -> ClassRow:
    if row.klass is None:
        return ClassRow(_("In no class of this school"), "", twice_words(row.counts))
    return ClassRow(row.klass.title, f"/classes/{row.klass.public_id}", twice_words(row.counts))


def _old_words(row: OldClass) -> str:
    """ "Newest November 3. No evidence: 5 of 28 students, 3 of 12 targets." """
    if row.newest is None:
        return ngettext(
            "No evidence yet for %(n)s planned target",
            "No evidence yet for %(n)s planned targets",
            row.targets,
        ) % {"n": row.targets}
    return _(
        "Newest: %(day)s. Without any: %(without)s of %(students)s students, %(untouched)s of %(targets)s targets"
    ) % {
        "day": day_text(row.newest),
        "without": row.without,
        "students": row.students,
        "untouched": row.untouched,
        "targets": row.targets,
    }


def _csv(name: str, cost: SchoolCost, twice: Sequence[Twice], old: Sequence[OldClass]) -> HttpResponse:
    """The list of that name; of entry where there is no such list."""
    if name == "twice":
        head = [
            _("Class"),
            _("Typed twice"),
            _("Typed although a file brought it"),
            _("Brought by two files"),
        ]
        return csv_file("entered-twice", head, [(_twice(row).title, *row.counts) for row in twice])
    if name == "old":
        head = [
            _("Class"),
            _("Newest evidence"),
            _("Students"),
            _("Students without any"),
            _("Planned targets"),
            _("Targets without any"),
        ]
        rows = [
            (row.klass.title, row.newest or "", row.students, row.without, row.targets, row.untouched)
            for row in old
        ]
        return csv_file("old-evidence", head, rows)
    head = [
        _("Course"),
        _("Scores"),
        _("Half: seconds at most"),
        _("Half: keys and clicks at most"),
        _("Nine of ten: seconds at most"),
        _("Nine of ten: keys and clicks at most"),
    ]
    every = [*cost.courses, Cost(_("The whole school"), cost.whole.now, cost.whole.before)]
    return csv_file("entry", head, [(one.title, *_bounds(one.now)) for one in every if one.now])


def _bounds(found: Burden) -> tuple[object, ...]:
    seconds = (_bound(found.seconds, SECONDS), _bound(found.most_seconds, SECONDS))
    taps = (_bound(found.taps, TAPS), _bound(found.most_taps, TAPS))
    return found.scores, seconds[0], taps[0], seconds[1], taps[1]
