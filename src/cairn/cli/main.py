"""Which commands are there? Put together here; Django is loaded only by the command that needs it."""

import typer

from cairn.cli import demo, exports, imports, policies, recomputing, serve, upkeep, users

app = typer.Typer(
    name="cairn",
    help="Cairn: one learner record for personalized, competency-based schools. Settings: docs/settings.md.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command("demo")(demo.demo)
app.command("serve")(serve.serve)
app.add_typer(imports.app, name="import")
app.add_typer(exports.app, name="export")
app.command("recompute")(recomputing.recompute)
app.add_typer(recomputing.app, name="snapshot")
app.add_typer(policies.app, name="policy")
app.command("check")(upkeep.check)
app.command("upgrade")(upkeep.upgrade)
app.command("backup")(upkeep.backup)
app.command("restore")(upkeep.restore)
app.add_typer(users.app, name="user")


def run() -> None:
    """The `cairn` command."""
    app()
