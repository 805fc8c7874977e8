"""How does each formula run down a matrix of series of one length, one score per row, oldest first?

One entry of STEPS per formula of `rules/formulas.py`. It goes through the rows and gives after each a reading: a call that answers with
the level so far. To decide takes the last reading alone, a history takes all, and neither goes through the rows twice.

Each does the float64 operations of the scalar formula in the same order, so each lane holds the same bits. Whole hundredths are
added as whole numbers, which is exact in both. A reading is None (no series has a level), a row of whole hundredths where one of
the scores is the level, or a row of floats in level units, NaN: no level.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cairn.rules import column_kept, column_trends
from cairn.rules.column_rows import Reading, Steps, level_of_score, sum_type
from cairn.rules.column_series import Floats, Scores
from cairn.rules.formula import Arguments


def _latest(matrix: Scores, goal: int, arguments: Arguments) -> Iterator[Reading]:
    for row in matrix:
        yield partial(level_of_score, row)


def _highest(matrix: Scores, goal: int, arguments: Arguments) -> Iterator[Reading]:
    top = matrix[0].copy()
    for row in matrix:
        np.maximum(top, row, out=top)
        yield partial(level_of_score, top)


def _mean(matrix: Scores, goal: int, arguments: Arguments) -> Iterator[Reading]:
    total = np.zeros(matrix.shape[1], sum_type(matrix))
    for count, row in enumerate(matrix, 1):
        np.add(total, row, out=total)
        yield partial(np.divide, total, np.float64(count * 100))


def _weighted_latest(matrix: Scores, goal: int, arguments: Arguments) -> Iterator[Reading]:
    (percent,) = arguments
    total = np.zeros(matrix.shape[1], sum_type(matrix))
    for earlier, row in enumerate(matrix):
        np.add(total, row, out=total)
        if earlier:
            yield partial(_weighed, row, total, earlier, percent)
        else:
            yield partial(level_of_score, row)


def _weighed(latest: Scores, total: NDArray[Any], earlier: int, percent: int) -> Floats:
    level: Floats = np.multiply(total - latest, np.float64(100 - percent))
    level /= earlier
    level += np.multiply(latest, np.float64(percent))
    level /= 10_000
    return level


def _decaying_average(matrix: Scores, goal: int, arguments: Arguments) -> Iterator[Reading]:
    (percent,) = arguments
    keep, add = np.float64(100 - percent), np.float64(percent)
    average = matrix[0].astype(np.float64)
    share = np.empty_like(average)
    read = partial(np.divide, average, 100.0)
    yield read
    for row in matrix[1:]:
        np.multiply(row, add, out=share)
        np.multiply(average, keep, out=average)
        np.add(average, share, out=average)
        np.divide(average, 100.0, out=average)
        yield read


def _n_mastery(matrix: Scores, goal: int, arguments: Arguments) -> Iterator[Reading]:
    (needed,) = arguments
    total = np.zeros(matrix.shape[1], sum_type(matrix))
    reached = np.zeros(matrix.shape[1], sum_type(matrix))
    for row in matrix:
        at_goal = row >= goal
        np.add(total, row * at_goal, out=total)
        np.add(reached, at_goal, out=reached)
        yield partial(_of_reached, total, reached, needed)


def _of_reached(total: NDArray[Any], reached: NDArray[Any], needed: int) -> Floats:
    level = np.full(len(total), np.nan)
    np.divide(total, np.multiply(reached, 100.0, dtype=np.float64), out=level, where=reached >= needed)
    return level


STEPS: dict[str, Callable[[Scores, int, Arguments], Steps]] = {
    "latest": _latest,
    "highest": _highest,
    "mean": _mean,
    "weighted_latest": _weighted_latest,
    "decaying_average": _decaying_average,
    "n_mastery": _n_mastery,
    **column_trends.STEPS,
    **column_kept.STEPS,
}
