"""Does whoever looks after the data set days off and grace for their own schools, and nobody else?"""

from datetime import date

import pytest
from django.utils.formats import date_format

from cairn.learning.models import PaceGrace
from cairn.people.models import AcademicSession, DayOff
from tests.web.staff.people import build_staff, client_of, queries_of, text_of, who_may

pytestmark = pytest.mark.django_db
PAGE = "/setup/calendar"


@pytest.fixture
def staff():
    return build_staff()


@pytest.fixture
def manager(staff):
    return client_of(staff.manager)


def days(place, **more):
    return {
        "place": place.public_id,
        "name": "Winter break",
        "begin": "2026-12-21",
        "end": "2027-01-01",
    } | more


def test_only_who_looks_after_the_data(staff):
    assert who_may(staff, PAGE) == {"manager"}
    for account in (staff.leader, staff.school.teacher, staff.ana_account):
        for address, form in (
            ("days", days(staff.district)),
            ("grace", {"place": staff.district.public_id, "grace": "1"}),
        ):
            assert client_of(account).post(f"{PAGE}/{address}", form).status_code == 404
    assert not DayOff.objects.exists() and not PaceGrace.objects.exists()


def test_days_off_are_added_shown_and_removed(staff, manager):
    AcademicSession.objects.create(
        title="Year 2026",
        kind="schoolYear",
        begin_on="2026-08-17",
        end_on="2027-06-04",
        district=staff.district,
    )
    assert manager.post(f"{PAGE}/days", days(staff.district)).status_code == 302
    assert manager.post(f"{PAGE}/days", days(staff.other_school, name="Snow", end="")).status_code == 302
    text = text_of(manager.get(PAGE))
    for expected in (
        "Winter break",
        date_format(date(2026, 12, 21), "DATE_FORMAT"),
        date_format(date(2027, 1, 1), "DATE_FORMAT"),
        "Ridge District",
        "Snow",
        "Year 2026",
    ):
        assert expected in text
    row = DayOff.objects.get(name="Snow")
    assert row.begin_on == row.end_on and row.account == staff.manager
    address = f"{PAGE}/days/{row.public_id}/remove"
    assert client_of(staff.leader).post(address).status_code == 404
    assert manager.post(address).status_code == 302 and "Snow" not in text_of(manager.get(PAGE))
    assert manager.post(address).status_code == 404


def test_a_place_of_another_district_is_not_there(staff, manager):
    far = type(staff.district).objects.create(kind="district", name="Far")
    assert manager.post(f"{PAGE}/days", days(far)).status_code == 404
    assert manager.post(f"{PAGE}/grace", {"place": far.public_id, "grace": "3"}).status_code == 404
    DayOff.objects.create(
        agency=far, name="Theirs", begin_on="2026-12-21", end_on="2026-12-21", set_on="2026-08-01"
    )
    row = DayOff.objects.get()
    assert "Theirs" not in text_of(manager.get(PAGE))
    assert manager.post(f"{PAGE}/days/{row.public_id}/remove").status_code == 404


@pytest.mark.parametrize(
    ("address", "wrong", "anchor"),
    [
        ("days", {"begin": ""}, "begin"),
        ("days", {"begin": "soon"}, "begin"),
        ("days", {"name": ""}, "name"),
        ("days", {"end": "2026-12-01"}, "end"),
        ("days", {"end": "2028-12-01"}, "end"),
        ("grace", {"grace": "many"}, "grace"),
        ("grace", {"grace": "21"}, "grace"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(staff, manager, address, wrong, anchor):
    answer = manager.post(f"{PAGE}/{address}", days(staff.district, grace="3") | wrong)
    assert answer.status_code == 422 and f'href="#{anchor}"'.encode() in answer.content
    assert not DayOff.objects.exists() and not PaceGrace.objects.exists()


def test_grace(staff, manager):
    assert manager.post(f"{PAGE}/grace", {"place": staff.district.public_id, "grace": "5"}).status_code == 302
    assert "Ridge District: 5 days." in text_of(manager.get(PAGE))


def test_the_queries_do_not_grow(staff, manager):
    few = len(queries_of(manager, PAGE))
    for place in range(5):
        manager.post(f"{PAGE}/days", days(staff.district, name=f"Day {place}"))
    assert len(queries_of(manager, PAGE)) == few
