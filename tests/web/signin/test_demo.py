"""Is one click enough only where it may be: in a demo, from this very machine?"""

import pytest
from django.test import Client

from cairn.people.models import Account, Adult, DemoMark, SchoolEnrollment, Session, Student, Tie

pytestmark = pytest.mark.django_db


@pytest.fixture
def demo(okafor, school) -> None:
    """The mark, and someone of each role."""
    DemoMark.objects.create(size="school", seed=1)
    small = Student.objects.create(given_name="Kim", family_name="Lee")
    SchoolEnrollment.objects.create(student=small, school=school, grade_level="KG")
    Tie.objects.create(adult=okafor.adult, kind="parents", student=small)
    for name, kind in (("Ruth", "leads"), ("Dana", "manages_data")):
        adult = Adult.objects.create(given_name=name, family_name="Reyes")
        agency = school if kind == "leads" else type(school).objects.create(kind="district", name="Mesa")
        Tie.objects.create(adult=adult, kind=kind, agency=agency)


def test_a_demo_offers_someone_of_each_role_and_one_click_signs_in(browser, demo):
    page = browser.get("/signin").content.decode()
    for word in (
        "Ana Lee",
        "Kim Lee",
        "Chidi Okafor",
        "Ruth Reyes",
        "Dana Reyes",
        "Grade 7, Aspen",
        "Math 7, Aspen",
    ):
        assert word in page
    dana = Adult.objects.get(given_name="Dana")
    assert browser.post("/signin/demo", {"person": f"adult:{dana.public_id}"})["Location"] == "/"
    account = Account.objects.get(adult=dana)
    assert not account.has_usable_password()
    assert browser.get("/")["Location"] == "/data"
    assert "This is a demo" in browser.get("/signin").content.decode()  # to change persons
    assert browser.post("/signin/demo", {"person": f"adult:{dana.public_id}"}).status_code == 302
    assert Account.objects.filter(adult=dana).count() == 1


ELSEWHERE = {
    "another host's name": ({"host": "cairn.example"}, {}),
    "another machine": ({"host": "localhost"}, {"REMOTE_ADDR": "10.0.0.7"}),
    "a proxy on this machine": ({"host": "localhost", "x-forwarded-for": "10.0.0.7"}, {}),
    "a proxy that hides": ({"host": "localhost", "via": "1.1 proxy"}, {}),
}


@pytest.mark.parametrize("where", ELSEWHERE)
def test_from_elsewhere_a_demo_offers_nothing(demo, settings, where):
    settings.ALLOWED_HOSTS = ["cairn.example", "localhost"]
    headers, more = ELSEWHERE[where]
    outside = Client(headers=headers, **more)
    assert "This is a demo" not in outside.get("/signin").content.decode()
    key = f"adult:{Adult.objects.first().public_id}"
    answer = outside.post("/signin/demo", {"person": key})
    assert (answer.status_code, Session.objects.count()) == (404, 0)
    assert answer.content == outside.get("/no-such-page").content


def test_behind_a_served_name_a_demo_offers_nothing(demo, browser, settings):
    settings.HTTPS = True
    assert "This is a demo" not in browser.get("/signin").content.decode()
    assert (
        browser.post("/signin/demo", {"person": f"adult:{Adult.objects.first().public_id}"}).status_code
        == 404
    )


def test_without_the_mark_there_is_no_one_click(browser, okafor):
    assert "This is a demo" not in browser.get("/signin").content.decode()
    before = Account.objects.count()
    key = f"adult:{okafor.adult.public_id}"
    assert browser.post("/signin/demo", {"person": key}).status_code == 404
    assert (Account.objects.count(), Session.objects.count()) == (before, 0)


@pytest.mark.parametrize("key", ["", "adult:", "adult:nobody", "account:1", "student:1 OR 1=1"])
def test_an_unknown_person_is_not_there(browser, demo, key):
    assert browser.post("/signin/demo", {"person": key}).status_code == 404


def test_a_disabled_account_of_a_demo_stays_shut(browser, demo, okafor):
    Account.objects.filter(pk=okafor.pk).update(is_active=False)
    assert browser.post("/signin/demo", {"person": f"adult:{okafor.adult.public_id}"}).status_code == 404
