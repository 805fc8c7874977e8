"""By which formulas can a row of scores become one level, and which scores does each formula rest on?

One entry of FORMULAS per method: the arithmetic, what it used, its parameters with their limits, and whether the
order of the scores matters. A new method is a new entry, never a new branch elsewhere.

Scores come oldest first, as whole hundredths; the result is a float in level units, not yet snapped. Each loop
does float64 operations in one fixed order, so that the same method over columns gives the same bits.
"""

from __future__ import annotations

from cairn.rules import kept, trends
from cairn.rules.formula import Account, Arguments, Formula, Parameter, Values, total


def _latest(values: Values, goal: int, arguments: Arguments) -> float:
    return values[-1] / 100


def _account_latest(values: Values, goal: int, arguments: Arguments) -> Account:
    return Account("latest", [len(values) - 1], "earlier", {"value": values[-1]})


def _highest(values: Values, goal: int, arguments: Arguments) -> float:
    return max(values) / 100


def _account_highest(values: Values, goal: int, arguments: Arguments) -> Account:
    top = max(values)
    used = [place for place, value in enumerate(values) if value == top]
    return Account("highest", used, "lower", {"value": top, "times": len(used)})


def _mean(values: Values, goal: int, arguments: Arguments) -> float:
    # Whole hundredths add up exactly, so their mean does not depend on the order of the scores.
    return total(values) / (len(values) * 100)


def _account_mean(values: Values, goal: int, arguments: Arguments) -> Account:
    return Account("mean", range(len(values)), "", {"total": total(values)})


def _weighted_latest(values: Values, goal: int, arguments: Arguments) -> float:
    """latest * w + mean(all earlier) * (1 - w). Canvas: `decaying_average`, shown as Weighted Average."""
    (percent,) = arguments
    latest = values[-1]
    earlier = len(values) - 1
    if earlier == 0:
        return latest / 100
    return (latest * percent + (total(values) - latest) * (100 - percent) / earlier) / 10_000


def _account_weighted_latest(values: Values, goal: int, arguments: Arguments) -> Account:
    figures = {"value": values[-1], "earlier": len(values) - 1, "earlier_total": total(values) - values[-1]}
    return Account("weighted_latest", range(len(values)), "", figures)


def _decaying_average(values: Values, goal: int, arguments: Arguments) -> float:
    """a = s1; then a = a * (1 - d) + s * d for each later score. Canvas: `standard_decaying_average`; Otus."""
    (percent,) = arguments
    keep = 100 - percent
    average: float = values[0]
    for value in values[1:]:
        average = (average * keep + value * percent) / 100
    return average / 100


def _account_decaying_average(values: Values, goal: int, arguments: Arguments) -> Account:
    return Account("decaying_average", range(len(values)), "", {"value": values[-1]})


def _n_mastery(values: Values, goal: int, arguments: Arguments) -> float | None:
    """The mean of all scores at or above the goal, once there are n of them. Canvas: `n_mastery`."""
    (needed,) = arguments
    reached_total: float = 0
    reached = 0
    for value in values:
        if value >= goal:
            reached_total += value
            reached += 1
    return reached_total / (reached * 100) if reached >= needed else None


def _account_n_mastery(values: Values, goal: int, arguments: Arguments) -> Account:
    (needed,) = arguments
    used = [place for place, value in enumerate(values) if value >= goal]
    code = "n_mastery" if len(used) >= needed else "not_enough_at_goal"
    return Account(code, used, "below_goal", {"reached": len(used)})


FORMULAS: dict[str, Formula] = {
    "latest": Formula(_latest, _account_latest, {}, ordered=True),
    "highest": Formula(_highest, _account_highest, {}, ordered=False),
    "mean": Formula(_mean, _account_mean, {}, ordered=False),
    "weighted_latest": Formula(
        _weighted_latest, _account_weighted_latest, {"percent": Parameter(1, 99, 65)}, ordered=True
    ),
    # Canvas offers 50 to 99; at 100 the formula is still sound (only the latest counts) and other gradebooks allow it.
    "decaying_average": Formula(
        _decaying_average, _account_decaying_average, {"percent": Parameter(50, 100, 65)}, ordered=True
    ),
    "n_mastery": Formula(_n_mastery, _account_n_mastery, {"n": Parameter(1, 10, 5)}, ordered=False),
    **trends.FORMULAS,
    **kept.FORMULAS,
}
