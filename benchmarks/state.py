"""How long does a whole state take from disk: packed snapshot, Parquet, Spark, and what DuckDB and Polars take for the same method?

`python -m benchmarks state --scores N` writes N made-up scores block by block, packed and as Parquet, and never holds them whole. Each figure is
a process of its own, so that its memory is its own; files were just written, so all come from the page cache.
"""

import importlib.util
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from benchmarks import table
from benchmarks.columns import made
from cairn.learning.mastery.pieces import Pieces, Rule
from cairn.learning.snapshots import parquet
from cairn.learning.snapshots.packed import Packer, blocks, decide_packed
from cairn.learning.snapshots.ruling import write_rules
from cairn.rules.mastery import Method

STATE = 520_000_000
DISTRICTS = 40
DAY = 20_000  # days since 1970-01-01
GROUP = 200_000  # series in a row group
RULES: dict[int, Rule | None] = {0: Rule(1, Method("decaying_average"), 300)}
HOW = {
    "duckdb": "pip install duckdb",
    "polars": "pip install polars",
    "pyspark": "pip install -r requirements/spark.txt, and Java 17",
}


def write(folder: Path, scores: int) -> tuple[int, int]:
    """Both snapshots of the same made-up scores, and how many they are: packed, Parquet."""
    packer = Packer(folder / "packed")
    student = written = 0
    (folder / "parquet").mkdir()
    with parquet.Files(folder / "parquet") as files:
        for number, block in enumerate(made(scores)):
            for matrix in block:
                for begin in range(0, matrix.shape[1], GROUP):
                    pieces = _pieces(matrix[:, begin : begin + GROUP], student)
                    student += len(pieces.student)
                    packer.add(pieces, RULES)
                    files.write(number % DISTRICTS, parquet.table_of(pieces))
                    written += len(pieces.rows["value"])
    write_rules(folder / "parquet", RULES, DAY)
    return packer.finish(DAY), written


def _pieces(matrix: np.ndarray, first: int) -> Pieces:
    length, series = matrix.shape
    value = matrix.T.reshape(-1).astype(np.int64)
    day = np.tile(DAY - 300 + np.arange(length), series)
    offsets = np.arange(series + 1) * length
    student = first + np.arange(series)
    return Pieces({"value": value, "day": day}, student, student % 200, offsets, np.zeros(series, np.int64))


