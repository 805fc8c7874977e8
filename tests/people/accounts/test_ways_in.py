"""Does an account come into being only by a good code, and end when it should?"""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from cairn.people.accounts.actions import (
    VALID_FOR,
    AccountRefused,
    activate,
    change_password,
    clear_sessions,
    create_admin,
    curtail_accounts,
    disable_account,
    enable_account,
    end_sessions,
    make_codes,
    reset_account,
    set_language,
    waiting_code,
)
from cairn.people.accounts.codes import ALPHABET, new_code
from cairn.people.accounts.doors import MOST, WINDOW, count_wrong, is_closed
from cairn.people.accounts.queries import suggested_username, username_is_free
from cairn.people.accounts.sessions import SessionStore
from cairn.people.accounts.signin import TRIES, AccountBackend, account_of
from cairn.people.models import Account, ActivationCode, Adult, DoorTry, Session, Student, Tie
from cairn.trail.models import Change

pytestmark = pytest.mark.django_db
GOOD = "three quiet rivers"


@pytest.fixture
def ana() -> Student:
    return Student.objects.create(given_name="Ana", family_name="Núñez Lee")


@pytest.fixture
def manager() -> Account:
    return create_admin(username="dana", password=GOOD, given_name="Dana", family_name="Reyes")


def sign_in(account: Account) -> str:
    store = SessionStore()
    store["_auth_user_id"] = str(account.pk)
    store.save()
    assert store.session_key
    return store.session_key


def test_a_code_is_readable_and_only_its_hash_is_kept(ana, manager):
    (made,) = make_codes([ana], by=manager)
    assert len(made.code) == 14
    assert set(made.code.replace("-", "")) <= set(ALPHABET)
    row = ActivationCode.objects.get()
    assert made.code not in (row.digest, *map(str, Change.objects.values_list("after", flat=True)))
    assert row.expires_at - row.made_at == VALID_FOR
    assert len({new_code() for _ in range(200)}) == 200


def test_a_code_makes_an_account_once(ana, manager):
    (made,) = make_codes([ana], by=manager)
    account = activate(code=made.code.lower().replace("-", " "), username="ana", password=GOOD, language="es")
    assert (account.student, account.language) == (ana, "es")
    assert AccountBackend().authenticate(None, username="ANA", password=GOOD) == account
    with pytest.raises(AccountRefused):
        activate(code=made.code, username="ana2", password=GOOD)
    assert Account.objects.filter(student=ana).count() == 1


def test_an_old_a_revoked_and_an_invented_code_open_nothing(ana, manager):
    (first,) = make_codes([ana], by=manager)
    (second,) = make_codes([ana], by=manager)
    assert waiting_code(first.code) is None
    ActivationCode.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    for code in (first.code, second.code, new_code(), ""):
        with pytest.raises(AccountRefused):
            activate(code=code, username="ana", password=GOOD)
    assert not Account.objects.filter(student=ana).exists()


def test_a_taken_name_is_refused_and_the_code_still_works(ana, manager):
    (made,) = make_codes([ana], by=manager)
    with pytest.raises(AccountRefused):
        activate(code=made.code, username="DANA", password=GOOD)
    assert not username_is_free("Dana")
    assert activate(code=made.code, username="ana", password=GOOD).username == "ana"


def test_two_people_with_one_code_in_one_transaction_get_one_account(ana, manager):
    (made,) = make_codes([ana], by=manager)
    with transaction.atomic():
        activate(code=made.code, username="ana", password=GOOD)
        with pytest.raises(AccountRefused):
            activate(code=made.code, username="eve", password="another good one")


def test_reset_signs_out_and_keeps_the_user_name(ana, manager):
    (made,) = make_codes([ana], by=manager)
    account = activate(code=made.code, username="ana", password=GOOD)
    sign_in(account)
    again = reset_account(account=account, by=manager)
    assert (again.username, Session.objects.count()) == ("ana", 0)
    assert AccountBackend().authenticate(None, username="ana", password=GOOD) is None
    same = activate(code=again.code, username="ignored", password="four loud mountains")
    assert (same.pk, same.username) == (account.pk, "ana")
    assert AccountBackend().authenticate(None, username="ana", password="four loud mountains") == same


def test_a_disabled_account_is_shut_also_to_codes_made_before(ana, manager):
    (made,) = make_codes([ana], by=manager)
    account = activate(code=made.code, username="ana", password=GOOD)
    (waiting,) = make_codes([ana], by=manager)
    sign_in(account)
    disable_account(account=account, by=manager)
    assert not Session.objects.exists()
    assert waiting_code(waiting.code) is None
    assert AccountBackend().authenticate(None, username="ana", password=GOOD) is None
    (later,) = make_codes([ana], by=manager)
    with pytest.raises(AccountRefused):
        activate(code=later.code, username="ana", password=GOOD)
    enable_account(account=account, by=manager)
    assert AccountBackend().authenticate(None, username="ana", password=GOOD) == account
    with pytest.raises(AccountRefused):
        disable_account(account=manager, by=manager)


@pytest.mark.parametrize("who", [Student, Adult])
def test_a_person_who_is_switched_off_neither_activates_nor_comes_in(manager, who):
    person = who.objects.create(given_name="Ana", family_name="Lee")
    (made,) = make_codes([person], by=manager)
    who.objects.filter(pk=person.pk).update(active=False)
    assert waiting_code(made.code) is None
    with pytest.raises(AccountRefused):
        activate(code=made.code, username="ana", password=GOOD)
    who.objects.filter(pk=person.pk).update(active=True)
    account = activate(code=made.code, username="ana", password=GOOD)
    door = AccountBackend()
    assert door.authenticate(None, username="ana", password=GOOD) == account
    assert door.get_user(account.pk) == account
    store = SessionStore()
    store["_auth_user_id"], store["_auth_user_hash"] = str(account.pk), account.get_session_auth_hash()
    store.save()
    assert account_of(SessionStore(store.session_key)) == account
    who.objects.filter(pk=person.pk).update(active=False)
    assert door.authenticate(None, username="ana", password=GOOD) is None
    assert door.get_user(account.pk) is None
    assert account_of(SessionStore(store.session_key)) is None


