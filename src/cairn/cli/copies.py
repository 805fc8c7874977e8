"""How is the whole database kept safe, and brought back? SQLite by its online copy, PostgreSQL by its own tools."""

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

from cairn.cli.say import Failure

SECRET = (
    "The key in {key} is not in the backup. Keep a copy of it too; without it everyone must sign in anew."  # noqa: S105
)


def _settings() -> dict[str, Any]:
    from django.db import connection

    found: dict[str, Any] = connection.settings_dict
    return found


def is_sqlite() -> bool:
    """Which of the two databases is it?"""
    from django.db import connection

    return bool(connection.vendor == "sqlite")


def about_the_secret() -> str:
    """What a backup does not hold."""
    from django.conf import settings

    if "CAIRN_SECRET_KEY" in os.environ:
        return SECRET.format(key="CAIRN_SECRET_KEY")
    return SECRET.format(key=Path(settings.HOME) / "secret_key")


def default_backup() -> Path:
    """A new name in the data folder, with day and time."""
    from django.conf import settings

    folder = Path(settings.HOME) / "backups"
    folder.mkdir(mode=0o700, exist_ok=True)
    stamp = datetime.now().astimezone().strftime("%Y%m%d-%H%M%S")
    return folder / f"cairn-{stamp}.{'sqlite3' if is_sqlite() else 'dump'}"


def write_backup(path: Path) -> None:
    """The whole database into one file, while it is in use. The file appears only when it is whole, readable by its owner."""
    if path.exists():
        raise Failure(f"There is a file already: {path}", "Choose another name.")
    if not path.absolute().parent.is_dir():
        raise Failure(f"There is no such folder: {path.absolute().parent}")
    partial = path.with_name(f"{path.name}.partial")
    partial.unlink(missing_ok=True)
    os.close(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    try:
        if is_sqlite():
            with (
                closing(sqlite3.connect(_settings()["NAME"])) as source,
                closing(sqlite3.connect(partial)) as copy,
            ):
                source.backup(copy)
                copy.execute("PRAGMA journal_mode=DELETE")  # one file, with nothing beside it
        else:
            _tool("pg_dump", "--format=custom", "--no-owner", f"--file={partial}", _settings()["NAME"])
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def check_backup(path: Path) -> None:
    """Raises Failure when this file is no whole backup of Cairn."""
    if not path.is_file():
        raise Failure(f"There is no such file: {path}")
    if not is_sqlite():
        _tool("pg_restore", "--list", str(path), connect=False)
        return
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as copy:
            sound = copy.execute("PRAGMA quick_check").fetchone()[0] == "ok"
            ours = copy.execute(
                "SELECT COUNT(*) FROM sqlite_master WHERE name = 'people_account'"
            ).fetchone()[0]
    except sqlite3.DatabaseError:
        sound, ours = False, 0
    if not (sound and ours):
        raise Failure(f"This is no backup of Cairn, or it is damaged: {path}")


def read_backup(path: Path) -> None:
    """The file takes the place of everything in the database, in one step."""
    if is_sqlite():
        with (
            closing(sqlite3.connect(path)) as copy,
            closing(sqlite3.connect(_settings()["NAME"], timeout=20)) as here,
        ):
            copy.backup(here)
            here.execute("PRAGMA journal_mode=WAL")
        return
    _tool(
        *("pg_restore", "--clean", "--if-exists", "--no-owner", "--single-transaction", "--exit-on-error"),
        f"--dbname={_settings()['NAME']}",
        str(path),
    )


def _tool(name: str, *arguments: str, connect: bool = True) -> None:
    """Runs one of PostgreSQL's own commands; the password goes by the environment, never by the command line."""
    command = shutil.which(name)
    if command is None:
        raise Failure(
            f"The command {name} of PostgreSQL is not installed here.",
            "On Debian: apt install postgresql-client",
        )
    settings = _settings()
    names = {"PGHOST": "HOST", "PGPORT": "PORT", "PGUSER": "USER", "PGPASSWORD": "PASSWORD"}
    env = os.environ | {name: str(settings[key]) for name, key in names.items() if settings.get(key)}
    done = subprocess.run([command, *arguments], env=env, capture_output=True, text=True)  # noqa: S603
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise Failure(f"{name} failed: {last}")
