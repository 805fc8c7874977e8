"""How are levels and parent counts that do not follow from the evidence mended? Cell by cell, the students' records locked.

Everything is read again under the lock, so what was typed since somebody looked is never overwritten.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction

from cairn.learning.evidence.models import Evidence
from cairn.learning.mastery.actions import bump
from cairn.learning.mastery.cells import Cell, read_cells, write_cells
from cairn.learning.mastery.models import Mastery, ParentCount, RecordVersion
from cairn.learning.sql import insert_rows

FIELDS = (
    "level",
    "met",
    "no_score",
    "count",
    "last_shown_on",
    "changed_on",
    "previous_level",
    "met_on",
    "policy_id",
    "override_id",
    "computed_level",
    "due_on",
)
GROUP = 200  # students in one transaction
CELLS = 5_000  # cells in one statement

# Takes the cells that differ, each with what stood there: level, met, policy version; None: nothing.
Log = Callable[[Sequence[tuple[Cell, tuple[Any, ...] | None]]], None]


@dataclass(slots=True)
class Mended:
    """Levels and counts of some students, looked at one by one: how many differed, and how many counts there are now."""

    cells_changed: int = 0
    parents: int = 0
    parents_changed: int = 0


def mend(
    pairs: Sequence[tuple[int, int]],
    students: Sequence[int],
    *,
    now: datetime,
    today: date,
    dry_run: bool = False,
    log: Log | None = None,
) -> Mended:
    """Decide these cells (student, target) anew and count above them; write what differs. All of it in one transaction.

    `students`: everyone among the pairs, and those whose counts alone are in doubt. `log` is told of each change.
    """
    with transaction.atomic():
        _lock(students)
        differing = _mend_cells(pairs, students, now, today, dry_run, log)
        miscounted, parents = _mend_parents(students, dry_run)
        changed = {student for student, _target in [*differing, *miscounted]}
        if changed and not dry_run:
            bump(sorted(changed))
    return Mended(len(differing), parents, len(miscounted))


def _lock(students: Sequence[int]) -> None:
    list(RecordVersion.objects.select_for_update().filter(student__in=students).order_by("student"))


def _mend_cells(
    pairs: Sequence[tuple[int, int]],
    students: Sequence[int],
    now: datetime,
    today: date,
    dry_run: bool,
    log: Log | None,
) -> list[tuple[int, int]]:
    rows = Mastery.objects.filter(student__in=students)
    targets = {target for _student, target in pairs}
    if len(targets) <= GROUP:
        rows = rows.filter(target__in=targets)
    kept = {
        (student, target): tuple(values)
        for student, target, *values in rows.values_list("student", "target", *FIELDS)
    }
    differing: dict[tuple[int, int], Cell] = {}
    ordered = sorted(pairs)
    for begin in range(0, len(ordered), CELLS):
        for key, cell in read_cells(ordered[begin : begin + CELLS], now=now, today=today).items():
            if cell.now is not None and row_of(cell) != kept.get(key):
                differing[key] = cell
    if differing and not dry_run:
        write_cells(differing)
        if log is not None:
            log([(cell, _before(kept.get(key))) for key, cell in differing.items()])
    return list(differing)


def _before(row: tuple[Any, ...] | None) -> tuple[Any, ...] | None:
    return (row[0], row[1], row[FIELDS.index("policy_id")]) if row else None


def row_of(cell: Cell) -> tuple[Any, ...] | None:
    """What should be kept of a cell, in the order of FIELDS; None: nothing."""
    decided = cell.now
    if decided is None or decided.last_shown_on is None:
        return None
    return (
        decided.level,
        decided.met,
        decided.no_score,
        decided.count,
        decided.last_shown_on,
        decided.changed_on,
        decided.previous_level,
        decided.met_on,
        cell.policy,
        decided.override,
        decided.computed_level,
        decided.due_on,
    )


COUNT = """
SELECT m.student_id, a.ancestor_id, SUM(CASE WHEN m.met THEN 1 ELSE 0 END), COUNT(*)
FROM learning_mastery m JOIN learning_itemancestor a ON a.item_id = m.target_id
WHERE m.count > 0 AND m.student_id IN ({students}) GROUP BY m.student_id, a.ancestor_id"""


def _mend_parents(students: Sequence[int], dry_run: bool) -> tuple[list[tuple[int, int]], int]:
    """The counts (student, item) that differed, and how many there are."""
    with connection.cursor() as cursor:
        cursor.execute(COUNT.format(students=",".join(str(int(student)) for student in students)))
        wanted = {
            (student, item): (int(met), int(scored)) for student, item, met, scored in cursor.fetchall()
        }
    kept = {
        (student, item): (met, scored)
        for student, item, met, scored in ParentCount.objects.filter(student__in=students).values_list(
            "student", "item", "met", "scored"
        )
    }
    keys = wanted.keys() | kept.keys()
    differing = {
        key: wanted.get(key, (0, 0)) for key in keys if wanted.get(key, (0, 0)) != kept.get(key, (0, 0))
    }
    if differing and not dry_run:
        insert_rows(
            "learning_parentcount",
            {"student_id": "bigint", "item_id": "bigint", "met": "integer", "scored": "integer"},
            [(*key, *counts) for key, counts in sorted(differing.items())],
            "ON CONFLICT (student_id, item_id) DO UPDATE SET met = excluded.met, scored = excluded.scored",
        )
    return list(differing), len(keys)


def recount_parents(items: Iterable[int]) -> None:
    """Count anew above these targets (ids), for every student who was scored on one: what stands above them changed.

    Takes part in the caller's transaction.
    """
    scored = Mastery.objects.filter(target__in=list(items)).order_by("student")
    students = list(scored.values_list("student", flat=True).distinct())
    for begin in range(0, len(students), GROUP):
        group = students[begin : begin + GROUP]
        _lock(group)
        miscounted, _parents = _mend_parents(group, dry_run=False)
        if miscounted:
            bump(sorted({student for student, _item in miscounted}))


def without_counter() -> int:
    """How many students have evidence but no counter row, which recomputing would pass over; 0 on a sound database."""
    return (
        Evidence.objects.exclude(student__in=RecordVersion.objects.values("student"))
        .values("student")
        .distinct()
        .count()
    )
