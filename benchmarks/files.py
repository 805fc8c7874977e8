"""How fast do whole files come in: a district's roster, first and second time, and its scores?"""

import csv
import os
import shutil
import sqlite3
import statistics
import tempfile
import time
from datetime import date
from pathlib import Path

from django.conf import settings
from django.db import connection

from benchmarks.table import add, memory_peak
from cairn.cli.memory import settle
from cairn.demo.files import write_files
from cairn.exchange.case.routes import import_package
from cairn.exchange.oneroster.routes import import_roster
from cairn.exchange.spreadsheets.routes import import_levels, import_scores, import_targets, import_ties

ROUNDS = 3  # whole imports and plain insertions in turn: a machine that slows down slows both
SIZES = ("school", "district")
TABLES = ("learning_evidence", "learning_mastery", "learning_parentcount", "learning_recordversion")
DAY = date(2026, 11, 23)


def seconds(job) -> float:
    begin = time.perf_counter()
    job()
    return time.perf_counter() - begin


def forget_peak() -> None:
    """Begin measuring the peak anew (Linux)."""
    if os.access("/proc/self/clear_refs", os.W_OK):
        Path("/proc/self/clear_refs").write_text("5")


def read_alone(paths: list[Path]) -> int:
    """The rows of these files, read by the csv module and nothing else."""
    rows = 0
    for path in paths:
        with path.open(encoding="utf-8", newline="") as file:
            rows += sum(1 for _ in csv.reader(file))
    return rows


def roster(folder: Path) -> None:
    files = sorted(folder.glob("*.csv"))
    forget_peak()
    first = seconds(lambda: import_roster(folder, source_key="bench", by=None))
    peak = memory_peak()
    second = seconds(lambda: import_roster(folder, source_key="bench", by=None))
    alone = seconds(lambda: read_alone(files))
    rows = read_alone(files)
    note = f"OneRoster import, {rows:,} rows"
    add(
        f"{note}, first time",
        f"{first:.1f} s",
        f"{alone:.2f} s (reading alone)",
        f"{first / alone:.0f}",
        "<= 20 s",
    )
    add(
        f"{note}, second time",
        f"{second:.1f} s",
        f"{alone:.2f} s (reading alone)",
        f"{second / alone:.0f}",
        "<= 8 s",
    )
    add("  its memory", f"{peak:.0f} MB at most", "", "", "<= 300 MB")


def plain_rows(before: Path) -> tuple[int, float]:
    """The rows that the import left, written into a copy of the database before it by a plain cursor, as durably."""
    names = {}
    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"SELECT * FROM {table} LIMIT 0")
            names[table] = [column[0] for column in cursor.description]
    source = sqlite3.connect(settings.DATABASES["default"]["NAME"])
    target = sqlite3.connect(before, isolation_level=None)
    target.executescript(
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-65536; PRAGMA foreign_keys=ON;"
    )
    rows, spent = 0, 0.0
    for table, columns in names.items():
        cursor = source.execute(f"SELECT {', '.join(columns)} FROM {table} ORDER BY rowid")
        sql = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})"
        while chunk := cursor.fetchmany(5_000):
            begin = time.perf_counter()
            target.execute("BEGIN IMMEDIATE")
            target.executemany(sql, chunk)
            target.execute("COMMIT")
            spent += time.perf_counter() - begin
            rows += len(chunk) if table == TABLES[0] else 0
    source.close()
    target.close()
    return rows, spent


def scores(path: Path, scratch: Path) -> None:
    name = Path(settings.DATABASES["default"]["NAME"])
    before, copy = scratch / "before.sqlite3", scratch / "copy.sqlite3"
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copy(name, before)
    settle()  # what making the files left behind is no part of an import
    forget_peak()
    taken: list[tuple[float, float]] = []
    for _ in range(ROUNDS):
        connection.close()
        for wal in name.parent.glob(f"{name.name}-*"):
            wal.unlink()
        shutil.copy(before, name)
        ours = seconds(lambda: import_scores(path, by=None))
        shutil.copy(before, copy)
        rows, plain = plain_rows(copy)
        taken.append((ours, plain))
    ours, plain = (statistics.median(times) for times in zip(*taken, strict=True))
    add(
        f"bulk import of {rows:,} scores",
        f"{rows / ours:,.0f} scores/s",
        f"{rows / plain:,.0f} scores/s (plain cursor, same rows)",
        f"{plain / ours:.2f} of the plain rate",
        ">= 25,000 scores/s, >= 0.3 of the plain rate",
    )
    add("  its memory", f"{memory_peak():.0f} MB at most", "", "", "flat")


def everything(size: int) -> None:
    """All files of the made-up school (0) or district (1), through the public readers, on SQLite."""
    with tempfile.TemporaryDirectory(prefix="cairn-bench-") as name:
        folder = Path(name) / "demo"
        made = seconds(lambda: write_files(folder, size=SIZES[size], seed=7, on=DAY))
        add(f"making the demo {SIZES[size]}'s files", f"{made:.1f} s")
        roster(folder / "roster")
        packages = sorted((folder / "frameworks").glob("*.json"))
        spent = seconds(
            lambda: [import_package(str(p), mapping=p.with_suffix(".toml"), by=None) for p in packages]
        )
        add(f"CASE import of {len(packages)} packages", f"{spent:.1f} s")
        for reader, sheet in ((import_targets, "targets"), (import_ties, "ties"), (import_levels, "levels")):
            path = folder / f"{sheet}.csv"
            spent = seconds(lambda reader=reader, path=path: reader(path, by=None))
            add(f"import of {sheet}, {read_alone([path]) - 1:,} rows", f"{spent:.1f} s")
        scores(folder / "scores.csv", Path(name))
