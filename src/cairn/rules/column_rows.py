"""What do all formulas over columns share: the reading of a level, the type of a sum, the best of some rows?"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from cairn.rules.column_series import Flags, Floats, Scores, snap
from cairn.rules.scale import NANO

NEAR = 1e-3  # of a step of the grid. A level of 10 by an exp one bit off is wrong by 2e-6 of a step.


class Doubtful(NamedTuple):
    """Levels (level units) whose last bits are in doubt; `exact` gives those of some lanes, and only few need it."""

    level: Floats
    exact: Callable[[NDArray[np.int64]], Floats]


Reading = Callable[[], NDArray[Any] | Doubtful | None]
Steps = Iterator[Reading]


def nothing() -> None:
    """The reading of a formula that has no level yet, for no series."""


def level_of_score(row: Scores) -> Scores:
    """The reading where one of the scores is the level."""
    return row if row.dtype == np.int16 else row / 100


def near_half(number: Floats, whole: Floats, near: float) -> Flags:
    """Where one bit could decide to which whole number this one is rounded. Uses up the numbers."""
    number -= whole
    np.abs(number, out=number)
    flags: Flags = number > 0.5 - near
    return flags


def write_level(reading: NDArray[Any] | Doubtful | None, out: Floats) -> None:
    """A reading as levels on the grid of 1e-9. A whole hundredth stands on it already (tests/rules/test_columns.py)."""
    if reading is None:
        out.fill(np.nan)
    elif isinstance(reading, Doubtful):
        steps = np.multiply(reading.level, NANO, out=reading.level)
        np.rint(steps, out=out)
        lanes = np.flatnonzero(near_half(steps, out, NEAR))
        out[lanes] = np.rint(reading.exact(lanes) * NANO)
        np.divide(out, NANO, out=out)
    elif reading.dtype == np.int16:
        np.divide(reading, 100.0, out=out)
    else:
        snap(reading, out)


def sum_type(matrix: Scores) -> type[np.number[Any]]:
    """The narrowest type that holds the sum of any rows exactly; float64 where the scores are floats."""
    if matrix.dtype == np.float64:
        return np.float64
    most = max(int(matrix.max()), -int(matrix.min()), 1) * len(matrix)
    return np.int16 if most < 1 << 15 else np.int32 if most < 1 << 31 else np.int64


def insert(best: list[Scores], row: Scores, most: int) -> None:
    """Put a row among the best so far, highest first, and keep `most` of them: each lane is sorted by itself."""
    for place, held in enumerate(best):
        best[place] = np.maximum(held, row)
        row = np.minimum(held, row)
    if len(best) < most:
        best.append(row)


def best_of(rows: Sequence[Scores] | Scores, most: int) -> list[Scores]:
    """The best scores of each lane, highest first."""
    best: list[Scores] = []
    for row in rows:
        insert(best, row, most)
    return best
