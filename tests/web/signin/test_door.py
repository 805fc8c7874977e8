"""Does the door open to the right people, and tell the others nothing?"""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from cairn.people.accounts.actions import disable_account, make_codes, reset_account
from cairn.people.accounts.doors import MOST, count_wrong
from cairn.people.accounts.sessions import SessionStore
from cairn.people.models import Account, Class, Session, Student, Tie
from tests.web.signin.conftest import GOOD

pytestmark = pytest.mark.django_db


def enter(browser: Client, username: str, password: str = GOOD, **more):
    return browser.post("/signin", {"username": username, "password": password, **more})


def test_a_student_signs_in_and_goes_where_they_wanted(browser, ana):
    assert browser.get("/me/log")["Location"] == "/signin?next=/me/log"
    assert enter(browser, "Ana", next="/me/log")["Location"] == "/me/log"
    assert Session.objects.get().account == ana
    assert browser.get("/")["Location"] == "/me"
    assert browser.get("/signin")["Location"] == "/"


@pytest.mark.parametrize(
    "elsewhere",
    ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "/\\evil.example", "evil"],
)
def test_signing_in_never_leads_away(browser, ana, elsewhere):
    assert enter(browser, "ana", next=elsewhere)["Location"] == "/"


def test_wrong_name_and_wrong_password_read_the_same(browser, ana):
    def said(username: str) -> str:
        answer = enter(browser, username, "wrong")
        assert answer.status_code == 422
        return answer.content.decode().replace(username, "").split("<main")[1].split("csrf")[0]

    assert said("ana") == said("nobody")
    disable_account(account=ana, by=None)
    assert said("ana") == said("nobody")


def test_too_many_tries_from_one_address_must_wait(browser, ana):
    for _ in range(MOST["signin"]):
        count_wrong("signin", "127.0.0.1")
    answer = enter(browser, "ana")
    assert (answer.status_code, Session.objects.count()) == (422, 0)
    assert "Wait 15 minutes" in answer.content.decode()


def test_signing_in_forgets_what_has_expired(browser, ana):
    old = timezone.now() - timedelta(seconds=1)
    Session.objects.create(session_key="old", session_data="", expire_date=old)
    enter(browser, "ana")
    assert [session.account for session in Session.objects.all()] == [ana]


def test_a_person_who_left_reads_the_same_as_nobody(browser, ana):
    Student.objects.filter(pk=ana.student_id).update(active=False)
    assert enter(browser, "ana").status_code == 422
    assert not Session.objects.filter(account=ana).exists()


def test_the_session_is_fresh_and_ends_on_the_server(browser, ana):
    browser.get("/signin")
    enter(browser, "ana")
    key = browser.cookies["cairn_session"].value
    browser.post("/signout")
    assert not Session.objects.filter(session_key=key).exists()
    browser.cookies["cairn_session"] = key
    assert browser.get("/me").status_code == 302


def test_a_reset_ends_the_session_at_once(browser, ana):
    enter(browser, "ana")
    store = SessionStore(browser.cookies["cairn_session"].value)
    store.load()
    reset_account(account=ana, by=None)
    assert browser.get("/settings").status_code == 302


def test_a_form_without_its_token_saves_nothing(ana):
    strict = Client(enforce_csrf_checks=True, headers={"host": "localhost"})
    answer = enter(strict, "ana")
    assert answer.status_code == 403
    assert "Nothing was saved" in answer.content.decode()


def test_each_role_has_its_home_and_can_switch(browser, okafor):
    enter(browser, "okafor")
    klass = Class.objects.get()
    assert browser.get("/")["Location"] == f"/classes/{klass.public_id}"
    browser.post("/role", {"role": "family"})
    assert browser.get("/")["Location"] == "/family"
    browser.post("/role", {"role": "principal"})
    assert browser.get("/")["Location"] == "/family"
    second = Class.objects.create(school=klass.school, title="Math 8")
    Tie.objects.create(adult=okafor.adult, kind="teaches", klass=second)
    browser.post("/role", {"role": "teacher"})
    assert browser.get("/")["Location"] == "/classes"


def test_whoever_is_linked_to_nothing_is_told_so(browser, okafor):
    Tie.objects.all().delete()
    enter(browser, "okafor")
    assert "Nothing is linked to you yet" in browser.get("/").content.decode()


