"""Which of the levels that stand would be another under a given rule? Decided by columns, for many students at once."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from cairn.learning.mastery import chunks
from cairn.learning.mastery.cells import read_cells
from cairn.learning.mastery.inforce import RuleBook
from cairn.learning.mastery.pieces import Flags, Floats, Int, decide_pieces
from cairn.rules.mastery import Method

BY_HAND = 2  # in "told": an adult set it
HALF_A_NANO = 5e-10  # levels are kept snapped to 1e-9

Level = tuple[float | None, bool]


class Under(NamedTuple):
    """Levels that would be another: student, target, before, after (level and whether it is met). And how many were looked at."""

    changed: list[tuple[int, int, Level, Level]]
    by_student: dict[int, int]
    by_target: dict[int, int]


def under(book: RuleBook, method: Method) -> RuleBook:
    """Everything as it is in force, but every policy by this method."""
    return replace(book, methods=[method] * len(book.methods))


def levels_under(students: Sequence[int], targets: Collection[int], book: RuleBook) -> Under:
    """Decide the levels of these students (ids, ascending) on these targets by `book`. A level that an adult set stays.

    Four queries, and those of cells with corrections, which are decided one by one.
    """
    some = np.array(students, np.int64)
    kept = chunks.kept_of(some, ("student", "target", "level", "told"))
    asked = np.isin(kept["target"], np.array(sorted(targets), np.int64)) & (kept["told"] < BY_HAND)
    kept = {name: column[asked] for name, column in kept.items()}
    held = _keys(book, kept["student"], kept["target"])
    after, met = kept["level"].copy(), kept["told"] == 1
    closer: list[int] = []
    for pieces in chunks.pieces_of(some, book):
        decided = decide_pieces(pieces, book.rules_among(pieces.rule), book.on)
        keys = _keys(book, pieces.student, pieces.target)
        place = np.searchsorted(held, keys)
        place[place == len(held)] = 0
        here = held[place] == keys if len(held) else np.zeros(len(keys), bool)
        plain = here & decided.is_decided
        after[place[plain]], met[place[plain]] = decided.level[plain], decided.met[plain]
        closer += place[here & decided.is_chained].tolist()
    _one_by_one(closer, kept["student"], kept["target"], after, met, book)
    before, was_met = kept["level"], kept["told"] == 1
    same = (np.abs(before - after) < HALF_A_NANO) | (np.isnan(before) & np.isnan(after))
    other = np.flatnonzero(~same | (met != was_met))
    lists = [
        array[other].tolist() for array in (kept["student"], kept["target"], before, was_met, after, met)
    ]
    changed = [
        (student, target, (_level(old), was), (_level(new), now))
        for student, target, old, was, new, now in zip(*lists, strict=True)
    ]
    return Under(changed, _counted(kept["student"]), _counted(kept["target"]))


def _one_by_one(
    places: list[int], student: Int, target: Int, after: Floats, met: Flags, book: RuleBook
) -> None:
    """Decide the cells at these places as recording would, into `after` and `met`."""
    pairs = [(int(student[place]), int(target[place])) for place in places]
    if not pairs:
        return
    cells = read_cells(pairs, now=book.now, today=book.today, under=book.methods[0])
    for place, pair in zip(places, pairs, strict=True):
        now = cells[pair].now
        if now is not None:
            after[place], met[place] = np.nan if now.level is None else now.level, now.met


def _level(value: float) -> float | None:
    return None if value != value else value


def _keys(book: RuleBook, student: Int, target: Int) -> Int:
    return student * len(book.items) + np.searchsorted(book.items, target)


def _counted(ids: Int) -> dict[int, int]:
    known, counts = np.unique(ids, return_counts=True)
    return dict(zip(known.tolist(), counts.tolist(), strict=True))
