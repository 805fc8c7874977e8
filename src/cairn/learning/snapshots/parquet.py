"""How does all evidence become Parquet, partitioned by district, and how is it read and decided again?

`district=<agency id>/part-N.parquet` has one row per piece of evidence, in the order of its cell and of its method; a cell never
straddles a row group. `rules.json` beside them says what `rule` means. Of persons it holds the internal ids and nothing else; it is
education records all the same, so it is written for its owner only.
"""

import os
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from cairn.learning.mastery.pieces import (
    CHAINED,
    NONE,
    NOT_SCORED,
    Decided,
    Pieces,
    Rule,
    cells_of,
    decide_pieces,
)
from cairn.learning.snapshots.ruling import Absent, read_rules, write_rules
from cairn.rules.mastery import NO_SCORE_KINDS

if TYPE_CHECKING:
    import pyarrow as pa

    from cairn.learning.mastery.inforce import RuleBook

PART = 4_000_000  # rows in a file


def arrow() -> Any:
    """The pyarrow module, which is an extra. Raises Absent."""
    try:
        import pyarrow.parquet
    except ImportError as error:
        raise Absent("Parquet needs pyarrow. Install it with: pip install 'cairn[analytics]'") from error
    return pyarrow


def schema() -> "pa.Schema":
    """The columns of an export. value: hundredths; null: then no_score says why, or it corrects or withdraws another piece."""
    pa = arrow()
    return pa.schema(
        [
            ("student", pa.int64()),
            ("target", pa.int64()),
            ("rule", pa.int32()),  # a key of rules.json; -1: nothing decides
            ("value", pa.int32()),
            ("no_score", pa.dictionary(pa.int8(), pa.string())),
            ("shown_on", pa.date32()),
            ("entered_on", pa.date32()),
            ("task", pa.int32()),  # 0: none; equal numbers of one cell are one task
            ("category", pa.int16()),  # a place in "categories" of rules.json, -1: none
            ("weight", pa.int32()),  # hundredths
        ]
    )


def export(
    folder: Path,
    book: "RuleBook",
    students: Iterator[NDArray[np.int64]],
    progress: Callable[[int], None] = lambda done: None,
) -> int:
    """Write the evidence of these students (runs of ascending ids) to a new or empty folder; how many rows. Memory holds one run.

    Raises FileExistsError where the folder holds anything. `progress` is told how many students are done.
    """
    from cairn.learning.mastery.chunks import pieces_of
    from cairn.learning.snapshots.districts import districts_of

    folder.mkdir(parents=True, exist_ok=True)
    os.chmod(folder, 0o700)
    if any(folder.iterdir()):
        raise FileExistsError(str(folder))
    rules: dict[int, Rule | None] = {}
    done = 0
    with Files(folder) as files:
        for some in students:
            known, district = districts_of(int(some[0]), int(some[-1]), book.today)
            for pieces in pieces_of(some, book):
                rules |= book.rules_among(pieces.rule)
                where = district[np.searchsorted(known, pieces.student)]
                for one in np.unique(where).tolist():
                    files.write(one, table_of(_some(pieces, where == one)))
            done += len(some)
            progress(done)
        rows = files.rows
    write_rules(folder, rules, book.on, book.categories, book.digest())
    return rows


