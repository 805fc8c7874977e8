"""What stood in these cells (student x target) at the end of a past day? Equal to what the live pages showed then.

A cell is decided whenever something is entered on it, an adult sets or lifts its level, or a newly published policy is
applied (`migrating.py`), under the policy and scale in force at that moment. So a cell on which nothing has happened
since the day still stands in `learning_mastery` as it did, and only the others are decided again, from what was known.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import connection
from django.utils import timezone

from cairn.learning.evidence.models import Evidence
from cairn.learning.frameworks.scales import CalculationPolicy, ScaleUse
from cairn.learning.mastery.cells import Cell, read_cells
from cairn.learning.mastery.models import Mastery, Override, PolicyRun
from cairn.learning.sql import insert_rows, rows_of

Pair = tuple[int, int]
BATCH = 5_000
NEVER = datetime.min.replace(tzinfo=timezone.get_fixed_timezone(0))
INSTANT = timedelta(microseconds=1)


def begins_on() -> date | None:
    """The day on which the first evidence was entered; None: there is none. One query, by the first row alone."""
    first = Evidence.objects.order_by("pk").only("entered_on").first()
    return first.entered_on if first else None


def end_of(day: date) -> datetime:
    """The last moment of a day in the district."""
    return _morning(day + timedelta(days=1)) - INSTANT


def _morning(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))


def decided_at(pair: Pair, entered: Iterable[datetime], day: date) -> datetime:
    """When one cell was last decided by the end of a day; `entered`: when its evidence was. Two queries."""
    end = end_of(day)
    run = (
        PolicyRun.objects.filter(finished=True, applied_at__lte=end)
        .order_by("-applied_at")
        .values_list("applied_at")[:1]
    )
    by_hand, _changed = _by_hand([pair[0]], day).get(pair, (NEVER, False))
    moments = [moment for moment in entered if moment <= end] + [at for (at,) in run] + [by_hand]
    return end if (last := max(moments)) == NEVER else last


SEEN = """
SELECT student_id, target_id, MAX(entered_on) > %s, MAX(CASE WHEN entered_on <= %s THEN {when} END)
FROM learning_evidence WHERE student_id IN ({students}){targets}
GROUP BY student_id, target_id HAVING MIN(entered_on) <= %s"""


def cells_at(
    students: Sequence[int], day: date, targets: Sequence[int] | None = None
) -> tuple[list[Pair], dict[Pair, Cell]]:
    """The cells that stand in `learning_mastery` as they did on the day, and all others, decided from what was known then.

    Six queries, and one more for each policy or scale that came into force and was not applied by then.
    """
    if not students or (targets is not None and not targets):
        return [], {}
    runs = list(PolicyRun.objects.order_by("applied_at").values_list("applied_at", "finished"))
    end = end_of(day)
    base = max((run for run, finished in runs if run <= end and finished), default=NEVER)
    first = begins_on()
    policies = list(CalculationPolicy.objects.values_list("pk", "valid_from", "conditions"))
    since_when = [valid_from for _pk, valid_from, _conditions in policies]
    bounds = _bounds(max(base, _morning(first)) if first else base, end, since_when)
    by_hand = _by_hand(students, day)
    rows = _seen(students, targets, day, exact=bool(bounds))
    if runs and runs[-1][0] > end:
        kept, changed = [], rows
    else:
        since = {pair for pair, (_moment, later) in by_hand.items() if later}
        since |= _under(students, [pk for pk, _from, conditions in policies if "expires_after" in conditions])
        kept = [row[:2] for row in rows if not row[2] and row[:2] not in since]
        changed = [row for row in rows if row[2] or row[:2] in since]
    epochs: dict[int, list[Pair]] = defaultdict(list)
    for student, target, _later, entered in changed:
        place = 0
        if bounds:
            last = max(base, _moment(entered), by_hand.get((student, target), (NEVER, False))[0])
            place = sum(bound <= last for bound in bounds)
        epochs[place].append((student, target))
    decided: dict[Pair, Cell] = {}
    for place, pairs in epochs.items():
        then = bounds[place] - INSTANT if place < len(bounds) else end
        for begin in range(0, len(pairs), BATCH):
            batch = pairs[begin : begin + BATCH]
            decided |= read_cells(batch, now=then, today=timezone.localdate(then), until=day)
    return kept, decided


def _bounds(base: datetime, end: datetime, policies: Iterable[datetime]) -> list[datetime]:
    """The moments after `base` at which another policy or scale came into force by `end`, in order."""
    uses = ScaleUse.objects.filter(valid_from__lte=timezone.localdate(end))
    found = {moment for moment in policies if moment <= end}
    found |= {_morning(day) for day in uses.values_list("valid_from", flat=True).distinct()}
    return sorted(bound for bound in found if bound > base)


def _under(students: Sequence[int], policies: Sequence[int]) -> set[Pair]:
    """Cells under one of these policies, by which evidence expires: a passed day alone changes them. One query, if there are any."""
    if not policies:
        return set()
    rows = Mastery.objects.filter(student__in=students, policy__in=policies)
    return set(rows.values_list("student", "target"))


def _by_hand(students: Sequence[int], day: date) -> dict[Pair, tuple[datetime, bool]]:
    """Where adults set levels: the last moment by the end of the day at which that decided the cell, and whether one did since."""
    today = timezone.localdate()
    found: dict[Pair, tuple[datetime, bool]] = {}
    rows = Override.objects.filter(student__in=students)
    for row in rows.only("student", "target", "set_on", "set_at", "lifted_on", "lifted_at", "until"):
        pair = row.student_id, row.target_id
        events = [(row.set_on, row.set_at)]
        if row.lifted_on is not None and row.lifted_at is not None:
            events.append((row.lifted_on, row.lifted_at))
        if row.until is not None and row.until < today:
            ended = row.until + timedelta(days=1)
            events.append((ended, _morning(ended)))
        moment, changed = found.get(pair, (NEVER, False))
        moment = max([moment] + [at for on, at in events if on <= day])
        found[pair] = moment, changed or any(on > day for on, _at in events)
    return found


def _seen(
    students: Sequence[int], targets: Sequence[int] | None, day: date, *, exact: bool
) -> list[tuple[Any, ...]]:
    """The cells with evidence entered by the day: student, target, whether more was entered since, and when the last was.

    Only `exact` gives its moment: the index that covers all else has the day alone.
    """
    sql = SEEN.format(
        when="entered_at" if exact else "NULL",
        students=",".join(map(str, map(int, students))),
        targets="" if targets is None else f" AND target_id IN ({','.join(map(str, map(int, targets)))})",
    )
    iso = day.isoformat()
    with connection.cursor() as cursor:
        cursor.execute(sql, [iso, iso, iso])
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def _moment(value: object) -> datetime:
    """A moment as a plain cursor gives it: SQLite has the text of the time in UTC."""
    if isinstance(value, datetime):
        return value
    return datetime.fromisoformat(str(value)).replace(tzinfo=NEVER.tzinfo)


LIVE = "learning_mastery"
THEN = "mastery_then"
STOOD = {
    "id": "bigint",
    "student_id": "bigint",
    "target_id": "bigint",
    "count": "integer",
    "met": "boolean",
    "met_on": "date",
    "last_shown_on": "date",
}
COPY = f"""
CREATE TEMPORARY TABLE {THEN} AS SELECT {", ".join(f"m.{column}" for column in STOOD)} FROM {LIVE} m
WHERE m.student_id IN ({{students}}) AND EXISTS (
    SELECT 1 FROM learning_evidence e
    WHERE e.student_id = m.student_id AND e.target_id = m.target_id AND e.entered_on <= '{{day}}')"""


@contextmanager
def mastery_then(students: Sequence[int], day: date) -> Iterator[str]:
    """A table of the columns of STOOD, for counting over many students as of a past day; it is gone afterwards."""
    _kept, decided = cells_at(students, day)
    ids = ",".join(map(str, map(int, students))) or "-1"
    with connection.cursor() as cursor:
        cursor.execute(COPY.format(students=ids, day=day.isoformat()))
        try:
            if decided:
                select, params = rows_of({"s": "bigint", "t": "bigint"}, list(decided))
                cursor.execute(
                    f"DELETE FROM {THEN} WHERE (student_id, target_id) IN (SELECT s, t FROM ({select}) AS other)",
                    params,
                )
                insert_rows(THEN, STOOD, [row for cell in decided.values() if (row := _stood(cell))])
            cursor.execute(f"CREATE INDEX {THEN}_cell ON {THEN} (student_id, target_id)")
            yield THEN
        finally:
            cursor.execute(f"DROP TABLE IF EXISTS {THEN}")


def _stood(cell: Cell) -> tuple[object, ...] | None:
    now = cell.now
    if now is None or now.last_shown_on is None:
        return None
    met_on = now.met_on.isoformat() if now.met_on else None
    # Its id only says that a row is there.
    return 0, cell.student, cell.target, now.count, now.met, met_on, now.last_shown_on.isoformat()
