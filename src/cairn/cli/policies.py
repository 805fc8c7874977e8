"""How does whoever runs the server apply published rules? `cairn policy ...`; a data manager publishes at /setup/policies."""

import typer

from cairn.cli.ready import ready
from cairn.cli.say import Json, plainly, progress, tell

app = typer.Typer(
    no_args_is_help=True, help="The rules by which evidence becomes a level: what waits, apply."
)


@app.command("pending")
@plainly
def pending(as_json: Json = False) -> None:
    """How many levels stand under another rule than the one in force. Changes nothing."""
    ready()
    from cairn.learning.mastery.migrating import pending_cells

    waiting = sum(pending_cells().values())
    remedy = " Run: cairn policy apply" if waiting else ""
    tell(as_json, {"pending": waiting}, f"{waiting:,} levels stand under an earlier rule.{remedy}")


@app.command("apply")
@plainly
def apply(as_json: Json = False) -> None:
    """Bring every level to the rules in force and keep each change, before and after."""
    ready()
    from cairn.learning.mastery.migrating import apply_policies

    with progress(as_json) as show:
        run, _done = apply_policies(by=None, progress=lambda now, total: show(now, total, "Students"))
    tell(
        as_json,
        {"state": "done", "run": run.pk, "cells": run.cells, "changed": run.changed},
        f"{run.changed:,} of {run.cells:,} levels changed. Each is kept, before and after, as run {run.pk}.",
    )
