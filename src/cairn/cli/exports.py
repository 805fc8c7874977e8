"""How does a framework or a roster leave as a file? `cairn export ...`, strictly by the standard."""

import json
import shutil
from pathlib import Path
from typing import Annotated

import typer

from cairn.cli.ready import ready
from cairn.cli.say import Failure, Json, plainly, tell

app = typer.Typer(no_args_is_help=True, help="Write files for other systems: a framework, the roster.")


def _target(output: Path, force: bool) -> Path:
    if output.exists() and not force:
        raise Failure(f"There is a file already: {output}", "Choose another name, or pass --force.")
    if not output.absolute().parent.is_dir():
        raise Failure(f"There is no such folder: {output.absolute().parent}")
    return output


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


Force = Annotated[bool, typer.Option("--force", help="Write over what is there.")]


@app.command("case")
@plainly
def case(
    framework: Annotated[
        str, typer.Argument(metavar="ID", help="Its CASE identifier, or the id in its address.")
    ],
    output: Annotated[Path, typer.Option(help="The JSON file to write.")],
    force: Force = False,
    as_json: Json = False,
) -> None:
    """A framework as a CASE 1.1 package, with a list of what the standard made us add or drop."""
    ready()
    from cairn.exchange.case.routes import export_package

    _target(output, force)
    package, report = export_package(framework)
    text = json.dumps(package, ensure_ascii=False, indent=1) + "\n"
    partial = output.with_name(f"{output.name}.partial")
    partial.write_text(text, encoding="utf-8")
    partial.replace(output)
    parts = {
        name: [str(edit) for edit in getattr(report, name)]
        for name in ("added", "dropped", "reshaped", "kept")
    }
    words = {
        "added": "added, because the standard demands it",
        "dropped": "left out, because the standard forbids it",
        "reshaped": "written in another form",
        "kept": "identifiers kept as they came, though they are no UUIDs",
    }
    lines = [
        f"{len(edits)} {words[name]}:\n  " + "\n  ".join(edits[:20]) for name, edits in parts.items() if edits
    ]
    lines = [f"{line}\n  ... and {len(parts[name]) - 20} more" if len(parts[name]) > 20 else line
             for name, line in zip([n for n, e in parts.items() if e], lines, strict=True)]  # fmt: skip
    tell(as_json, {"state": "done", "file": str(output), **parts}, *lines, f"Written: {output}")


@app.command("oneroster")
@plainly
def oneroster(
    output: Annotated[Path, typer.Option(help="A folder to make, or a file that ends in .zip.")],
    source: Annotated[
        str | None,
        typer.Option(help="Whose roster, as in `cairn import oneroster`; needed where several send one."),
    ] = None,
    force: Force = False,
    as_json: Json = False,
) -> None:
    """The roster of a source as a OneRoster 1.2 CSV bundle, with its own ids."""
    ready()
    from cairn.exchange.oneroster.export import export_roster
    from cairn.exchange.oneroster.write import BadRow
    from cairn.trail.actions import record_change

    _target(output, force)
    if output.is_dir() and not (output / "manifest.csv").exists():
        raise Failure(f"This folder holds something else than a roster: {output}", "Choose another name.")
    partial = output.with_name(f".partial-{output.name}")
    try:
        report = export_roster(partial, source_key=source)
        _remove(output)
        partial.replace(output)
    except BadRow as bad:
        raise Failure(
            f"The roster cannot be written by the standard: {bad}",
            "Mend it at its source and import it again.",
        ) from None
    finally:
        _remove(partial)
    record_change(
        action="export_roster",
        entity="roster",
        object_id=None,
        before=None,
        after={"file": output.name, "source": source, **report.rows},
        by=None,
    )
    left_out = [f"{file} {own}" for file, own in report.left_out]
    lines = [f"{name}.csv: {count:,} rows" for name, count in report.rows.items()]
    if left_out:
        lines.append(f"{len(left_out)} left out, because the standard has no place for them:")
        lines += [f"  {one}" for one in left_out[:20]]
    data = {"state": "done", "file": str(output), "rows": report.rows, "left_out": left_out}
    tell(as_json, data, *lines, f"Written: {output}")
