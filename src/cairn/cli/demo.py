"""How does a made-up district come alive? Its files are written, imported through the doors of any district, and served.

It begins only in an empty database and marks it as a demo for good. A killed run goes on where it stopped; later runs only serve.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, cast

import typer

from cairn.cli.ready import ready
from cairn.cli.say import Failure, Json, Progress, note, plainly, progress, tell
from cairn.cli.serve import Port, listen

Size = Literal["tiny", "school", "district", "state"]
MANIFEST = "demo.json"
SIZE: Size = "district"
SEED = 7


@plainly
def demo(
    size: Annotated[
        Size | None,
        typer.Option(help="600, 10,000 or 100,000 students (tiny: for tests).", show_default=SIZE),
    ] = None,
    seed: Annotated[
        int | None, typer.Option(help="Same seed, same district.", show_default=str(SEED))
    ] = None,
    serve: Annotated[bool, typer.Option("--serve/--no-serve", help="Serve it when it is ready.")] = True,
    port: Port = 8000,
    as_json: Json = False,
) -> None:
    """Make a district up, import it, serve it on 127.0.0.1."""
    ready()
    from django.conf import settings

    from cairn.people.accounts.demo import demo_mark, finish_demo

    mark = demo_mark()
    folder = Path(settings.HOME) / "demo"
    if mark is not None and (size or mark.size, mark.seed if seed is None else seed) != (
        mark.size,
        mark.seed,
    ):
        raise Failure(
            f"This database holds the demo of size {mark.size} with seed {mark.seed}.",
            "For another one set CAIRN_HOME to a new folder.",
        )
    chosen = cast(Size, mark.size) if mark else size or SIZE
    seed = mark.seed if mark else SEED if seed is None else seed
    if mark is None or not mark.ready:
        with progress(as_json) as show:
            files = _files(folder, chosen, seed, mark, show)
            for entry in files:
                _import(folder, entry, show)
        finish_demo()
        _tidy()
    tell(
        as_json,
        {"state": "done", "size": chosen, "seed": seed},
        f"The demo is ready ({chosen}, seed {seed}).",
    )
    if serve:
        listen("127.0.0.1", port)


def _files(folder: Path, size: Size, seed: int, mark: Any, show: Progress) -> list[dict[str, Any]]:
    """Writes the files and marks the database, or finds both as a killed run left them."""
    from django.utils import timezone

    from cairn.demo.files import write_files
    from cairn.exchange.intake.gate import digest_of
    from cairn.exchange.intake.soundness import is_empty
    from cairn.people.accounts.demo import mark_demo

    manifest = folder / MANIFEST
    if mark is not None:
        if not manifest.exists():
            raise Failure(
                f"The files of this demo are gone from {folder}.",
                "Begin anew: set CAIRN_HOME to a new folder.",
            )
        note("Going on with the demo that was begun.")
        return _entries(manifest)
    if not is_empty():
        raise Failure(
            "This database holds data already; a demo begins only in an empty one.",
            "Set CAIRN_HOME (and DATABASE_URL, if you use it) to another place.",
        )
    write_files(folder, size=size, seed=seed, on=timezone.localdate(), progress=show)
    digests = [digest_of(path) for path in sorted(folder.rglob("*")) if path.is_file() and path != manifest]
    people: Mapping[str, Any] = json.loads(manifest.read_text(encoding="utf-8"))["people"]
    mark_demo(size=size, seed=seed, digests=digests, people=people)
    return _entries(manifest)


def _entries(manifest: Path) -> list[dict[str, Any]]:
    files: list[dict[str, Any]] = json.loads(manifest.read_text(encoding="utf-8"))["files"]
    return files


def _import(folder: Path, entry: dict[str, Any], show: Progress) -> None:
    """One file through the reader of its kind. Done already: nothing changes."""
    from cairn.exchange.case.routes import import_package
    from cairn.exchange.oneroster.routes import import_roster

    path, kind = folder / entry["path"], entry["kind"]
    mapping = folder / entry["mapping"] if entry.get("mapping") else None

    def labelled(done: int, total: int, label: str) -> None:
        show(done, total, f"{entry['path']}: {label}")

    if kind == "oneroster":
        outcome: Any = import_roster(path, source_key=entry["source_key"], by=None, progress=labelled)
    elif kind == "case":
        outcome = import_package(str(path), mapping=mapping, by=None, progress=labelled)
    else:
        from cairn.exchange.spreadsheets import routes

        outcome = getattr(routes, f"import_{kind}")(path, mapping=mapping, by=None, progress=labelled)
    if outcome.state != "done" or outcome.quarantined:
        said = outcome.refusal.reason if outcome.refusal else f"{outcome.quarantined} rows could not come in"
        raise Failure(
            f"The demo's own file {entry['path']} did not come in whole: {said}", "This is a fault of Cairn."
        )


def _tidy() -> None:
    """Fresh statistics, so that the first pages are as quick as later ones."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
