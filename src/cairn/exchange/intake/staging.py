"""Where do reading and checking write, before anything touches the database?

One SQLite file per import in `CAIRN_HOME/staging`, named after the digest of what came. A killed import finds it again and goes
on with the steps not yet marked done. It holds people's data, so only its owner may read it, and it goes when the import is done.
"""

import fcntl
import json
import os
import sqlite3
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from cairn.exchange.intake.outcome import Refused

FORM = "1"  # raise it when the staging tables of any reader change: older files are then begun anew
KEPT_DAYS = 7
Texts = Mapping[str, tuple[str, str]]

_TABLES = """
CREATE TABLE IF NOT EXISTS staged (key TEXT PRIMARY KEY, value TEXT);
CREATE TABLE IF NOT EXISTS bad (
    file TEXT, line INTEGER, field TEXT, value TEXT, code TEXT, key TEXT, row TEXT, step TEXT, PRIMARY KEY (file, line));
CREATE TABLE IF NOT EXISTS noticed (
    code TEXT, file TEXT, field TEXT, mark TEXT, line INTEGER, value TEXT, count INTEGER, step TEXT,
    PRIMARY KEY (code, file, field, mark, step));
"""


def staging_folder() -> Path:
    """The folder of staging files. Made with rights for its owner only."""
    folder = Path(settings.HOME) / "staging"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def sweep(folder: Path) -> None:
    """Removes staging files that nobody came back for."""
    for file in folder.glob("*.sqlite"):
        if file.stat().st_mtime < time.time() - KEPT_DAYS * 86_400:
            for left in folder.glob(f"{file.stem}.*"):
                left.unlink(missing_ok=True)


class Staging:
    """The staging file of one import; use as a context manager. `db` is its connection, for the reader's own tables."""

    def __init__(self, digest: str) -> None:
        self.path = staging_folder() / f"{digest[:40]}.sqlite"
        self.step = ""
        self._noticed: dict[tuple[str, str, str, str], list[Any]] = {}

    def __enter__(self) -> "Staging":
        sweep(self.path.parent)
        self._lock = os.open(self.path.with_suffix(".lock"), os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(self._lock)
            raise Refused(
                _("The same file is being imported right now."),
                _("Wait until that import is done."),
                "running",
            ) from None
        try:
            self.db = self._open()
            if self.mark("form") != FORM:
                self._begin_anew()
        except sqlite3.DatabaseError:
            self._begin_anew()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.db.close()
        os.close(self._lock)

    def _open(self) -> sqlite3.Connection:
        os.close(os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600))
        db = sqlite3.connect(self.path, isolation_level=None)
        db.executescript(
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-32768; PRAGMA temp_store=FILE;"
            + _TABLES
        )
        return db

    def _begin_anew(self) -> None:
        if hasattr(self, "db"):
            self.db.close()
        self._unlink()
        self.db = self._open()
        self.set_mark("form", FORM)

    def _unlink(self) -> None:
        for suffix in (".sqlite", ".sqlite-wal", ".sqlite-shm"):
            self.path.with_name(self.path.stem + suffix).unlink(missing_ok=True)

    def discard(self) -> None:
        """Removes the file; called when the import is done."""
        self.db.close()
        self._unlink()
        self.path.with_suffix(".lock").unlink(missing_ok=True)

    # --- Which steps are done ---

    def mark(self, key: str) -> str | None:
        """What was marked under this key."""
        found = self.db.execute("SELECT value FROM staged WHERE key = ?", (key,)).fetchone()
        return found[0] if found else None

    def set_mark(self, key: str, value: str) -> None:
        self.db.execute("INSERT OR REPLACE INTO staged VALUES (?, ?)", (key, value))

    def begin(self, step: str) -> None:
        """Opens a transaction: a step is staged whole, or not at all. What it found wrong an earlier time is forgotten."""
        self._noticed.clear()
        self.step = step
        self.db.execute("BEGIN IMMEDIATE")
        self.db.execute("DELETE FROM bad WHERE step = ?", (step,))
        self.db.execute("DELETE FROM noticed WHERE step = ?", (step,))

    def commit(self) -> None:
        """Ends the step and keeps its notices."""
        self.db.executemany(
            "INSERT INTO noticed VALUES (?, ?, ?, ?, ?, ?, ?, ?) "
            "ON CONFLICT DO UPDATE SET count = count + excluded.count",
            [(*key, *value, self.step) for key, value in self._noticed.items()],
        )
        self._noticed.clear()
        self.db.execute("COMMIT")

    def rollback(self) -> None:
        self._noticed.clear()
        if self.db.in_transaction:
            self.db.execute("ROLLBACK")

    # --- What was found wrong ---

    def notice(self, code: str, file: str, line: int = 0, field: str = "", value: str = "") -> None:
        """One occurrence of a tolerated defect; each kind per file and field becomes one notice, with its first line."""
        mark = value if line <= 1 else ""  # about the file or its header: each value is a notice of its own
        seen = self._noticed.get((code, file, field, mark))
        if seen is None:
            self._noticed[code, file, field, mark] = [line, value, 1]
        else:
            seen[2] += 1

    def bad(
        self, code: str, file: str, line: int, field: str, value: str, row: Mapping[str, str], key: str = ""
    ) -> None:
        """A row that cannot come in; the first reason stays. `key`: its id, where it could be read."""
        self.db.execute(
            "INSERT OR IGNORE INTO bad VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                file,
                line,
                field,
                value,
                code,
                key,
                json.dumps(row, ensure_ascii=False) if row else None,
                self.step,
            ),
        )

    def give_row(self, file: str, line: int, row: Mapping[str, str]) -> None:
        """The cells of a bad row, when they were fetched later."""
        self.db.execute(
            "UPDATE bad SET row = ? WHERE file = ? AND line = ?",
            (json.dumps(row, ensure_ascii=False), file, line),
        )

    def bad_rows(self) -> Iterator[tuple[str, int, str, str, str, dict[str, str]]]:
        """file, line, field, value, code, row."""
        for *head, row in self.db.execute(
            "SELECT file, line, field, value, code, row FROM bad ORDER BY file, line"
        ):
            file, line, field, value, code = head
            yield file, line, field, value, code, json.loads(row) if row else {}

    def notices(self) -> list[tuple[str, str, str, int, str, int]]:
        """code, file, field, first line, value, count."""
        return self.db.execute(
            "SELECT code, file, field, line, value, count FROM noticed ORDER BY file, line, code"
        ).fetchall()

    def count_bad(self) -> int:
        return int(self.db.execute("SELECT count(*) FROM bad").fetchone()[0])
