"""At which performance level does a student work in a subject, from a day on? Written here; a level ends when the next begins."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from django.db import transaction

from cairn.learning.mastery.models import StudentLevel
from cairn.people.models import Account
from cairn.trail.actions import record_changes

GROUP = 500  # students at a time
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class LevelFrom:
    """From this day on the student works at this level of the framework (ids of ours)."""

    student: int
    framework: int
    level: int
    begin_on: date


def set_levels(
    rows: Iterable[LevelFrom], *, by: Account | None, run: int | None = None
) -> tuple[int, int, int]:
    """Writes levels; other days of the same student and framework stay. How many were added, changed, and there already."""
    ordered = sorted(rows, key=lambda row: row.student)
    tally = [0, 0, 0]
    with transaction.atomic():
        groups = [list(group) for _student, group in groupby(ordered, key=lambda row: row.student)]
        for begin in range(0, len(groups), GROUP):
            for place, count in enumerate(_set(groups[begin : begin + GROUP], by, run)):
                tally[place] += count
    return tally[0], tally[1], tally[2]


def _set(groups: Sequence[Sequence[LevelFrom]], by: Account | None, run: int | None) -> tuple[int, int, int]:
    stored = StudentLevel.objects.filter(student__in=[group[0].student for group in groups])
    lines: dict[tuple[int, int], dict[date, StudentLevel]] = {}
    for row in stored.order_by("begin_on"):
        lines.setdefault((row.student_id, row.framework_id), {})[row.begin_on] = row
    new: list[StudentLevel] = []
    touched: set[tuple[int, int]] = set()
    changes: list[dict[str, object]] = []
    changed = same = 0
    for want in (want for group in groups for want in group):
        line = lines.setdefault((want.student, want.framework), {})
        have = line.get(want.begin_on)
        if have is None:
            have = StudentLevel(
                student_id=want.student, framework_id=want.framework, level_id=want.level, begin_on=want.begin_on,
                account=by, run_id=run,
            )  # fmt: skip
            line[want.begin_on] = have
            new.append(have)
        elif have.level_id != want.level:
            changed += 1
            changes.append(
                {
                    "action": "set_level", "entity": "student_level", "object_id": have.pk, "student_id": want.student,
                    "before": {"level": have.level_id}, "after": {"level": want.level},
                }
            )  # fmt: skip
            have.level_id = want.level
        else:
            same += 1
            continue
        touched.add((want.student, want.framework))
    _write(lines, touched, new)
    record_changes(changes, by=by.pk if by else None, run=run)
    return len(new), changed, same


def _write(
    lines: dict[tuple[int, int], dict[date, StudentLevel]],
    touched: set[tuple[int, int]],
    new: list[StudentLevel],
) -> None:
    """Each level lasts until the day before the next; rows that stand are ended before new ones begin."""
    old = []
    for key in sorted(touched):
        line = [row for _begin, row in sorted(lines[key].items())]
        for row, after in zip(line, [*line[1:], None], strict=True):
            row.end_on = after.begin_on - DAY if after else None
            if row.pk is not None:
                old.append(row)
    # A row that stops being the last must end before another one is the last.
    ending = [row for row in old if row.end_on is not None]
    opening = [row for row in old if row.end_on is None]
    for rows in (ending, opening):
        StudentLevel.objects.bulk_update(rows, ["level", "end_on"], batch_size=500)
    StudentLevel.objects.bulk_create(new, batch_size=1_000)
