"""How is an installation kept sound? check, upgrade, backup, restore."""

import os
from pathlib import Path
from typing import Annotated, Any

import typer

from cairn.cli import copies
from cairn.cli.ready import is_absent, make_database, migrate, ready, set_up, state_of_migrations
from cairn.cli.say import DONE, FAILED, Failure, Json, note, plainly, progress, tell


@plainly
def check(as_json: Json = False) -> None:
    """Look at configuration, database, migrations and orphan rows; say what to do. Changes nothing."""
    set_up()
    findings: list[dict[str, str]] = []
    passed: list[str] = []
    for name, look in (("configuration", _configuration), ("data folder", _folder), ("database", _database)):
        problems = look()
        findings += [{"part": name, "problem": problem, "remedy": remedy} for problem, remedy in problems]
        if not problems:
            passed.append(name)
    if not any(finding["part"] == "database" for finding in findings):
        with progress(as_json) as show:
            show(0, 0, "Looking at every row")
            problems = _rows(lambda done, total: show(done, total, "Deciding every level anew"))
        findings += [{"part": "rows", "problem": problem, "remedy": remedy} for problem, remedy in problems]
        if not problems:
            passed.append("rows")
    warnings = [{"part": "configuration", "problem": one, "remedy": remedy} for one, remedy in _doubts()]
    lines = [f"{name}: in order" for name in passed]
    lines += [f"{one['part']}: {one['problem']}\n  {one['remedy']}" for one in findings + warnings]
    state = "failed" if findings else "done"
    tell(as_json, {"state": state, "in_order": passed, "findings": findings, "warnings": warnings}, *lines)
    raise typer.Exit(FAILED if findings else DONE)


Problem = tuple[str, str]
NO_DATABASE: Problem = (
    "There is no database yet.",
    "Any other command makes it, for example: cairn user create-admin",
)


def _configuration() -> list[Problem]:
    from django.conf import settings
    from django.core.checks import run_checks

    found = [(error.msg, error.hint or "docs/settings.md lists the settings.") for error in run_checks()]
    if not settings.HTTPS and any(not _is_local(host) for host in settings.ALLOWED_HOSTS):
        found.append(
            (
                "Cairn answers to other names than this machine's own, without TLS.",
                "Put a proxy with TLS in front and set CAIRN_HTTPS=1.",
            )
        )
    return found


def _doubts() -> list[Problem]:
    """What works, and is perhaps not what was meant."""
    from django.conf import settings

    if os.environ.get("CAIRN_TIME_ZONE"):
        return []
    return [
        (
            f"The district's time zone is not set; days begin and end as in {settings.TIME_ZONE}.",
            "Set CAIRN_TIME_ZONE, for example CAIRN_TIME_ZONE=America/New_York.",
        )
    ]


def _is_local(host: str) -> bool:
    return host.strip() in ("127.0.0.1", "localhost", "[::1]")


def _folder() -> list[Problem]:
    from django.conf import settings

    home = Path(settings.HOME)
    found = []
    if not os.access(home, os.W_OK | os.X_OK):
        found.append((f"The data folder cannot be written: {home}", "Give it to the user who runs Cairn."))
    if home.stat().st_mode & 0o077:
        found.append(
            (f"Other users of this machine can look into the data folder: {home}", f"chmod 700 {home}")
        )
    return found


def _database() -> list[Problem]:
    from django.db import Error, connection

    try:
        connection.ensure_connection()
        pending, unknown, anything = state_of_migrations()
    except Error as error:
        if is_absent(error):
            return [NO_DATABASE]
        first = str(error).strip().splitlines()[0]
        return [
            (
                f"The database cannot be reached: {first}",
                "Check DATABASE_URL, and that the server is running.",
            )
        ]
    if not anything:
        return [NO_DATABASE]
    if unknown:
        return [
            (f"The database is newer than this program ({unknown[-1]}).", "Install the newer program again.")
        ]
    if pending:
        return [(f"The database is older than this program ({len(pending)} steps).", "Run: cairn upgrade")]
    return []


def _rows(show: Any) -> list[Problem]:
    from cairn.exchange.intake.soundness import orphans
    from cairn.learning.mastery.recompute import recompute as decide_anew

    found = [(f"{one.count:,} {one.what}.", one.remedy) for one in orphans()]
    counted = decide_anew(dry_run=True, progress=show)
    if counted.cells_changed:
        found.append(
            (f"{counted.cells_changed:,} levels do not follow from their evidence.", "Run: cairn recompute")
        )
    if counted.parents_changed:
        found.append(
            (f"{counted.parents_changed:,} counts of parents disagree with mastery.", "Run: cairn recompute")
        )
    return found


@plainly
def upgrade(as_json: Json = False) -> None:
    """Bring an older database into this program's shape; makes a backup first."""
    set_up()
    make_database()
    pending, unknown, anything = state_of_migrations()
    if unknown:
        raise Failure(
            f"The database was made by a newer Cairn than this one ({unknown[-1]}).",
            "Install the newer program again.",
        )
    backup: Path | None = None
    if pending and anything:
        backup = copies.default_backup()
        note(f"Backing up to {backup} ...")
        copies.write_backup(backup)
    if pending:
        migrate()
    data = {"state": "done", "steps": pending, "backup": str(backup) if backup else None}
    if not pending:
        tell(as_json, data, "The database is up to date already.")
    elif backup is None:
        tell(as_json, data, "Made a new database.")
    else:
        tell(
            as_json,
            data,
            f"Upgraded in {len(pending)} steps. The backup is {backup}.",
            copies.about_the_secret(),
        )


@plainly
def backup(
    file: Annotated[Path, typer.Argument(help="The file to write; it must not be there yet.")],
    as_json: Json = False,
) -> None:
    """Copy the whole database into one file, while it is in use."""
    ready()
    copies.write_backup(file)
    size = file.stat().st_size
    data = {"state": "done", "file": str(file), "bytes": size, "without": copies.about_the_secret()}
    tell(as_json, data, f"Backed up: {file} ({size / 1e6:,.1f} MB).", copies.about_the_secret())


@plainly
def restore(
    file: Annotated[Path, typer.Argument(help="A file that `cairn backup` wrote.")],
    yes: Annotated[
        bool, typer.Option("--yes", help="Also when the database holds data: a backup of it is made first.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Put a backup in the place of the database. What is there now is backed up first."""
    set_up()
    make_database()
    _pending, _unknown, anything = state_of_migrations()
    copies.check_backup(file)
    before: Path | None = None
    if anything:
        from cairn.exchange.intake.soundness import is_empty

        if _pending or not is_empty():
            if not yes:
                raise Failure(
                    "The database holds data, which the backup would replace.",
                    "Pass --yes; it is backed up first.",
                )
            before = copies.default_backup()
            copies.write_backup(before)
    from django.db import connections

    connections.close_all()
    copies.read_backup(file)
    pending, _newer, _ = state_of_migrations()
    lines = [f"Restored: {file}."]
    if before:
        lines.append(f"What was there before: {before}.")
    if pending:
        lines.append("The backup is of an older program: run `cairn upgrade` now.")
    data = {
        "state": "done",
        "file": str(file),
        "before": str(before) if before else None,
        "upgrade": bool(pending),
    }
    tell(as_json, data, *lines)
