"""Can a data manager give everyone of their own schools a way in, and nobody else's?"""

import csv
import io

import pytest
from django.test import Client

from cairn.people.accounts.actions import disable_account, waiting_code
from cairn.people.models import (
    Account,
    ActivationCode,
    Adult,
    Agency,
    AgencyAncestor,
    Class,
    ClassEnrollment,
    SchoolEnrollment,
    Student,
    Tie,
)

pytestmark = pytest.mark.django_db


class District:
    """Two schools; Dana looks after the data of Aspen, Mo of the district. Bo and Cy are at Aspen, Di is at Birch."""

    def __init__(self) -> None:
        self.district = Agency.objects.create(kind="district", name="Mesa")
        self.aspen, self.birch = (
            Agency.objects.create(kind="school", name=name, parent=self.district)
            for name in ("Aspen", "Birch")
        )
        for agency in (self.district, self.aspen, self.birch):
            AgencyAncestor.objects.create(agency=agency, ancestor=agency)
        for school in (self.aspen, self.birch):
            AgencyAncestor.objects.create(agency=school, ancestor=self.district)
        self.klass = Class.objects.create(school=self.aspen, title="Homeroom 7", kind="homeroom")
        self.bo, self.cy, self.di = (
            self.student(name, school)
            for name, school in (("Bo", self.aspen), ("Cy", self.aspen), ("Di", self.birch))
        )
        ClassEnrollment.objects.create(student=self.bo, klass=self.klass)
        self.teacher = self.adult("Tess", kind="teaches", klass=self.klass)
        self.mother = self.adult("Mona", kind="parents", student=self.bo)
        self.dana = self.account("dana", self.adult("Dana", kind="manages_data", agency=self.aspen))
        self.mo = self.account("mo", self.adult("Mo", kind="manages_data", agency=self.district))

    def student(self, name: str, school: Agency) -> Student:
        student = Student.objects.create(given_name=name, family_name="Lee", home_language="es-MX")
        SchoolEnrollment.objects.create(student=student, school=school)
        return student

    def adult(self, name: str, **tie: object) -> Adult:
        adult = Adult.objects.create(given_name=name, family_name="Reyes")
        Tie.objects.create(adult=adult, **tie)
        return adult

    def account(self, username: str, adult: Adult) -> Account:
        return Account.objects.create(username=username, adult=adult, password="!")


@pytest.fixture
def mesa() -> District:
    return District()


def browser_of(account: Account) -> Client:
    browser = Client(headers={"host": "localhost"})
    browser.force_login(account)
    return browser


def codes_of(answer) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


def test_the_list_holds_the_people_of_the_viewers_schools_only(mesa):
    page = browser_of(mesa.dana).get("/setup/people").content.decode()
    assert all(name in page for name in ("Bo Lee", "Cy Lee", "Homeroom 7", "No account"))
    assert "Di Lee" not in page
    assert "Di Lee" in browser_of(mesa.mo).get("/setup/people").content.decode()
    staff = browser_of(mesa.dana).get("/setup/people?group=staff").content.decode()
    assert all(name in staff for name in ("Tess Reyes", "Dana Reyes"))
    families = browser_of(mesa.dana).get("/setup/people?group=families").content.decode()
    assert "Mona Reyes" in families


def test_class_state_and_words_narrow_the_list(mesa):
    browser = browser_of(mesa.dana)
    inside = browser.get(f"/setup/people?class={mesa.klass.public_id}").content.decode()
    assert "Bo Lee" in inside
    assert "Cy Lee" not in inside
    assert "Cy Lee" in browser.get("/setup/people?q=cy+le").content.decode()
    assert "No one matches" in browser.get("/setup/people?q=zz").content.decode()
    assert "No one matches" in browser.get("/setup/people?state=active").content.decode()


@pytest.mark.parametrize("who", ["teacher", "mother"])
def test_nobody_else_finds_the_page(mesa, who):
    browser = browser_of(mesa.account(who, getattr(mesa, who)))
    answer = browser.get("/setup/people")
    assert answer.status_code == 404
    assert answer.content == browser.get("/no-such-page").content
    assert browser.post("/setup/people/codes", {"everyone": "1"}).status_code == 404
    assert not ActivationCode.objects.exists()


