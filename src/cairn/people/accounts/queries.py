"""What is known of the ways in? User names to suggest, where an account is signed in, whether there is anyone at all."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from cairn.people.accounts.models import Account, Session
from cairn.people.persons import Adult, Student

NAME_SIGNS = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class SignedIn:
    """One browser in which an account is signed in."""

    device: str
    since: datetime | None
    here: bool


def _plain(text: str) -> str:
    """Latin letters and digits only: Núñez becomes nunez."""
    letters = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return NAME_SIGNS.sub("", letters.lower())


def suggested_username(person: Student | Adult) -> str:
    """A free user name: the roster's own, the front of the mail address, or given.family with a number."""
    named = ".".join(
        filter(None, (_plain(person.called), _plain(person.preferred_family_name or person.family_name)))
    )
    wishes = (person.username.strip(), person.email.partition("@")[0].strip(), named or "person")
    for wish in wishes[:2]:
        if wish and not Account.objects.named(wish).exists():
            return wish
    base = wishes[2]
    taken = {
        name.lower()
        for name in Account.objects.filter(username__istartswith=base).values_list("username", flat=True)
    }
    number = 1
    while (wish := base if number == 1 else f"{base}{number}") in taken:
        number += 1
    return wish


def username_is_free(username: str) -> bool:
    """Can a new account take this name? Capitals make no difference."""
    return not Account.objects.named(username).exists()


def browsers_of(account: Account, *, session_key: str | None) -> list[SignedIn]:
    """Where the account is signed in, this browser first, then the latest."""
    found = []
    for session in Session.objects.filter(account=account, expire_date__gt=timezone.now()).order_by(
        "-expire_date"
    ):
        kept: dict[str, Any] = session.get_decoded()
        since = kept.get("signed_in_at")
        found.append(
            SignedIn(
                device=str(kept.get("device", "")),
                since=datetime.fromisoformat(since) if since else None,
                here=session.session_key == session_key,
            )
        )
    return sorted(found, key=lambda browser: not browser.here)


def accounts_for_command() -> QuerySet[Account]:
    """Every account, for whoever runs commands on the server."""
    return Account.objects.select_related("student", "adult").order_by("username")


def account_named(username: str) -> Account | None:
    """The account with this user name, for whoever runs commands on the server."""
    return accounts_for_command().filter(pk__in=Account.objects.named(username)).first()


def anyone() -> bool:
    """Is there any account yet?"""
    return Account.objects.exists()
