"""What stands around a student's plan: calendar, grace, pace set by hand, the days of evidence, the levels? One statement.

The student page may ask ten times. Each of these alone would be a question more; together they are one, of few rows.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import connection

from cairn.learning.frameworks.queries import short
from cairn.learning.mastery.years import NAME, DatedLevel
from cairn.learning.plans.planned import day_of
from cairn.rules.growth import Baseline
from cairn.rules.pace import ByHand
from cairn.rules.schooldays import EVERY_WEEKDAY, SchoolDays, Span

PLACES = "(SELECT aa.ancestor_id FROM people_agencyancestor aa WHERE aa.agency_id = %(school)s)"
NOTHING = {"n": "CAST(NULL AS bigint)", "d": "CAST(NULL AS date)"}
# what, framework (or agency), id, begin, end, number, name, more, by, place, spot
CALENDAR = f"""
SELECT 'session' AS what, {{n}} AS framework, {{n}} AS id, s.begin_on, s.end_on, 0 AS number, s.kind AS name, '' AS more, '' AS by_whom,
    0 AS place, 0 AS spot
FROM people_academicsession s WHERE s.active AND (s.district_id IS NULL OR s.district_id IN {PLACES})
UNION ALL
SELECT 'off', {{n}}, {{n}}, o.begin_on, o.end_on, 0, '', '', '', 0, 0 FROM people_dayoff o
WHERE o.agency_id IN {PLACES} AND o.set_on <= %(on)s AND (o.removed_on IS NULL OR o.removed_on > %(on)s)
UNION ALL
SELECT 'grace', g.agency_id, g.id, g.set_on, {{d}}, g.days, '', '', '', 0, 0 FROM learning_pacegrace g
WHERE g.agency_id IN {PLACES} AND g.set_on <= %(on)s""".format(**NOTHING)
STUDENT = f"""
UNION ALL
SELECT 'hand', h.framework_id, h.id, h.set_on, h.until, h.weeks, h.word, h.reason,
    COALESCE(COALESCE(NULLIF(a.preferred_given_name, ''), a.given_name) || ' '
        || COALESCE(NULLIF(a.preferred_family_name, ''), a.family_name), ''), 0, 0
FROM learning_pacebyhand h JOIN people_account c ON c.id = h.account_id LEFT JOIN people_adult a ON a.id = c.adult_id
WHERE h.student_id = %(student)s AND h.set_on <= %(on)s AND h.until >= %(on)s AND (h.lifted_on IS NULL OR h.lifted_on > %(on)s)
UNION ALL
SELECT 'shown', i.framework_id, e.target_id, MIN(e.shown_on), MAX(e.shown_on), 0, '', '', '', 0, 0
FROM learning_evidence e JOIN learning_item i ON i.id = e.target_id
WHERE e.student_id = %(student)s AND e.value IS NOT NULL AND e.entered_on <= %(on)s AND e.id NOT IN (
    SELECT n.supersedes_id FROM learning_evidence n
    WHERE n.student_id = %(student)s AND n.supersedes_id IS NOT NULL AND n.entered_on <= %(on)s)
GROUP BY i.framework_id, e.target_id
UNION ALL
SELECT 'level', i.framework_id, i.id, sl.begin_on, sl.end_on, COALESCE(pc.met, 0), {NAME},
    COALESCE(NULLIF(ft.subject, ''), NULLIF(f.subject, ''), f.title), '', f.position, i.position
