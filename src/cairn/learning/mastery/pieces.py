"""Given the evidence of many cells as arrays, which levels follow? The columns' counterpart of `decide`, without a database.

A cell is one student on one target. The level is decided by `rules/columns.py`; here stands which scores count and what is kept
beside a level. Chains of corrections are not followed: such a cell is marked and left to `decide`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cairn.learning.arrays import NO_DAY, Arrays
from cairn.rules.columns import Series, history_columns
from cairn.rules.mastery import NO_SCORE_KINDS, Method

Int = NDArray[np.int64]
Flags = NDArray[np.bool_]
Floats = NDArray[np.float64]

# What a piece without a score has in the place of its value, below any score: one number for each kind.
NOT_SCORED = -1_000_000
CHAINED = NOT_SCORED - 10  # it corrects or withdraws another
EXPIRED = (
    len(NO_SCORE_KINDS) + 1
)  # kinds of no score are kept as numbers from 1; this one follows from conditions
NONE = -1  # the code of no rule
FAR = np.iinfo(np.int32).max


class Rule(NamedTuple):
    """What decides a cell: policy version (id), its method, the goal in hundredths, the first day (since 1970) that counts."""

    policy: int
    method: Method
    goal: int
    counts_from: int | None = None


@dataclass(slots=True)
class Pieces:
    """Evidence in the order of its cells and of their methods. Days since 1970-01-01.

    rows: value (hundredths, or NOT_SCORED - kind, or CHAINED), day; where they are asked for entered, task (0: none), category (a
    place in `categories`, -1: none), weight. offsets: n + 1, where each cell begins. rule: codes.
    """

    rows: Arrays
    student: Int
    target: Int
    offsets: Int
    rule: Int
    categories: tuple[str, ...] = ()


class Decided(NamedTuple):
    """What should be kept of each cell, as far as `is_decided`; days since 1970-01-01, NO_DAY for none, NaN for no level.

    is_there: anything is left to decide from. is_chained: left to be decided one by one.
    """

    level: Floats
    met: Flags
    no_score: Int
    counted: Int
    last: Int
    changed: Int
    previous: Floats
    met_on: Int
    due: Int
    policy: Int
    is_there: Flags
    is_chained: Flags
    is_decided: Flags


class Standing(NamedTuple):
    """The scores of some cells that count, and per cell what was last seen."""

    rows: Int | None  # places of the counting scores among the pieces' rows; None: all of them
    counts: Int
    newest: Int  # the newest day shown, of scores or, without any, of the last piece; NO_DAY: nothing is left
    no_score: Int  # the kind of the last piece where there is no score
    chained: Flags


def cells_of(student: Int, target: Int) -> Int:
    """Where each cell begins among rows ordered by student and target, and at last their number."""
    begins = np.ones(len(student), bool)
    begins[1:] = (student[1:] != student[:-1]) | (target[1:] != target[:-1])
    return np.append(np.flatnonzero(begins), len(student)).astype(np.int64)


def standing(pieces: Pieces, rules: Mapping[int, Rule | None]) -> Standing:
    """Which scores count: those that were entered since the scale of the cell's rule counts."""
    value, day = pieces.rows["value"], pieces.rows["day"]
    begins = pieces.offsets[:-1]
    cuts = any(rule is not None and rule.counts_from is not None for rule in rules.values())
    if not cuts and len(value) and value.min() > NOT_SCORED:  # mostly every piece counts
        none = np.zeros(len(begins), np.int64)
        newest = np.maximum.reduceat(day, begins).astype(np.int64)
        return Standing(None, np.diff(pieces.offsets), newest, none, none.astype(bool))
    here = np.ones(len(value), bool)
    if cuts:
        since = np.full(len(begins), NO_DAY, np.int64)
        for code, rule in rules.items():
            if rule is not None and rule.counts_from is not None:
                since[pieces.rule == code] = rule.counts_from
        here = pieces.rows["entered"] >= np.repeat(since, np.diff(pieces.offsets))
    scored = here & (value > NOT_SCORED)
    counts = _each(np.add, scored.astype(np.int64), begins)
    last = _each(
        np.maximum, np.where(here, np.arange(len(value)), -1), begins
    )  # the last piece of this scale
    newest = _each(np.maximum, np.where(scored, day, NO_DAY).astype(np.int64), begins)
    newest = np.where(counts > 0, newest, np.where(last < 0, NO_DAY, day[last]))
    no_score = np.where((counts > 0) | (last < 0), 0, NOT_SCORED + 1 - value[last].astype(np.int64))
    chained = _each(np.minimum, value.astype(np.int64), begins) == CHAINED
    return Standing(np.flatnonzero(scored), counts, newest, no_score, chained)