def test_cards_for_a_class_work_and_speak_the_language_of_the_home(mesa):
    sent = {"group": "students", "class": mesa.klass.public_id, "everyone": "1", "as": "cards"}
    answer = browser_of(mesa.dana).post("/setup/people/codes", sent)
    page = answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    assert "http://localhost/activate" in page
    assert 'lang="es"' in page
    code = page.split('class="code num">')[1].split("<")[0]
    row = waiting_code(code)
    assert (row.student, row.made_by) == (mesa.bo, mesa.dana)
    assert ActivationCode.objects.count() == 1
    assert "Code until" in browser_of(mesa.dana).get("/setup/people?state=waiting").content.decode()


def test_a_file_of_codes_is_safe_to_open_in_a_spreadsheet(mesa):
    Student.objects.filter(pk=mesa.cy.pk).update(given_name="=HYPERLINK(1)")
    rows = codes_of(browser_of(mesa.dana).post("/setup/people/codes", {"everyone": "1", "as": "csv"}))
    assert [row["Name"] for row in rows] == ["'=HYPERLINK(1) Lee", "Bo Lee"]
    assert all(waiting_code(row["Code"]) for row in rows)


def test_ticked_people_only_and_only_ones_own(mesa):
    browser = browser_of(mesa.dana)
    rows = codes_of(browser.post("/setup/people/codes", {"person": [mesa.bo.public_id], "as": "csv"}))
    assert [row["Name"] for row in rows] == ["Bo Lee"]
    foreign = browser.post("/setup/people/codes", {"person": [mesa.bo.public_id, mesa.di.public_id]})
    assert foreign.status_code == 404
    assert (
        browser.post("/setup/people/codes", {"school": mesa.birch.public_id, "everyone": "1"}).status_code
        == 404
    )
    assert ActivationCode.objects.count() == 1
    assert browser.post("/setup/people/codes", {}, follow=True).status_code == 200


def test_reset_disable_and_enable(mesa):
    account = mesa.account("bo", mesa.mother)
    browser, base = browser_of(mesa.dana), f"/setup/people/families/{mesa.mother.public_id}"
    assert "Your user name is" in browser.post(f"{base}/reset").content.decode()
    assert browser.post(f"{base}/disable").status_code == 302
    assert "Switched off" in browser.get("/setup/people?group=families").content.decode()
    assert browser.post(f"{base}/enable").status_code == 302
    account.refresh_from_db()
    assert account.is_active
    assert browser.post(f"{base}/remove").status_code == 404
    assert browser.get(f"{base}/reset").status_code == 405


def test_nobody_resets_who_sees_more_than_they_do(mesa):
    """Dana hands out codes: with a code for Mo she would see the whole district."""
    Tie.objects.create(adult=mesa.mo.adult, kind="teaches", klass=mesa.klass)
    browser = browser_of(mesa.dana)
    assert "wider view" in browser.get("/setup/people?group=staff").content.decode()
    for act in ("reset", "disable", "enable"):
        assert browser.post(f"/setup/people/staff/{mesa.mo.adult.public_id}/{act}").status_code == 404
    Account.objects.filter(pk=mesa.mo.pk).delete()
    sent = {"group": "staff", "person": [mesa.mo.adult.public_id]}
    assert browser.post("/setup/people/codes", sent).status_code == 404
    rows = codes_of(browser.post("/setup/people/codes", {"group": "staff", "everyone": "1", "as": "csv"}))
    assert [row["Name"] for row in rows] == ["Tess Reyes"]


def test_nobody_switches_themselves_off(mesa):
    browser = browser_of(mesa.dana)
    browser.post(f"/setup/people/staff/{mesa.dana.adult.public_id}/disable")
    mesa.dana.refresh_from_db()
    assert mesa.dana.is_active


def test_a_disabled_manager_is_out_at_once(mesa):
    browser = browser_of(mesa.dana)
    disable_account(account=mesa.dana, by=None)
    assert browser.get("/setup/people").status_code == 302


@pytest.mark.parametrize("more", [0, 2])
def test_the_list_asks_as_often_for_many_as_for_few(mesa, more, django_assert_num_queries):
    for number in range(more * 5):
        mesa.student(f"S{number}", mesa.aspen)
    browser = browser_of(mesa.dana)
    browser.get("/setup/people")
    with django_assert_num_queries(20):
        browser.get("/setup/people")
