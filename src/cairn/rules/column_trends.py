"""How do the lines of `rules/trends.py` run down a matrix, to the same bits?

Two things could differ. numpy's exp may differ from math.exp in the last bit, and Python rounds decimals by their exact value. Both could
show only where a number lies so close to the half between two steps that one bit decides; there, and only there, a series is decided
again by math.exp or by the scalar formula. The logarithms come from math.log itself, once per value.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from functools import lru_cache, partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cairn.rules import trends
from cairn.rules.column_rows import NEAR, Doubtful, Reading, Steps, near_half, nothing, sum_type
from cairn.rules.column_series import Floats, Scores
from cairn.rules.formula import Arguments
from cairn.rules.scale import NANO

Line = tuple[Floats, Floats]  # where it starts and its slope


@lru_cache(maxsize=8)
def _log_table(zero: int) -> Floats:
    """math.log of every whole hundredth an int16 can hold, those below `zero` read as that."""
    return np.array([math.log(max(value, zero)) for value in range(1 << 15)])


def _logs(matrix: Scores, zero: int) -> Iterator[Floats]:
    """Row by row. The same array each time."""
    row_of_logs = np.empty(matrix.shape[1])
    if matrix.dtype == np.int16:
        table = _log_table(zero)
    else:
        values, matrix = np.unique(np.maximum(matrix, zero), return_inverse=True)
        table = np.array([math.log(value) for value in values.tolist()])
    for row in matrix:
        # A negative place is read as the first, which is `zero`.
        yield np.take(table, row, out=row_of_logs, mode="clip")


def _lines(xs: list[float], rows: Iterator[NDArray[Any]] | Scores) -> Iterator[Callable[[], Line]]:
    """After each row, how to lay the line of least squares through the rows so far."""
    sx = sxx = 0.0
    sy = sxy = product = np.empty(0)
    for count, (x, row) in enumerate(zip(xs, rows, strict=True), 1):
        sx += x
        sxx += x * x
        if count == 1:
            sy = row.astype(np.float64)
            sxy, product = sy * x, np.empty_like(sy)
        else:
            np.add(sy, row, out=sy)
            np.multiply(row, x, out=product, dtype=np.float64)
            np.add(sxy, product, out=sxy)
        yield partial(_line, count, sx, sxx, sy, sxy)


def _line(count: int, sx: float, sxx: float, sy: Floats, sxy: Floats) -> Line:
    spread = count * sxx - sx * sx
    start, slope = sx * sy, count * sxy
    slope -= start
    if spread:
        slope /= spread
    else:
        slope.fill(0.0)
    np.multiply(slope, sx, out=start)
    np.subtract(sy, start, out=start)
    start /= count
    return start, slope


def _straight(matrix: Scores) -> Iterator[Callable[[], Line]]:
    return _lines([float(place) for place in range(1, len(matrix) + 1)], matrix)


def _power(matrix: Scores, zero: int) -> Iterator[Callable[[], Line]]:
    xs = [math.log(place) for place in range(1, len(matrix) + 1)]
    return _lines(xs, _logs(matrix, zero))


def _held(level: Floats, low: int, high: int) -> Floats:
    """In place: within the scale, in level units."""
    np.clip(level, low, high, out=level)
    level /= 100
    return level


def _linear(matrix: Scores, goal: int, arguments: Arguments) -> Iterator[Reading]:
    low, high = arguments
    for count, line in enumerate(_straight(matrix), 1):
        yield partial(_end_of, line, count, low, high)


def _end_of(line: Callable[[], Line], count: int, low: int, high: int) -> Floats:
    start, slope = line()
    slope *= count
    slope += start
    level = _held(slope, low, high)
    level += 0.0  # no negative zero
    return level


def _power_law(matrix: Scores, goal: int, arguments: Arguments) -> Iterator[Reading]:
    low, high, zero = arguments
    if len(matrix) < trends.NEEDED:  # nothing to add up
        yield from [nothing] * len(matrix)
        return
    for count, line in enumerate(_power(matrix, zero), 1):
        yield nothing if count < trends.NEEDED else partial(_end_of_power, line, count, low, high)


def _end_of_power(line: Callable[[], Line], count: int, low: int, high: int) -> Doubtful:
    exponent, slope = line()
    slope *= math.log(count)
    exponent += slope

    def exact(lanes: NDArray[np.int64]) -> Floats:
        return _held(np.array([math.exp(one) for one in exponent[lanes].tolist()]), low, high)

    return Doubtful(_held(np.exp(exponent, out=slope), low, high), exact)


def _least_error(matrix: Scores, goal: int, arguments: Arguments) -> Iterator[Reading]:
    total = np.zeros(matrix.shape[1], sum_type(matrix))
    lines = zip(matrix, _straight(matrix), _power(matrix, arguments[2]), strict=True)
    for count, (row, straight, power) in enumerate(lines, 1):
        np.add(total, row, out=total)
        yield partial(_of_least_error, matrix[:count], straight, power, total, goal, arguments)


def _of_least_error(
    rows: Scores,
    straight: Callable[[], Line],
    power: Callable[[], Line],
    total: NDArray[Any],
    goal: int,
    arguments: Arguments,
) -> Floats:
    """The candidates from the plainest on; another wins only by missing less, to nine decimals."""
    low, high, _zero, step = arguments
    count = len(rows)
    # Each row may add its own last bit to a sum of misses, the more the higher the scores.
    near = NEAR * max(1.0, count * float(np.max(rows)) / 16_000)
    average = total / np.float64(count)
    start, slope = straight()
    candidates: list[Callable[[int], Floats]] = [lambda x: average, lambda x: start + slope * x]
    if count >= trends.NEEDED:
        base, bend = power()
        candidates.insert(1, lambda x: np.exp(base + bend * math.log(x)))
    level, least, doubtful = np.empty(0), np.full(len(average), np.inf), np.zeros(len(average), bool)
    for line in candidates:
        missed = np.zeros(len(average))
        for x, row in enumerate(rows, 1):
            missed += np.abs(line(x) - row)
        steps = missed / 100 * NANO
        misses = np.rint(steps)
        doubtful |= near_half(steps, misses, near)
        end = _held(line(count) + 0.0, low, high)  # a copy: the average is asked again; no negative zero
        level = np.where(misses < least, end, level) if len(level) else end
        least = np.minimum(least, misses)
    if step:
        nanos = level * 100 / step * NANO
        whole = np.rint(nanos)
        doubtful |= near_half(nanos, whole, near)
        level = np.floor(whole / NANO + 0.5) * step / 100
    else:
        nanos = level * NANO
        doubtful |= near_half(nanos, np.rint(nanos), NEAR)
    run = trends.FORMULAS["least_error"].run
    for lane in np.flatnonzero(doubtful).tolist():
        level[lane] = run(rows[:, lane].tolist(), goal, arguments)
    return level


STEPS: dict[str, Callable[[Scores, int, Arguments], Steps]] = {
    "linear": _linear,
    "power_law": _power_law,
    "least_error": _least_error,
}
