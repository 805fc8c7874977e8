"""How do the formulas that keep some of the scores run down a matrix? See `rules/kept.py` and `rules/column_formulas.py`."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cairn.rules.column_rows import (
    Reading,
    Steps,
    best_of,
    insert,
    level_of_score,
    nothing,
    sum_type,
)
from cairn.rules.column_series import Floats, Scores
from cairn.rules.formula import Arguments

PAIRS = 32  # rows up to which comparing each with each beats sorting


def _seen(matrix: Scores) -> NDArray[np.int32]:
    """How often each score's value has stood in its series so far, itself included."""
    times = np.ones(matrix.shape, np.int32)
    if len(matrix) <= PAIRS:
        for place, row in enumerate(matrix):
            for earlier in matrix[:place]:
                times[place] += row == earlier
        return times
    order = np.argsort(matrix, axis=0, kind="stable")
    values = np.take_along_axis(matrix, order, axis=0)
    places = np.broadcast_to(np.arange(len(matrix), dtype=np.int32)[:, None], matrix.shape)
    first = np.zeros(matrix.shape, np.int32)  # of each run of equals
    np.copyto(first[1:], places[1:], where=values[1:] != values[:-1])
    np.maximum.accumulate(first, axis=0, out=first)
    np.put_along_axis(times, order, places - first + 1, axis=0)
    return times


def _modes(matrix: Scores) -> Iterator[tuple[Scores, NDArray[np.int32]]]:
    """After each row: the most frequent value, among equals the one seen last, and how many are as frequent.

    The value that came last to the greatest number is also the one seen last, since seeing another again would raise its own.
    """
    mode = matrix[0]
    most = np.zeros(matrix.shape[1], np.int32)
    tied = np.zeros(matrix.shape[1], np.int32)
    for row, times in zip(matrix, _seen(matrix), strict=True):
        mode = np.where(times >= most, row, mode)
        tied = np.where(times > most, 1, tied + (times == most))
        most = np.maximum(most, times)
        yield mode, tied


def _mode(matrix: Scores, goal: int, arguments: Arguments) -> Iterator[Reading]:
    recent, none_on_tie = arguments
    if recent == 0 or recent >= len(matrix):
        for mode, tied in _modes(matrix):
            yield partial(_untied, mode, tied, none_on_tie)
        return
    for count in range(1, len(matrix) + 1):
        yield partial(_mode_of, matrix[max(0, count - recent) : count], none_on_tie)


def _mode_of(window: Scores, none_on_tie: int) -> NDArray[Any]:
    ((mode, tied),) = deque(_modes(window), maxlen=1)
    return _untied(mode, tied, none_on_tie)


def _untied(mode: Scores, tied: NDArray[np.int32], none_on_tie: int) -> NDArray[Any]:
    return np.where(tied > 1, np.nan, mode / 100) if none_on_tie else level_of_score(mode)


def _median_of_recent(matrix: Scores, goal: int, arguments: Arguments) -> Iterator[Reading]:
    (k,) = arguments
    for count in range(1, len(matrix) + 1):
        yield partial(_median, matrix[max(0, count - k) : count])


def _median(window: Scores) -> NDArray[Any]:
    half = len(window) // 2
    upper = best_of(window, len(window) - half + (len(window) % 2 == 0))
    if len(window) % 2:
        return level_of_score(upper[-1])
    return np.add(upper[-1], upper[-2], dtype=np.float64) / 200


def _mean_of_best(matrix: Scores, goal: int, arguments: Arguments) -> Iterator[Reading]:
    return _best_means(matrix, arguments[0], 1)


def _evidence_slots(matrix: Scores, goal: int, arguments: Arguments) -> Iterator[Reading]:
    return _best_means(matrix, arguments[0], arguments[0])


def _best_means(matrix: Scores, most: int, needed: int) -> Iterator[Reading]:
    best: list[Scores] = []
    kind = sum_type(matrix)
    for row in matrix:
        insert(best, row, most)
        yield partial(_mean, best, kind) if len(best) >= needed else nothing


def _mean(best: list[Scores], kind: type[np.number[Any]]) -> Floats:
    """Lowest first, as the scalar adds them."""
    total = best[-1].astype(kind)
    for row in reversed(best[:-1]):
        np.add(total, row, out=total)
    mean: Floats = total / np.float64(len(best) * 100)
    return mean


def _high_water(matrix: Scores, goal: int, arguments: Arguments) -> Iterator[Reading]:
    (times,) = arguments
    best: list[Scores] = []
    for row in matrix:
        insert(best, row, times)
        yield partial(level_of_score, best[-1]) if len(best) == times else nothing


def _k_of_last_m(matrix: Scores, goal: int, arguments: Arguments) -> Iterator[Reading]:
    k, m, kept = arguments
    m = max(k, m)
    top: Scores | None = None
    for count in range(1, len(matrix) + 1):
        window = matrix[max(0, count - m) : count]
        if count < k:
            yield nothing
        elif kept:
            reached = best_of(window, k)[-1]
            top = reached if top is None else np.maximum(top, reached)
            yield partial(level_of_score, top)
        else:
            yield partial(_kth, window, k)


def _kth(window: Scores, k: int) -> Scores:
    return level_of_score(best_of(window, k)[-1])


STEPS: dict[str, Callable[[Scores, int, Arguments], Steps]] = {
    "mode": _mode,
    "median_of_recent": _median_of_recent,
    "mean_of_best": _mean_of_best,
    "evidence_slots": _evidence_slots,
    "high_water": _high_water,
    "k_of_last_m": _k_of_last_m,
}