def test_a_card_becomes_an_account_in_two_steps(browser, school):
    bo = Student.objects.create(given_name="Bo", family_name="Li")
    (made,) = make_codes([bo], by=None)
    first = browser.post("/activate", {"code": made.code.lower()}).content.decode()
    assert "Welcome, Bo Li" in first
    assert 'value="bo.li"' in first
    sent = {"code": made.code, "username": "bo.li", "password": GOOD, "again": GOOD}
    assert browser.post("/activate", {**sent, "again": "other"}).status_code == 422
    assert browser.post("/activate", {**sent, "password": "short", "again": "short"}).status_code == 422
    assert browser.post("/activate", {**sent, "username": "bo li"}).status_code == 422
    assert browser.post("/activate", sent)["Location"] == "/"
    assert browser.get("/")["Location"] == "/me"
    assert Account.objects.get(student=bo).username == "bo.li"
    assert browser.post("/activate", sent).status_code == 422


def test_a_wrong_code_is_counted_and_at_last_waits(browser, ana):
    answer = browser.post("/activate", {"code": "K7F2-9QXM-34HT"})
    assert "This code does not work" in answer.content.decode()
    for _ in range(MOST["activate"]):
        count_wrong("activate", "127.0.0.1")
    (made,) = make_codes([ana.student], by=None)
    assert "Wait 15 minutes" in browser.post("/activate", {"code": made.code}).content.decode()


def test_settings_change_language_keys_and_password(browser, ana, okafor):
    enter(browser, "okafor")
    page = browser.get("/settings").content.decode()
    assert "Chrome, ChromeOS" in page
    browser.post("/settings/language", {"language": "es"})
    assert browser.get("/settings").headers["Content-Language"] == "es"
    browser.post("/settings/language", {"language": "en"})
    browser.post("/settings/language", {"language": "xx"})
    browser.post("/settings/keys", {})
    okafor.refresh_from_db()
    assert (okafor.language, okafor.single_keys) == ("en", False)
    other = Client(headers={"host": "localhost"})
    enter(other, "okafor")
    assert "Sign out everywhere else" in browser.get("/settings").content.decode()
    wrong = {"current": "no", "password": "four loud mountains", "again": "four loud mountains"}
    assert browser.post("/settings/password", wrong).status_code == 422
    assert browser.post("/settings/password", {**wrong, "current": GOOD})["Location"] == "/settings"
    assert browser.get("/settings").status_code == 200
    assert other.get("/settings").status_code == 302
    enter(other, "okafor", "four loud mountains")
    browser.post("/settings/browsers")
    assert other.get("/settings").status_code == 302


def test_the_size_of_the_class_grid_is_remembered_and_leads_back_to_a_class_only(browser, okafor):
    enter(browser, "okafor")
    assert 'value="compact" checked' in browser.get("/settings").content.decode()
    back = "/classes/zzzzzzzzzz?sort=name"
    assert browser.post("/settings/density", {"density": "comfortable", "next": back})["Location"] == back
    for elsewhere in ("//evil.example/classes/", "https://evil.example", "/me", ""):
        sent = {"density": "wide", "next": elsewhere}
        assert browser.post("/settings/density", sent)["Location"] == "/settings"
    okafor.refresh_from_db()
    assert okafor.density == "comfortable"
    assert 'value="comfortable" checked' in browser.get("/settings").content.decode()


def test_the_language_of_the_one_who_signs_in_wins_over_the_one_before(browser, ana):
    browser.get("/signin?lang=es")
    assert browser.get("/signin").headers["Content-Language"] == "es"
    ana.language = "en"
    ana.save()
    enter(browser, "ana")
    assert browser.get("/settings").headers["Content-Language"] == "en"


@pytest.mark.parametrize("path", ["/signin", "/activate", "/settings", "/"])
def test_pages_speak_spanish_too(browser, ana, path):
    enter(browser, "ana")
    assert browser.get(f"{path}?lang=es", follow=True).headers["Content-Language"] == "es"


def test_the_session_its_account_and_the_person_come_in_one_query(browser, ana, django_assert_num_queries):
    enter(browser, "ana")
    browser.get("/settings")  # the bar is kept with the session from here on
    with django_assert_num_queries(2):  # the session with its account, and where the account is signed in
        browser.get("/settings")
