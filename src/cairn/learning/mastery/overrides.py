"""How does a teacher set a level that the evidence alone does not give, and how is it lifted again?

The override is a row of its own with its reason; what the evidence says is decided as ever and kept beside it. Setting and lifting
are one transaction with the level, the parent counts, the live counter and the trail.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from cairn.access.decide import NotHere, may
from cairn.learning.evidence.models import Evidence
from cairn.learning.mastery.actions import bump
from cairn.learning.mastery.cells import Cell, count_parents, read_cells, write_cells
from cairn.learning.mastery.levelups import follow
from cairn.learning.mastery.models import Mastery, Override
from cairn.learning.mastery.reasons import reason_of
from cairn.learning.sql import eager_transaction
from cairn.people.models import Account
from cairn.rules.override import Override as Rule
from cairn.rules.refusal import Refusal
from cairn.trail.actions import record_change

DUE_MOST = 2_000


def set_override(
    student: int,
    target: int,
    level: int,
    reason: str,
    *,
    by: Account,
    locked: bool = False,
    until: date | None = None,
) -> Cell:
    """Set a level (hundredths) by judgment; one that stood before is lifted. Answers with the cell as it stands now.

    Raises NotHere when the account may not score the student, Refusal for a level off the scale, without a reason, without any
    evidence, or with a last day that is over.
    """
    _allow(by, student)
    now = timezone.now()
    today = timezone.localdate(now)
    reason = reason_of(reason)
    if until is not None and until < today:
        raise Refusal("day_is_over", "This day is over.", "Choose today or a later day.")
    with eager_transaction():
        bump([student])
        cell = read_cells([(student, target)], now=now, today=today).get((student, target))
        _fits(cell, level)
        before = _lift(student, target, by)
        newest = Evidence.objects.filter(student=student, target=target).order_by("-pk").values_list("pk")[0]
        row = Override.objects.create(
            student_id=student,
            target_id=target,
            level=level,
            reason=reason,
            locked=locked,
            until=until,
            after=newest[0],
            set_on=today,
            set_at=now,
            account=by,
        )
        record_change(
            action="set_override",
            entity="override",
            object_id=row.pk,
            before=None if before is None else _told(before),
            after=_told(row),
            by=by.pk,
            student=student,
        )
        return _settled([(student, target)])[student, target]


def lift_override(student: int, target: int, *, by: Account) -> Cell:
    """Let the evidence alone set the level again. Raises NotHere when the account may not, or nothing is set."""
    _allow(by, student)
    with eager_transaction():
        bump([student])
        row = _lift(student, target, by)
        if row is None:
            raise NotHere
        record_change(
            action="lift_override",
            entity="override",
            object_id=row.pk,
            before=_told(row),
            after=None,
            by=by.pk,
            student=student,
        )
        return _settled([(student, target)])[student, target]


def mend_due(today: date | None = None, *, dry_run: bool = False) -> int:
    """Decide anew the cells that a passed day has changed (what expired or ended). How many; nothing to do is one query."""
    today = today or timezone.localdate()
    mended = 0
    if dry_run:
        return Mastery.objects.filter(due_on__lte=today).count()
    while True:
        with transaction.atomic():
            due = Mastery.objects.filter(due_on__lte=today).order_by("student", "target")
            pairs = list(due.values_list("student", "target")[:DUE_MOST])
            if not pairs:
                return mended
            bump(sorted({student for student, _target in pairs}))
            _settled(pairs, today)
            mended += len(pairs)


@dataclass(frozen=True, slots=True)
class SetByHand:
    """A level that an adult set: what the rule needs, and what a page tells."""

    rule: Rule
    reason: str
    by: str


def overrides_on(
    day: date, *, students: Sequence[int], target: int | None = None
) -> dict[tuple[int, int], SetByHand]:
    """The overrides of these students that nobody had lifted at the end of a day, by student and target. One query.

    Whether one still stands against newer evidence is for `rules.override` to say. Callers have asked `access`.
    """
    rows = Override.objects.filter(Q(lifted_on__isnull=True) | Q(lifted_on__gt=day), set_on__lte=day)
    rows = rows.filter(student__in=students)
    if target is not None:
        rows = rows.filter(target=target)
    return {
        (row.student_id, row.target_id): SetByHand(
            Rule(row.pk, row.level, row.set_on, row.after, row.locked, row.until),
            row.reason,
            row.account.adult.name if row.account.adult else "",
        )
        for row in rows.select_related("account__adult").order_by("set_at", "pk")
    }


def _allow(by: Account, student: int) -> None:
    if not may(by, "record", "academic", student=student).allowed:
        raise NotHere


def _fits(cell: Cell | None, level: int) -> None:
    if cell is None or not cell.scorable or cell.now is None or cell.scale is None:
        raise NotHere
    if not cell.scale.is_valid(level):
        cell.scale.format(level)  # raises the scale's own refusal
    if cell.now.last_shown_on is None:
        raise Refusal(
            "no_evidence",
            "There is no evidence yet that a level could rest on.",
            "Record what you have seen as a score, with a comment.",
        )


def _lift(student: int, target: int, by: Account) -> Override | None:
    row = Override.objects.filter(student=student, target=target, lifted_at=None).first()
    if row is not None:
        row.lifted_at = timezone.now()
        row.lifted_on, row.lifted_by = timezone.localdate(row.lifted_at), by
        row.save(update_fields=["lifted_at", "lifted_on", "lifted_by"])
    return row


def _settled(pairs: Sequence[tuple[int, int]], today: date | None = None) -> dict[tuple[int, int], Cell]:
    now = timezone.now()
    cells = read_cells(pairs, now=now, today=today or timezone.localdate(now))
    write_cells(cells)
    follow(cells, count_parents(cells))
    return cells


def _told(row: Override) -> dict[str, object]:
    return {
        "target": row.target_id,
        "level": row.level,
        "reason": row.reason,
        "locked": row.locked,
        "until": row.until.isoformat() if row.until else None,
    }
