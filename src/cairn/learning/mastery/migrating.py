"""What happens when a published policy is applied to the levels that stand? A logged run; nothing is rewritten silently.

Publishing changes no level. From its day on a policy decides what is newly recorded; a level that stands is brought to it
only here, and every change is kept, before and after.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction
from django.utils import timezone

from cairn.access.decide import visible
from cairn.learning.frameworks.rulebook import POLICY_IN_FORCE
from cairn.learning.mastery.cells import Cell
from cairn.learning.mastery.models import PolicyChange, PolicyRun, RecomputePlace, RecordVersion
from cairn.people.models import Account
from cairn.trail.actions import record_change

if TYPE_CHECKING:
    from cairn.learning.mastery.auditing import Engine
    from cairn.learning.mastery.inforce import RuleBook
    from cairn.learning.mastery.recompute import Recomputed

PENDING = f"""
SELECT counted.framework, SUM(CASE WHEN counted.policy <> counted.wanted THEN counted.n ELSE 0 END) FROM (
    SELECT i.framework_id AS framework, per.policy_id AS policy, {POLICY_IN_FORCE} AS wanted, per.n AS n
    FROM (SELECT target_id, policy_id, COUNT(*) AS n FROM learning_mastery GROUP BY target_id, policy_id) AS per
    JOIN learning_item i ON i.id = per.target_id) AS counted
GROUP BY counted.framework"""


def pending_cells() -> dict[int, int]:
    """Framework id -> how many levels stand under another policy than the one in force now. Reads every level once."""
    with connection.cursor() as cursor:
        cursor.execute(PENDING, [connection.ops.adapt_datetimefield_value(timezone.now())])
        return {framework: int(n) for framework, n in cursor.fetchall() if n}


STEP = 2_000  # students decided anew within one request


def apply_policies(
    *,
    by: Account | None,
    progress: Callable[[int, int], None] | None = None,
    book: "RuleBook | None" = None,
    engine: "Engine | None" = None,
) -> "tuple[PolicyRun, Recomputed]":
    """Decide every level anew under the policies in force and keep each change, before and after. Goes on where it was stopped.

    Callers have asked whether the account keeps frameworks; None: a command.
    """
    # Pages come through this module, and only this act of it needs numpy.
    from cairn.learning.mastery.auditing import decide_here
    from cairn.learning.mastery.recompute import book_now, place_of, recompute

    book = book or book_now()
    place = place_of("apply", book)
    log = Log(place).take
    done = recompute(progress=progress, log=log, book=book, place=place, engine=engine or decide_here)
    return _finish(place, done, by), done


def apply_step(*, by: Account, most: int = STEP) -> PolicyRun | None:
    """One step of that, within a request: about so many students further. The run once it is finished; None: others wait."""
    from cairn.learning.mastery.recompute import book_now, place_of, recompute

    book = book_now()
    place = place_of("apply", book)
    done = recompute(log=Log(place).take, book=book, place=place, most=most)
    return None if done.more else _finish(place, done, by)


def reached() -> tuple[int, int] | None:
    """How many students the run that is not finished has looked at, of how many; None: there is none. Two queries."""
    place = RecomputePlace.objects.filter(key="apply", after__gt=0).first()
    return (place.done["students"], RecordVersion.objects.count()) if place else None


@transaction.atomic
def _finish(place: RecomputePlace, done: "Recomputed", by: Account | None) -> PolicyRun:
    now = timezone.now()
    run = place.run or PolicyRun()
    run.applied_at, run.applied_on, run.account, run.finished = now, timezone.localdate(now), by, True
    run.cells = done.cells
    run.changed = PolicyChange.objects.filter(run=run).count() if place.run else 0
    run.save()
    place.delete()
    record_change(
        action="apply_policies",
        entity="policy_run",
        object_id=run.pk,
        before=None,
        after={"cells": run.cells, "changed": run.changed},
        by=by.pk if by else None,
    )
    return run


@dataclass(frozen=True, slots=True)
class Applied:
    """One run as a page lists it."""

    id: int
    on: date
    by: str
    cells: int
    changed: int


def runs(most: int = 20) -> list[Applied]:
    """The newest runs, the newest first."""
    rows = PolicyRun.objects.filter(finished=True).select_related("account__adult")
    return [
        Applied(
            row.pk,
            row.applied_on,
            row.account.adult.name if row.account and row.account.adult else "",
            row.cells,
            row.changed,
        )
        for row in rows.order_by("-applied_at")[:most]
    ]


def changes_of_run(run: int, viewer: Account, *, first: int = 0, most: int = 200) -> list[PolicyChange]:
    """What one run changed, before and after, for students whose record the viewer may see."""
    rows = PolicyChange.objects.filter(run=run).select_related("student", "target")
    return list(visible(viewer, "view", "academic", rows).order_by("pk")[first : first + most])


@dataclass(slots=True)
class Log:
    """The changes of one run, written group by group with the levels themselves."""

    place: RecomputePlace

    def take(self, cells: Sequence[tuple[Cell, tuple[Any, ...] | None]]) -> None:
        """Keep what these cells were (level, met, policy; None: no level stood) and what they are."""
        run = self.place.run
        if run is None:
            now = timezone.now()
            run = PolicyRun.objects.create(applied_at=now, applied_on=timezone.localdate(now), finished=False)
            self.place.run = run
            self.place.save(update_fields=["run"])
        rows = []
        for cell, before in cells:
            after = cell.now
            assert after is not None
            level, met, policy = before or (None, False, None)
            rows.append(
                PolicyChange(
                    run=run,
                    student_id=cell.student,
                    target_id=cell.target,
                    level_before=level,
                    level_after=after.level,
                    met_before=met,
                    met_after=after.met,
                    policy_before_id=policy,
                    policy_after_id=cell.policy,
                )
            )
        PolicyChange.objects.bulk_create(rows, batch_size=1_000)
