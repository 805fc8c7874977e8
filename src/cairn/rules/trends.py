"""Where does the line through a row of scores lead: straight, by a power law, or by whichever misses the scores least?

The n-th score stands at x = n, and a line is read at the last x, so it says where the student is now, not where they might be.
Power law: y = a * x ** b by least squares of ln y on ln x (Marzano); other texts read it at n + 1, which claims what nobody has
shown. It needs three scores; a zero has no logarithm and is read as `zero` (default 0.25, half the least step of 0 to 4).
Least error: Empower's estimator, https://www.cbe.empowerlearning.net/post/score-estimator-calculations.

Each sum runs in the order of the scores, so that the same method over columns gives the same bits.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from cairn.rules.formula import Account, Arguments, Formula, Parameter, Values, total

NEEDED = 3  # scores, before a power law says anything
LOW, HIGH = Parameter(0, 1_000, 0), Parameter(50, 1_000, 400)  # a line ends where the scale does
ZERO = Parameter(1, 100, 25)
STEP = Parameter(0, 100, 50)  # 0: the level is not rounded
Line = Callable[[int], float]


def straight(values: Values) -> Line:
    """The straight line of least squares through (1, s1) .. (n, sn), in hundredths; one score makes it flat."""
    n = len(values)
    sx = sy = sxx = sxy = 0.0
    for place, value in enumerate(values, 1):
        sx += place
        sy += value
        sxx += place * place
        sxy += place * value
    spread = n * sxx - sx * sx
    slope = (n * sxy - sx * sy) / spread if spread else 0.0
    start = (sy - slope * sx) / n
    return lambda x: start + slope * x


def power(values: Values, zero: int) -> Line:
    """The power law of least squares through the same points, in hundredths; at least two scores."""
    n = len(values)
    sx = sy = sxx = sxy = 0.0
    for place, value in enumerate(values, 1):
        x, y = math.log(place), math.log(max(value, zero))
        sx += x
        sy += y
        sxx += x * x
        sxy += x * y
    slope = (n * sxy - sx * sy) / (n * sxx - sx * sx)
    start = (sy - slope * sx) / n
    return lambda x: math.exp(start + slope * math.log(x))


def _held(level: float, low: int, high: int) -> float:
    return min(max(level, low), high) / 100


def _linear(values: Values, goal: int, arguments: Arguments) -> float:
    low, high = arguments
    return _held(straight(values)(len(values)), low, high)


def _account_linear(values: Values, goal: int, arguments: Arguments) -> Account:
    return Account("linear", range(len(values)), "", {"mean": _mean(values)})


def _power_law(values: Values, goal: int, arguments: Arguments) -> float | None:
    low, high, zero = arguments
    return None if len(values) < NEEDED else _held(power(values, zero)(len(values)), low, high)


def _account_power_law(values: Values, goal: int, arguments: Arguments) -> Account:
    code = "power_law" if len(values) >= NEEDED else "not_enough"
    return Account(code, range(len(values)), "", {"mean": _mean(values), "needed": NEEDED})


def _mean(values: Values) -> float:
    return total(values) / (len(values) * 100)


def candidates(values: Values, arguments: Arguments) -> dict[str, tuple[float, float]]:
    """For each line that can be laid: the level at the last score and the sum of its misses, in level units."""
    low, high, zero, _step = arguments
    average = total(values) / len(values)
    lines: dict[str, Line] = {"linear": straight(values)}
    if len(values) >= NEEDED:
        lines["power_law"] = power(values, zero)
    lines["mean"] = lambda x: average
    found = {}
    for name, line in lines.items():
        missed = 0.0
        for place, value in enumerate(values, 1):
            missed += abs(line(place) - value)
        found[name] = (_held(line(len(values)), low, high), missed / 100)
    return found


def _winner(found: dict[str, tuple[float, float]]) -> str:
    """The line that misses least; misses that are equal but for the last bits go to the plainer line."""
    return min(reversed(found), key=lambda name: round(found[name][1], 9))


def _least_error(values: Values, goal: int, arguments: Arguments) -> float:
    found = candidates(values, arguments)
    level = found[_winner(found)][0]
    step = arguments[3]
    return level if step == 0 else math.floor(round(level * 100 / step, 9) + 0.5) * step / 100


def _account_least_error(values: Values, goal: int, arguments: Arguments) -> Account:
    found = candidates(values, arguments)
    lines = {name: [round(level, 9), round(missed, 9)] for name, (level, missed) in found.items()}
    return Account("least_error", range(len(values)), "", {"winner": _winner(found), "lines": lines})


FORMULAS: dict[str, Formula] = {
    "linear": Formula(_linear, _account_linear, {"low": LOW, "high": HIGH}, ordered=True),
    "power_law": Formula(
        _power_law, _account_power_law, {"low": LOW, "high": HIGH, "zero": ZERO}, ordered=True
    ),
    "least_error": Formula(
        _least_error,
        _account_least_error,
        {"low": LOW, "high": HIGH, "zero": ZERO, "step": STEP},
        ordered=True,
    ),
}
