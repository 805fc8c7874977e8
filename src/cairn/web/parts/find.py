"""Where is this student, class or target? Everyone finds only what they may see."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language

from cairn.access.decide import Decision, may_many
from cairn.access.directory import classes_of, find_students, schools_of
from cairn.learning.frameworks.queries import find_targets
from cairn.web.parts.opening import signed_in, viewer_of, write_look
from cairn.web.parts.progress_view import grade_words

MOST = 20
LONGEST = 100  # letters of a search
INSIDE = 4  # the rank of what holds the text only inside a word
CANDIDATES = 400  # targets that hold the text somewhere, from which the best come first


@dataclass(frozen=True, slots=True)
class Found:
    """One thing found. url: empty where the viewer may know of it and not open it."""

    name: str
    url: str
    side: str = ""
    more: str = ""


@signed_in
def find(request: HttpRequest) -> HttpResponse:
    """The search box and what it found."""
    viewer = viewer_of(request)
    text = " ".join(request.GET.get("q", "").split())[:LONGEST]
    context: dict[str, Any] = {"find_query": text, "is_student": viewer.student_id is not None}
    if text:
        students, crowd = _students(request, viewer, text)
        classes = _classes(viewer, text)
        targets, many = _targets(viewer, text)
        context |= {
            "students": students,
            "classes": classes,
            "targets": targets,
            "crowd": crowd,
            "many": many,
            "nothing": not (students or classes or targets),
        }
    return render(request, "parts/find.html", context)


def _students(request: HttpRequest, viewer: Any, text: str) -> tuple[list[Found], bool]:
    """Students by name, with school and grade; and whether there are more of them."""
    rows = list(find_students(viewer, text, most=MOST + 1))
    crowd, rows = len(rows) > MOST, rows[:MOST]
    if not rows:
        return [], False
    ids = [row.pk for row in rows]
    allowed = may_many(viewer, "view", "academic", ids)
    schools = schools_of(ids)
    _write_looks(request, may_many(viewer, "view", "directory", ids), schools)
    return [_student(row, allowed[row.pk], schools.get(row.pk)) for row in rows], crowd


def _write_looks(request: HttpRequest, known: Mapping[int, Decision], schools: Mapping[int, Any]) -> None:
    """One look per school and reason, so that each student's log finds theirs; who is in no school has one of their own."""
    groups: dict[tuple[int | None, int | None, str], list[int]] = {}
    for student, decision in known.items():
        school = schools[student].school_id if student in schools else None
        reason = decision.because.format(**decision.values)  # one that names a student is of nobody else
        groups.setdefault((None if school else student, school, reason), []).append(student)
    for (alone, school, _reason), group in groups.items():
        write_look(request, "find", known[group[0]], group, student=alone, agency=school)


def _student(row: Any, decision: Decision, enrollment: Any) -> Found:
    home = {"self": "/me", "parents": f"/family/{row.public_id}"}.get(
        decision.tie, f"/students/{row.public_id}"
    )
    grade = grade_words(enrollment.grade_level) if enrollment and enrollment.grade_level else ""
    school = enrollment.school.name if enrollment else ""
    return Found(
        row.name,
        home if decision.allowed else "",
        side=", ".join(part for part in (grade, school) if part),
    )


def _classes(viewer: Any, text: str) -> list[Found]:
    """The viewer's own classes with a word of the title beginning with each word; the one called just so first."""
    words = text.split()
    rows = [klass for klass in classes_of(viewer) if all(_begins_word(klass.title, word) for word in words)]
    rows.sort(key=lambda klass: klass.title.lower() != text.lower())  # stable: then in the order of the day
    return [Found(klass.title, f"/classes/{klass.public_id}", side=klass.school.name) for klass in rows]


def _targets(viewer: Any, text: str) -> tuple[Sequence[Found], bool]:
    """Targets by name or code, the nearest first. Students open their own page of one; for the others the words are here."""
    near = [(_rank(text, *row), row) for row in find_targets(text, get_language() or "en", most=CANDIDATES)]
    near.sort(key=lambda one: one[0])  # stable: then in the order of the frameworks
    rows = [row for rank, row in near if rank < INSIDE]
    found = [
        Found(
            name,
            f"/me/targets/{item.public_id}" if viewer.student_id is not None else "",
            side=item.framework.subject or item.framework.title,
            more=_more(item, name),
        )
        for item, name in rows[:MOST]
    ]
    return found, len(rows) > MOST


def _rank(text: str, item: Any, name: str) -> int:
    """How near the text is: 0 the name or the code itself, 1 a word of the name begins with it, 2 the code does, 3 a word of
    the statement does; INSIDE: it stands only inside a word, where nobody looks for it."""
    if text.lower() in (name.lower(), item.code.lower()):
        return 0
    if _begins_word(name, text):
        return 1
    if item.code.lower().startswith(text.lower()):
        return 2
    return 3 if _begins_word(f"{item.short_name} {item.statement}", text) else INSIDE


def _begins_word(phrase: str, text: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(text)}", phrase, re.IGNORECASE) is not None


def _more(item: Any, name: str) -> str:
    """Code and full statement, where they say more than the name."""
    parts = [item.code]
    if item.statement and item.statement != name:
        parts.append(item.statement)
    return ": ".join(part for part in parts if part)
