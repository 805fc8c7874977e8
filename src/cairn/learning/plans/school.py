"""What does a school need to look at this week? Six numbers, each with the list of names behind it.

Every function takes the school and a day, and asks for `decision`, the answer of `access` for that school. A number and
its list come from the same rows. Nobody is ranked; lists are by name.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import connection

from cairn.access.decide import Decision, NotHere, today
from cairn.learning.frameworks.models import Item
from cairn.learning.frameworks.queries import names_of
from cairn.learning.mastery.asof import LIVE, mastery_then
from cairn.learning.plans.around import of_school
from cairn.people.models import Agency, Class, Student
from cairn.rules.pace import MOST_WEEKS
from cairn.rules.schooldays import WEEK

WEEKS = timedelta(weeks=3)
QUIET_AFTER = WEEKS
STUCK_LEAST = 10  # students working on a target before the school can be said to be stuck on it
STUCK_SHARE = 0.5
TO_GO_LEAST = 3  # targets to go on one's plan in a subject before a name is listed

HERE = """(
    SELECT DISTINCT se.student_id FROM people_schoolenrollment se JOIN people_student st ON st.id = se.student_id
    WHERE se.school_id = %(school)s AND st.active AND (se.begin_on IS NULL OR se.begin_on <= %(on)s)
      AND (se.end_on IS NULL OR se.end_on >= %(on)s))"""
CLASSES = """(
    SELECT k.id, k.course_id FROM people_class k
    WHERE k.school_id = %(school)s AND k.active AND (k.begin_on IS NULL OR k.begin_on <= %(on)s)
      AND (k.end_on IS NULL OR k.end_on >= %(on)s))"""
PLAN = f"""
    SELECT k.id AS klass_id, pt.target_id, pt.planned_on FROM {CLASSES} AS k
    JOIN learning_plannedtarget pt ON pt.valid_from <= %(on)s AND (pt.valid_to IS NULL OR pt.valid_to >= %(on)s) AND (
        pt.klass_id = k.id OR (pt.course_id = k.course_id AND NOT EXISTS (
            SELECT 1 FROM learning_plannedtarget own WHERE own.klass_id = k.id
              AND own.valid_from <= %(on)s AND (own.valid_to IS NULL OR own.valid_to >= %(on)s))))"""
ENROLLED = f"""
    SELECT ce.student_id, ce.klass_id FROM people_classenrollment ce
    WHERE ce.klass_id IN (SELECT id FROM {CLASSES} AS k) AND (ce.begin_on IS NULL OR ce.begin_on <= %(on)s)
      AND (ce.end_on IS NULL OR ce.end_on >= %(on)s)"""
# Which planned weeks are over, for a plan that was moved by 0 to 12 weeks.
OVER = " OR ".join(
    f"(COALESCE(h.weeks, 0) = {weeks} AND p.planned_on < %(over{weeks})s)" for weeks in range(MOST_WEEKS + 1)
)
OVER = f"COALESCE(h.word, '') NOT IN ('ahead', 'on') AND ({OVER})"

QUERIES = {
    "enrolled": f"SELECT here.student_id, 0 AS n FROM {HERE} AS here",
    "personalized": f"""
        SELECT DISTINCT pp.student_id, 0 AS n FROM people_programparticipation pp
        WHERE pp.school_id = %(school)s AND pp.program = 'personalized_learning'
          AND (pp.begin_on IS NULL OR pp.begin_on <= %(on)s) AND (pp.end_on IS NULL OR pp.end_on >= %(on)s)
          AND pp.student_id IN {HERE}""",
    # Nothing that stands was shown in the last three weeks.
    "quiet": f"""
        SELECT here.student_id, 0 AS n FROM {HERE} AS here WHERE NOT EXISTS (
            SELECT 1 FROM learning_mastery m
            WHERE m.student_id = here.student_id AND m.count > 0 AND m.last_shown_on > %(since)s)""",
    # Targets that became met in the last three weeks, counted per student.
    "grown": f"""
        SELECT m.student_id, COUNT(*) AS n FROM learning_mastery m
        WHERE m.student_id IN {HERE} AND m.met_on > %(since)s AND m.met_on <= %(on)s
        GROUP BY m.student_id""",
    # Planned targets of weeks that are over and not met, per student and subject; the subject with most to go counts.
    # Whoever was set on or ahead of plan by hand is not asked about; a plan that was moved is over so many weeks later.
    "to_go": f"""
        SELECT student_id, MAX(to_go) AS n FROM (
            SELECT e.student_id, i.framework_id, COUNT(DISTINCT p.target_id) AS to_go
            FROM ({ENROLLED}) AS e JOIN ({PLAN}) AS p ON p.klass_id = e.klass_id
            JOIN learning_item i ON i.id = p.target_id
            LEFT JOIN learning_mastery m ON m.student_id = e.student_id AND m.target_id = p.target_id AND m.met
            LEFT JOIN learning_pacebyhand h ON h.student_id = e.student_id AND h.framework_id = i.framework_id
                AND h.set_on <= %(on)s AND h.until >= %(on)s AND (h.lifted_on IS NULL OR h.lifted_on > %(on)s)
            WHERE m.id IS NULL AND ({OVER})
            GROUP BY e.student_id, i.framework_id) AS per_subject
        WHERE to_go >= {TO_GO_LEAST} GROUP BY student_id""",
    "target": f"""
        SELECT m.student_id, 0 AS n FROM learning_mastery m
        WHERE m.target_id = %(target)s AND m.count > 0 AND NOT m.met AND m.last_shown_on > %(since6)s
          AND m.student_id IN {HERE}""",
}
STUCK = f"""
    SELECT m.target_id, SUM(CASE WHEN m.met THEN 1 ELSE 0 END) AS met, COUNT(*) AS working
    FROM learning_mastery m JOIN learning_item i ON i.id = m.target_id
    WHERE m.student_id IN {HERE} AND m.count > 0 AND m.last_shown_on > %(since6)s AND i.kind <> 'other'
    GROUP BY m.target_id HAVING COUNT(*) >= {STUCK_LEAST}
    ORDER BY SUM(CASE WHEN m.met THEN 1.0 ELSE 0.0 END) / COUNT(*), m.target_id"""
GAPS = f"""
    SELECT k.id, EXISTS (SELECT 1 FROM ({PLAN}) AS p WHERE p.klass_id = k.id) AS planned,
        (SELECT COUNT(*) FROM ({ENROLLED}) AS e WHERE e.klass_id = k.id) AS students
    FROM {CLASSES} AS k
    WHERE NOT EXISTS (
        SELECT 1 FROM ({ENROLLED}) AS e JOIN learning_evidence v ON v.student_id = e.student_id
        WHERE e.klass_id = k.id AND v.klass_id = k.id AND v.shown_on > %(since)s AND v.shown_on <= %(on)s
          AND v.entered_on <= %(on)s)"""


@dataclass(frozen=True, slots=True)
class Listed:
    """A student on a list, with the count that brought them there (0 where the list has none)."""

    student: Student
    count: int


@dataclass(frozen=True, slots=True)
class StuckTarget:
    """A target that fewer than half of those working on it have met."""

    public_id: str
    name: str
    met: int
    working: int


@dataclass(frozen=True, slots=True)
class ClassGap:
    """A class without evidence in three weeks, and whether it has a plan at all."""

    klass: Class
    planned: bool
    students: int


def values_of(school: Agency, on: date) -> dict[str, Any]:
    """What the statements here and in burden.py ask for: the school, the day, and the days before it."""
    return {
        "school": school.pk,
        "on": on.isoformat(),
        "since": (on - WEEKS).isoformat(),
        "since6": (on - 2 * WEEKS).isoformat(),
    }


def _overdue(school: Agency, on: date) -> dict[str, str]:
    """The Mondays before which planned weeks are over by the school's calendar, for a plan moved by 0 to 12 weeks. One query."""
    here = of_school(school.pk, on=on)
    over = here.days.weeks(on, here.grace).over
    first = max(over, date.min + MOST_WEEKS * WEEK)
    return {f"over{weeks}": (first - weeks * WEEK).isoformat() for weeks in range(MOST_WEEKS + 1)}


