"""What does recording cost a school: entry of scores, entries made twice, classes whose evidence has grown old?

What is measured and what may be said of it is the rule of rules/burden.py. As in school.py, every function takes the school and a day and
asks for `decision`, the answer of `access`; nobody is ranked, lists are by title.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection
from django.utils import timezone

from cairn.access.decide import Decision, today
from cairn.learning.frameworks.rulebook import POLICY_IN_FORCE
from cairn.learning.frameworks.scales import CalculationPolicy
from cairn.learning.mastery.asof import LIVE, end_of
from cairn.learning.plans.planned import day_of
from cairn.learning.plans.school import CLASSES, ENROLLED, HERE, PLAN, allow, run_sql, values_of
from cairn.people.models import Agency, Class, Course
from cairn.rules.burden import Alike, Burden, Doubled, Measured, burden, doubled, fresh_since

# The scores of this cycle (late) and of the one before, by course.
LATE = "CASE WHEN e.recorded_on > %(since)s THEN 1 ELSE 0 END"
MEASURED = f"""
    SELECT {LATE} AS late, k.course_id, e.seconds, e.taps, SUM(e.scores), SUM(e.spent)
    FROM people_class k JOIN learning_effort e ON e.klass_id = k.id
    WHERE k.school_id = %(school)s AND e.recorded_on > %(since6)s AND e.recorded_on <= %(on)s
    GROUP BY {LATE}, k.course_id, e.seconds, e.taps"""
# The classes measured in a cycle, each with everybody who taught it then.
TAUGHT_IN = """
    SELECT {late} AS late, k.course_id, k.id, t.adult_id FROM people_class k
    LEFT JOIN people_tie t ON t.klass_id = k.id AND t.kind IN ('teaches', 'co_teaches')
        AND (t.begin_on IS NULL OR t.begin_on <= {until}) AND (t.end_on IS NULL OR t.end_on > {since})
    WHERE k.school_id = %(school)s AND EXISTS (
        SELECT 1 FROM learning_effort e
        WHERE e.klass_id = k.id AND e.recorded_on > {since} AND e.recorded_on <= {until})"""
TAUGHT = " UNION ALL ".join(
    TAUGHT_IN.format(late=late, since=f"%({since})s", until=f"%({until})s")
    for late, since, until in ((1, "since", "on"), (0, "since6", "since"))
)
# Scores that stand more than once: the same student, target, day and value, shown in the last three weeks. The index alone finds the
# few that may; then what was corrected or taken back is left out, so a correction doubles nothing.
ALIKE = f"""
    WITH again AS (
        SELECT e.student_id, e.target_id, e.shown_on, e.value FROM learning_evidence e
        WHERE e.student_id IN {HERE} AND e.shown_on > %(since)s AND e.shown_on <= %(on)s AND e.entered_on <= %(on)s
          AND e.value IS NOT NULL
        GROUP BY e.student_id, e.target_id, e.shown_on, e.value HAVING COUNT(*) > 1)
    SELECT klass_id, typed, filed, works, COUNT(*) FROM (
        SELECT MAX(e.klass_id) AS klass_id, SUM(CASE WHEN e.run_id IS NULL THEN 1 ELSE 0 END) AS typed,
            SUM(CASE WHEN e.run_id IS NULL THEN 0 ELSE 1 END) AS filed, COUNT(DISTINCT NULLIF(e.title, '')) AS works
        FROM again a JOIN learning_evidence e ON e.student_id = a.student_id AND e.target_id = a.target_id
            AND e.shown_on = a.shown_on AND e.value = a.value AND e.entered_on <= %(on)s
        WHERE NOT EXISTS (
            SELECT 1 FROM learning_evidence c WHERE c.supersedes_id = e.id AND c.entered_on <= %(on)s)
        GROUP BY a.student_id, a.target_id, a.shown_on, a.value HAVING COUNT(*) > 1) AS alike
    GROUP BY klass_id, typed, filed, works"""
# The targets planned by now, each with the first day whose evidence is not old.
DUE = f"""
    SELECT p.klass_id, p.target_id, {{fresh}} AS fresh_since FROM ({PLAN}) AS p
    JOIN learning_item i ON i.id = p.target_id WHERE p.planned_on IS NULL OR p.planned_on <= %(on)s"""
KNOWN = f"""
    SELECT 1 FROM ({ENROLLED}) AS e JOIN due p ON p.klass_id = e.klass_id
    JOIN {LIVE} m ON m.student_id = e.student_id AND m.target_id = p.target_id
    WHERE e.klass_id = k.id AND m.count > 0 AND m.last_shown_on >= p.fresh_since"""
# Classes that have students and planned targets, and whether none of these has fresh evidence.
AGED = f"""
    WITH due AS MATERIALIZED ({{due}})
    SELECT k.id, CASE WHEN EXISTS ({KNOWN}) THEN 0 ELSE 1 END FROM {CLASSES} AS k
    WHERE k.id IN (SELECT klass_id FROM due) AND k.id IN (SELECT klass_id FROM ({ENROLLED}) AS held)"""
COUNTED = f"""
    WITH due AS MATERIALIZED ({{due}})
    SELECT e.klass_id, COUNT(DISTINCT e.student_id), COUNT(DISTINCT CASE WHEN m.id IS NULL THEN NULL ELSE e.student_id END),
        COUNT(DISTINCT p.target_id), COUNT(DISTINCT CASE WHEN m.id IS NULL THEN NULL ELSE p.target_id END), MAX(m.last_shown_on)
    FROM ({ENROLLED}) AS e JOIN due p ON p.klass_id = e.klass_id
    LEFT JOIN {LIVE} m ON m.student_id = e.student_id AND m.target_id = p.target_id AND m.count > 0
    WHERE e.klass_id IN ({{classes}}) GROUP BY e.klass_id"""


@dataclass(frozen=True, slots=True)
class Cost:
    """What entry takes: in this cycle and in the one before, as far as it may be said. title: of the course; empty: the whole school."""

    title: str
    now: Burden | None
    before: Burden | None


@dataclass(frozen=True, slots=True)
class SchoolCost:
    """The school and its courses by title. few: courses that were measured, of which too little is known to say anything."""

    whole: Cost
    courses: list[Cost]
    few: int

    @property
    def is_measured(self) -> bool:
        """Was any score measured in this cycle?"""
        return bool(self.courses or self.few or self.whole.now)


class _Group:
    """What is known of one course or of the school in one cycle."""

    def __init__(self) -> None:
        self.measured: list[Measured] = []
        self.classes: set[int] = set()
        self.teachers: set[int] = set()

    def said(self) -> Burden | None:
        return burden(self.measured, len(self.classes), len(self.teachers))


def entry_cost(school: Agency, decision: Decision, *, on: date) -> SchoolCost:
    """What entering scores took in the three weeks up to a day. Three queries."""
    allow(decision)
    values = values_of(school, on)
    groups: dict[tuple[bool, int | None], _Group] = defaultdict(_Group)
    whole = {True: _Group(), False: _Group()}
    for late, course, seconds, taps, scores, spent in run_sql(MEASURED, values):
        row = Measured(seconds, taps, int(scores), int(spent))
        for group in (groups[bool(late), course], whole[bool(late)]):
            group.measured.append(row)
    for late, course, klass, adult in run_sql(TAUGHT, values):
        for group in (groups[bool(late), course], whole[bool(late)]):
            group.classes.add(klass)
            if adult is not None:
                group.teachers.add(adult)
    now = {course: group.said() for (late, course), group in groups.items() if late}
    before = {course: group.said() for (late, course), group in groups.items() if not late}
    rows = Course.objects.filter(pk__in=[pk for pk, said in now.items() if pk and said]).order_by(
        "title", "pk"
    )
    courses = [Cost(row.title, now[row.pk], before.get(row.pk)) for row in rows]
    return SchoolCost(Cost("", whole[True].said(), whole[False].said()), courses, len(now) - len(courses))


@dataclass(frozen=True, slots=True)
class Twice:
    """What was entered twice in one class; klass None: outside the classes of this school."""

    klass: Class | None
    counts: Doubled


def entered_twice(school: Agency, decision: Decision, *, on: date) -> tuple[Doubled, list[Twice]]:
    """Scores shown in the three weeks up to a day that were entered more than once: all, and by class, by title. Two queries."""
    allow(decision)
    groups: dict[int | None, list[Alike]] = defaultdict(list)
    for klass, typed, filed, works, times in run_sql(ALIKE, values_of(school, on)):
        groups[klass].append(Alike(int(typed), int(filed), int(works), int(times)))
    classes = {row.pk: row for row in _by_title([pk for pk in groups if pk], school)}
    elsewhere = [one for pk, group in groups.items() if pk not in classes for one in group]
    found = [Twice(row, doubled(groups[pk])) for pk, row in classes.items()]
    found.append(Twice(None, doubled(elsewhere)))
    total = doubled(one for group in groups.values() for one in group)
    return total, [row for row in found if row.counts.total]


@dataclass(frozen=True, slots=True)
class OldClass:
    """A class without fresh evidence for any target planned by now. newest: of its evidence for them, None: there is none.

    students, targets: how many it has; without: how many of the students, and `untouched` of the targets, have no evidence at all.
    """

    klass: Class
    students: int
    without: int
    targets: int
    untouched: int
    newest: date | None


def old_classes(school: Agency, decision: Decision, *, on: date, record: str = LIVE) -> tuple[list[int], int]:
    """Ids of the classes whose evidence for what is planned by now has grown old, and of how many. Two queries."""
    allow(decision)
    values = _values(school, on)
    rows = run_sql(AGED.format(due=_due(on)), values, record)
    return [klass for klass, is_old in rows if is_old], len(rows)


def old_classes_listed(
    school: Agency, classes: Iterable[int], decision: Decision, *, on: date, record: str = LIVE
) -> list[OldClass]:
    """The same by title, counted. Three queries; none where there are no such classes."""
    allow(decision)
    ids = ",".join(str(int(klass)) for klass in classes)
    if not ids:
        return []
    rows = run_sql(COUNTED.format(due=_due(on), classes=ids), _values(school, on), record)
    counts = {
        klass: (students, students - with_some, targets, targets - touched, day_of(newest))
        for klass, students, with_some, targets, touched, newest in rows
    }
    return [OldClass(row, *counts[row.pk]) for row in _by_title(counts, school)]


def _by_title(classes: Iterable[int], school: Agency) -> Iterable[Class]:
    return Class.objects.filter(pk__in=list(classes), school=school).order_by("title", "pk")


def _values(school: Agency, on: date) -> dict[str, Any]:
    moment = end_of(on) if on < today() else timezone.now()
    return values_of(school, on) | {"moment": connection.ops.adapt_datetimefield_value(moment)}


def _due(on: date) -> str:
    """DUE with the day from which evidence is fresh, as each target's policy has it. One query."""
    usual = f"'{fresh_since(on).isoformat()}'"
    cases = [
        f"WHEN {pk} THEN '{fresh_since(on, conditions['stale_after']).isoformat()}'"
        for pk, conditions in CalculationPolicy.objects.order_by("pk").values_list("pk", "conditions")
        if conditions.get("stale_after")
    ]
    fresh = usual
    if cases:
        policy = POLICY_IN_FORCE.replace("%s", "%(moment)s")
        fresh = f"CASE {policy} {' '.join(cases)} ELSE {usual} END"
    return DUE.format(fresh=f"CAST({fresh} AS date)" if connection.vendor == "postgresql" else fresh)
