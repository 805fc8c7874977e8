"""Who in this class is ready for the next level, what fell after one, and what is missing for everyone else?"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cairn.access.decide import NotHere, may_many, today
from cairn.access.directory import class_of, student_of, students_in_class
from cairn.learning.frameworks.queries import names_of
from cairn.learning.mastery.leveldecisions import close_review, confirm, decline
from cairn.learning.mastery.levelpages import LevelNow, levels_now, subject_names
from cairn.learning.mastery.levelups import open_level_ups, waiting_level_up
from cairn.learning.plans.planned import planned_for
from cairn.rules.refusal import Refusal
from cairn.web.parts.dating import as_seen, dated
from cairn.web.parts.levels_view import FEW, language, rule_words, sentence
from cairn.web.parts.opening import because_line, signed_in, viewer_of, write_look
from cairn.web.teacher.grid import class_title


@dataclass(frozen=True, slots=True)
class Waiting:
    """A proposal or a review that waits for somebody."""

    action: str
    student: str
    url: str
    subject: str
    name: str
    following: str
    met: int
    of: int
    fell: str  # the target that fell; empty: a proposal


@dataclass(frozen=True, slots=True)
class Row:
    """One student in one subject."""

    student: str
    url: str
    name: str
    sentence: str
    few: Sequence[str]
    more: int


@dataclass(frozen=True, slots=True)
class SubjectRows:
    """One subject with its rule and a row per student. own: the class works on it, so it stands open on the page."""

    key: int
    name: str
    rule: str
    rows: Sequence[Row]
    own: bool


@signed_in
@dated
def levels(request: HttpRequest, klass: str) -> HttpResponse:
    """The levels of a class."""
    return _page(request, klass)


def _page(request: HttpRequest, klass: str, problem: str = "") -> HttpResponse:
    viewer = viewer_of(request)
    found, decision = class_of(viewer, klass, category="academic")
    decision = as_seen(request, decision)
    day = min(d for d in (today(), decision.until, found.end_on) if d is not None)
    students = list(students_in_class(found, on=day))
    ids = [student.pk for student in students]
    rows = levels_now(ids, decision, language=language())
    own = {one.framework for one in planned_for([found.pk], on=day, language=language())}
    open_now = decision.until is None
    ups = open_level_ups(ids) if open_now else []
    write_look(request, "levels", decision, ids, klass=found.pk)
    context = {
        "klass": found,
        "title": class_title(found),
        "waiting": _waiting(found, ups),
        "may_decide": bool(ups) and _may_decide(viewer, [up.student_id for up in ups]),
        "subjects": (subjects := _subjects(students, rows, own)),
        "others": sum(not one.own for one in subjects),
        "until": decision.until,
        "problem": problem,
        "today": today(),
        "because": because_line(decision),
    }
    return render(request, "teacher/levels.html", context, status=422 if problem else 200)


def _may_decide(viewer: Any, students: Sequence[int]) -> bool:
    """Whoever records for all of these students also decides on their levels."""
    decisions = may_many(viewer, "record", "academic", sorted(set(students)))
    return all(decision.allowed for decision in decisions.values())


def _waiting(klass: Any, ups: Sequence[Any]) -> list[Waiting]:
    named = names_of(
        {pk for up in ups for pk in (up.level_id, up.following_id, up.review_target_id) if pk}, language()
    )
    subjects = subject_names({up.framework_id for up in ups}, language())
    return [
        Waiting(
            action=f"/classes/{klass.public_id}/levels/{up.student.public_id}/{up.level.public_id}",
            student=up.student.name,
            url=f"/students/{up.student.public_id}/levels",
            subject=subjects[up.framework_id],
            name=named[up.level_id][0],
            following=named[up.following_id][0] if up.following_id else "",
            met=up.facts.get("met", 0),
            of=up.facts.get("of", 0),
            fell=named[up.review_target_id][0] if up.state == "confirmed" and up.review_target_id else "",
        )
        for up in ups
    ]


def _subjects(students: Sequence[Any], rows: Sequence[LevelNow], own: set[int]) -> list[SubjectRows]:
    """Each subject with a row per student in the order of the class. Where the class has no plan, every subject is its own."""
    who = {student.pk: (place, student) for place, student in enumerate(students)}
    found: dict[int, list[tuple[int, Row]]] = defaultdict(list)
    about: dict[int, LevelNow] = {}
    for row in rows:
        place, student = who[row.student]
        made = Row(
            student=student.name,
            url=f"/students/{student.public_id}/levels",
            name=row.name,
            sentence=sentence(row),
            few=[one.name for one in row.missing[:FEW]],
            more=max(0, len(row.missing) - FEW),
        )
        about.setdefault(row.framework, row)
        found[row.framework].append((place, made))
    return [
        SubjectRows(
            key,
            about[key].subject,
            rule_words(about[key].rule.rule),
            [row for _place, row in sorted(lines, key=lambda pair: pair[0])],
            key in own or own.isdisjoint(found),
        )
        for key, lines in found.items()
    ]


@require_POST
@signed_in
def decide(request: HttpRequest, klass: str, student: str, level: str) -> HttpResponse:
    """Confirms or declines a level-up, or closes its review."""
    viewer = viewer_of(request)
    found, decision = class_of(viewer, klass, category="academic")
    person, _why = student_of(viewer, student, category="academic")
    if decision.until is not None or not students_in_class(found).filter(pk=person.pk).exists():
        raise NotHere
    row = waiting_level_up(person.pk, level)
    if row is None:
        raise NotHere
    done, reason = str(request.POST.get("do", "")), str(request.POST.get("reason", ""))
    try:
        if done == "confirm":
            up = confirm(row, by=viewer)
            said = (
                _("%(name)s moves on to the next level today.")
                if up.following_id
                else _("%(name)s completed it.")
            )
        elif done == "decline":
            decline(row, reason, by=viewer)
            said = _("%(name)s stays at this level for now.")
        elif done == "close":
            close_review(row, reason, by=viewer)
            said = _("The level of %(name)s stays.")
        else:
            raise NotHere
    except Refusal as refusal:
        return _page(request, klass, _words(refusal))
    messages.success(request, said % {"name": person.called})
    return HttpResponseRedirect(f"/classes/{found.public_id}/levels")


def _words(refusal: Refusal) -> str:
    return {
        "no_reason": _("Write one sentence that says why."),
        "too_long": _("The reason is too long. Use at most 400 characters."),
        "no_longer": _("The level is not complete any more. Look at what is missing."),
    }.get(refusal.code, _("Somebody has decided this already. The page below is up to date."))