class Files:
    """The open files of an export, one per district; a full one is followed by the next."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.rows = folder, 0
        self.open: dict[int, Any] = {}
        self.held: dict[int, int] = {}
        self.number: dict[int, int] = {}

    def __enter__(self) -> "Files":
        return self

    def __exit__(self, *_: object) -> None:
        for writer in self.open.values():
            writer.close()

    def write(self, district: int, table: "pa.Table") -> None:
        """Append one row group."""
        if self.held.get(district, PART) >= PART:
            self._next(district)
        self.open[district].write_table(table, row_group_size=max(1, len(table)))
        self.held[district] += len(table)
        self.rows += len(table)

    def _next(self, district: int) -> None:
        if district in self.open:
            self.open.pop(district).close()
        number = self.number[district] = self.number.get(district, -1) + 1
        path = self.folder / f"district={district}" / f"part-{number}.parquet"
        path.parent.mkdir(exist_ok=True)
        self.open[district] = arrow().parquet.ParquetWriter(path, schema(), compression="zstd")
        self.held[district] = 0


def _some(pieces: Pieces, cells: NDArray[np.bool_]) -> Pieces:
    if cells.all():
        return pieces
    lengths = np.diff(pieces.offsets)
    rows = np.repeat(cells, lengths)
    return Pieces(
        {name: column[rows] for name, column in pieces.rows.items()},
        pieces.student[cells],
        pieces.target[cells],
        np.append(0, np.cumsum(lengths[cells])),
        pieces.rule[cells],
        pieces.categories,
    )


def table_of(pieces: Pieces) -> "pa.Table":
    """Evidence as a table of `schema`."""
    pa = arrow()
    lengths = np.diff(pieces.offsets)
    value, day = pieces.rows["value"], pieces.rows["day"]
    size = len(value)
    scored = value > NOT_SCORED
    kind = np.where(scored | (value == CHAINED), 0, NOT_SCORED - value).astype(np.int8)
    no_score = pa.DictionaryArray.from_arrays(
        pa.array(kind, mask=scored | (value == CHAINED)), pa.array(NO_SCORE_KINDS, pa.string())
    )
    rows = pieces.rows
    columns = [
        np.repeat(pieces.student, lengths),
        np.repeat(pieces.target, lengths),
        np.repeat(pieces.rule, lengths).astype(np.int32),
        pa.array(value.astype(np.int32), mask=~scored),
        no_score,
        pa.array(day.astype(np.int32)).cast(pa.date32()),
        pa.array(rows.get("entered", day).astype(np.int32)).cast(pa.date32()),
        rows.get("task", np.zeros(size)).astype(np.int32),
        rows.get("category", np.full(size, NONE)).astype(np.int16),
        rows.get("weight", np.full(size, 100)).astype(np.int32),
    ]
    return pa.table([pa.array(column) for column in columns], schema=schema())


# Read only where a rule asks for them.
ENTERED = ["entered_on"]
WORK = ["task", "category", "weight"]


def columns_for(rules: Mapping[int, Rule | None]) -> list[str]:
    """The columns that these rules look at."""
    given = [rule for rule in rules.values() if rule is not None]
    entered = ENTERED if any(rule.counts_from is not None for rule in given) else []
    work = WORK if any(rule.method.conditions.asks_for_work for rule in given) else []
    return ["student", "target", "rule", "value", "no_score", "shown_on", *entered, *work]


def pieces_from(rows: Any, categories: tuple[str, ...]) -> Pieces:
    """Rows of an export (a table of whole cells) as evidence to decide from."""
    value = rows.column("value")
    if value.null_count:
        held = value.fill_null(CHAINED).to_numpy(zero_copy_only=False).copy()
        kinds = rows.column("no_score").cast(arrow().string())
        for place, kind in enumerate(NO_SCORE_KINDS):
            held[_is(kinds, kind)] = NOT_SCORED - place
    else:
        held = value.to_numpy(zero_copy_only=False)
    names = {
        "shown_on": "day",
        "entered_on": "entered",
        "task": "task",
        "category": "category",
        "weight": "weight",
    }
    columns = {"value": held}
    for name, ours in names.items():
        if name in rows.column_names:
            columns[ours] = _numbers(rows.column(name))
    student, target, rule = (_numbers(rows.column(name)) for name in ("student", "target", "rule"))
    offsets = cells_of(student, target)
    begins = offsets[:-1]
    return Pieces(
        columns, student[begins], target[begins], offsets, rule[begins].astype(np.int64), categories
    )


def _numbers(column: Any) -> NDArray[Any]:
    """Whole numbers, and days as such."""
    whole = column.cast(arrow().int32()) if column.type == arrow().date32() else column
    held: NDArray[Any] = whole.to_numpy(zero_copy_only=False)
    return held


def _is(column: Any, kind: str) -> NDArray[np.bool_]:
    import pyarrow.compute as pc

    same: NDArray[np.bool_] = pc.equal(column, kind).fill_null(False).to_numpy(zero_copy_only=False)
    return same


def pieces_in(folder: Path) -> Iterator[Pieces]:
    """The evidence of an export, one row group at a time."""
    for read in _groups(folder):
        yield read()


def _groups(folder: Path) -> Iterator[Callable[[], Pieces]]:
    """What reads each row group."""
    rules, categories = read_rules(folder)
    columns = columns_for(rules)

    def read(path: Path, group: int) -> Pieces:
        with arrow().parquet.ParquetFile(path) as file:
            return pieces_from(file.read_row_group(group, columns, use_threads=False), categories)

    for path in parts(folder):
        for group in range(arrow().parquet.read_metadata(path).num_row_groups):
            yield partial(read, path, group)


def decide_folder(folder: Path, on: int, workers: int = 1) -> Iterator[tuple[Pieces, Decided]]:
    """Decide an export on a day (since 1970-01-01), with so many row groups in hand at a time."""
    rules, _categories = read_rules(folder)

    def decide(read: Callable[[], Pieces]) -> tuple[Pieces, Decided]:
        pieces = read()
        return pieces, decide_pieces(pieces, rules, on)

    with ThreadPoolExecutor(workers) as pool:
        hand: deque[Future[tuple[Pieces, Decided]]] = deque()
        for read in _groups(folder):
            hand.append(pool.submit(decide, read))
            if len(hand) > workers:
                yield hand.popleft().result()
        while hand:
            yield hand.popleft().result()


def parts(folder: Path) -> list[Path]:
    """The files of an export."""
    return sorted(folder.glob("district=*/part-*.parquet"))