def _each(what: np.ufunc, rows: Int, begins: Int) -> Int:
    found: Int = what.reduceat(rows, begins) if len(begins) else np.empty(0, np.int64)
    return found


def series_of(pieces: Pieces, scores: Standing, some: Flags, method: Method) -> Series:
    """The counting scores of some cells as the rules take them, with what the method asks for."""
    rows: Int | slice = slice(None) if scores.rows is None else scores.rows
    if not some.all():
        among = np.repeat(some, scores.counts)
        rows = np.flatnonzero(among) if scores.rows is None else scores.rows[among]
    offsets = np.append(0, np.cumsum(scores.counts[some])).astype(np.int64)
    value, day = pieces.rows["value"][rows], pieces.rows["day"][rows].astype(np.int32)
    narrow = not len(value) or (value.min() >= 0 and value.max() < 1 << 15)
    values = value.astype(np.int16 if narrow else np.float64)
    if not method.conditions.asks_for_work:
        return Series(offsets, values, day)
    names = list(method.conditions.categories)
    place = [names.index(name) if name in names else NONE for name in pieces.categories]
    category = np.array([*place, NONE], np.int16)[pieces.rows["category"][rows]]
    task, weight = (pieces.rows[name][rows].astype(np.int32) for name in ("task", "weight"))
    return Series(offsets, values, day, task, category, weight)


def decide_pieces(pieces: Pieces, rules: Mapping[int, Rule | None], on: int) -> Decided:
    """What should be kept of every cell, by its own rule, on a day."""
    scores = standing(pieces, rules)
    size = len(scores.counts)
    is_there = scores.newest != NO_DAY
    decided = Decided(
        level=np.full(size, np.nan),
        met=np.zeros(size, bool),
        no_score=scores.no_score,
        counted=scores.counts,
        last=scores.newest,
        changed=scores.newest.copy(),
        previous=np.full(size, np.nan),
        met_on=np.full(size, NO_DAY, np.int64),
        due=np.full(size, NO_DAY, np.int64),
        policy=np.full(size, NONE, np.int64),
        is_there=is_there,
        is_chained=scores.chained,
        is_decided=np.zeros(size, bool),
    )
    for code, rule in rules.items():
        if rule is not None:
            some = (pieces.rule == code) & ~scores.chained
            decided.is_decided[some] = True
            decided.policy[some] = rule.policy
            _decide(decided, pieces, scores, some & (scores.counts > 0), rule, on)
    return decided


def _decide(decided: Decided, pieces: Pieces, scores: Standing, some: Flags, rule: Rule, on: int) -> None:
    """Fill in what follows from the scores of the cells of one rule that have any."""
    if not some.any():
        return
    series = series_of(pieces, scores, some, rule.method)
    days = series.days
    assert days is not None
    levels, history = history_columns(series, rule.method, rule.goal, on)
    begins = series.offsets[:-1]
    decided.level[some] = levels.level
    decided.met[some] = levels.met
    decided.changed[some] = days[begins + history.changed]
    decided.previous[some] = history.previous
    since = np.maximum(history.met_since, 0)
    decided.met_on[some] = np.where(history.met_since >= 0, days[begins + since], NO_DAY)
    expires_after = rule.method.conditions.expires_after
    if expires_after is not None:
        first = np.minimum.reduceat(np.where(days >= on - expires_after, days, FAR), begins)
        decided.due[some] = np.where(first == FAR, NO_DAY, first.astype(np.int64) + expires_after + 1)
        decided.no_score[some] = np.where((first == FAR) & np.isnan(levels.level), EXPIRED, 0)
