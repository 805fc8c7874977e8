"""How are the scores of a state kept on disk, so that deciding them again takes seconds? Two bytes a score, ready for the columns.

Per rule and length of series there are matrices of scores in NumPy's own format, `RULE/LENGTH-N.npy` (int16, one series per column,
oldest score first), each with `RULE/LENGTH-N.cells.npy`, the students and targets of its columns. They are mapped and decided without
being unpacked. Rules whose conditions look at more than scores (days, tasks, kinds of work) are not packed; `rules.json` says which.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cairn.learning.mastery.pieces import Pieces, Rule, series_of, standing
from cairn.learning.snapshots.ruling import read_rules, write_rules
from cairn.rules.columns import Levels, decide_block

FLUSH = 1_000_000  # scores in a file


class Block(NamedTuple):
    """Series of one length under one rule: (length, n) scores, (2, n) student and target."""

    rule: Rule
    scores: NDArray[np.int16]
    cells: NDArray[np.int64]


class Packer:
    """Writes a packed snapshot into a new or empty folder, holding at most FLUSH scores of each length."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o700)
        if any(folder.iterdir()):
            raise FileExistsError(str(folder))
        self.folder, self.scores = folder, 0
        self.rules: dict[int, Rule | None] = {}
        self.held: dict[tuple[int, int], list[tuple[NDArray[np.int16], NDArray[np.int64]]]] = {}
        self.parts: dict[tuple[int, int], int] = {}

    def add(self, pieces: Pieces, rules: dict[int, Rule | None]) -> None:
        """Pack the counting scores of these cells. Raises ValueError for scores that two bytes cannot hold."""
        self.rules |= rules
        scores = standing(pieces, rules)
        for code, rule in rules.items():
            some = (pieces.rule == code) & ~scores.chained & (scores.counts > 0)
            if rule is None or rule.method.conditions or not some.any():
                continue
            series = series_of(pieces, scores, some, rule.method)
            if series.values.dtype != np.int16:
                raise ValueError("a packed snapshot holds scores from 0 to 327.67")
            cells = np.stack([pieces.student[some], pieces.target[some]])
            lengths = np.diff(series.offsets)
            for length in np.unique(lengths).tolist():
                at = np.flatnonzero(lengths == length)
                rows = series.offsets[at] + np.arange(length)[:, None]
                self._hold((code, length), series.values[rows], cells[:, at])

    def _hold(self, key: tuple[int, int], scores: NDArray[np.int16], cells: NDArray[np.int64]) -> None:
        held = self.held.setdefault(key, [])
        held.append((scores, cells))
        if sum(matrix.size for matrix, _cells in held) >= FLUSH:
            self._flush(key)

    def _flush(self, key: tuple[int, int]) -> None:
        held = self.held.pop(key)
        part = self.parts[key] = self.parts.get(key, -1) + 1
        code, length = key
        place = self.folder / str(code)
        place.mkdir(exist_ok=True)
        matrix = np.ascontiguousarray(np.concatenate([one for one, _cells in held], axis=1))
        np.save(place / f"{length}-{part}.npy", matrix)
        np.save(place / f"{length}-{part}.cells.npy", np.concatenate([cells for _one, cells in held], axis=1))
        self.scores += matrix.size

    def finish(self, on: int, categories: tuple[str, ...] = ()) -> int:
        """Write what is still held, and at last the rules; how many scores there are."""
        for key in list(self.held):
            self._flush(key)
        write_rules(self.folder, self.rules, on, categories)
        return self.scores


def pack(folder: Path, evidence: Iterable[tuple[Pieces, dict[int, Rule | None]]], on: int) -> int:
    """Pack evidence, from the database or from Parquet, with the rules of its codes. How many scores."""
    packer = Packer(folder)
    for pieces, rules in evidence:
        packer.add(pieces, rules)
    return packer.finish(on)


def blocks(folder: Path) -> Iterator[Block]:
    """Everything in a snapshot, mapped and not read."""
    rules, _categories = read_rules(folder)
    for path in sorted(folder.glob("*/*.cells.npy")):
        rule = rules[int(path.parent.name)]
        assert rule is not None
        scores = path.with_name(path.name.replace(".cells", ""))
        yield Block(rule, np.load(scores, mmap_mode="r"), np.load(path, mmap_mode="r"))


def decide_packed(folder: Path) -> Iterator[tuple[Block, Levels]]:
    """Decide a whole snapshot, one file at a time."""
    for block in blocks(folder):
        yield block, decide_block(block.scores, block.rule.method, block.rule.goal)
