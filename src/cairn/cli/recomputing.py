"""How are all levels decided anew, and how is the record written out for that?"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from cairn.cli.ready import ready
from cairn.cli.say import Failure, Json, Progress, plainly, progress, tell

app = typer.Typer(help="Write all evidence out, for deciding a state elsewhere: ids and scores, no names.")


@plainly
def recompute(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would change.")] = False,
    due: Annotated[
        bool, typer.Option("--due", help="Only what a passed day changes: what expired or ended.")
    ] = False,
    engine: Annotated[
        Literal["local", "spark"],
        typer.Option(help="Where the levels are decided. spark: over Parquet by district, for a state."),
    ] = "local",
    source: Annotated[
        Path | None,
        typer.Option("--from", help="With spark: a folder that `cairn snapshot parquet` wrote today."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Decide every level anew from its evidence under the policies in force; what changes is kept, before and after.

    A run that was stopped goes on where it was, unless the rules or the day have changed since.
    """
    ready()
    if source is not None and engine != "spark":
        raise Failure("Only Spark decides from a folder.", "Add --engine spark, or leave --from away.")
    if due:
        _only_due(dry_run, as_json)
        return
    with progress(as_json) as show:
        done = _decide_anew(dry_run, engine, source, show)
    data = {
        name: getattr(done, name)
        for name in ("students", "cells", "cells_changed", "parents", "parents_changed")
    }
    tell(
        as_json,
        {"state": "dry_run" if dry_run else "done", **data},
        f"{done.students:,} students, {done.cells:,} levels, {done.parents:,} counts looked at.",
        f"{done.cells_changed:,} levels and {done.parents_changed:,} counts {'would change' if dry_run else 'changed'}.",
    )


def _decide_anew(dry_run: bool, engine: str, source: Path | None, show: Progress) -> Any:
    from cairn.learning.mastery.auditing import decide_here
    from cairn.learning.mastery.migrating import apply_policies
    from cairn.learning.mastery.recompute import book_now
    from cairn.learning.mastery.recompute import dry_run as only_look

    book = book_now()
    with ExitStack() as stack:
        how: dict[str, Any] = {"book": book, "engine": decide_here}
        how["progress"] = lambda now, total: show(now, total, "Students")
        if engine == "spark":
            how["engine"] = stack.enter_context(_spark(book, source, show))
        return only_look(**how) if dry_run else apply_policies(by=None, **how)[1]


@contextmanager
def _spark(book: Any, source: Path | None, show: Progress) -> Iterator[Any]:
    from django.conf import settings

    from cairn.learning.snapshots.engines import Absent, by_spark

    def say(now: int, total: int) -> None:
        show(now, total, "Writing students out")

    try:
        with by_spark(
            book, master=settings.SPARK_MASTER, home=Path(settings.HOME), source=source, progress=say
        ) as answers:
            yield answers
    except Absent as absent:
        raise Failure(str(absent)) from absent


def _only_due(dry_run: bool, as_json: bool) -> None:
    from cairn.learning.mastery.overrides import mend_due

    mended = mend_due(dry_run=dry_run)
    tell(
        as_json,
        {"state": "dry_run" if dry_run else "done", "cells_changed": mended},
        f"{mended:,} levels {'would change' if dry_run else 'changed'} because their day is over.",
    )


Folder = Annotated[Path, typer.Argument(help="A new or empty folder. It will hold education records.")]


@app.command()
@plainly
def parquet(folder: Folder, as_json: Json = False) -> None:
    """All evidence as Parquet, one folder per district, with the rules in force beside it."""
    ready()
    from cairn.learning.mastery.recompute import book_now
    from cairn.learning.snapshots.engines import Absent, write_parquet

    with progress(as_json) as show:
        try:
            rows = write_parquet(folder, book_now(), lambda now, total: show(now, total, "Students"))
        except (Absent, FileExistsError) as error:
            raise _failure(error, folder) from error
    tell(
        as_json,
        {"state": "done", "folder": str(folder), "rows": rows},
        f"{rows:,} pieces of evidence in {folder}.",
    )


@app.command()
@plainly
def packed(
    folder: Folder,
    source: Annotated[Path, typer.Option("--from", help="A folder that `cairn snapshot parquet` wrote.")],
    as_json: Json = False,
) -> None:
    """The scores of such a folder as packed matrices, two bytes a score, by rule and length of series."""
    ready()
    from cairn.learning.snapshots.engines import Absent, write_packed

    try:
        scores = write_packed(folder, source)
    except (Absent, FileExistsError) as error:
        raise _failure(error, folder) from error
    tell(
        as_json,
        {"state": "done", "folder": str(folder), "scores": scores},
        f"{scores:,} scores in {folder}.",
    )


def _failure(error: Exception, folder: Path) -> Failure:
    if isinstance(error, FileExistsError):
        return Failure(f"There is something in {folder} already.", "Give a new or an empty folder.")
    return Failure(str(error))
