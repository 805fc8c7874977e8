"""Which of the levels and counts that stand do not follow from the evidence? Decided by columns, named for a closer look.

`rules/columns.py` decides; this sees to what it is given and compares every column that is kept. What the columns do not
follow (a chain of corrections, a level set by an adult) is always named. Whoever mends decides the named cells one by one.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cairn.learning.arrays import NO_DAY, Arrays
from cairn.learning.mastery import chunks
from cairn.learning.mastery.chunks import CHAINED, EXPIRED, MET, NOT_SCORED, Pieces
from cairn.learning.mastery.inforce import DAY_ONE, Rule, RuleBook
from cairn.rules.columns import Series, history_columns
from cairn.rules.mastery import Method

Int = NDArray[np.int64]
Flags = NDArray[np.bool_]
FAR = np.iinfo(np.int32).max
COUNTERS = 2_000_000  # students times items that are counted at once
HALF_A_NANO = 5e-10  # levels are kept snapped to 1e-9: what is closer is the same level


class Standing(NamedTuple):
    """The scores of some cells that count, and per cell what was last seen. Days since 1970-01-01."""

    rows: Int  # places of the counting scores among the pieces' rows
    offsets: Int  # of each cell's scores among `rows`
    counts: Int
    newest: Int  # the newest day shown, of scores or, without any, of the last piece; NO_DAY: nothing is left
    no_score: Int  # the kind of the last piece where there is no score, as kept
    chained: Flags


@dataclass(slots=True)
class Found:
    """What a look at some students came to: how much was looked at, and what does not agree."""

    cells: int
    suspects: list[tuple[int, int]]  # student, target
    students: Int
    parents: Int  # counts of each student that there are or should be
    miscounted: list[int]  # students

    def parents_beside(self, students: list[int]) -> int:
        """How many counts the others have."""
        return int(self.parents[~np.isin(self.students, students)].sum())


def look(students: Int, book: RuleBook) -> Found:
    """Compare what is kept of these students (ids, ascending) with what follows from their evidence. Writes nothing."""
    kept = chunks.kept_of(students)
    held = _keys(students, book, kept["student"], kept["target"])
    seen: list[Int] = []
    doubted: list[Int] = []
    for pieces in chunks.pieces_of(students, book):
        keys = _keys(students, book, pieces.student, pieces.target)
        seen.append(keys)
        doubted.append(keys[_doubtful(students, pieces, keys, kept, held, book)])
    every = np.concatenate([np.empty(0, np.int64), *seen])
    without = np.setdiff1d(held, every, assume_unique=True)
    doubted.append(without)
    by_hand = chunks.by_hand(students)
    if by_hand:
        doubted.append(_keys(students, book, *np.array(by_hand, np.int64).T))
    student, target = np.divmod(np.unique(np.concatenate(doubted)), len(book.items))
    pairs = np.stack([students[student], book.items[target]], axis=1)
    parents, miscounted = _counts(students, kept, book)
    suspects = [(one, other) for one, other in pairs.tolist()]
    return Found(len(every) + len(without), suspects, students, parents, miscounted.tolist())


def _keys(students: Int, book: RuleBook, student: Int, target: Int) -> Int:
    """One number for each cell, in the order of student and target."""
    return np.searchsorted(students, student) * len(book.items) + np.searchsorted(book.items, target)


def standing(pieces: Pieces, since: Int | None) -> Standing:
    """Which scores count. `since`: per cell the first day of entering from which they do; None: all."""
    value, day = pieces.rows["value"], pieces.rows["day"].astype(np.int64)
    begins = pieces.offsets[:-1]
    lengths = np.diff(pieces.offsets)
    here = np.ones(len(value), bool)
    if since is not None:
        here = pieces.rows["entered"] >= np.repeat(since, lengths)
    scored = here & (value > NOT_SCORED)
    counts = _each(np.add, scored.astype(np.int64), begins)
    place = np.where(here, np.arange(len(value)), -1)
    last = _each(np.maximum, place, begins)  # the last piece of this scale
    newest = _each(np.maximum, np.where(scored, day, NO_DAY), begins)
    newest = np.where(counts > 0, newest, np.where(last < 0, NO_DAY, day[last]))
    no_score = np.where((counts > 0) | (last < 0), 0, NOT_SCORED + 1 - value[last])
    chained = _each(np.minimum, value, begins) == CHAINED
    offsets = np.append(0, np.cumsum(counts))
    return Standing(np.flatnonzero(scored), offsets, counts, newest, no_score, chained)


def _each(what: np.ufunc, rows: Int, begins: Int) -> Int:
    return what.reduceat(rows, begins) if len(begins) else np.empty(0, np.int64)


def series_of(pieces: Pieces, scores: Standing, some: Flags, method: Method) -> tuple[Series, Int]:
    """The counting scores of some cells as the rules take them, with what the method asks for; and their days."""
    rows = scores.rows if some.all() else scores.rows[np.repeat(some, scores.counts)]
    offsets = np.append(0, np.cumsum(scores.counts[some]))
    value, day = pieces.rows["value"][rows], pieces.rows["day"][rows]
    narrow = not len(value) or (value.min() >= 0 and value.max() < 1 << 15)
    values = value.astype(np.int16 if narrow else np.float64)
    if not method.conditions.asks_for_work:
        return Series(offsets, values, day), day
    names = list(method.conditions.categories)
    place = {name: place for place, name in enumerate(names)}
    task = np.unique(pieces.rows["task"][rows], return_inverse=True)
    first = 0 if len(task[0]) and task[0][0] == "" else 1  # no task is 0
    category = [place.get(str(name), -1) for name in pieces.rows["category"][rows]]
    series = Series(
        offsets,
        values,
        day,
        (task[1] + first).astype(np.int32),
        np.array(category, np.int16),
        pieces.rows["weight"][rows].astype(np.int32),
    )
    return series, day


def _doubtful(students: Int, pieces: Pieces, keys: Int, kept: Arrays, held: Int, book: RuleBook) -> Flags:
    """Of these cells those that must be decided one by one."""
    codes = chunks.rules_of(students, pieces.student, pieces.target, book)
    rules = {int(code): book.rule(int(code)) for code in np.unique(codes)}
    since = None
    if any(rule is not None and rule.counts_from is not None for rule in rules.values()):
        since = np.full(len(keys), NO_DAY, np.int64)
        for code, rule in rules.items():
            if rule is not None and rule.counts_from is not None:
                since[codes == code] = rule.counts_from
    scores = standing(pieces, since)
    place = np.minimum(np.searchsorted(held, keys), max(0, len(held) - 1))
    there = held[place] == keys if len(held) else np.zeros(len(keys), bool)
    doubtful = scores.chained.copy()
    for code, rule in rules.items():
        if rule is None:
            continue  # nothing decides these; what stands stays
        one = (codes == code) & ~scores.chained
        doubtful |= one & (there != (scores.newest != NO_DAY))
        both = one & there & (scores.newest != NO_DAY)
        at = {name: column[place[both]] for name, column in kept.items()}
        doubtful[both] |= _differ(pieces, scores, both, at, rule, book)
    return doubtful


def _differ(pieces: Pieces, scores: Standing, both: Flags, kept: Arrays, rule: Rule, book: RuleBook) -> Flags:
    """Which of the kept rows say anything else than what follows under the rule?"""
    conditions = rule.method.conditions
    on = book.today.toordinal() - DAY_ONE
    series, day = series_of(pieces, scores, both, rule.method)
    levels, history = history_columns(series, rule.method, rule.goal, on)
    begins, counts = series.offsets[:-1], scores.counts[both]
    some = counts > 0
    newest = scores.newest[both]
    no_score = scores.no_score[both]
    due = np.full(len(counts), NO_DAY)
    if conditions.expires_after is not None and some.any():
        left = np.where(day >= on - conditions.expires_after, day, FAR)
        first = np.minimum.reduceat(left, begins[some])
        due[some] = np.where(first == FAR, NO_DAY, first + conditions.expires_after + 1)
        no_score = np.where(some & (due == NO_DAY) & np.isnan(levels.level), EXPIRED, no_score)
    days = np.append(day, NO_DAY)
    changed = np.where(some, days[np.where(some, begins + history.changed, -1)], newest)
    met_on = days[np.where(history.met_since >= 0, begins + history.met_since, -1)]
    apart: Flags = (
        _apart(levels.level, kept["level"])
        | (levels.met != kept["told"])  # a level that an adult set would say more
        | (no_score != kept["no_score"])
        | (counts != kept["count"])
        | (newest != kept["last"])
        | (changed != kept["changed"])
        | _apart(history.previous, kept["previous"])
        | (met_on != kept["met_on"])
        | (kept["policy"] != rule.policy)
        | (due != kept["due"])
    )
    return apart


def _apart(one: NDArray[np.float64], other: NDArray[np.float64]) -> Flags:
    none = np.isnan(one)
    apart: Flags = (none != np.isnan(other)) | (~none & (np.abs(one - other) > HALF_A_NANO))
    return apart


def _counts(students: Int, kept: Arrays, book: RuleBook) -> tuple[Int, Int]:
    """How many parent counts each student has or should have, and the students whose counts do not follow from the kept levels."""
    there = chunks.parents_of(students)
    scored = kept["count"] > 0
    size = len(book.items)
    student = np.searchsorted(students, kept["student"][scored])
    cells, above = book.above(np.searchsorted(book.items, kept["target"][scored]))
    keys = student[cells] * size + above
    met_keys = keys[(kept["told"][scored][cells] & MET) > 0]
    stand = np.searchsorted(students, there["student"]) * size + np.searchsorted(book.items, there["item"])
    parents, miscounted = np.zeros(len(students), np.int64), [np.empty(0, np.int64)]
    if not size:
        return parents, miscounted[0]
    step = max(1, COUNTERS // size)
    for begin in range(0, len(students), step):
        low, high = begin * size, min(begin + step, len(students)) * size
        part = (stand >= low) & (stand < high)
        place = stand[part] - low
        differ = _tally(met_keys, low, high)
        differ[place] -= there["met"][part]
        wanted = _tally(keys, low, high)
        known = wanted > 0
        known[place] = True
        parents[begin : begin + step] = known.reshape(-1, size).sum(axis=1)
        wanted[place] -= there["scored"][part]
        wrong = ((differ != 0) | (wanted != 0)).reshape(-1, size).any(axis=1)
        miscounted.append(students[begin : begin + step][wrong])
    return parents, np.concatenate(miscounted)


def _tally(keys: Int, low: int, high: int) -> Int:
    """How often each number from `low` to below `high` stands among ascending students' keys."""
    some = (
        keys
        if low <= keys.min(initial=low) and keys.max(initial=low) < high
        else keys[(keys >= low) & (keys < high)]
    )
    return np.bincount(some - low, minlength=high - low)
