"""Which of many groups of targets are complete? The same as `rules/rollups.py` answers for one, without the names of what is missing."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cairn.rules.column_series import Flags, Floats
from cairn.rules.rollups import Rule

UNDECIDED, NOT_MET, MET = 0, 1, 2
States = NDArray[np.int8]


class GroupColumns(NamedTuple):
    """Group i holds the targets offsets[i]:offsets[i + 1] of the other columns, each target once."""

    offsets: NDArray[np.int64]  # n + 1, from 0
    level: Floats  # level units; NaN: nothing scored
    met: Flags
    weight: NDArray[np.int32]
    required: Flags


class _Groups:
    """Groups, and the sums that the rules ask for."""

    def __init__(self, columns: GroupColumns) -> None:
        self.columns = columns
        self.size = np.diff(columns.offsets)
        self.scored = ~np.isnan(columns.level)
        self._owner = np.repeat(np.arange(len(self.size)), self.size)

    def added(self, numbers: NDArray[np.generic]) -> Floats:
        """The sum of each group, first to last."""
        added = np.bincount(self._owner, numbers.astype(np.float64), len(self.size))
        return added.astype(np.float64, copy=False)  # as it is already

    def any(self, flags: Flags) -> Flags:
        """Is it so for any of each group?"""
        found: Flags = np.bincount(self._owner[flags], minlength=len(self.size)) > 0
        return found


def roll_up_columns(groups: GroupColumns, rule: Rule) -> States:
    """Of each group: 0 undecided, 1 not met, 2 met. Raises ValueError for columns that do not fit together."""
    offsets, level = groups.offsets, groups.level
    if offsets.ndim != 1 or not len(offsets) or offsets[0] != 0 or np.any(offsets[1:] < offsets[:-1]):
        raise ValueError("offsets rise from 0 to the number of members")
    if any(column.shape != (offsets[-1],) for column in (level, groups.met, groups.weight, groups.required)):
        raise ValueError("level, met, weight and required are one row each, one for each member")
    return _state(_Groups(groups), rule)


def _state(groups: _Groups, rule: Rule) -> States:
    state = RULES[rule.name](groups, rule)
    state[~groups.any(groups.scored)] = UNDECIDED
    return state


def _of(done: Flags) -> States:
    return np.where(done, MET, NOT_MET).astype(np.int8)


def _all(groups: _Groups, rule: Rule) -> States:
    return _of(~groups.any(~groups.columns.met))


def _required_unmet(groups: _Groups) -> Flags:
    return groups.any(groups.columns.required & ~groups.columns.met)


def _points(groups: _Groups, rule: Rule) -> States:
    points = groups.added(groups.columns.weight * groups.columns.met)
    return _of((points >= rule.setting("base")) & ~_required_unmet(groups))


def _k_of_n(groups: _Groups, rule: Rule) -> States:
    return _of(groups.added(groups.columns.met) >= np.minimum(rule.setting("k"), groups.size))


def _share(groups: _Groups, rule: Rule) -> States:
    percent, floor = rule.setting("percent"), rule.setting("floor")
    enough = groups.added(groups.columns.met) * 100 >= percent * groups.size
    return _of(enough & ~groups.any(~(groups.columns.level >= floor / 100)))


def _weighted(groups: _Groups, rule: Rule) -> States:
    cut = rule.setting("cut")
    weight = groups.added(groups.columns.weight * groups.scored)
    products = groups.added(np.where(groups.scored, groups.columns.level, 0.0) * groups.columns.weight)
    reached = np.full(len(weight), np.nan)
    np.divide(products, weight, out=reached, where=weight != 0)
    reached *= 100
    done = reached >= cut
    # Python rounds decimals by their exact value, which one bit decides close to the cut.
    for place in np.flatnonzero(np.abs(reached - cut) < 1e-6).tolist():
        done[place] = round(float(reached[place]), 7) >= cut
    state = _of(done & ~_required_unmet(groups))
    state[weight == 0] = UNDECIDED
    return state


def _conjunctive(groups: _Groups, rule: Rule) -> States:
    parts = [_state(groups, one) for one in rule.of]
    unmet = np.any([part == NOT_MET for part in parts], axis=0)
    undecided = np.any([part == UNDECIDED for part in parts], axis=0)
    return np.where(unmet, NOT_MET, np.where(undecided, UNDECIDED, MET)).astype(np.int8)


RULES: dict[str, Callable[[_Groups, Rule], States]] = {
    "all": _all,
    "points": _points,
    "k_of_n": _k_of_n,
    "share": _share,
    "weighted": _weighted,
    "conjunctive": _conjunctive,
}