def test_whom_a_roster_switches_off_loses_account_browsers_and_codes_with_a_trail(ana, manager):
    (made,) = make_codes([ana], by=manager)
    account = activate(code=made.code, username="ana", password=GOOD)
    ben = Student.objects.create(given_name="Ben", family_name="Ode")
    codes = [make_codes([person], by=manager)[0] for person in (ana, ben)]
    sign_in(account)
    before = Change.objects.count()
    curtail_accounts(Student, [ana.pk, ben.pk], by=None, run=7)
    account.refresh_from_db()
    assert (account.is_active, Session.objects.count()) == (False, 0)
    assert [waiting_code(one.code) for one in codes] == [None, None]
    (change,) = Change.objects.order_by("pk")[before:]
    assert (change.action, change.object_id, change.student, change.run_id) == (
        "disable_account",
        account.pk,
        ana,
        7,
    )
    assert (change.before, change.after) == ({"value": True}, {"value": False})
    manager.refresh_from_db()
    assert manager.is_active
    curtail_accounts(Student, [ana.pk], by=None, run=8)  # already off: nothing to write
    assert Change.objects.count() == before + 1


def test_expired_sessions_are_forgotten_a_few_at_a_time(manager):
    now = timezone.now()
    Session.objects.bulk_create(
        Session(session_key=f"old{number}", session_data="", expire_date=now - timedelta(hours=number))
        for number in range(1, 6)
    )
    here = sign_in(manager)
    assert clear_sessions(most=2) == 2
    left = list(Session.objects.order_by("-expire_date").values_list("pk", flat=True))
    assert left == [here, "old1", "old2", "old3"]  # the oldest go first
    assert clear_sessions() == 3
    assert clear_sessions(most=2) == 0


def test_every_change_stands_in_the_trail_without_a_secret(ana, manager):
    (made,) = make_codes([ana], by=manager)
    account = activate(code=made.code, username="ana", password=GOOD)
    set_language(account=account, language="es")
    set_language(account=account, language="es")
    change_password(account=account, password="four loud mountains", session_key=None)
    reset_account(account=account, by=manager)
    disable_account(account=account, by=None)
    enable_account(account=account, by=manager)
    rows = list(Change.objects.order_by("pk").values_list("action", "actor", "student"))
    assert rows == [
        ("create_admin", None, None),
        ("make_code", manager.pk, ana.pk),
        ("activate_account", account.pk, ana.pk),
        ("set_language", account.pk, ana.pk),
        ("change_password", account.pk, ana.pk),
        ("reset_account", manager.pk, ana.pk),
        ("make_code", manager.pk, ana.pk),
        ("disable_account", None, ana.pk),
        ("enable_account", manager.pk, ana.pk),
    ]
    kept = str(list(Change.objects.values_list("before", "after")))
    assert all(secret not in kept for secret in (made.code, GOOD, "argon2"))


def test_after_eight_wrong_passwords_the_account_rests(manager):
    door = AccountBackend()
    for _ in range(TRIES):
        assert door.authenticate(None, username="dana", password="wrong") is None
    assert door.authenticate(None, username="dana", password=GOOD) is None
    Account.objects.update(locked_until=timezone.now() - timedelta(seconds=1))
    assert door.authenticate(None, username="dana", password=GOOD) == manager


def test_an_address_that_guesses_must_wait_and_others_need_not():
    for _ in range(MOST["activate"]):
        assert not is_closed("activate", "10.0.0.7")
        count_wrong("activate", "10.0.0.7")
    assert is_closed("activate", "10.0.0.7")
    assert not is_closed("activate", "10.0.0.8")
    assert not is_closed("signin", "10.0.0.7")
    assert "10.0.0.7" not in str(list(DoorTry.objects.values()))
    DoorTry.objects.update(begun_at=timezone.now() - WINDOW - timedelta(seconds=1))
    assert not is_closed("activate", "10.0.0.7")
    count_wrong("activate", "10.0.0.7")
    assert DoorTry.objects.get().count == 1


def test_signing_out_elsewhere_keeps_this_browser(manager):
    here, _there = sign_in(manager), sign_in(manager)
    assert end_sessions(manager, but=here) == 1
    assert [session.session_key for session in Session.objects.all()] == [here]


def test_user_names_are_suggested_from_the_roster_or_the_name(ana, manager):
    assert suggested_username(ana) == "ana.nunezlee"
    Account.objects.create(username="Ana.NunezLee", student=ana)
    twin = Student.objects.create(given_name="Ana", family_name="Núñez Lee", preferred_given_name="")
    assert suggested_username(twin) == "ana.nunezlee2"
    assert suggested_username(Adult(given_name="Bo", family_name="Li", username="bli")) == "bli"
    assert (
        suggested_username(Adult(given_name="Bo", family_name="Li", email="bo.li@aspen.example")) == "bo.li"
    )
    assert suggested_username(Adult(given_name="Bo", family_name="Li", username="dana")) == "bo.li"
    assert suggested_username(Adult(given_name="林", family_name="王")) == "person"


def test_an_admin_is_made_once_per_name(manager):
    assert Tie.objects.get(adult=manager.adult).kind == "administers"
    with pytest.raises(AccountRefused):
        create_admin(username="DANA", password=GOOD, given_name="D", family_name="R")
