"""Who moved on to the next level in a school between two days? For the assembly: by name, to print or to take along."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from cairn.access.decide import may_many, today
from cairn.learning.frameworks.queries import names_of
from cairn.learning.mastery.levelpages import levelled_up, subject_names
from cairn.web.parts.csv_file import csv_file
from cairn.web.parts.dating import dated, on_day
from cairn.web.parts.levels_view import language
from cairn.web.parts.opening import because_line, signed_in, viewer_of, write_look
from cairn.web.principal.school import school_of

WINDOW = timedelta(days=21)  # a cycle of three weeks


@dataclass(frozen=True, slots=True)
class Raised:
    """One student who moved on."""

    student: str
    url: str
    subject: str
    name: str
    following: str
    on: date


@signed_in
@dated
def levelups(request: HttpRequest, school: str) -> HttpResponse:
    """The list, or the same as CSV."""
    viewer = viewer_of(request)
    found, decision = school_of(request, school)
    until = _day(request.GET.get("to", "")) or on_day(request)
    since = _day(request.GET.get("from", "")) or until - WINDOW
    since = min(since, until)
    ups = levelled_up([found.pk], since=since, until=until)
    ids = sorted({up.student_id for up in ups})
    allowed = may_many(viewer, "view", "academic", ids)
    named = names_of({pk for up in ups for pk in (up.level_id, up.following_id) if pk}, language())
    subjects = subject_names({up.framework_id for up in ups}, language())
    rows = [
        Raised(
            student=up.student.name,
            url=f"/students/{up.student.public_id}/levels" if allowed[up.student_id].allowed else "",
            subject=subjects[up.framework_id],
            name=named[up.level_id][0],
            following=named[up.following_id][0] if up.following_id else "",
            on=up.decided_on or until,
        )
        for up in ups
    ]
    write_look(request, "levelups", decision, ids, agency=found.pk)
    if request.GET.get("format") == "csv":
        return _csv(rows)
    context = {
        "school": found,
        "rows": rows,
        "since": since,
        "until": until,
        "today": today(),
        "because": because_line(decision),
    }
    return render(request, "principal/levelups.html", context)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None


def _csv(rows: Sequence[Raised]) -> HttpResponse:
    head = [_("Student"), _("Subject"), _("Completed"), _("Moved on to"), _("Day")]
    return csv_file(
        "level-ups", head, [(row.student, row.subject, row.name, row.following, row.on) for row in rows]
    )
