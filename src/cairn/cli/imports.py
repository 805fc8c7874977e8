"""How does a file come in? `cairn import ...`: each kind through its own reader, all with one answer."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from cairn.cli.ready import ready
from cairn.cli.say import DONE, FAILED, QUARANTINED, Failure, Json, Progress, plainly, progress, tell

app = typer.Typer(
    no_args_is_help=True, help="Bring files in: rosters, frameworks, scores, targets, ties, levels."
)

DryRun = Annotated[bool, typer.Option("--dry-run", help="Only say what would change.")]
Mapping = Annotated[
    Path | None, typer.Option("--map", help="A mapping file: which column or type means what.")
]
Sheet = Annotated[Path, typer.Argument(help="A CSV or xlsx file.")]


def finish(outcome: Any, as_json: bool) -> int:
    """Tells how an import went; answers the exit code."""
    from cairn.exchange.intake.actions import save_quarantine

    files = [str(path) for path in save_quarantine(outcome.run)] if outcome.quarantined else []
    data = {
        "state": outcome.state,
        "run": outcome.run.public_id,
        "changes": {name: counts.as_json() for name, counts in outcome.changes.items()},
        "quarantined": outcome.quarantined,
        "quarantine_files": files,
        "notices": outcome.notices,
        "refusal": outcome.refusal.as_json() if outcome.refusal else None,
    }
    if unused := getattr(outcome, "unused", []):
        data["unused_columns"] = unused
    tell(as_json, data, *_lines(outcome, files))
    if outcome.state == "refused":
        return FAILED
    return QUARANTINED if outcome.quarantined else DONE


def _understood(outcome: Any) -> list[str]:
    """A dry run of a sheet: its first rows as they were understood, and the columns nobody asked for."""
    rows = getattr(outcome, "preview", None)
    if outcome.state != "dry_run" or not isinstance(rows, list):
        return []
    lines = [
        "  " + ", ".join(f"{name} {value}" for name, value in row.items() if value not in (None, ""))
        for row in rows
    ]
    unused = getattr(outcome, "unused", [])
    return [
        *(["The first rows, as they were understood:", *lines[:5]] if lines else []),
        *([f"Columns that are not used: {', '.join(unused)}."] if unused else []),
    ]


def _lines(outcome: Any, files: list[str]) -> list[str]:
    lines = _understood(outcome)
    if outcome.changes:
        width = max(len(name) for name in outcome.changes)
        head = ("new", "changed", "ended", "as before")
        lines.append(" " * width + "".join(f"{word:>12}" for word in head))
        for name, one in outcome.changes.items():
            numbers = (one.added, one.changed, one.ended, one.same)
            lines.append(
                f"{name.replace('_', ' '):<{width}}" + "".join(f"{number:>12,}" for number in numbers)
            )
    if outcome.quarantined:
        lines.append(
            f"{outcome.quarantined:,} rows could not come in. Fix them here, then import the corrected file:"
        )
        lines += [f"  {path}" for path in files]
    if outcome.notices:
        lines.append(
            f"{outcome.notices:,} kinds of defects were read through; /data shows them (import {outcome.run.public_id})."
        )
    if outcome.refusal:
        lines += ["Refused, and nothing was changed:", outcome.refusal.reason, outcome.refusal.remedy]
    elif outcome.state == "dry_run":
        lines.append("This was a dry run: nothing was changed.")
    else:
        lines.append("Done.")
    return [line for line in lines if line]


def _there(path: Path) -> Path:
    if not path.exists():
        raise Failure(f"There is no such file or folder: {path}")
    return path


def _run(as_json: bool, doing: Callable[[Progress], Any]) -> None:
    with progress(as_json) as show:
        outcome = doing(show)
    raise typer.Exit(finish(outcome, as_json))


@app.command("oneroster")
@plainly
def oneroster(
    path: Annotated[Path, typer.Argument(help="A OneRoster 1.1 or 1.2 CSV bundle: a folder or a ZIP.")],
    source: Annotated[
        str, typer.Option(help="Which system sends this roster. Keep to one word per system.")
    ] = "sis",
    dry_run: DryRun = False,
    allow_shrink: Annotated[
        bool, typer.Option("--allow-shrink", help="Also when over half of a roster would end.")
    ] = False,
    as_json: Json = False,
) -> None:
    """A roster: agencies, sessions, courses, classes, people, enrollments."""
    ready()
    from cairn.exchange.oneroster.routes import import_roster

    _run(
        as_json,
        lambda show: import_roster(
            _there(path),
            source_key=source,
            by=None,
            dry_run=dry_run,
            allow_shrink=allow_shrink,
            progress=show,
        ),
    )


@app.command("case")
@plainly
def case(
    path: Annotated[str, typer.Argument(help="A CASE 1.0 or 1.1 package: a file or an http(s) address.")],
    mapping: Mapping = None,
    dry_run: DryRun = False,
    allow_older: Annotated[
        bool, typer.Option("--allow-older", help="Also when a newer version is here already.")
    ] = False,
    as_json: Json = False,
) -> None:
    """A framework: its items, associations, rubrics and definitions."""
    ready()
    from cairn.exchange.case.routes import import_package

    if mapping is not None:
        _there(mapping)
    with progress(as_json) as show:
        outcome = import_package(
            path, mapping=mapping, by=None, dry_run=dry_run, progress=show, allow_older=allow_older
        )
    if outcome.preview and not as_json:
        for line in _preview(outcome.preview):
            print(line)
    raise typer.Exit(finish(outcome, as_json))


def _preview(preview: Any) -> list[str]:
    """What the item types were taken for."""
    lines = [preview.title, *(f"  {row}" for row in preview.rows)]
    scale = f"scored on {preview.scale}" if preview.scale else "standards only, no scale"
    lines.append(f"  {preview.scorable:,} targets can be scored; {scale}; in use for {preview.stage}.")
    if preview.proposed:
        lines.append("  This is our proposal. Write a mapping file and pass --map to change it.")
    return lines


def _sheet(kind: str, path: Path, mapping: Path | None, dry_run: bool, as_json: bool) -> None:
    ready()
    from cairn.exchange.spreadsheets import routes

    if mapping is not None:
        _there(mapping)
    importer = getattr(routes, f"import_{kind}")
    _run(
        as_json,
        lambda show: importer(_there(path), mapping=mapping, by=None, dry_run=dry_run, progress=show),
    )


@app.command("scores")
@plainly
def scores(path: Sheet, mapping: Mapping = None, dry_run: DryRun = False, as_json: Json = False) -> None:
    """Scores: any column layout by a small mapping file."""
    _sheet("scores", path, mapping, dry_run, as_json)


@app.command("targets")
@plainly
def targets(path: Sheet, mapping: Mapping = None, dry_run: DryRun = False, as_json: Json = False) -> None:
    """Which targets a course works on, in which order, by which week."""
    _sheet("targets", path, mapping, dry_run, as_json)


@app.command("ties")
@plainly
def ties(path: Sheet, mapping: Mapping = None, dry_run: DryRun = False, as_json: Json = False) -> None:
    """Families and leaders who are missing from the roster."""
    _sheet("ties", path, mapping, dry_run, as_json)


@app.command("levels")
@plainly
def levels(path: Sheet, mapping: Mapping = None, dry_run: DryRun = False, as_json: Json = False) -> None:
    """The performance level of each student in each subject."""
    _sheet("levels", path, mapping, dry_run, as_json)
