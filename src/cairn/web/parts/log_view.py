"""Who has looked at this student's record, when, at which page, and why were they allowed to?"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from cairn.access.directory import places_of
from cairn.trail.queries import looks_at
from cairn.web.parts.progress import LogDay, LogPage, LookRow
from cairn.web.parts.progress_view import Reader

MOST = 50

PAGES = {
    "progress": gettext_noop("Progress"),
    "levelups": gettext_noop("The list of those who moved on"),
    "levels": gettext_noop("Levels and what is missing for the next"),
    "counts": gettext_noop("How the numbers are worked out"),
    "target": gettext_noop("One target and its evidence"),
    "family": gettext_noop("The family’s first page"),
    "class": gettext_noop("The grid of a class"),
    "grid": gettext_noop("The grid of a class"),
    "cell": gettext_noop("One target in the class grid"),
    "student": gettext_noop("The student page for staff"),
    "school": gettext_noop("The school page"),
    "list": gettext_noop("A list of names"),
    "find": gettext_noop("Find"),
    "what_if": gettext_noop("What another rule would change"),
}
# The policy says "you teach ..." to the person who looks; here the same is said of them.
TIES = {
    "self": gettext_noop("their own record"),
    "teaches": gettext_noop("teaches {klass}"),
    "co_teaches": gettext_noop("co-teaches {klass}"),
    "assists": gettext_noop("assists in {klass}"),
    "parents": gettext_noop("is family of {student}"),
    "counsels": gettext_noop("counsels {student}"),
    "supports": gettext_noop("supports {student}"),
    "mentors": gettext_noop("mentors {student}"),
    "counsels_at": gettext_noop("counsels at {agency}"),
    "leads": gettext_noop("leads {agency}"),
    "manages_data": gettext_noop("looks after the data of {agency}"),
    "administers": gettext_noop("administers this installation"),
    "author": gettext_noop("entered this"),
}


def log_page(student: Any, reader: Reader, *, before: str = "") -> LogPage:
    """The newest looks, `before` a moment (ISO) where one is given. Ask `access` first whether the reader may know."""
    classes, agencies = places_of(student)
    looks = looks_at(student.pk, classes=classes, agencies=agencies, before=_moment(before), most=MOST + 1)
    older = looks[MOST - 1].occurred_at.isoformat() if len(looks) > MOST else ""
    return LogPage(
        audience=reader.audience,
        name=student.called,
        days=_days(looks[:MOST]),
        back_url=reader.base,
        older_url=f"?before={older.replace('+', '%2B')}" if older else "",
    )


def _moment(text: str) -> datetime | None:
    try:
        moment = parse_datetime(text)
    except ValueError:
        return None
    return moment if moment and moment.tzinfo else None


def _days(looks: Sequence[Any]) -> list[LogDay]:
    """Day by day; the same person at the same page on the same day is one line with how often."""
    days: dict[date, dict[tuple[str, str, str], list[datetime]]] = {}
    for look in looks:
        at = localtime(look.occurred_at)
        what = _(PAGES.get(look.page, look.page))
        where = look.klass.title if look.klass else look.agency.name if look.agency else ""
        if then := look.because.get("as_of"):
            day = date_format(date.fromisoformat(str(then)), "DATE_FORMAT")
            what = _("%(page)s, as it stood on %(day)s") % {"page": what, "day": day}
        line = (look.viewer.person.name, f"{what}: {where}" if where else what, _reason(look.because))
        days.setdefault(at.date(), {}).setdefault(line, []).append(at)
    return [
        LogDay(on, [LookRow(max(times), *line, times=len(times)) for line, times in lines.items()])
        for on, lines in days.items()
    ]


def _reason(because: dict[str, object]) -> str:
    tie, values = str(because.get("tie", "")), because.get("values")
    figures = {str(k): str(v) for k, v in values.items()} if isinstance(values, dict) else {}
    if tie not in TIES:
        return ""
    said = _(TIES[tie]).format(**{"klass": "", "student": "", "agency": ""} | figures)
    if until := figures.get("until"):
        day = date_format(date.fromisoformat(until), "DATE_FORMAT")
        return _("%(reason)s, until %(day)s") % {"reason": said, "day": day}
    return said
