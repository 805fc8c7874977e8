"""Where does a student stand, what comes next, and who has looked? (S1)"""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language

from cairn.access.decide import Decision, NotHere, may, today
from cairn.access.directory import schools_at
from cairn.web.parts.counts_view import counts_page
from cairn.web.parts.dating import as_seen, dated, on_day
from cairn.web.parts.levels_view import levels_page
from cairn.web.parts.log_view import log_page
from cairn.web.parts.opening import because_line, signed_in, viewer_of, write_look
from cairn.web.parts.progress_view import Reader, progress_page
from cairn.web.parts.target_view import target_page

READER_BASE = "/me"


def _myself(request: HttpRequest, category: str = "academic") -> tuple[Any, Decision]:
    """The student who is signed in, and why they may read this. Raises NotHere for everyone else."""
    viewer = viewer_of(request)
    decision = may(viewer, "view", category, student=viewer.student_id)
    if viewer.student is None or not decision.allowed:
        raise NotHere
    return viewer.student, as_seen(request, decision)


def _reader() -> Reader:
    return Reader("student", READER_BASE, get_language() or "en")


@signed_in
@dated
def progress(request: HttpRequest) -> HttpResponse:
    """My progress."""
    student, decision = _myself(request)
    page = progress_page(student, decision, _reader(), schools=schools_at(student, on=on_day(request)))
    write_look(request, "progress", decision, [student.pk], student=student.pk)
    return render(request, "student/progress.html", {"page": page, "because": because_line(decision)})


@signed_in
@dated
def target(request: HttpRequest, target: str) -> HttpResponse:
    """One target: its scale, where I am on it, my evidence."""
    student, decision = _myself(request)
    page = target_page(viewer_of(request), student, decision, _reader(), target)
    write_look(request, "target", decision, [student.pk], student=student.pk)
    return render(request, "student/target.html", {"target": page, "because": because_line(decision)})


@signed_in
def log(request: HttpRequest) -> HttpResponse:
    """Who has looked at my record."""
    student, decision = _myself(request, "looks")
    page = log_page(student, _reader(), before=request.GET.get("before", ""))
    return render(request, "student/log.html", {"log": page, "because": because_line(decision)})


@signed_in
@dated
def levels(request: HttpRequest) -> HttpResponse:
    """My levels, and what is missing for the next."""
    student, decision = _myself(request)
    decision = as_seen(request, decision)
    page = levels_page(student, decision, _reader())
    write_look(request, "levels", decision, [student.pk], student=student.pk)
    return render(
        request, "parts/levels_page.html", {"page": page, "because": because_line(decision), "today": today()}
    )


@signed_in
@dated
def counts(request: HttpRequest) -> HttpResponse:
    """How each number of the progress page is worked out."""
    student, decision = _myself(request)
    page = counts_page(student, decision, _reader())
    write_look(request, "counts", decision, [student.pk], student=student.pk)
    return render(request, "parts/counts_page.html", {"page": page, "because": because_line(decision)})