FROM learning_item i
JOIN learning_framework f ON f.id = i.framework_id
LEFT JOIN learning_studentlevel sl ON sl.level_id = i.id AND sl.student_id = %(student)s AND sl.begin_on <= %(on)s
LEFT JOIN learning_framework ft ON ft.translates_id = f.id AND ft.language = %(language)s
LEFT JOIN learning_wording w ON w.item_id = i.id AND w.language = %(language)s AND w.value IS NULL
LEFT JOIN learning_parentcount pc ON pc.item_id = sl.level_id AND pc.student_id = sl.student_id
WHERE (i.kind = 'level' AND i.retired_at IS NULL OR sl.id IS NOT NULL) AND i.framework_id IN (
    SELECT own.framework_id FROM learning_studentlevel own WHERE own.student_id = %(student)s)"""


@dataclass(frozen=True, slots=True)
class SetPace:
    """What an adult set, until which day, why, and who."""

    rule: ByHand
    set_on: date
    until: date
    reason: str
    by: str


@dataclass(slots=True)
class Around:
    """All of it. by_hand: framework -> what was set; shown: target -> (framework, first day, last day) of its evidence.

    levels: at which the student ever worked, subject by subject, the oldest first. order: framework -> its levels (ids), the
    lowest first. named: level -> its name.
    """

    days: SchoolDays = EVERY_WEEKDAY
    grace: int = 0
    year: date | None = None  # the first day of the school year that had last begun
    by_hand: dict[int, SetPace] = field(default_factory=dict)
    shown: dict[int, tuple[int, date, date]] = field(default_factory=dict)
    levels: list[DatedLevel] = field(default_factory=list)
    order: dict[int, list[int]] = field(default_factory=dict)
    named: dict[int, str] = field(default_factory=dict)

    @property
    def baseline(self) -> Baseline | None:
        """Growth counts from the first day of the school year."""
        return Baseline(self.year, "year") if self.year else None


def around(student: int | None, school: int | None, *, on: date, language: str = "en") -> Around:
    """What stood at the end of a day around a student (None: of nobody, the calendar alone) in a school (ids). One query.

    The caller has asked `access`. Sessions are as the roster has them now; the met targets of a level are today's.
    """
    values = {"student": student, "school": school, "on": on.isoformat(), "language": language}
    with connection.cursor() as cursor:
        cursor.execute(CALENDAR if student is None else CALENDAR + STUDENT, values)
        rows = cursor.fetchall()
    kinds: dict[str, list[tuple[Any, ...]]] = {}
    for what, framework, id_, begin, end, *rest in rows:
        kinds.setdefault(what, []).append((framework, id_, day_of(begin), day_of(end), *rest))
    sessions = kinds.get("session", [])
    found = Around(
        days=SchoolDays(_spans(sessions), _spans(kinds.get("off", []))),
        grace=_grace(kinds.get("grace", []), school),
        year=_year(sessions, on),
        by_hand={
            framework: SetPace(ByHand(word or None, weeks), begin, end, reason, by)
            for framework, _id, begin, end, weeks, word, reason, by, *_rest in kinds.get("hand", [])
        },
        shown={
            target: (framework, first, last)
            for framework, target, first, last, *_rest in kinds.get("shown", [])
        },
    )
    _levels(found, kinds.get("level", []), on)
    return found


def of_school(school: int, *, on: date) -> Around:
    """The calendar of a school and its grace on a day. One query."""
    return around(None, school, on=on)


def _spans(rows: list[tuple[Any, ...]]) -> tuple[Span, ...]:
    return tuple((begin, end) for _framework, _id, begin, end, *_rest in rows)


def _grace(rows: list[tuple[Any, ...]], school: int | None) -> int:
    """The school's own, else the newest of those above it."""
    newest = max(rows, key=lambda row: (row[0] == school, row[2], row[1]), default=None)
    return newest[4] if newest else 0


def _year(sessions: list[tuple[Any, ...]], on: date) -> date | None:
    """Where no school year was ever imported, one begins on the first of August, as `access` has it."""
    years = [begin for _agency, _id, begin, _end, _number, kind, *_rest in sessions if kind == "schoolYear"]
    if not years:
        return date(on.year if on.month >= 8 else on.year - 1, 8, 1)
    return max((begin for begin in years if begin <= on), default=None)


def _levels(found: Around, rows: list[tuple[Any, ...]], on: date) -> None:
    rows.sort(key=lambda row: (row[8], row[0], row[9], row[1], row[2] or date.min))
    for framework, level, begin, end, met, name, subject, *_rest in rows:
        order = found.order.setdefault(framework, [])
        if level not in order:
            order.append(level)
        found.named[level] = short(name, "", "")
        if begin is not None:
            ended = None if end is not None and end > on else end  # on that day it still held
            found.levels.append(DatedLevel(framework, subject, level, found.named[level], begin, ended, met))
    found.levels.sort(key=lambda row: (_place(found, row), row.begin_on))


def _place(found: Around, row: DatedLevel) -> int:
    return list(found.order).index(row.framework_id)
