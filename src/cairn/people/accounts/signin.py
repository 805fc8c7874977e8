"""May this person come in? Passwords with lockout; the account of a session without a second query."""

from datetime import timedelta
from typing import Any

from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.backends import BaseBackend
from django.contrib.auth.hashers import make_password
from django.db.models import F
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from cairn.people.accounts.models import Account

BACKEND = "cairn.people.accounts.signin.AccountBackend"
TRIES = 8
LOCKED_FOR = timedelta(minutes=15)


class AccountBackend(BaseBackend):
    """User name and password; after `TRIES` wrong ones in a row the account rests for `LOCKED_FOR`."""

    def authenticate(
        self, request: HttpRequest | None, username: str = "", password: str = "", **_: Any
    ) -> Account | None:
        account = Account.objects.named(username.strip()[:200]).select_related("student", "adult").first()
        if account is None or not account.is_open:
            make_password(
                password
            )  # as slow as a real check, so that user names cannot be found by the clock
            return None
        now = timezone.now()
        if account.locked_until and account.locked_until > now:
            make_password(password)
            return None
        if account.check_password(password):
            if account.failed_count or account.locked_until:
                Account.objects.filter(pk=account.pk).update(failed_count=0, locked_until=None)
            return account
        # Counted in the database, so that tries in parallel count too.
        Account.objects.filter(pk=account.pk).update(failed_count=F("failed_count") + 1)
        Account.objects.filter(pk=account.pk, failed_count__gte=TRIES).update(
            failed_count=0, locked_until=now + LOCKED_FOR
        )
        return None

    def get_user(self, user_id: int) -> Account | None:
        account = Account.objects.select_related("student", "adult").filter(pk=user_id).first()
        return account if account is not None and account.is_open else None


def account_of(session: Any) -> Account | None:
    """The account that this session is signed in as, or None. A changed password, a disabled account or person ends it."""
    if SESSION_KEY not in session:
        return None
    account: Account | None = session.account or AccountBackend().get_user(int(session[SESSION_KEY]))
    if account is None or not account.is_open or account.pk != int(session[SESSION_KEY]):
        return None
    if not constant_time_compare(session.get(HASH_SESSION_KEY, ""), account.get_session_auth_hash()):
        session.flush()
        return None
    return account
