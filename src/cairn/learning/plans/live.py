"""Has anything in this class changed since the page was drawn, and who did it? For pages that ask every two seconds."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zlib import crc32

from django.db import connection
from django.utils import timezone

from cairn.access.decide import NotHere, today
from cairn.access.policy import rules_for
from cairn.learning.evidence.models import Evidence
from cairn.learning.plans.queries import ClassGrid
from cairn.people.models import Account
from cairn.people.ties import AGENCY_TIES, CLASS_TIES

DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
HELD = "(t.begin_on IS NULL OR t.begin_on <= %s) AND (t.end_on IS NULL OR t.end_on >= %s)"
# Permission and version in one statement: the rows of `policy.py` whose window is now, on the class or on an agency
# at or above its school. The agreement with `may()` is a test.
PULSE = f"""
SELECT k.version, s.id, rv.number
FROM people_class k
LEFT JOIN people_classenrollment e ON e.klass_id = k.id
    AND (e.begin_on IS NULL OR e.begin_on <= %s) AND (e.end_on IS NULL OR e.end_on >= %s)
LEFT JOIN people_student s ON s.id = e.student_id AND s.active
LEFT JOIN learning_recordversion rv ON rv.student_id = s.id
WHERE k.public_id = %s AND (k.end_on IS NULL OR k.end_on >= %s) AND (
    EXISTS (SELECT 1 FROM people_tie t WHERE t.adult_id = %s AND t.klass_id = k.id AND t.kind IN ({{classes}}) AND {HELD})
    OR EXISTS (
        SELECT 1 FROM people_agencyancestor aa JOIN people_tie t ON t.agency_id = aa.ancestor_id
        WHERE aa.agency_id = k.school_id AND t.adult_id = %s AND t.kind IN ({{agencies}}) AND {HELD}))
"""


@dataclass(frozen=True, slots=True)
class Pulse:
    """The state of a class: a version of its plan and roster (`shape`), and a number per student's record."""

    shape: str
    numbers: tuple[int, ...]

    def __str__(self) -> str:
        return f"{self.shape}.{'-'.join(_base36(number) for number in self.numbers)}"

    def changed_since(self, version: str) -> list[int] | None:
        """Places (in the order of ids) of the students whose record changed; None when the shape did."""
        shape, _, numbers = version.rpartition(".")
        before = numbers.split("-") if numbers else []
        now = [_base36(number) for number in self.numbers]
        if shape != self.shape or len(before) != len(now):
            return None
        return [place for place, (a, b) in enumerate(zip(before, now, strict=True)) if a != b]


def _base36(number: int) -> str:
    text = ""
    while True:
        number, digit = divmod(number, 36)
        text = DIGITS[digit] + text
        if not number:
            return text


def _pulse(klass_version: int, day: date, numbers: dict[int, int]) -> Pulse:
    students = sorted(numbers)
    roster = crc32(",".join(map(str, students)).encode())
    return Pulse(
        f"{klass_version:x}.{day:%y%m%d}.{roster:x}", tuple(numbers[student] for student in students)
    )


def pulse_of_grid(grid: ClassGrid) -> Pulse:
    """The pulse at the moment a grid was read."""
    return _pulse(
        grid.klass.version,
        grid.on,
        {row.student.pk: getattr(row.student, "version", None) or 0 for row in grid.rows},
    )


def class_pulse(viewer: Account, public_id: str, *, on: date | None = None) -> Pulse:
    """The pulse of a class now. One statement that asks for the permission too; raises NotHere without it."""
    on = on or today()
    kinds = {rule.tie for rule in rules_for("view", "academic") if rule.window == "now"}
    if viewer.adult_id is None or not viewer.is_active:
        raise NotHere
    sql = PULSE.format(classes=_quoted(kinds, CLASS_TIES), agencies=_quoted(kinds, AGENCY_TIES))
    day = on.isoformat()
    with connection.cursor() as cursor:
        cursor.execute(sql, [day, day, public_id, day, viewer.adult_id, day, day, viewer.adult_id, day, day])
        rows = cursor.fetchall()
    if not rows:
        raise NotHere
    return _pulse(rows[0][0], on, {student: number or 0 for _, student, number in rows if student})


def _quoted(kinds: set[str], among: Sequence[str]) -> str:
    return ",".join(f"'{kind}'" for kind in among if kind in kinds) or "''"


@dataclass(frozen=True, slots=True)
class Entered:
    """One score that somebody else entered: for whom, on what, by whom, when."""

    student: int
    target: int
    by: str
    at: datetime


def entered_since(
    students: Sequence[int], targets: Sequence[int], since: datetime, *, other_than: Account
) -> list[Entered]:
    """What others entered for these students (ids, of a class the viewer may see) since a moment, oldest first."""
    rows = (
        Evidence.objects.filter(
            student__in=students,
            target__in=targets,
            entered_on__gte=timezone.localdate(since),
            entered_at__gt=since,
        )
        .exclude(account=other_than)
        .select_related("recorded_by")
        .order_by("entered_at", "pk")
    )
    return [
        Entered(
            row.student_id, row.target_id, row.recorded_by.name if row.recorded_by else "", row.entered_at
        )
        for row in rows
    ]
