"""How do millions of series become levels at once, to the same bits as one by one?

The kernels over columns: what `rules/mastery.py` decides for one student on one target, decided for all. Plain numpy, without a
compiler (docs/decisions/0017-columns-by-equal-length.md). Only what recomputes many levels imports this; a page does not.

- `decide_columns`: the levels of any series under a method and all its conditions.
- `decide_block`: the same for series of one length, as a packed snapshot holds them.
- `history_columns`: also since when each level is what it is, and since when it is met.
- `roll_up_columns`: which groups of targets are complete (`rules/column_rollups.py`).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cairn.rules.column_conditions import complete, left, levels_under, run
from cairn.rules.column_formulas import STEPS
from cairn.rules.column_rollups import MET, NOT_MET, UNDECIDED, GroupColumns, roll_up_columns
from cairn.rules.column_rows import write_level
from cairn.rules.column_series import (
    Flags,
    Floats,
    Scores,
    Series,
    blocks,
    checked,
    chosen,
    differ,
    shortened,
    width,
)
from cairn.rules.method import Method

__all__ = [
    "MET", "NOT_MET", "UNDECIDED", "GroupColumns", "History", "Levels", "Series",
    "decide_block", "decide_columns", "history_columns", "roll_up_columns",
]  # fmt: skip


Places = NDArray[np.int32]


class Levels(NamedTuple):
    """One of each per series: the level (level units, NaN: none), is it at the goal, how many scores the series holds."""

    level: Floats
    met: Flags
    count: NDArray[np.int32]  # type: ignore[assignment]  # hides tuple.count, which nobody asks


class History(NamedTuple):
    """Places in the series, per series.

    changed: of the score with which the level last became another; 0: it never did; -1: the series is empty.
    previous: the level before that (NaN: none). met_since: of the score since which it has been met without a break; -1: it is not met.
    """

    changed: Places
    previous: Floats
    met_since: Places


def decide_columns(series: Series, method: Method, goal: int, on: int | None = None) -> Levels:
    """The level of every series; goal in hundredths, `on` in days since 1970-01-01.

    Raises ValueError for arrays that do not fit together, and where the method's conditions ask for a day or a column that is not there.
    """
    checked(series)
    complete(series, method, on)
    return _decided(series, method, method.conditions.goal(goal), on)


def _decided(series: Series, method: Method, goal: int, on: int | None) -> Levels:
    level = levels_under(series, method, goal, on)
    return Levels(level, level >= goal / 100, np.diff(series.offsets).astype(np.int32))


def decide_block(matrix: Scores, method: Method, goal: int) -> Levels:
    """The level of every column of a matrix (scores, series), oldest score first; goal in hundredths. `count` is a view.

    Raises ValueError for another shape or type, and for a method with conditions, which look at more than values.
    """
    if matrix.ndim != 2 or matrix.dtype not in (np.int16, np.float64):
        raise ValueError("a block is a matrix of int16 or of float64")
    if method.conditions:
        raise ValueError("a block knows no conditions; use decide_columns")
    length, lanes = matrix.shape
    level, met = np.empty(lanes), np.empty(lanes, bool)
    count = np.broadcast_to(np.int32(length), lanes)
    if length == 0:
        level.fill(np.nan)
        met.fill(False)
        return Levels(level, met, count)
    step = width(length)
    for begin in range(0, lanes, step):
        here = slice(begin, begin + step)
        run(matrix[:, here], method, goal, level[here])
        np.greater_equal(level[here], goal / 100, out=met[here])
    return Levels(level, met, count)


def history_columns(
    series: Series, method: Method, goal: int, on: int | None = None
) -> tuple[Levels, History]:
    """The same, and since when. As `learning/mastery/decide.py` tells it: from the evidence alone, as it stands on the day.

    Goes once through the scores where a formula's next level follows from what it has seen. Where pieces are pooled, put into categories or weighed,
    each series is decided again with one score less, until both questions are answered. Raises as `decide_columns`.
    """
    checked(series)
    complete(series, method, on)
    goal = method.conditions.goal(goal)
    if method.conditions.asks_for_work:
        return _backward(series, method, goal, on)
    return _forward(series, method, goal, on)


def _no_places(series: int) -> Places:
    return np.full(series, -1, np.int32)


def _forward(series: Series, method: Method, goal: int, on: int | None) -> tuple[Levels, History]:
    count = np.diff(series.offsets).astype(np.int32)
    kept = left(series, method, on)
    standing = series if kept is None else chosen(series, kept)
    level, previous = np.full(len(count), np.nan), np.full(len(count), np.nan)
    changed, met_since = _no_places(len(count)), _no_places(len(count))
    for lanes, matrix in blocks(standing):
        told = _told(matrix, method, goal)
        level[lanes], changed[lanes], previous[lanes], met_since[lanes] = told
    if kept is not None:  # places among those that stand become places among all
        among = np.append(np.flatnonzero(kept), 0)
        for places in (changed, met_since):
            found = among[np.where(places < 0, -1, standing.offsets[:-1] + places)]
            np.copyto(places, found - series.offsets[:-1], where=places >= 0)
    changed[(changed < 0) & (count > 0)] = 0
    return Levels(level, level >= goal / 100, count), History(changed, previous, met_since)


def _told(matrix: Scores, method: Method, goal: int) -> tuple[Floats, Places, Floats, Places]:
    """Level, place of the last change (-1: there never was a level), level before it, place since when it is met (-1: it is not)."""
    lanes = matrix.shape[1]
    before, level, previous = np.full(lanes, np.nan), np.full(lanes, np.nan), np.full(lanes, np.nan)
    changed, met_since = _no_places(lanes), _no_places(lanes)
    for place, read in enumerate(STEPS[method.name](matrix, goal, method.arguments)):
        before, level = level, before
        if place + 1 < method.conditions.minimum:
            level.fill(np.nan)
        else:
            write_level(read(), level)
        moved = differ(before, level)
        np.copyto(changed, place, where=moved)
        np.copyto(previous, before, where=moved)
        met = level >= goal / 100
        np.copyto(met_since, place, where=met & (met_since < 0))
        np.copyto(met_since, -1, where=~met)
    return level, changed, previous, met_since


def _backward(series: Series, method: Method, goal: int, on: int | None) -> tuple[Levels, History]:
    now = _decided(series, method, goal, on)
    changed, met_since = _no_places(len(now.count)), _no_places(len(now.count))
    previous = np.full(len(now.count), np.nan)
    open_ = np.flatnonzero(now.count > 1)
    place = now.count.astype(np.int64)
    while len(open_):
        place[open_] -= 1
        before = levels_under(shortened(series, open_, place[open_]), method, goal, on)
        moved = (changed[open_] < 0) & differ(before, now.level[open_])
        changed[open_[moved]], previous[open_[moved]] = place[open_[moved]], before[moved]
        began = now.met[open_] & (met_since[open_] < 0) & ~(before >= goal / 100)
        met_since[open_[began]] = place[open_[began]]
        unsettled = (changed[open_] < 0) | (now.met[open_] & (met_since[open_] < 0))
        open_ = open_[unsettled & (place[open_] > 1)]
    changed[(changed < 0) & (now.count > 0)] = 0
    met_since[now.met & (met_since < 0)] = 0
    return now, History(changed, previous, met_since)