@contextmanager
def record_of(school: Agency, decision: Decision, *, on: date) -> Iterator[str]:
    """The table to count in, for the functions below: what stands now, or what stood at the end of a past day."""
    allow(decision)
    if on >= today():
        yield LIVE
        return
    students = [
        student for (student,) in run_sql(f"SELECT student_id FROM {HERE} AS here", values_of(school, on))
    ]
    with mastery_then(students, on) as table:
        yield table


def run_sql(sql: str, values: dict[str, Any], record: str = LIVE) -> list[tuple[Any, ...]]:
    """The rows of one statement, counted in the record of the day."""
    with connection.cursor() as cursor:
        cursor.execute(sql.replace(LIVE, record), values)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def allow(decision: Decision) -> None:
    """Raises NotHere where `access` did not allow it."""
    if not decision.allowed:
        raise NotHere


def numbers(school: Agency, decision: Decision, *, on: date, record: str = LIVE) -> dict[str, int]:
    """How many students each list has: enrolled, personalized, quiet, grown, to_go; and `met`, the targets newly met."""
    allow(decision)
    values = values_of(school, on) | _overdue(school, on)
    found: dict[str, int] = {}
    for name in ("enrolled", "personalized", "quiet", "grown", "to_go"):
        ((students, total),) = run_sql(
            f"SELECT COUNT(*), COALESCE(SUM(n), 0) FROM ({QUERIES[name]}) AS listed", values, record
        )
        found[name] = int(students)
        if name == "grown":
            found["met"] = int(total)
    return found


