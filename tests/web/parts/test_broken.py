"""Does a request that no page of ours makes get a plain answer, and a busy database a sentence, never a fault?"""

import sqlite3
from contextlib import closing

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.urls import Resolver404, resolve

from cairn.learning import sql
from cairn.people.accounts import sessions
from cairn.trail.models import Look, new_public_id
from cairn.web.parts import opening
from tests.web.parts.record import build_family, client_of

WORDS = "Cairn is taking in a large file. Try again in a moment. Nothing is lost."


@pytest.fixture
def father(db):
    family = build_family()
    browser = client_of(family.father)
    browser.child = f"/family/{family.ana.public_id}"
    return browser


@pytest.mark.parametrize(
    "path",
    [
        "/classes/%00",
        "/students/%00",
        "/family/%00",
        "/classes/%00/live",
        "/students/%ed%a0%80",
        "/family/%ff",
        "/setup/people/%00/zzzzzzzzzz/reset",
        "/find?q=a%00",
        "/find?%00=a",
        "/find?q=%ed%a0%80",
        "/words?lang=%00",
    ],
)
def test_what_is_no_text_in_an_address_is_nothing_here(father, path):
    answer, nowhere = father.get(path), father.get("/nothing-here")
    assert (answer.status_code, answer.content) == (404, nowhere.content)
    assert sorted(answer.headers.items()) == sorted(nowhere.headers.items())


def test_an_id_in_an_address_is_ten_signs_of_our_alphabet():
    assert resolve(f"/classes/{new_public_id()}").url_name == "class_grid"
    for other in ("abc", "ABCDEFGHJK", "abcdefghjk2", "abcdefghil", "abcde ghjk", "abcdefghj\n"):
        with pytest.raises(Resolver404):
            resolve(f"/classes/{other}")


@pytest.mark.django_db
def test_what_is_no_text_in_a_form_is_refused_plainly():
    for data in ({"username": "a\0", "password": "b"}, {"a\0": "b"}):
        answer = Client().post("/signin", data)
        assert answer.status_code == 400
        assert b"Nothing was saved" in answer.content


@pytest.mark.parametrize("key", ['"\\000aaaaaaaa"', "é" * 10, "a" * 9 + "'", "short"])
def test_a_cookie_that_we_never_gave_opens_nothing(father, key):
    father.cookies.clear()
    answer = father.get("/family", headers={"cookie": f"cairn_session={key}"})
    assert answer["Location"].startswith("/signin")


def test_a_session_of_ours_has_a_key_that_we_take(father):
    store = sessions.SessionStore(father.cookies["cairn_session"].value)
    assert store.session_key
    assert father.get("/family").status_code == 200


# --- A busy database ---


def answer_of_busy(answer) -> str:
    assert answer.status_code == 503
    assert answer["Retry-After"] == "10"
    assert "no-store" in answer["Cache-Control"]
    return " ".join(answer.content.decode().split())


def test_a_page_that_cannot_write_its_look_says_wait(father, monkeypatch):
    def locked(**_):
        raise OperationalError("database is locked")

    monkeypatch.setattr(opening, "record_look", locked)
    page = answer_of_busy(father.get(father.child))
    assert WORDS in page
    assert "<h1>Please wait a moment</h1>" in page
    assert answer_of_busy(father.get(father.child, headers={"HX-Request": "true"})) == WORDS


def test_another_fault_of_the_database_is_still_a_fault(father, monkeypatch):
    def broken(**_):
        raise OperationalError("disk I/O error")

    monkeypatch.setattr(opening, "record_look", broken)
    father.raise_request_exception = False
    assert father.get(father.child).status_code == 500


def test_an_answer_that_cannot_keep_its_session_says_wait_in_its_language(father, monkeypatch):
    def locked(self, must_create=False):
        raise OperationalError("database is locked")

    monkeypatch.setattr(sessions.SessionStore, "save", locked)
    father.raise_request_exception = False
    page = answer_of_busy(father.get("/words?lang=es"))
    assert '<html lang="es"' in page


@pytest.mark.django_db(transaction=True)
def test_while_an_import_holds_the_file_pages_say_wait(monkeypatch):
    if connection.vendor != "sqlite":
        pytest.skip("only SQLite has one writer at a time")
    family = build_family()
    browser, teacher = client_of(family.father), client_of(family.school.teacher)
    child, scores = f"/family/{family.ana.public_id}", f"/classes/{family.school.klass.public_id}/scores"
    for path in (child, "/words"):
        browser.get(path)
    monkeypatch.setattr(sql, "PATIENCE", 0.05)
    connection.cursor().execute("PRAGMA busy_timeout = 50")
    entry = {
        "key": "00000000-0000-0000-0000-000000000001",
        "student": family.ana.public_id,
        "target": family.target(3),
        "value": "3",
    }
    with closing(sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)) as importing:
        importing.execute("BEGIN IMMEDIATE")
        assert WORDS in answer_of_busy(browser.get(child))
        assert browser.get("/words").status_code == 200  # reading goes on
        sent = teacher.post(scores, {"entries": [entry]}, content_type="application/json")
        assert answer_of_busy(sent) == WORDS
        importing.execute("ROLLBACK")
    looks = Look.objects.count()
    assert browser.get(child).status_code == 200
    assert Look.objects.count() == looks + 1
    sent = teacher.post(scores, {"entries": [entry]}, content_type="application/json")
    assert sent.json()["saved"] == [entry["key"]]
