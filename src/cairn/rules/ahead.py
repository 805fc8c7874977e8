"""What would one more score do to a level?

Nothing is estimated: the same decision is made again with the score added, so what a page promises is what will happen.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

from cairn.rules.mastery import Method, Score, decide
from cairn.rules.scale import Scale

MOST = 10  # of the same score in a row; what takes more is no promise


class NextScore(NamedTuple):
    """A next score (hundredths), and the level (level units) that it would make."""

    value: int
    level: float | None
    met: bool


class Ahead(NamedTuple):
    """What the next scores can do.

    steps: each score of the scale given once, the lowest first. enough: the lowest score that reaches the goal when it is given
    `times` times, as few times as possible; None where the goal is met, or ten are not enough. loses: the highest next score
    that would take a met goal away; None where it is not met, or nothing would.
    """

    steps: tuple[NextScore, ...]
    enough: int | None
    times: int
    loses: int | None


def ahead(scores: Sequence[Score], method: Method, scale: Scale, *, on: date, at: datetime) -> Ahead:
    """What scores shown on a day and judged at a moment would do, after all evidence known so far."""
    values = [value for value in range(scale.low, scale.high + 1, scale.step) if scale.is_valid(value)]
    weights = method.conditions.categories
    category = max(weights, key=weights.__getitem__, default="")  # the one that can do most
    first = max((score.id for score in scores), default=0) + 1

    def given(value: int, times: int) -> NextScore:
        more = [Score(first + nth, value, "", on, at, category=category) for nth in range(times)]
        mastery = decide([*scores, *more], method, scale.goal, on)
        return NextScore(value, mastery.level, mastery.met)

    steps = tuple(given(value, 1) for value in values)
    if decide(scores, method, scale.goal, on).met:
        return Ahead(steps, None, 0, max((step.value for step in steps if not step.met), default=None))
    for times in range(1, MOST + 1):
        reached = (value for value in values if given(value, times).met)
        if (enough := next(reached, None)) is not None:
            return Ahead(steps, enough, times, None)
    return Ahead(steps, None, 0, None)