def students_listed(
    school: Agency,
    name: str,
    decision: Decision,
    *,
    on: date,
    target: int | None = None,
    first: int = 0,
    most: int = 100,
    record: str = LIVE,
) -> tuple[list[Listed], int]:
    """One page of the students behind a number, by family name, and how many there are. Raises KeyError: no such list."""
    allow(decision)
    values = values_of(school, on) | {"target": target}
    if name == "to_go":
        values |= _overdue(school, on)
    counts = {student: int(count) for student, count in run_sql(QUERIES[name], values, record)}
    rows = Student.objects.filter(pk__in=list(counts)).order_by("family_name", "given_name", "pk")
    return [Listed(row, counts[row.pk]) for row in rows[first : first + most]], len(counts)


def stuck_targets(
    school: Agency, decision: Decision, *, on: date, language: str, most: int = 10, record: str = LIVE
) -> list[StuckTarget]:
    """Targets that at least ten students work on and fewer than half of them have met, the hardest first."""
    allow(decision)
    found = run_sql(STUCK, values_of(school, on), record)
    rows = [(t, int(m), w) for t, m, w in found if m < STUCK_SHARE * w][:most]
    names = names_of([target for target, _, _ in rows], language)
    ids = _public_ids([target for target, _, _ in rows])
    return [StuckTarget(ids[target], names[target][0], met, working) for target, met, working in rows]


def _public_ids(items: Sequence[int]) -> dict[int, str]:
    return dict(Item.objects.filter(pk__in=items).values_list("pk", "public_id"))


def class_gaps(school: Agency, decision: Decision, *, on: date) -> tuple[list[ClassGap], int]:
    """Classes without evidence in three weeks, by title; and how many classes meet on the day."""
    allow(decision)
    values = values_of(school, on)
    found = {pk: (bool(planned), int(students)) for pk, planned, students in run_sql(GAPS, values)}
    classes = Class.objects.filter(pk__in=list(found)).order_by("title", "pk")
    ((total,),) = run_sql(f"SELECT COUNT(*) FROM {CLASSES} AS k", values)
    return [ClassGap(klass, *found[klass.pk]) for klass in classes if found[klass.pk][1]], int(total)
