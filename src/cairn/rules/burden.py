"""What does recording cost those who record, what may be said of it, and which entries should a system have spared them?

How entry is measured, said once, here:
- The page counts keys and clicks in the class grid, its list and its panel since the last score was recorded there. A key that is held
  counts once; Shift, Ctrl and Alt alone count nothing.
- The time between two of them counts, unless it is longer than PAUSE: then somebody was teaching, not entering. After ten
  times as long counting begins anew: what came before was a look, not an entry.
- Scores recorded in one act (a column pasted, a selection filled) share in equal parts what the act took.
- A correction is recorded too and counts as one more score. What a file brings takes no entry and is not measured.

What is kept says how many scores of a class took how much on a day, in bins, and never who entered them. It measures the
system. So nothing is said of fewer than LEAST_SCORES scores, LEAST_CLASSES classes or LEAST_TEACHERS teachers, never more than
"half took at most" and "nine of ten took at most", and nobody is ever put in an order.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import inf, isfinite
from typing import NamedTuple, TypeGuard

PAUSE = 30  # seconds
MOST_SECONDS = 600  # of one score; longer counts as this
CYCLE = timedelta(weeks=3)
OLD_AFTER = 21  # days: a cycle of three weeks, where a policy says nothing else
LEAST_SCORES = 30
LEAST_CLASSES = 3
LEAST_TEACHERS = 3
HALF = 50  # of a hundred
NINE_OF_TEN = 90

# Bin n holds what is more than bound n - 1 and at most bound n; the bin behind the last bound holds all that is more.
SECONDS = (
    0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 10.0, 12.0, 15.0, 20.0, 25.0, 30.0, 40.0, 50.0, 60.0, 90.0, 120.0,
    180.0, 300.0,
)  # fmt: skip
TAPS = (0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0, 12.0, 15.0, 20.0, 30.0, 50.0, 100.0, 200.0)


class Effort(NamedTuple):
    """What one score took: the bins of its seconds and of its keys and clicks, and its milliseconds."""

    seconds: int
    taps: int
    spent: int


def effort(ms: object, taps: object) -> Effort | None:
    """What a page says that one score took, in milliseconds and in keys and clicks; None where that is no such number.

    Never raises: whatever a page says of the effort, the score counts.
    """
    if not _is_amount(ms) or not _is_amount(taps):
        return None
    spent = int(min(ms, MOST_SECONDS * 1000))
    return Effort(bisect_left(SECONDS, spent / 1000), bisect_left(TAPS, taps), spent)


def _is_amount(value: object) -> TypeGuard[int | float]:
    """Zero or more, and finite. True and false are no amounts."""
    if isinstance(value, float):
        return isfinite(value) and value >= 0
    return type(value) is int and value >= 0


def at_most(counts: Mapping[int, int], bounds: Sequence[float], share: int) -> float:
    """The least bound that at least `share` of a hundred scores do not exceed; inf: it lies behind the last bound.

    counts: bin -> scores. Raises ValueError where there are none.
    """
    total = sum(counts.values())
    if not total:
        raise ValueError("nothing was measured")
    reached = 0
    for place, bound in enumerate(bounds):
        reached += counts.get(place, 0)
        if reached * 100 >= total * share:
            return bound
    return inf


@dataclass(frozen=True, slots=True)
class Burden:
    """What entry took: half, and nine of ten, of the scores took at most so many seconds, keys and clicks (inf: more than any bound).

    scores: how many were measured. spent: milliseconds in all.
    """

    scores: int
    spent: int
    seconds: float
    most_seconds: float
    taps: float
    most_taps: float

    @property
    def an_hour(self) -> int | None:
        """Scores in one hour of entry; None where all of it was less than a minute."""
        return round(self.scores * 3_600_000 / self.spent) if self.spent >= 60_000 else None


class Measured(NamedTuple):
    """So many scores that took the same: bins of seconds and taps, and milliseconds in all of them together."""

    seconds: int
    taps: int
    scores: int
    spent: int


def burden(measured: Iterable[Measured], classes: int, teachers: int) -> Burden | None:
    """What may be said of these scores, out of so many classes of so many teachers; None: too few to say anything."""
    rows = list(measured)
    scores = sum(row.scores for row in rows)
    if scores < LEAST_SCORES or classes < LEAST_CLASSES or teachers < LEAST_TEACHERS:
        return None
    seconds, taps = dict.fromkeys(range(len(SECONDS) + 1), 0), dict.fromkeys(range(len(TAPS) + 1), 0)
    for row in rows:
        seconds[row.seconds] += row.scores
        taps[row.taps] += row.scores
    return Burden(
        scores,
        sum(row.spent for row in rows),
        at_most(seconds, SECONDS, HALF),
        at_most(seconds, SECONDS, NINE_OF_TEN),
        at_most(taps, TAPS, HALF),
        at_most(taps, TAPS, NINE_OF_TEN),
    )


def trend(now: Burden | None, before: Burden | None) -> int | None:
    """Do scores take less time (-1), the same (0) or more (1) than in the cycle before? None: one of the two cannot be said."""
    if now is None or before is None:
        return None
    return (now.seconds > before.seconds) - (now.seconds < before.seconds)


class Doubled(NamedTuple):
    """Entries that say again what stood already. typed: by hand twice. beside_file: by hand, and a file brought it. by_files: by two files."""

    typed: int = 0
    beside_file: int = 0
    by_files: int = 0

    @property
    def total(self) -> int:
        """All of them."""
        return sum(self)


class Alike(NamedTuple):
    """The same score of a student on a target on one day: typed so often, brought by files so often, under so many names of the work.

    times: how often there is just this.
    """

    typed: int
    filed: int
    works: int
    times: int = 1


def doubled(groups: Iterable[Alike]) -> Doubled:
    """Of scores that are alike, how many were too many?

    Two pieces with two names are two pieces of evidence; a piece without a name may be any of them. A score that was both typed and
    brought was typed in vain.
    """
    typed = beside = by_files = 0
    for group in groups:
        extra = max(0, group.typed + group.filed - max(1, group.works)) * group.times
        if not group.filed:
            typed += extra
            continue
        in_vain = min(extra, group.typed * group.times)
        beside += in_vain
        by_files += extra - in_vain
    return Doubled(typed, beside, by_files)


def fresh_since(on: date, stale_after: int | None = None) -> date:
    """The first day whose evidence is not old on `on`. stale_after: the days of the target's policy, if it has such a condition."""
    return on - timedelta(days=OLD_AFTER if stale_after is None else stale_after)
