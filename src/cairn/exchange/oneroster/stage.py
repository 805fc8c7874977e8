"""How do the rows of a roster get into the staging file? One table `raw_<file>` per file, resumable file by file."""

import hashlib
import sqlite3
from collections.abc import Callable

from cairn.exchange.intake.staging import Staging
from cairn.exchange.oneroster.read import Part, Roster, raw_rows, read_rows
from cairn.exchange.oneroster.tables import ROSTER, Table

Progress = Callable[[int, int, str], None]
EVERY = 5_000


def pair(first: str, second: str) -> str:
    """A key made of two ids, short enough to be kept."""
    key = f"{first}:{second}"
    return key if len(key) <= 200 else "md5:" + hashlib.md5(key.encode(), usedforsecurity=False).hexdigest()


def _md5(*parts: object) -> str:
    text = "\x1f".join("" if part is None else str(part) for part in parts)
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def prepare(staging: Staging) -> None:
    """The functions that the SQL of checking and mapping calls, and an empty table for every file."""
    staging.db.create_function("md5", -1, _md5, deterministic=True)
    staging.db.create_function("pair", 2, pair, deterministic=True)
    for table in ROSTER:
        columns = ", ".join(f'"{name}" TEXT NOT NULL' for name in table.columns)
        staging.db.execute(
            f"CREATE TABLE IF NOT EXISTS raw_{table.name} (line INTEGER PRIMARY KEY, {columns}, ok INTEGER DEFAULT 1)"
        )


def _load(db: sqlite3.Connection, part: Part, staging: Staging, tell: Callable[[int], None]) -> int:
    table: Table = part.table
    marks = ", ".join("?" * (len(table.columns) + 1))
    names = ", ".join(f'"{name}"' for name in ("line", *table.columns))
    insert = f"INSERT INTO raw_{table.name} ({names}) VALUES ({marks})"
    waiting: list[list[object]] = []
    count = 0
    for line, texts in read_rows(part, staging):
        waiting.append([line, *texts])
        if len(waiting) == EVERY:
            db.executemany(insert, waiting)
            count += len(waiting)
            waiting.clear()
            tell(count)
    db.executemany(insert, waiting)
    return count + len(waiting)


def _told(progress: Progress, before: int, name: str) -> Callable[[int], None]:
    return lambda count: progress(before + count, 0, name)


def read_into(staging: Staging, roster: Roster, progress: Progress) -> int:
    """Reads every file that is not staged yet. Gives the number of rows staged in all."""
    total = 0
    for name, part in roster.parts.items():
        done = staging.mark(f"read {name}")
        if done is None:
            staging.begin(f"read {name}")
            try:
                count = _load(staging.db, part, staging, _told(progress, total, part.member.name))
                staging.db.execute(f'CREATE INDEX IF NOT EXISTS {name}_id ON raw_{name} ("sourcedId")')
                staging.set_mark(f"read {name}", str(count))
                staging.commit()
            except BaseException:
                staging.rollback()
                raise
            done = str(count)
        total += int(done)
        progress(total, 0, part.member.name)
    return total


def fetch_bad_rows(staging: Staging, roster: Roster) -> None:
    """Rows that a check set aside are fetched from their files once more, as they stand there."""
    for part in roster.parts.values():
        found = staging.db.execute(
            "SELECT line FROM bad WHERE file = ? AND row IS NULL", (part.member.name,)
        ).fetchall()
        wanted = {line for (line,) in found}
        for line, row in raw_rows(part.member, wanted):
            staging.give_row(part.member.name, line, row)
