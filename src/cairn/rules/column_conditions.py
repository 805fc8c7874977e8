"""What do the conditions around a formula do to columns? The same as `rules/conditions.py` does to one row, in the same order."""

from __future__ import annotations

from collections import deque

import numpy as np
from numpy.typing import NDArray

from cairn.rules.column_formulas import STEPS
from cairn.rules.column_rows import write_level
from cairn.rules.column_series import Flags, Floats, Scores, Series, blocks, chosen, owners, snap
from cairn.rules.method import Method


def complete(series: Series, method: Method, on: int | None) -> None:
    """Raises ValueError where the method's conditions ask for what the series do not hold."""
    conditions = method.conditions
    if conditions.expires_after is not None and on is None:
        raise ValueError("a method by which evidence expires is asked for a day")
    asked = {
        "days": conditions.expires_after is not None,
        "tasks": conditions.pool != "",
        "categories": bool(conditions.categories),
        "weights": conditions.weighted or conditions.pool == "mean",
    }
    for name, needed in asked.items():
        if needed and getattr(series, name) is None:
            raise ValueError(f"the method's conditions ask for {name}")


def run(matrix: Scores, method: Method, goal: int, out: Floats) -> None:
    """The levels of one block by the formula alone, into `out`."""
    (read,) = deque(STEPS[method.name](matrix, goal, method.arguments), maxlen=1)
    write_level(read(), out)


def left(series: Series, method: Method, on: int | None) -> Flags | None:
    """Which scores have not expired on a day; None where none can."""
    after = method.conditions.expires_after
    if after is None:
        return None
    assert on is not None and series.days is not None
    kept: Flags = series.days >= on - after
    return kept


def levels_under(series: Series, method: Method, goal: int, on: int | None) -> Floats:
    """The levels under the method's conditions; goal is what the conditions make of it."""
    conditions = method.conditions
    kept = left(series, method, on)
    if kept is not None:
        series = chosen(series, kept)
    if conditions.pool:
        series = pooled(series, conditions.pool)
    decide = _by_category if conditions.categories else _levels
    level = decide(series, method, goal)
    level[np.diff(series.offsets) < conditions.minimum] = np.nan
    return level


def _levels(series: Series, method: Method, goal: int) -> Floats:
    level = np.full(len(series.offsets) - 1, np.nan)
    for lanes, matrix in blocks(series):
        found = np.empty(len(lanes))
        run(matrix, method, goal, found)
        level[lanes] = found
    if method.conditions.weighted and method.name == "mean":
        _weigh(series, level)
    return level


def _weigh(series: Series, level: Floats) -> None:
    """The mean by the pieces' own weights, wherever any of them weighs something."""
    assert series.weights is not None
    owner = owners(series)
    weight = _added(owner, series.weights, len(level))
    products = _added(owner, series.values * series.weights.astype(np.float64), len(level))
    heavy = weight > 0
    mean = products[heavy] / (weight[heavy] * 100)
    snap(mean, mean)
    level[heavy] = mean


def _added(owner: NDArray[np.int64], numbers: NDArray[np.generic], groups: int) -> Floats:
    """The sum of each group, first to last."""
    added = np.bincount(owner, numbers.astype(np.float64), groups)
    return added.astype(np.float64, copy=False)  # as it is already


def _by_category(series: Series, method: Method, goal: int) -> Floats:
    """The mean of the categories' levels by their weights; the weight of one without a level is shared by the others."""
    assert series.categories is not None
    weights = list(method.conditions.categories.values())
    by_category = [
        _levels(chosen(series, series.categories == place), method, goal) for place in range(len(weights))
    ]
    held = [~np.isnan(level) for level in by_category]
    whole = np.zeros(len(series.offsets) - 1)
    for flags, weight in zip(held, weights, strict=True):
        whole += flags * weight
    mean = np.where(whole > 0, 0.0, np.nan)
    for level, flags, weight in zip(by_category, held, weights, strict=True):
        mean[flags] += level[flags] * (weight / whole[flags])
    snap(mean, mean)
    return mean


def pooled(series: Series, how: str) -> Series:
    """The scores of each task as one, in the place of the newest of each."""
    assert series.tasks is not None
    tasked = np.flatnonzero(series.tasks)
    if not len(tasked):
        return series
    owner, task = owners(series)[tasked], series.tasks[tasked]
    order = np.lexsort((task, owner))  # stable: of each task, the newest stays last
    owner, task, tasked = owner[order], task[order], tasked[order]
    first = np.flatnonzero(np.r_[True, (owner[1:] != owner[:-1]) | (task[1:] != task[:-1])])
    size = np.diff(np.r_[first, len(tasked)])
    newest = tasked[first + size - 1]
    keep = np.ones(len(series.values), bool)
    keep[tasked] = False
    keep[newest] = True
    if how != "last":
        series = _as_one(series, how, tasked, first, size, newest)
    return chosen(series, keep)


def _as_one(
    series: Series,
    how: str,
    tasked: NDArray[np.int64],
    first: NDArray[np.int64],
    size: NDArray[np.int64],
    newest: NDArray[np.int64],
) -> Series:
    """The value and the weight of each task, with its newest score."""
    group = np.repeat(np.arange(len(size)), size)
    weights = None
    if series.weights is not None:
        weights = series.weights.astype(np.int64)
        weights[newest] = np.add.reduceat(weights[tasked], first)
    if how == "highest":
        values = series.values.copy()
        values[newest] = np.maximum.reduceat(values[tasked], first)
        return series._replace(values=values, weights=weights)
    assert series.weights is not None and weights is not None
    values = series.values.astype(np.float64)
    weight = weights[newest]
    mean = _added(group, values[tasked], len(size)) / size
    products = _added(group, values[tasked] * series.weights[tasked], len(size))
    np.divide(products, weight, out=mean, where=weight > 0)
    several = size > 1
    values[newest[several]] = mean[several]
    return series._replace(values=values, weights=weights)
