"""How does an adult who works with a student read their record, over all years and subjects? (T6)

Teachers, counselors, mentors and school leaders share this page, so it is drawn here and not in one audience's room.
"""

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language

from cairn.access.decide import Decision, NotHere, may, today
from cairn.access.directory import record_for_staff
from cairn.access.policy import OWN, rules_for
from cairn.learning.frameworks.queries import scales_in_use
from cairn.learning.mastery.years import entered_for
from cairn.rules.growth import Baseline
from cairn.web.parts.counts_view import counts_page
from cairn.web.parts.dating import as_seen, dated
from cairn.web.parts.levels_view import levels_page
from cairn.web.parts.opening import because_line, signed_in, viewer_of, write_look
from cairn.web.parts.overriding import override_form
from cairn.web.parts.pacing_form import pace_form
from cairn.web.parts.problems import Problem
from cairn.web.parts.progress_view import Reader
from cairn.web.parts.student_view import piece, student_page
from cairn.web.parts.target_view import target_page

PAGES_MOST = 500  # of evidence; nobody turns further


def _reader(public_id: str) -> Reader:
    return Reader("staff", f"/students/{public_id}", get_language() or "en")


def _number(text: str) -> int:
    return min(max(int(text), 1), PAGES_MOST) if text.isdecimal() else 1


@signed_in
@dated
def student(request: HttpRequest, student: str, refused: Problem | None = None) -> HttpResponse:
    """The student's page; for those whose tie is over for good, what they entered themselves. `refused`: why a pace was not set."""
    viewer = viewer_of(request)
    try:
        found, decision, enrollments = record_for_staff(viewer, student)
    except NotHere:
        return _own(request, student)
    left, decision = decision.until, as_seen(request, decision)
    reader = _reader(found.public_id)
    number, since = _number(request.GET.get("page", "")), _since(request.GET.get("since", ""))
    page = student_page(found, decision, reader, enrollments, page=number, since=since)
    write_look(request, "student", decision, [found.pk], student=found.pk)
    context: dict[str, Any] = {"page": page.progress, "student": page, "because": because_line(decision)}
    context["left"] = left if decision.until == left else None
    if _may_pace(viewer, decision, found.pk):
        sent = request.POST if refused else None
        context["pace"] = pace_form(f"{reader.base}/pace", page.paces, sent)
        context["problems"] = [refused] if refused else []
    return render(request, "parts/student.html", context, status=422 if refused else 200)


def _since(text: str) -> Baseline | None:
    """From which day growth is asked for: a day, or "first"; None: the school year, also where it is no day."""
    if text == "first":
        return Baseline(date.min, "first")
    try:
        return Baseline(date.fromisoformat(text), "day") if text else None
    except ValueError:
        return None


def _may_pace(viewer: Any, decision: Decision, student: int) -> bool:
    """May the viewer set the pace? Most who see the record may, by the same tie; only for the others it is asked."""
    if decision.until is not None:
        return False
    ties = {rule.tie for rule in rules_for("plan", "pace")}
    return decision.tie in ties or may(viewer, "plan", "pace", student=student).allowed


def _own(request: HttpRequest, public_id: str) -> HttpResponse:
    """Only one's own entries, as they are now; raises NotHere when there are none."""
    request.asked = None  # type: ignore[attr-defined]
    found, rows = entered_for(viewer_of(request), public_id, language=get_language() or "en")
    decision = Decision(True, OWN, {}, "author", own_only=True)
    reader = _reader(found.public_id)
    scales = scales_in_use({row.framework for row in rows}, reader.language, today())
    write_look(request, "student", decision, [found.pk], student=found.pk)
    context = {
        "name": found.name,
        "entries": [piece(row, scales, reader) for row in rows],
        "because": because_line(decision),
    }
    return render(request, "parts/student_own.html", context)


@signed_in
@dated
def target(request: HttpRequest, student: str, target: str, refused: Problem | None = None) -> HttpResponse:
    """One target of the student: the scale, the evidence, how the level is set. `refused`: why a level was not."""
    viewer = viewer_of(request)
    found, decision, _enrollments = record_for_staff(viewer, student)
    decision = as_seen(request, decision)
    reader = _reader(found.public_id)
    page = target_page(viewer, found, decision, reader, target)
    write_look(request, "target", decision, [found.pk], student=found.pk)
    context: dict[str, Any] = {"target": page, "because": because_line(decision), "today": today()}
    if (
        page.evidence
        and decision.until is None
        and may(viewer, "record", "academic", student=found.pk).allowed
    ):
        context["override"] = override_form(
            f"{reader.target_url(target)}/level",
            page.use,
            stands=page.how.by_hand is not None,
            sent=request.POST if refused else None,
        )
        context["problems"] = [refused] if refused else []
    return render(request, "parts/target_page.html", context, status=422 if refused else 200)


@signed_in
@dated
def levels(request: HttpRequest, student: str) -> HttpResponse:
    """The student's levels in every subject."""
    found, decision, _enrollments = record_for_staff(viewer_of(request), student)
    decision = as_seen(request, decision)
    page = levels_page(found, decision, _reader(found.public_id))
    write_look(request, "levels", decision, [found.pk], student=found.pk)
    return render(
        request, "parts/levels_page.html", {"page": page, "because": because_line(decision), "today": today()}
    )


@signed_in
@dated
def counts(request: HttpRequest, student: str) -> HttpResponse:
    """How each number of the progress page is worked out."""
    found, decision, _enrollments = record_for_staff(viewer_of(request), student)
    decision = as_seen(request, decision)
    page = counts_page(found, decision, _reader(found.public_id))
    write_look(request, "counts", decision, [found.pk], student=found.pk)
    return render(request, "parts/counts_page.html", {"page": page, "because": because_line(decision)})
