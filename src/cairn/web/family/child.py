"""What does a family see of one child? The student's own page, with a strip for the family on top (F2)."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language

from cairn.access.decide import Decision, NotHere, today
from cairn.access.directory import schools_at, student_of
from cairn.web.parts.counts_view import counts_page
from cairn.web.parts.dating import as_seen, dated, on_day
from cairn.web.parts.levels_view import levels_page
from cairn.web.parts.log_view import log_page
from cairn.web.parts.opening import because_line, signed_in, viewer_of, write_look
from cairn.web.parts.progress_view import Reader, progress_page
from cairn.web.parts.target_view import target_page


def reader_for(student: Any) -> Reader:
    """A family's links to this child's pages."""
    return Reader("family", f"/family/{student.public_id}", get_language() or "en")


def _child(request: HttpRequest, public_id: str, category: str = "academic") -> tuple[Any, Decision]:
    """The child with this id and why the viewer may read it. Raises NotHere unless they are its family."""
    student, decision = student_of(viewer_of(request), public_id, category=category)
    if decision.tie != "parents":
        raise NotHere
    return student, as_seen(request, decision)


@signed_in
@dated
def child(request: HttpRequest, child: str) -> HttpResponse:
    """The child's own progress page."""
    student, decision = _child(request, child)
    page = progress_page(
        student, decision, reader_for(student), schools=schools_at(student, on=on_day(request))
    )
    write_look(request, "progress", decision, [student.pk], student=student.pk)
    return render(request, "family/child.html", {"page": page, "because": because_line(decision)})


@signed_in
@dated
def target(request: HttpRequest, child: str, target: str) -> HttpResponse:
    """One target of the child."""
    student, decision = _child(request, child)
    page = target_page(viewer_of(request), student, decision, reader_for(student), target)
    write_look(request, "target", decision, [student.pk], student=student.pk)
    return render(request, "family/target.html", {"target": page, "because": because_line(decision)})


@signed_in
def log(request: HttpRequest, child: str) -> HttpResponse:
    """Who has looked at the child's record."""
    student, decision = _child(request, child, "looks")
    page = log_page(student, reader_for(student), before=request.GET.get("before", ""))
    return render(request, "family/log.html", {"log": page, "because": because_line(decision)})


@signed_in
@dated
def levels(request: HttpRequest, child: str) -> HttpResponse:
    """The child's levels."""
    student, decision = _child(request, child)
    decision = as_seen(request, decision)
    page = levels_page(student, decision, reader_for(student))
    write_look(request, "levels", decision, [student.pk], student=student.pk)
    return render(
        request, "parts/levels_page.html", {"page": page, "because": because_line(decision), "today": today()}
    )


@signed_in
@dated
def counts(request: HttpRequest, child: str) -> HttpResponse:
    """How each number of the progress page is worked out."""
    student, decision = _child(request, child)
    page = counts_page(student, decision, reader_for(student))
    write_look(request, "counts", decision, [student.pk], student=student.pk)
    return render(request, "parts/counts_page.html", {"page": page, "because": because_line(decision)})
