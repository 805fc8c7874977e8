"""What does recomputing a district cost beside only reading the same rows into Arrow, and how much memory does each take?

Each run is a process of its own, so that its memory is its own; the kinds take turns, so that a machine that slows down slows all.
"""

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict

from benchmarks.table import ROWS, add, memory_peak

ROUNDS = 3
TABLES = {
    "learning_evidence": "student_id, target_id, value, no_score, shown_on, supersedes_id",
    "learning_mastery": "student_id, target_id, level, met, no_score, count, last_shown_on, changed_on, previous_level, met_on, "
    "policy_id, override_id, computed_level, due_on",
    "learning_parentcount": "student_id, item_id, met, scored",
}
ORDERS = {"learning_evidence": " ORDER BY student_id, target_id, shown_on, recorded_at, id"}
FETCHED = 50_000


def by_cursor() -> int:
    """The rows that recomputing reads, fetched by a plain cursor and put into Arrow, batch by batch."""
    import pyarrow as pa
    from django.db import connection

    rows = 0
    with connection.chunked_cursor() as cursor:
        for table, columns in TABLES.items():
            cursor.execute(f"SELECT {columns} FROM {table}{ORDERS.get(table, '')}")
            while batch := cursor.fetchmany(FETCHED):
                rows += len(batch)
                for column in zip(*batch, strict=True):
                    pa.array(column)
    return rows


def by_columns() -> int:
    """The same rows as recomputing itself reads them, and nothing else."""
    import pyarrow as pa

    from cairn.learning.mastery import chunks
    from cairn.learning.mastery.recompute import book_now

    book, rows = book_now(), 0
    for students in chunks.ranges(0):
        parts = [pieces.rows for pieces in chunks.pieces_of(students, book)]
        for columns in [*parts, chunks.kept_of(students), chunks.parents_of(students)]:
            rows += len(columns["student"])
            for column in columns.values():
                pa.array(column)
    return rows


def whole() -> int:
    """The whole recomputation of a sound record."""
    from cairn.learning.mastery.recompute import recompute

    done = recompute(dry_run=True)
    assert (done.cells_changed, done.parents_changed) == (0, 0), done
    return done.cells


KINDS: dict[str, Callable[[], int]] = {"cursor": by_cursor, "columns": by_columns, "whole": whole}


def one(kind: str) -> None:
    """A run of one kind, in this process: seconds, processor seconds, MB at most, rows."""
    begin, spent = time.perf_counter(), time.process_time()
    rows = KINDS[kind]()
    seconds, processor = time.perf_counter() - begin, time.process_time() - spent
    print("RUN " + json.dumps([seconds, processor, memory_peak(), rows]))


def run(kind: str) -> list[float]:
    """The same in a child."""
    done = subprocess.run(
        [sys.executable, "-m", __spec__.name, kind], stdout=subprocess.PIPE, text=True, check=True
    )
    line = next(line for line in done.stdout.splitlines() if line.startswith("RUN "))
    figures: list[float] = json.loads(line.removeprefix("RUN "))
    return figures


def compare(engine: str) -> None:
    """Take the figures of the database that the environment names."""
    runs: dict[str, list[list[float]]] = {kind: [] for kind in KINDS}
    for _ in range(ROUNDS):
        for kind, found in runs.items():
            found.append(run(kind))
    wall = {kind: statistics.median(one[0] for one in found) for kind, found in runs.items()}
    spent = {kind: statistics.median(one[1] for one in found) for kind, found in runs.items()}
    peak = {kind: max(one[2] for one in found) for kind, found in runs.items()}
    rows = int(runs["cursor"][0][3])
    ours = f"{wall['whole']:.1f} s ({spent['whole']:.1f} s of the processor), {peak['whole']:.0f} MB at most"
    for kind, name in (("cursor", "by a cursor"), ("columns", "as recomputing reads them")):
        add(
            f"recompute {rows:,} rows, {engine}",
            ours,
            f"{wall[kind]:.1f} s ({spent[kind]:.1f} s), {peak[kind]:.0f} MB: the same rows into Arrow {name}",
            f"{wall[kind] / wall['whole']:.2f} of the rate",
            ">= 0.5, <= 1 GB",
        )


def main(size: str) -> None:
    """Make the demo district up in the database that the environment names, and take the figures."""
    from django.db import connection

    command = [sys.executable, "-m", "cairn", "demo", "--size", size, "--no-serve"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    compare("PostgreSQL" if connection.vendor == "postgresql" else "SQLite")


if __name__ == "__main__":
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cairn.project.settings")
    django.setup()
    if sys.argv[1] in KINDS:
        one(sys.argv[1])
    else:
        main("school" if sys.argv[-1] == "0" else "district")
        print("ROWS " + json.dumps([asdict(row) for row in ROWS]))
