"""Does each count of a student open to its rule, the targets counted, those left out, and what one more would change?"""

from datetime import date, datetime, time, timedelta

import pytest
from django.utils import timezone

from cairn.learning.models import CalculationPolicy, Item, PaceGrace, PlannedTarget
from cairn.trail.models import Look
from tests.web.parts.record import build_family
from tests.web.staff.people import build_staff, client_of, queries_of, text_of, who_may

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff():
    return build_staff()


def page_of(staff) -> str:
    return f"/students/{staff.ana.public_id}/counts"


def section(text: str, key: str) -> str:
    return text.split(f'id="count-{key}"')[1].split("</section>")[0]


def groups_of(text: str) -> dict[str, list[str]]:
    """The title of each group of a section -> the names in it."""
    found = {}
    for part in text.split("<h3>")[1:]:
        title, rest = part.split("</h3>", 1)
        found[title] = [
            piece.split(">", 1)[1].split("</a>")[0] for piece in rest.split("</ul>")[0].split("<a ")[1:]
        ]
    return found


def test_the_count_of_a_subject_is_the_targets_that_are_listed(staff):
    text = text_of(client_of(staff.school.teacher).get(page_of(staff)))
    assert "All subjects together: 1 of 4 targets met" in text
    subject = section(text, staff.school.targets[0].public_id)
    assert "1 of 4 targets met" in subject
    assert groups_of(subject) == {
        "Met, so counted (1)": ["Target 0"],
        "Planned, not met yet (1)": ["Target 1"],
        "Planned, no level yet (2)": ["Target 2", "Target 3"],
    }
    assert "One more met target makes it 2 of 4." in subject
    assert "Next target: Target 1." in subject
    assert "Right on plan: of the targets with a week, 1 are met." in subject
    assert "A week is over after its last school day." in subject and "more school day" not in subject
    PaceGrace.objects.create(agency=staff.school.school, days=2, set_on=staff.today)
    text = text_of(client_of(staff.school.teacher).get(page_of(staff)))
    assert "2 more school days are given." in section(text, staff.school.targets[0].public_id)


def test_what_is_met_outside_the_plan_is_left_out_by_name(staff):
    PlannedTarget.objects.filter(target=staff.school.targets[0]).update(
        valid_to=staff.today - timedelta(days=1)
    )
    text = text_of(client_of(staff.school.teacher).get(page_of(staff)))
    subject = section(text, staff.school.targets[1].public_id)
    assert "0 of 3 targets met" in subject
    assert groups_of(subject)["Met, but in no plan now, so left out (1)"] == ["Target 0"]


def test_the_rule_says_since_when_and_for_staff_its_version(staff):
    CalculationPolicy.objects.create(
        framework=staff.school.framework, method="mean", version=7, valid_from=morning(staff.ago(3))
    )
    text = text_of(client_of(staff.school.teacher).get(page_of(staff)))
    assert "The level is the average of all evidence. This rule is in force since" in text
    assert "Exactly: method mean, version 7." in text
    assert "Exactly" not in text_of(client_of(staff.ana_account).get("/me/counts"))


def morning(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))


def test_a_target_with_a_rule_of_its_own_is_counted_as_such(staff):
    CalculationPolicy.objects.create(
        item=staff.school.targets[1], method="mean", version=1, valid_from=morning(staff.ago(3))
    )
    text = text_of(client_of(staff.school.teacher).get(page_of(staff)))
    assert "1 target here has a rule of its own" in text


def test_new_and_near_are_listed(staff):
    text = text_of(client_of(staff.school.teacher).get(page_of(staff)))
    assert groups_of(section(text, "new")) == {"Counted (1)": ["Target 0"]}
    assert groups_of(section(text, "near")) == {"Counted (1)": ["Target 1"]}


def test_as_of_a_past_day_the_counts_are_those_of_the_day(staff):
    text = text_of(client_of(staff.school.teacher).get(f"{page_of(staff)}?as_of={staff.ago(5)}"))
    assert "All subjects together: 0 of 4 targets met" in text


def test_whoever_reads_the_record_reads_how_it_is_counted(staff):
    page = f"/students/{staff.ana.public_id}"
    assert who_may(staff, page_of(staff)) == who_may(staff, f"{page}/levels")


def test_students_and_families_read_it_of_their_own(staff):
    family = build_family_pages(staff)
    for client, path in family:
        text = text_of(client.get(path))
        assert "1 of 4 targets met" in text
        assert "A target is met when its level is at 3 “Got it” or above." in text
        before = Look.objects.filter(page="counts").count()
        client.get(path)
        assert Look.objects.filter(page="counts").count() == before + 1


def build_family_pages(staff):
    return [
        (client_of(staff.ana_account), "/me/counts"),
        (client_of(staff.father), f"/family/{staff.ana.public_id}/counts"),
    ]


def test_it_is_read_in_spanish(staff):
    text = text_of(client_of(staff.ana_account).get("/me/counts?lang=es"))
    assert "Cómo se calculan los números" in text and "1 de 4 objetivos logrados" in text


def plan_more(staff, places: range) -> None:
    for place in places:
        name = f"More {place}"
        item = Item.objects.create(
            framework=staff.school.framework,
            level=staff.school.level,
            short_name=name,
            statement=name,
            identifier=name,
            kind="target",
            scorable=True,
            position=100 + place,
        )
        PlannedTarget.objects.create(
            klass=staff.school.klass, target=item, position=10 + place, valid_from=date(2020, 1, 1)
        )


def test_the_queries_do_not_grow_with_the_targets(staff):
    client = client_of(staff.school.teacher)
    plan_more(staff, range(1))
    few = len(queries_of(client, page_of(staff)))
    plan_more(staff, range(1, 20))
    assert len(queries_of(client, page_of(staff))) == few <= 20


def test_every_number_of_the_progress_page_leads_there(staff):
    text = text_of(client_of(staff.ana_account).get("/me"))
    assert f'/me/counts#count-{staff.school.targets[0].public_id}"' in text
    assert 'id="how-counts" href="/me/counts"' in text


def test_nothing_planned_is_said(staff):
    PlannedTarget.objects.all().delete()
    assert "Nothing is planned or counted yet." in text_of(client_of(staff.ana_account).get("/me/counts"))


def test_hidden_evidence_leaves_the_target_without_a_level():
    family = build_family()
    text = text_of(client_of(family.ana_account).get("/me/counts"))
    assert "Target 2" in groups_of(section(text, family.target(0)))["Planned, no level yet (2)"]
