"""Does all mastery still follow from the evidence? Decide it again, student by student, and mend what differs.

The auditor of `record_scores`: on a healthy database it changes nothing. It also carries a newly published policy
into the levels. Memory stays flat: one group of students at a time, each group in a transaction of its own, in which
the students' records are locked as for recording.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

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
GROUP = 200


@dataclass(slots=True)
class Recomputed:
    """How many cells and parent counts were looked at, and how many differed."""

    students: int = 0
    cells: int = 0
    cells_changed: int = 0
    parents: int = 0
    parents_changed: int = 0
    last: int = 0  # the last student (id) looked at


def _groups(after: int) -> Iterator[list[int]]:
    while True:
        rows = RecordVersion.objects.filter(student__gt=after).order_by("student")
        group = list(rows.values_list("student", flat=True)[:GROUP])
        if not group:
            return
        yield group
        after = group[-1]


# Takes the cells that differ, each with what stood there: level, met, policy version; None: nothing.
Log = Callable[[Sequence[tuple[Cell, tuple[Any, ...] | None]]], None]


def recompute(
    *,
    after: int = 0,
    dry_run: bool = False,
    progress: Callable[[int, int], None] | None = None,
    log: Log | None = None,
    most: int | None = None,
) -> Recomputed:
    """Decide every cell of every student anew; write only what differs. `after`: go on behind this student id.

    With `dry_run` nothing is written and the counts say what would be. `log` is told of each change in its transaction.
    `most`: stop when so many students have been looked at; `last` of the answer says where to go on.
    """
    done = Recomputed()
    total = RecordVersion.objects.count()
    for group in _groups(after):
        with transaction.atomic():
            list(RecordVersion.objects.select_for_update().filter(student__in=group).order_by("student"))
            changed = _mend_cells(group, done, dry_run, log) | _mend_parents(group, done, dry_run)
            if changed and not dry_run:
                bump(sorted(changed))
        done.students += len(group)
        done.last = group[-1]
        if progress is not None:
            progress(done.students, total)
        if most is not None and done.students >= most:
            break
    return done


def _mend_cells(group: Sequence[int], done: Recomputed, dry_run: bool, log: Log | None = None) -> set[int]:
    pairs = set(Evidence.objects.filter(student__in=group).values_list("student", "target").distinct())
    kept = {
        (student, target): tuple(values)
        for student, target, *values in Mastery.objects.filter(student__in=group).values_list(
            "student", "target", *FIELDS
        )
    }
    now, today = timezone.now(), timezone.localdate()
    differing: dict[tuple[int, int], Cell] = {}
    ordered = sorted(pairs | set(kept))
    for begin in range(0, len(ordered), 5_000):
        for key, cell in read_cells(ordered[begin : begin + 5_000], now=now, today=today).items():
            if cell.now is not None and _row(cell) != kept.get(key):
                differing[key] = cell
    done.cells += len(ordered)
    done.cells_changed += len(differing)
    if differing and not dry_run:
        write_cells(differing)
        if log is not None:
            log([(cell, _before(kept.get(key))) for key, cell in differing.items()])
    return {student for student, _ in differing}


def _before(row: tuple[Any, ...] | None) -> tuple[Any, ...] | None:
    return (row[0], row[1], row[FIELDS.index("policy_id")]) if row else None


def _row(cell: Cell) -> tuple[Any, ...] | None:
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


def _mend_parents(group: Sequence[int], done: Recomputed, dry_run: bool) -> set[int]:
    with connection.cursor() as cursor:
        cursor.execute(COUNT.format(students=",".join(str(int(student)) for student in group)))
        wanted = {
            (student, item): (int(met), int(scored)) for student, item, met, scored in cursor.fetchall()
        }
    kept = {
        (student, item): (met, scored)
        for student, item, met, scored in ParentCount.objects.filter(student__in=group).values_list(
            "student", "item", "met", "scored"
        )
    }
    keys = wanted.keys() | kept.keys()
    differing = {
        key: wanted.get(key, (0, 0)) for key in keys if wanted.get(key, (0, 0)) != kept.get(key, (0, 0))
    }
    done.parents += len(keys)
    done.parents_changed += len(differing)
    if differing and not dry_run:
        insert_rows(
            "learning_parentcount",
            {"student_id": "bigint", "item_id": "bigint", "met": "integer", "scored": "integer"},
            [(*key, *counts) for key, counts in sorted(differing.items())],
            "ON CONFLICT (student_id, item_id) DO UPDATE SET met = excluded.met, scored = excluded.scored",
        )
    return {student for student, _ in differing}


def recount_parents(items: Iterable[int]) -> None:
    """Count anew above these targets (ids), for every student who was scored on one: what stands above them changed.

    Takes part in the caller's transaction.
    """
    scored = Mastery.objects.filter(target__in=list(items)).order_by("student")
    students = list(scored.values_list("student", flat=True).distinct())
    for begin in range(0, len(students), GROUP):
        group = students[begin : begin + GROUP]
        list(RecordVersion.objects.select_for_update().filter(student__in=group).order_by("student"))
        if changed := _mend_parents(group, Recomputed(), dry_run=False):
            bump(sorted(changed))


def without_counter() -> int:
    """How many students have evidence but no counter row, which recomputing would pass over; 0 on a sound database."""
    return (
        Evidence.objects.exclude(student__in=RecordVersion.objects.values("student"))
        .values("student")
        .distinct()
        .count()
    )
