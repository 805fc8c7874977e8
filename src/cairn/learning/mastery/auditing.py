"""Which of the levels and counts that stand do not follow from the evidence? Compared as columns, named for a closer look.

What the columns do not follow (a chain of corrections, a level set by an adult) is always named. Whoever mends decides the
named cells one by one.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cairn.learning.arrays import Arrays
from cairn.learning.mastery import chunks
from cairn.learning.mastery.chunks import MET
from cairn.learning.mastery.inforce import RuleBook
from cairn.learning.mastery.pieces import Decided, decide_pieces

Int = NDArray[np.int64]
Flags = NDArray[np.bool_]
COUNTERS = 2_000_000  # students times items that are counted at once
HALF_A_NANO = 5e-10  # levels are kept snapped to 1e-9: what is closer is the same level


class Answer(NamedTuple):
    """What follows from all evidence of some cells, by student and target."""

    student: Int
    target: Int
    decided: Decided


# What follows from all evidence of these students (ids, ascending), in parts.
Engine = Callable[[Int, RuleBook], Iterable[Answer]]


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


def decide_here(students: Int, book: RuleBook) -> Iterable[Answer]:
    """The engine of this process: reads the database and decides."""
    for pieces in chunks.pieces_of(students, book):
        yield Answer(
            pieces.student, pieces.target, decide_pieces(pieces, book.rules_among(pieces.rule), book.on)
        )


def look(students: Int, book: RuleBook, engine: Engine = decide_here) -> Found:
    """Compare what is kept of these students (ids, ascending) with what follows from their evidence. Writes nothing."""
    kept = chunks.kept_of(students)
    held = _keys(students, book, kept["student"], kept["target"])
    seen: list[Int] = []
    doubted: list[Int] = []
    for student, target, decided in engine(students, book):
        keys = _keys(students, book, student, target)
        seen.append(keys)
        doubted.append(keys[_doubtful(keys, decided, kept, held)])
    every = np.concatenate([np.empty(0, np.int64), *seen])
    without = np.setdiff1d(held, every, assume_unique=True)
    doubted.append(without)
    by_hand = chunks.by_hand(students)
    if by_hand:
        doubted.append(_keys(students, book, *np.array(by_hand, np.int64).T))
    place, target = np.divmod(np.unique(np.concatenate(doubted)), len(book.items))
    pairs = np.stack([students[place], book.items[target]], axis=1)
    parents, miscounted = _counts(students, kept, book)
    suspects = [(one, other) for one, other in pairs.tolist()]
    return Found(len(every) + len(without), suspects, students, parents, miscounted.tolist())


def _keys(students: Int, book: RuleBook, student: Int, target: Int) -> Int:
    """One number for each cell, in the order of student and target."""
    return np.searchsorted(students, student) * len(book.items) + np.searchsorted(book.items, target)


def _doubtful(keys: Int, decided: Decided, kept: Arrays, held: Int) -> Flags:
    """Of these cells those that must be decided one by one. What no rule decides stays as it stands."""
    if not len(held):
        return decided.is_chained | (decided.is_decided & decided.is_there)
    place = np.minimum(np.searchsorted(held, keys), len(held) - 1)
    stands = held[place] == keys
    told = {name: column[place] for name, column in kept.items()}
    differ = decided.is_there & stands & _differ(decided, told)
    doubtful: Flags = decided.is_chained | (decided.is_decided & ((stands != decided.is_there) | differ))
    return doubtful


def _differ(decided: Decided, kept: Arrays) -> Flags:
    """Which of the kept rows say anything else than what follows?"""
    apart: Flags = (
        _apart(decided.level, kept["level"])
        | (decided.met != kept["told"])  # a level that an adult set would say more
        | (decided.no_score != kept["no_score"])
        | (decided.counted != kept["count"])
        | (decided.last != kept["last"])
        | (decided.changed != kept["changed"])
        | _apart(decided.previous, kept["previous"])
        | (decided.met_on != kept["met_on"])
        | (decided.policy != kept["policy"])
        | (decided.due != kept["due"])
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
