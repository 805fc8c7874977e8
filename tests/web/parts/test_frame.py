"""Is every request framed alike: who asks, what they may not see, which headers, what goes wrong?"""

import logging
import re

import pytest
from django.test import Client
from django.urls import path

from cairn.people.models import Student
from cairn.project.urls import urlpatterns as real
from cairn.trail.models import Look
from cairn.web.parts import errors
from tests.web.parts.record import build_family

pytestmark = pytest.mark.django_db


@pytest.fixture
def family():
    return build_family()


def browser_of(account) -> Client:
    browser = Client(headers={"host": "localhost"})
    browser.force_login(account)
    return browser


def test_absent_forbidden_and_unknown_are_the_same_bytes(family):
    stranger = Student.objects.create(given_name="Eve", family_name="Hart")
    browser = browser_of(family.father)
    answers = [
        browser.get(f"/family/{stranger.public_id}"),  # there, and not his
        browser.get("/family/zzzzzzzzzz"),  # not there
        browser.get("/classes/zzzzzzzzzz"),
        browser.get("/no/such/page"),
        browser.get("/me"),  # not a student
    ]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1
    assert len({tuple(sorted(answer.headers.items())) for answer in answers}) == 1
    assert b"Eve" not in answers[0].content
    assert not Look.objects.exists()


def test_whoever_is_not_signed_in_is_led_to_the_door_and_a_fragment_too():
    nobody = Client(headers={"host": "localhost"})
    assert (
        nobody.get("/family/abcabcabca?as_of=2026-10-01")["Location"]
        == "/signin?next=/family/abcabcabca%3Fas_of%3D2026-10-01"
    )
    fragment = nobody.get("/me", headers={"HX-Request": "true"})
    assert (fragment.status_code, fragment["HX-Redirect"]) == (401, "/signin")


def test_a_page_with_a_record_is_kept_by_no_browser_and_shuts_everything_else_off(family):
    answer = browser_of(family.ana_account).get("/me")
    assert answer["Cache-Control"] == "private, no-store"
    assert "HX-Request" in answer["Vary"]
    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "camera=()" in answer["Permissions-Policy"]
    assert (answer["X-Frame-Options"], answer["X-Content-Type-Options"]) == ("DENY", "nosniff")
    assert answer["Referrer-Policy"] == "same-origin"


def test_opening_a_page_is_one_look_and_a_fragment_none(family):
    browser = browser_of(family.father)
    browser.get(f"/family/{family.ana.public_id}")
    look = Look.objects.get()
    assert (look.viewer, look.student, look.students) == (family.father, family.ana, [family.ana.pk])
    assert look.because["tie"] == "parents"
    browser.get(f"/family/{family.ana.public_id}", headers={"HX-Request": "true"})
    assert Look.objects.count() == 1


@pytest.mark.parametrize("asked", ["?lang=es", "cookie", "browser"])
def test_the_language_is_found_in_the_address_the_cookie_or_the_browser(asked):
    browser = Client(headers={"host": "localhost"})
    if asked == "cookie":
        browser.get("/words?lang=es")
        answer = browser.get("/words")
    elif asked == "browser":
        answer = browser.get("/words", headers={"Accept-Language": "es-MX,es;q=0.9"})
    else:
        answer = browser.get("/words?lang=es")
    assert answer["Content-Language"] == "es"
    assert b'<html lang="es"' in answer.content


def test_an_unknown_language_is_passed_over():
    assert Client(headers={"host": "localhost"}).get("/words?lang=xx")["Content-Language"] == "en"


def test_a_request_that_is_too_big_is_refused_plainly():
    browser = Client(headers={"host": "localhost"})
    for data in ({"username": "x" * 6_000_000}, {f"field{number}": "1" for number in range(2_100)}):
        answer = browser.post("/signin", data)
        assert answer.status_code == 400
        assert b"Nothing was saved" in answer.content


def test_another_hosts_name_is_refused():
    assert Client(headers={"host": "evil.example"}).get("/signin").status_code == 400


def break_down(request):
    raise ZeroDivisionError("a fault of ours")


urlpatterns = [*real, path("broken", break_down)]
handler400, handler404, handler500 = errors.bad_request, errors.page_not_found, errors.server_error


@pytest.mark.urls(__name__)
def test_a_fault_of_ours_has_a_reference_that_the_log_knows(caplog):
    with caplog.at_level(logging.ERROR):
        answer = Client(headers={"host": "localhost"}, raise_request_exception=False).get("/broken")
    assert answer.status_code == 500
    reference = re.search(r"Reference ([0-9A-Z]{4})\.", answer.content.decode())
    assert reference
    assert f"Reference {reference[1]}" in caplog.text
    assert "ZeroDivisionError" not in answer.content.decode()
