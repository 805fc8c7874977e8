"""What does the panel of a cell say, and to whom does it offer what?"""

from datetime import date

import pytest

from cairn.learning.models import Evidence, PlannedTarget
from cairn.people.models import Student


def panel(world, client, student=0, target=0):
    return client.get(
        f"{world.url}/cells/{world.students[student].public_id}/{world.targets[target].public_id}",
        headers={"HX-Request": "true"},
    )


def test_level_evidence_goal_and_rule(world, signed_in):
    world.score(0, 0, 100, title="Unit pretest")
    world.score(0, 0, 200, title="Exit ticket", comment="Nearly")
    html = panel(world, signed_in(world.teacher)).content.decode()
    for text in (
        "Isaiah Lewis",
        "Getting there",
        "Up from 1 on",
        "What a 3 looks like",
        "Exit ticket",
        "Nearly",
    ):
        assert text in html
    assert "Newer evidence counts" in html
    assert "The newest evidence sets the level." in html
    assert "The newest evidence counts: 2, shown on" in html
    assert "Open Isaiah’s page" in html


def test_ids_of_the_database_stay_in_the_server(world, signed_in):
    world.score(0, 0, 100)
    Evidence.objects.update(id=987654)
    html = panel(world, signed_in(world.teacher)).content.decode()
    assert "987654" not in html
    assert 'data-correct="' in html


def test_only_ones_own_typed_score_can_be_taken_back(world, signed_in):
    world.score(0, 0, 100, entry_key="grid:1:00000000-0000-0000-0000-000000000001")
    assert "data-withdraw" in panel(world, signed_in(world.teacher)).content.decode()
    others = panel(world, signed_in(world.co_teacher)).content.decode()
    assert "data-withdraw" not in others
    assert "data-correct" in others


@pytest.mark.parametrize("who", ["assistant", "leader", "former"])
def test_who_may_only_look_gets_no_form(world, signed_in, who):
    html = panel(world, signed_in(getattr(world, who))).content.decode()
    assert "Isaiah Lewis" in html
    assert "<form" not in html


def test_a_student_of_another_class_is_not_here(world, signed_in):
    other = Student.objects.create(given_name="Un", family_name="Known")
    world.students[0] = other
    assert panel(world, signed_in(world.teacher)).status_code == 404


def test_an_empty_cell_names_its_planned_week(world, signed_in):
    client = signed_in(world.teacher)
    assert "Nothing here yet." in panel(world, client).content.decode()
    PlannedTarget.objects.update(planned_on=date(2027, 1, 11))
    assert "planned for the week of January 11" in panel(world, client).content.decode()
