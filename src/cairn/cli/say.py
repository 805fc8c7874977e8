"""How does a command answer? Plain sentences, or one JSON object; progress only where somebody watches; exit codes.

0 done; 1 refused or failed, and nothing changed; 2 wrong usage; 3 done, with quarantined rows.
Answers go to standard output; progress and errors to standard error.
"""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Annotated, Any, NoReturn, ParamSpec

import typer

DONE, FAILED, QUARANTINED = 0, 1, 3

P = ParamSpec("P")
Json = Annotated[bool, typer.Option("--json", help="Answer with one JSON object, for scripts.")]
Progress = Callable[[int, int, str], None]


class Failure(Exception):
    """Refused or failed, and nothing changed. Reason and remedy in plain sentences."""

    def __init__(self, reason: str, remedy: str = "") -> None:
        super().__init__(reason)
        self.reason, self.remedy = reason, remedy


def tell(as_json: bool, data: dict[str, Any], *lines: str) -> None:
    """The answer: `data` for a script, `lines` for a person."""
    if as_json:
        print(json.dumps(data, ensure_ascii=False, indent=1, default=str))
    else:
        for line in lines:
            print(line)


def note(text: str) -> None:
    """A line on the way, for a person only."""
    print(text, file=sys.stderr, flush=True)


def refuse(failure: Failure, as_json: bool) -> NoReturn:
    """Says why not, and ends with 1."""
    if as_json:
        print(
            json.dumps(
                {"state": "failed", "reason": failure.reason, "remedy": failure.remedy}, ensure_ascii=False
            )
        )
    else:
        note(failure.reason)
        if failure.remedy:
            note(failure.remedy)
    raise typer.Exit(FAILED)


def plainly(command: Callable[P, Any]) -> Callable[P, None]:
    """Wraps a command: a user's mistake, a refusal or a missing database is a sentence, never a traceback."""

    @wraps(command)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> None:
        as_json = bool(kwargs.get("as_json"))
        try:
            command(*args, **kwargs)
        except Failure as failure:
            refuse(failure, as_json)
        except KeyboardInterrupt:
            note("Stopped.")
            raise typer.Exit(FAILED) from None
        except BrokenPipeError:
            raise typer.Exit(FAILED) from None
        except Exception as error:
            known = _known(error)
            if known is None:
                raise
            refuse(known, as_json)

    return wrapped


def _known(error: Exception) -> Failure | None:
    """Errors of the machine that a person can mend."""
    from django.core.exceptions import ImproperlyConfigured
    from django.db import Error as DatabaseError
    from django.db import OperationalError

    from cairn.exchange.intake.outcome import Refused

    if isinstance(error, Refused):
        return Failure(error.reason, error.remedy)
    if isinstance(error, OperationalError) and "locked" in str(error):
        return Failure(
            "Another command is writing to the database.", "Wait until it is done, then run this again."
        )
    if isinstance(error, OperationalError):
        first = str(error).strip().splitlines()[0]
        return Failure(
            f"The database cannot be reached: {first}", "Check DATABASE_URL, and that the server is running."
        )
    if isinstance(error, DatabaseError) and ("malformed" in str(error) or "not a database" in str(error)):
        return Failure("The database file is damaged.", "Restore the newest backup: cairn restore FILE")
    if isinstance(error, ImproperlyConfigured):
        return Failure(f"The settings are wrong: {error}", "docs/settings.md lists them.")
    if isinstance(error, (FileNotFoundError, IsADirectoryError, NotADirectoryError)):
        return Failure(f"There is no such file: {error.filename}")
    if isinstance(error, PermissionError):
        return Failure(f"This may not be read or written: {error.filename}")
    if isinstance(error, OSError) and error.errno == 28:  # no space left
        return Failure("The disk is full.", "Make room, then run this again.")
    return None


@contextmanager
def progress(as_json: bool) -> Iterator[Progress]:
    """A progress bar on a terminal; nothing elsewhere. Call it with (done, total, label); total 0: not known."""
    if as_json or not sys.stderr.isatty():
        yield lambda done, total, label: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, SpinnerColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bars

    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Bars(*columns, console=Console(stderr=True), transient=True) as bars:
        tasks: dict[str, Any] = {}

        def show(done: int, total: int, label: str) -> None:
            if label not in tasks:
                for other in tasks.values():
                    bars.update(other, visible=False)
                tasks[label] = bars.add_task(label, total=total or None)
            bars.update(tasks[label], completed=done, total=total or None, visible=True)

        yield show
