"""How does whoever runs the server look after accounts? `cairn user ...`; everyone else does it at /setup/people."""

import sys
from typing import Annotated, Any

import typer

from cairn.cli.ready import ready
from cairn.cli.say import Failure, Json, plainly, tell

app = typer.Typer(no_args_is_help=True, help="Accounts: make the first one, list, disable, enable, reset.")
Name = Annotated[str, typer.Argument(metavar="USERNAME", help="The user name.")]


def _password(from_stdin: bool) -> str:
    """Asked twice on a terminal without showing it; or the first line of standard input."""
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    if not sys.stdin.isatty():
        raise Failure(
            "There is nobody to ask for a password.", "Pass --password-stdin and send it as one line."
        )
    return str(typer.prompt("Password", hide_input=True, confirmation_prompt=True))


def _check(password: str, username: str) -> None:
    from types import SimpleNamespace

    from django.contrib.auth.password_validation import validate_password
    from django.core.exceptions import ValidationError

    try:
        validate_password(password, SimpleNamespace(username=username))  # type: ignore[arg-type]
    except ValidationError as problem:
        raise Failure(" ".join(problem.messages)) from None


@app.command("create-admin")
@plainly
def create_admin(
    username: Annotated[str, typer.Option(prompt="User name", help="The name to sign in with.")],
    given_name: Annotated[str, typer.Option(prompt="Given name", help="As pages and the log show it.")],
    family_name: Annotated[str, typer.Option(prompt="Family name", help="As pages and the log show it.")],
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help="Read the password from standard input.")
    ] = False,
    as_json: Json = False,
) -> None:
    """The first account: it administers the whole installation and hands out all others."""
    ready()
    from cairn.people.accounts.actions import AccountRefused
    from cairn.people.accounts.actions import create_admin as make
    from cairn.people.accounts.queries import username_is_free

    username = username.strip()
    if not username or not username_is_free(username):
        raise Failure(
            "There is already an account with this user name." if username else "The user name is empty."
        )
    password = _password(password_stdin)
    _check(password, username)
    try:
        make(
            username=username,
            password=password,
            given_name=given_name.strip(),
            family_name=family_name.strip(),
        )
    except AccountRefused as refused:
        raise Failure(refused.reason) from None
    tell(
        as_json, {"state": "done", "username": username}, f"Made the account {username}. Sign in at /signin."
    )


@app.command("list")
@plainly
def list_accounts(as_json: Json = False) -> None:
    """Every account: user name, person, whether it is switched on."""
    ready()
    from cairn.people.accounts.queries import accounts_for_command

    rows = [
        {
            "username": account.username,
            "name": account.person.name,  # type: ignore[attr-defined]
            "kind": "student" if account.student_id else "adult",
            "active": account.is_active,
            "last_login": account.last_login,
        }
        for account in accounts_for_command().iterator(500)
    ]
    width = max((len(row["username"]) for row in rows), default=0)
    lines = [
        f"{row['username']:<{width}}  {row['name']} ({row['kind']}){'' if row['active'] else ', switched off'}"
        for row in rows
    ]
    tell(
        as_json,
        {"state": "done", "accounts": rows},
        *(lines or ["There is no account yet: cairn user create-admin"]),
    )


def _account(username: str) -> Any:
    ready()
    from cairn.people.accounts.queries import account_named

    account = account_named(username)
    if account is None:
        raise Failure(
            f"There is no account with the user name {username}.", "cairn user list shows them all."
        )
    return account


@app.command("disable")
@plainly
def disable(username: Name, as_json: Json = False) -> None:
    """Nobody gets in with this account until it is enabled; every browser is signed out."""
    account = _account(username)
    from cairn.people.accounts.actions import disable_account

    disable_account(account=account, by=None)
    tell(as_json, {"state": "done", "username": account.username}, f"{account.username} is switched off.")


@app.command("enable")
@plainly
def enable(username: Name, as_json: Json = False) -> None:
    """The account works again, with the same password."""
    account = _account(username)
    from cairn.people.accounts.actions import enable_account

    enable_account(account=account, by=None)
    tell(as_json, {"state": "done", "username": account.username}, f"{account.username} is switched on.")


@app.command("reset")
@plainly
def reset(username: Name, as_json: Json = False) -> None:
    """The password stops working; a single-use code opens the account again at /activate."""
    account = _account(username)
    from cairn.people.accounts.actions import VALID_FOR, reset_account

    made = reset_account(account=account, by=None)
    data = {"state": "done", "username": account.username, "code": made.code, "days": VALID_FOR.days}
    tell(
        as_json,
        data,
        f"Code for {account.username}: {made.code} (works once, {VALID_FOR.days} days, at /activate)",
    )