def floor(folder: Path) -> tuple[int, float]:
    """Only the bytes of the packed scores."""
    total, scores = 0, 0
    for block in blocks(folder / "packed"):
        flat = block.scores.reshape(-1)
        total += int(flat[: len(flat) // 4 * 4].view(np.int64).sum() & 1)
        scores += block.scores.size
    return scores, total


def packed(folder: Path) -> tuple[int, float]:
    """Scores and the number of series at the goal."""
    scores = met = 0
    for block, levels in decide_packed(folder / "packed"):
        scores, met = scores + block.scores.size, met + int(levels.met.sum())
    return scores, met


def from_parquet(folder: Path) -> tuple[int, float]:
    scores = met = 0
    for pieces, decided in parquet.decide_folder(folder / "parquet", DAY, workers=2):
        scores, met = scores + len(pieces.rows["value"]), met + int(decided.met.sum())
    return scores, met


# The decaying average as a recurrence, as the rules have it, in the words of each engine: a third of the old, two of the new.
DUCKDB = """
SELECT SUM(len(v)), COUNT(*) FILTER (level >= 300 - 1e-7) FROM (
    SELECT v, list_reduce(v, (a, b) -> a * (1 - w) + b * w) AS level FROM (
        SELECT list(CAST(value AS DOUBLE) ORDER BY shown_on) AS v, {weight} AS w
        FROM read_parquet('{files}') GROUP BY student, target))"""


def weight() -> float:
    """How much the newest score counts, as the method has it."""
    rule = RULES[0]
    assert rule is not None
    return rule.method.arguments[0] / 100


def by_duckdb(folder: Path) -> tuple[int, float]:
    import duckdb

    with duckdb.connect() as connection:
        connection.execute(f"SET temp_directory = '{folder}'")
        sql = DUCKDB.format(weight=weight(), files=folder / "parquet/*/*.parquet")
        scores, met = connection.execute(sql).fetchall()[0]
    return int(scores), float(met)


def by_polars(folder: Path) -> tuple[int, float]:
    """The weights of a decaying average are powers, so it is one weighted sum per series."""
    import polars as pl

    share = weight()
    rows = pl.scan_parquet(str(folder / "parquet/*/*.parquet"))
    found = rows.group_by("student", "target").agg(pl.len().alias("n"), level=_level(pl, share))
    totals = found.select(pl.col("n").sum(), (pl.col("level") >= 300 - 1e-7).sum()).collect(
        engine="streaming"
    )
    return int(totals.item(0, 0)), float(totals.item(0, 1))


def _level(pl, share: float):
    place = pl.int_range(pl.len())
    factor = pl.when(place == 0).then(1.0).otherwise(share) * (1 - share) ** (pl.len() - 1 - place)
    return (pl.col("value").sort_by("shown_on").cast(pl.Float64) * factor).sum()


def by_spark(folder: Path, workers: int) -> tuple[int, float]:
    import pyarrow.compute as pc
    import pyarrow.dataset as ds

    from cairn.learning.snapshots.spark import decide_with_spark

    with TemporaryDirectory(dir=folder) as scratch:
        into = Path(scratch) / "decided"
        decide_with_spark(folder / "parquet", into, DAY, master=f"local[{workers}]", scratch=Path(scratch))
        found = ds.dataset(str(into), partitioning="hive").to_table(columns=["counted", "met"])
    return pc.sum(found.column("counted")).as_py(), pc.sum(found.column("met")).as_py()


KINDS: dict[str, tuple[str, Callable[[Path], tuple[int, float]], str, str]] = {
    # name: what it is, how it runs, which package it needs, the budget
    "floor": ("only the packed bytes", floor, "", ""),
    "packed": ("packed snapshot", packed, "", "<= 20 s"),
    "parquet": ("Parquet: read, pack, decide, two threads", from_parquet, "", ">= 10 M scores/s"),
    "duckdb": ("DuckDB from the same Parquet", by_duckdb, "duckdb", ""),
    "polars": ("Polars from the same Parquet", by_polars, "polars", ""),
    "spark1": ("Spark, 1 worker, written as Parquet", lambda folder: by_spark(folder, 1), "pyspark", "overhead stated"),
    "spark2": ("Spark, 2 workers, written as Parquet", lambda folder: by_spark(folder, 2), "pyspark", "overhead stated"),
}  # fmt: skip


def one(kind: str, folder: Path) -> None:
    """A run of one kind in this process: wall and processor seconds, MB at most (of a child of it too), scores, met."""
    begin, spent = time.perf_counter(), time.process_time()
    scores, met = KINDS[kind][1](folder)
    seconds, processor = time.perf_counter() - begin, time.process_time() - spent
    peak = table.memory_peak()
    peak += sum(
        table.memory_peak(child) for child in _children()
    )  # Spark's Java process, not its short-lived workers
    print("RUN " + json.dumps([seconds, processor, peak, scores, met]))


def _children() -> list[str]:
    """The processes that this one started and that still run."""
    return [
        pid for task in Path("/proc/self/task").iterdir() for pid in (task / "children").read_text().split()
    ]


def run(kind: str, folder: Path) -> list[float]:
    command = [sys.executable, "-m", "benchmarks.state", kind, str(folder)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    line = next(line for line in done.stdout.splitlines() if line.startswith("RUN "))
    figures: list[float] = json.loads(line.removeprefix("RUN "))
    return figures


def main(scores: int, home: Path) -> None:
    """Write, then run what is installed, the floor first."""
    free = shutil.disk_usage(home).free
    if free < 12 * scores:
        raise SystemExit(
            f"{12 * scores / 1e9:.0f} GB of disk are needed for {scores:,} scores; ask for fewer with --scores"
        )
    written, rows = write(home, scores)
    sizes = [
        sum(f.stat().st_size for f in (home / one).rglob("*") if f.is_file()) for one in ("packed", "parquet")
    ]
    print(
        f"  {written:,} scores: packed {sizes[0] / 1e9:.2f} GB with its cells, Parquet {sizes[1] / 1e9:.2f} GB"
    )
    assert written == rows
    base = run("floor", home)
    answers = set()
    for kind, (name, _job, package, budget) in KINDS.items():
        if package and not (
            importlib.util.find_spec(package) and (package != "pyspark" or shutil.which("java"))
        ):
            table.add(f"{name}, {written:,} scores", f"skipped: {HOW[package]}", "", "", budget)
            continue
        wall, processor, peak, count, met = run(kind, home)
        assert count == written, (kind, count, written)
        if kind != "floor":
            answers.add(met)
        table.add(
            f"{name}, {written:,} scores",
            f"{wall:.1f} s ({processor:.1f} s of the processor), {count / wall / 1e6:.1f} M/s, "
            f"{wall * STATE / count:.0f} s for 520 M, {peak:.0f} MB at most",
            f"{base[0]:.2f} s, only the packed bytes",
            f"{wall / base[0]:.0f}",
            budget,
        )
    if len(answers) > 1:
        print(f"  Not the same answer: {answers} series at the goal")
    print("ROWS " + json.dumps([asdict(row) for row in table.ROWS]))


if __name__ == "__main__":
    if sys.argv[1] in KINDS:
        one(sys.argv[1], Path(sys.argv[2]))
    else:
        main(int(sys.argv[-1]), Path(os.environ["CAIRN_HOME"]))
