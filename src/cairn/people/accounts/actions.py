"""Who may come in, by which secret? Accounts made, activated, reset, disabled; what people set for themselves.

Callers ask first whether `by` may do it (`access/accounts.py`); `by` None is the command line. Every change leaves a trail;
no secret ever stands in it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cairn.people.accounts.codes import digest_of, new_code
from cairn.people.accounts.models import Account, ActivationCode, Session
from cairn.people.persons import Adult, Student
from cairn.people.ties import Tie
from cairn.trail.actions import record_change, record_changes

VALID_FOR = timedelta(days=14)
Person = Student | Adult


class AccountRefused(Exception):
    """It was not done, and `reason` says why in a plain sentence."""

    def __init__(self, reason: object) -> None:
        super().__init__(str(reason))

    @property
    def reason(self) -> str:
        return str(self.args[0])


@dataclass(frozen=True, slots=True)
class NewCode:
    """A code in clear: seen once, by whoever made it."""

    person: Person
    code: str
    username: str  # of the account that it opens again; empty: it makes a new one


def _whose(person: Person) -> dict[str, int]:
    return {"student_id": person.pk} if isinstance(person, Student) else {"adult_id": person.pk}


def _trail(
    account: Account, action: str, by: Account | None, *, before: object = None, after: object = None
) -> None:
    record_change(
        action=action,
        entity="account",
        object_id=account.pk,
        before=None if before is None else {"value": before},
        after=None if after is None else {"value": after},
        by=by.pk if by else None,
        student=account.student_id,
    )


@transaction.atomic
def create_admin(
    *, username: str, password: str, given_name: str, family_name: str, by: Account | None = None
) -> Account:
    """The first way in: an adult who administers the whole installation. Raises AccountRefused."""
    if Account.objects.named(username).exists():
        raise AccountRefused(_("There is already an account with this user name."))
    adult = Adult.objects.create(given_name=given_name, family_name=family_name)
    Tie.objects.create(adult=adult, kind="administers")
    account = Account(username=username, adult=adult)
    account.set_password(password)
    account.save()
    _trail(account, "create_admin", by, after=username)
    return account


@transaction.atomic
def make_codes(people: Sequence[Person], *, by: Account | None) -> list[NewCode]:
    """A fresh single-use code for each; earlier unused codes of the same people stop working."""
    now = timezone.now()
    names = _usernames(people)
    made = [NewCode(person, new_code(), names.get((type(person), person.pk), "")) for person in people]
    _revoke(people)
    rows = ActivationCode.objects.bulk_create(
        [
            ActivationCode(
                digest=digest_of(new.code),
                made_at=now,
                made_by=by,
                expires_at=now + VALID_FOR,
                **_whose(new.person),
            )
            for new in made
        ],
        batch_size=500,
    )
    record_changes(
        (
            {
                "action": "make_code",
                "entity": "activation_code",
                "object_id": row.pk,
                "before": None,
                "after": {"expires_at": row.expires_at.isoformat(), "adult": row.adult_id},
                "student_id": row.student_id,
            }
            for row in rows
        ),
        by=by.pk if by else None,
    )
    return made


def _chunks(ids: Sequence[int]) -> list[Sequence[int]]:
    return [ids[at : at + 500] for at in range(0, len(ids), 500)]


def _split(people: Sequence[Person]) -> list[tuple[str, list[int]]]:
    return [
        ("student", [person.pk for person in people if isinstance(person, Student)]),
        ("adult", [person.pk for person in people if isinstance(person, Adult)]),
    ]


def _usernames(people: Sequence[Person]) -> dict[tuple[type, int], str]:
    found: dict[tuple[type, int], str] = {}
    for column, ids in _split(people):
        kind = Student if column == "student" else Adult
        for part in _chunks(ids):
            rows = Account.objects.filter(**{f"{column}__in": part}).values_list(column, "username")
            found.update({(kind, pk): name for pk, name in rows})
    return found


def _revoke(people: Sequence[Person]) -> None:
    for column, ids in _split(people):
        for part in _chunks(ids):
            _revoke_of(column, part)


def _revoke_of(column: str, ids: Sequence[int]) -> None:
    waiting = ActivationCode.objects.filter(used_at__isnull=True, revoked_at__isnull=True)
    waiting.filter(**{f"{column}__in": ids}).update(revoked_at=timezone.now())


def waiting_code(code: str) -> ActivationCode | None:
    """The row of a code that still opens something, with its person, who is still in the rolls."""
    return (
        ActivationCode.objects.filter(
            Q(student__active=True) | Q(adult__active=True),
            digest=digest_of(code),
            used_at__isnull=True,
            revoked_at__isnull=True,
            expires_at__gt=timezone.now(),
        )
        .select_related("student", "adult")
        .first()
    )


def account_of_person(person: Person) -> Account | None:
    """The way in that this person has already."""
    rows = Account.objects.select_related("student", "adult")
    if isinstance(person, Student):
        return rows.filter(student=person).first()
    return rows.filter(adult=person).first()


@transaction.atomic
def activate(*, code: str, username: str, password: str, language: str = "") -> Account:
    """A code becomes an account, or opens an account that was reset; then the code is used up. Raises AccountRefused.

    The account keeps its user name when it has one already.
    """
    row = ActivationCode.objects.select_for_update().filter(digest=digest_of(code)).first()
    waiting = waiting_code(code)
    if row is None or waiting is None:
        raise AccountRefused(
            _("This code does not work. It may be used already, or too old. Ask for a new one.")
        )
    person: Person = waiting.student or waiting.adult  # type: ignore[assignment]
    account = account_of_person(person)
    before = account.username if account else None
    if account is not None and not account.is_active:
        raise AccountRefused(_("This account is switched off. Ask the school office."))
    if account is None:
        if Account.objects.named(username).exists():
            raise AccountRefused(_("Someone else has this user name. Choose another one."))
        account = Account(username=username, **_whose(person))
    account.failed_count, account.locked_until = 0, None
    account.language = language or account.language
    account.set_password(password)
    try:
        with transaction.atomic():
            account.save()
    except IntegrityError:  # two people took one name in the same moment
        raise AccountRefused(_("Someone else has this user name. Choose another one.")) from None
    row.used_at = timezone.now()
    row.save(update_fields=["used_at"])
    _trail(account, "activate_account", account, before=before, after=account.username)
    return account


@transaction.atomic
def reset_account(*, account: Account, by: Account | None) -> NewCode:
    """The password stops working, every browser is signed out, and a fresh code opens the account again."""
    end_sessions(account)
    account.set_unusable_password()
    account.failed_count, account.locked_until = 0, None
    account.save(update_fields=["password", "failed_count", "locked_until"])
    _trail(account, "reset_account", by)
    person: Person = account.student or account.adult  # type: ignore[assignment]
    return make_codes([person], by=by)[0]


@transaction.atomic
def disable_account(*, account: Account, by: Account | None) -> Account:
    """Nobody gets in here until it is enabled again; every browser is signed out; waiting codes stop working."""
    if by is not None and by.pk == account.pk:
        raise AccountRefused(_("You cannot switch off your own account."))
    person: Person = account.student or account.adult  # type: ignore[assignment]
    end_sessions(account)
    _revoke([person])
    _switch(account, False, by)
    return account


@transaction.atomic
def enable_account(*, account: Account, by: Account | None) -> Account:
    """The same password opens it again."""
    Account.objects.filter(pk=account.pk).update(failed_count=0, locked_until=None)
    _switch(account, True, by)
    return account


@transaction.atomic
def curtail_accounts(
    who: type[Student] | type[Adult], ids: Sequence[int], *, by: int | None, run: int | None
) -> None:
    """The same for many people (ids) whom a roster has switched off; also for those who have only a code as yet."""
    column = "student" if who is Student else "adult"
    for part in _chunks(ids):
        on = Account.objects.filter(is_active=True, **{f"{column}__in": part})
        accounts = dict(on.values_list("pk", "student_id"))
        Session.objects.filter(account__in=list(accounts)).delete()
        Account.objects.filter(pk__in=list(accounts)).update(is_active=False)
        _revoke_of(column, part)
        record_changes(
            (
                {
                    "action": "disable_account",
                    "entity": "account",
                    "object_id": pk,
                    "before": {"value": True},
                    "after": {"value": False},
                    "student_id": student,
                }
                for pk, student in accounts.items()
            ),
            by=by,
            run=run,
        )


def _switch(account: Account, active: bool, by: Account | None) -> None:
    before = account.is_active
    account.is_active = active
    account.save(update_fields=["is_active"])
    if before != active:
        _trail(account, "enable_account" if active else "disable_account", by, before=before, after=active)


def end_sessions(account: Account, *, but: str | None = None) -> int:
    """Signs every browser out, except the one with the session key `but`. Answers how many."""
    sessions = Session.objects.filter(account=account)
    if but:
        sessions = sessions.exclude(session_key=but)
    return sessions.delete()[0]


@transaction.atomic
def clear_sessions(*, most: int | None = None) -> int:
    """Forgets sessions that have expired, at most so many of them. Answers how many."""
    expired = Session.objects.filter(expire_date__lte=timezone.now())
    if most is not None:  # whoever else is clearing takes others
        keys = (
            expired.select_for_update(skip_locked=True).order_by("expire_date").values_list("pk", flat=True)
        )
        expired = Session.objects.filter(pk__in=list(keys[:most]))
    return expired.delete()[0]


@transaction.atomic
def change_password(*, account: Account, password: str, session_key: str | None) -> Account:
    """A new password; every other browser is signed out."""
    account.set_password(password)
    account.save(update_fields=["password"])
    end_sessions(account, but=session_key)
    _trail(account, "change_password", account)
    return account


def set_language(*, account: Account, language: str) -> Account:
    """The language of every page for this account; empty: as the browser asks."""
    return _set(account, "language", language)


def set_single_keys(*, account: Account, on: bool) -> Account:
    """Single-letter keys on or off (WCAG 2.1.4)."""
    return _set(account, "single_keys", on)


def set_density(*, account: Account, density: str) -> Account:
    """How large the cells of the class grid are: compact, comfortable. The caller knows that it is one of them."""
    return _set(account, "density", density)


def choose_role(*, account: Account, role: str) -> Account:
    """The role whose home opens first. The caller knows that the person has it."""
    return _set(account, "role", role)


@transaction.atomic
def _set(account: Account, column: str, value: str | bool) -> Account:
    before = getattr(account, column)
    if before != value:
        setattr(account, column, value)
        account.save(update_fields=[column])
        _trail(account, f"set_{column}", account, before=before, after=value)
    return account
