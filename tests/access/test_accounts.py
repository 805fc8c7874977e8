"""Whose accounts may a viewer look after? Their own schools' people, nobody above them, nobody elsewhere."""

from datetime import timedelta

import pytest

from cairn.access.accounts import (
    account_managed,
    agency_managed,
    belongings,
    classes_at,
    looks_after_accounts,
    offices_managed,
    people_managed,
    schools_managed,
)
from cairn.access.decide import NotHere, today
from cairn.people.models import (
    Account,
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


@pytest.fixture
def mesa():
    """A district with two schools and a person of every kind."""

    class Mesa:
        district = Agency.objects.create(kind="district", name="Mesa")
        aspen = Agency.objects.create(kind="school", name="Aspen", parent=district)
        birch = Agency.objects.create(kind="school", name="Birch", parent=district)

        def adult(self, name, **tie):
            adult = Adult.objects.create(given_name=name, family_name="Reyes")
            if tie:
                Tie.objects.create(adult=adult, **tie)
            return adult

        def account(self, name, **tie):
            return Account.objects.create(username=name.lower(), adult=self.adult(name, **tie))

        def student(self, name, school):
            student = Student.objects.create(given_name=name, family_name="Lee")
            SchoolEnrollment.objects.create(student=student, school=school)
            return student

    mesa = Mesa()
    for agency, above in ((mesa.district, mesa.district), (mesa.aspen, mesa.aspen), (mesa.birch, mesa.birch)):
        AgencyAncestor.objects.create(agency=agency, ancestor=above)
    for school in (mesa.aspen, mesa.birch):
        AgencyAncestor.objects.create(agency=school, ancestor=mesa.district)
    mesa.klass = Class.objects.create(school=mesa.aspen, title="Math 7")
    mesa.bo, mesa.di = mesa.student("Bo", mesa.aspen), mesa.student("Di", mesa.birch)
    ClassEnrollment.objects.create(student=mesa.bo, klass=mesa.klass)
    mesa.dana = mesa.account("Dana", kind="manages_data", agency=mesa.aspen)
    mesa.mo = mesa.account("Mo", kind="manages_data", agency=mesa.district)
    mesa.root = mesa.account("Root", kind="administers")
    mesa.tess = mesa.account("Tess", kind="teaches", klass=mesa.klass)
    mesa.mona = mesa.adult("Mona", kind="parents", student=mesa.bo)
    return mesa


def names(rows) -> list[str]:
    return [person.given_name for person in rows]


def test_who_looks_after_accounts_and_where(mesa):
    assert names_of(schools_managed(mesa.dana)) == ["Aspen"]
    assert names_of(schools_managed(mesa.mo)) == ["Aspen", "Birch"]
    assert names_of(offices_managed(mesa.mo)) == ["Mesa"]
    assert [looks_after_accounts(one) for one in (mesa.dana, mesa.mo, mesa.root)] == [True, True, True]
    assert [looks_after_accounts(one) for one in (mesa.tess, None)] == [False, False]
    assert agency_managed(mesa.dana, mesa.aspen.public_id) == mesa.aspen
    for viewer, public_id in (
        (mesa.dana, mesa.birch.public_id),
        (mesa.tess, mesa.aspen.public_id),
        (mesa.mo, "nothing"),
    ):
        with pytest.raises(NotHere):
            agency_managed(viewer, public_id)


def names_of(agencies) -> list[str]:
    return [agency.name for agency in agencies]


def test_each_group_at_one_school_and_at_all(mesa):
    assert names(people_managed(mesa.dana, "students")) == ["Bo"]
    assert names(people_managed(mesa.mo, "students")) == ["Bo", "Di"]
    assert names(people_managed(mesa.mo, "students", agency=mesa.birch)) == ["Di"]
    assert names(people_managed(mesa.dana, "staff")) == ["Dana", "Tess"]
    assert names(people_managed(mesa.mo, "staff", agency=mesa.district)) == ["Mo"]
    assert names(people_managed(mesa.dana, "families")) == ["Mona"]
    assert names(people_managed(mesa.mo, "families", agency=mesa.birch)) == []
    assert names(people_managed(mesa.tess, "students")) == []
    with pytest.raises(NotHere):
        people_managed(mesa.dana, "students", agency=mesa.birch)


def test_a_class_narrows_every_group(mesa):
    assert list(classes_at(mesa.dana, mesa.aspen)) == [mesa.klass]
    with pytest.raises(NotHere):
        classes_at(mesa.dana, mesa.birch)
    mesa.student("Cy", mesa.aspen)
    assert names(people_managed(mesa.dana, "students", klass=mesa.klass)) == ["Bo"]
    assert names(people_managed(mesa.dana, "staff", klass=mesa.klass)) == ["Tess"]
    assert names(people_managed(mesa.dana, "families", klass=mesa.klass)) == ["Mona"]
    there = Class.objects.create(school=mesa.birch, title="Math 8")
    mesa.adult("Ed", kind="teaches", klass=there)
    assert names(people_managed(mesa.dana, "staff", klass=there)) == []


def test_state_and_words_narrow_too(mesa):
    Account.objects.create(username="bolee", student=mesa.bo, is_active=False)
    assert names(people_managed(mesa.mo, "students", state="none")) == ["Di"]
    assert names(people_managed(mesa.mo, "students", state="disabled")) == ["Bo"]
    assert names(people_managed(mesa.mo, "students", state="active")) == []
    assert names(people_managed(mesa.mo, "students", state="waiting")) == []
    assert names(people_managed(mesa.mo, "students", text="di l")) == ["Di"]
    assert names(people_managed(mesa.mo, "students", text="bolee")) == ["Bo"]


def test_nobody_is_offered_an_account_that_reaches_further_than_their_own(mesa):
    Tie.objects.create(adult=mesa.mo.adult, kind="teaches", klass=mesa.klass)
    Tie.objects.create(adult=mesa.root.adult, kind="teaches", klass=mesa.klass)

    def beyond(viewer):
        return {person.given_name: person.beyond for person in people_managed(viewer, "staff")}

    assert beyond(mesa.dana) == {"Dana": False, "Mo": True, "Root": True, "Tess": False}
    assert beyond(mesa.mo) == {"Dana": False, "Mo": False, "Root": True, "Tess": False}
    assert beyond(mesa.root) == {"Dana": False, "Mo": False, "Root": False, "Tess": False}
    for viewer, account in ((mesa.dana, mesa.mo), (mesa.dana, mesa.root), (mesa.mo, mesa.root)):
        with pytest.raises(NotHere):
            account_managed(viewer, "staff", account.adult.public_id)
    assert account_managed(mesa.root, "staff", mesa.mo.adult.public_id) == mesa.mo


TOMORROW, YESTERDAY = today() + timedelta(days=1), today() - timedelta(days=1)


@pytest.mark.parametrize(
    ("tie", "beyond"),
    [
        ({"kind": "teaches", "klass": "art"}, True),
        ({"kind": "assists", "klass": "art", "begin_on": TOMORROW}, True),
        ({"kind": "teaches", "klass": "art", "end_on": YESTERDAY}, False),
        ({"kind": "teaches", "klass": "old"}, False),
        ({"kind": "co_teaches", "klass": "klass"}, False),
        ({"kind": "parents", "student": "di"}, True),
        ({"kind": "parents", "student": "bo"}, False),
        ({"kind": "parents", "student": "gone"}, False),
        ({"kind": "parents", "student": "moved"}, True),
        ({"kind": "counsels", "student": "di"}, True),
        ({"kind": "supports", "student": "di", "begin_on": TOMORROW}, True),
        ({"kind": "mentors", "student": "di", "end_on": YESTERDAY}, False),
        ({"kind": "leads", "agency": "birch", "begin_on": TOMORROW}, True),
        ({"kind": "leads", "agency": "district"}, True),
        ({"kind": "leads", "agency": "aspen"}, False),
        ({"kind": "administers", "begin_on": TOMORROW}, True),
        ({"kind": "works_at", "agency": "birch"}, False),
    ],
)
def test_every_tie_that_reaches_further_now_or_later_is_beyond(mesa, tie, beyond):
    mesa.art = Class.objects.create(school=mesa.birch, title="Art 7")
    mesa.old = Class.objects.create(school=mesa.birch, title="Art 6", end_on=YESTERDAY)
    mesa.gone, mesa.moved = mesa.student("Gus", mesa.aspen), mesa.student("Mel", mesa.aspen)
    SchoolEnrollment.objects.filter(student__in=[mesa.gone, mesa.moved]).update(end_on=YESTERDAY)
    SchoolEnrollment.objects.create(student=mesa.moved, school=mesa.birch)
    places = {
        name: getattr(mesa, of) if name in ("klass", "student", "agency") else of for name, of in tie.items()
    }
    Tie.objects.create(adult=mesa.tess.adult, **places)
    (found,) = people_managed(mesa.dana, "staff", text="tess")
    assert found.beyond is beyond
    if beyond:
        with pytest.raises(NotHere):
            account_managed(mesa.dana, "staff", mesa.tess.adult.public_id)
    else:
        assert account_managed(mesa.dana, "staff", mesa.tess.adult.public_id) == mesa.tess
    above = mesa.root if tie["kind"] == "administers" else mesa.mo  # someone with the wider reach can
    if places.get("agency") != mesa.district:
        assert account_managed(above, "staff", mesa.tess.adult.public_id) == mesa.tess


def test_a_closed_school_of_ones_own_district_is_not_beyond(mesa):
    Tie.objects.create(adult=mesa.tess.adult, kind="leads", agency=mesa.birch)
    Agency.objects.filter(pk=mesa.birch.pk).update(active=False)
    assert account_managed(mesa.mo, "staff", mesa.tess.adult.public_id) == mesa.tess


def test_an_account_that_is_not_there_or_not_mine_is_not_here(mesa):
    assert account_managed(mesa.dana, "staff", mesa.tess.adult.public_id) == mesa.tess
    Account.objects.create(username="di", student=mesa.di)
    for public_id in (mesa.mona.public_id, mesa.di.public_id, "nothing"):
        for group in ("students", "families"):
            with pytest.raises(NotHere):
                account_managed(mesa.dana, group, public_id)


def test_where_people_belong(mesa):
    Tie.objects.create(adult=mesa.tess.adult, kind="works_at", agency=mesa.aspen)
    Tie.objects.create(adult=mesa.tess.adult, kind="parents", student=mesa.di)
    cy = mesa.student("Cy", mesa.aspen)
    assert belongings("students", [mesa.bo, cy]) == {mesa.bo.pk: ["Math 7"], cy.pk: []}
    assert belongings("staff", [mesa.tess.adult]) == {mesa.tess.adult_id: ["Math 7", "Aspen"]}
    assert belongings("families", [mesa.mona]) == {mesa.mona.pk: ["Bo Lee"]}
    assert belongings("staff", [mesa.root.adult]) == {mesa.root.adult_id: []}
