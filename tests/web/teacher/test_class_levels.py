"""Does the class's page of levels show who is ready, take the decision, and say what is missing for everyone else?"""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cairn.access.decide import today
from cairn.learning.mastery.levels import LevelFrom, set_levels
from cairn.learning.models import Framework, Item, ItemAncestor, LevelUp, PlannedTarget, StudentLevel
from cairn.people.models import Tie
from cairn.trail.models import Look
from tests.web.teacher.world import person


@pytest.fixture
def eight(world):
    """All targets stand in one level, everyone works at it, and another follows."""
    framework = world.targets[0].framework
    level = Item.objects.create(
        framework=framework, identifier="l7", statement="Level 7", kind="level", position=500
    )
    after = Item.objects.create(
        framework=framework, identifier="l8", statement="Level 8", kind="level", position=900
    )
    targets = Item.objects.filter(framework=framework, scorable=True)
    targets.update(level=level)
    ItemAncestor.objects.bulk_create([ItemAncestor(item=target, ancestor=level) for target in targets])
    set_levels(
        [LevelFrom(s.pk, framework.pk, level.pk, today() - timedelta(days=50)) for s in world.students],
        by=world.teacher,
    )
    return level, after


def master(world, student=0) -> None:
    for place in range(Item.objects.filter(scorable=True).count()):
        world.score(student, place, 300)


def act(world, level, student=0) -> str:
    return f"{world.url}/levels/{world.students[student].public_id}/{level.public_id}"


def test_who_is_ready_is_shown_and_confirmed(world, signed_in, eight):
    level, after = eight
    master(world)
    teacher = signed_in(world.teacher)
    html = teacher.get(world.url + "/levels").content.decode()
    assert "Waiting for you" in html
    assert "Level 7 is complete" in html
    assert "Next: Level 8" in html
    assert Look.objects.filter(page="levels", viewer=world.teacher).count() == 1
    answer = teacher.post(act(world, level), {"do": "confirm"})
    assert (answer.status_code, answer["Location"]) == (302, world.url + "/levels")
    assert StudentLevel.objects.get(student=world.students[0], end_on=None).level == after
    html = teacher.get(world.url + "/levels").content.decode()
    assert "Waiting for you" not in html
    assert "moves on to the next level today" in html


def test_not_yet_needs_a_reason(world, signed_in, eight):
    level, _after = eight
    master(world)
    teacher = signed_in(world.teacher)
    answer = teacher.post(act(world, level), {"do": "decline", "reason": " "})
    assert answer.status_code == 422
    assert "Write one sentence that says why." in answer.content.decode()
    teacher.post(act(world, level), {"do": "decline", "reason": "Two more weeks."})
    assert LevelUp.objects.get().reason == "Two more weeks."
    page = teacher.get(f"/students/{world.students[0].public_id}/levels").content.decode()
    assert "Two more weeks." in page


def test_a_fall_is_reviewed_on_the_same_page(world, signed_in, eight):
    level, _after = eight
    master(world)
    teacher = signed_in(world.teacher)
    teacher.post(act(world, level), {"do": "confirm"})
    world.score(0, 0, 100)
    assert "fell below the goal" in teacher.get(world.url + "/levels").content.decode()
    teacher.post(act(world, level), {"do": "close", "reason": "A bad day."})
    assert LevelUp.objects.get().review_note == "A bad day."
    assert teacher.post(act(world, level), {"do": "close", "reason": "again"}).status_code == 404


def test_what_is_missing_is_told_to_teacher_student_and_nobody_else(world, signed_in, eight):
    world.score(0, 0, 300)
    world.score(0, 1, 200)
    of = Item.objects.filter(scorable=True).count()
    said = f"{of - 1} of {of} targets are still missing."
    assert said in signed_in(world.teacher).get(world.url + "/levels").content.decode()
    mine = signed_in(world.student).get("/me/levels").content.decode()
    assert said in mine
    assert "not met yet" in mine
    assert "no evidence yet" in mine


@pytest.mark.parametrize("who", ["stranger", "student", "manager"])
def test_absent_and_forbidden_are_the_same(world, signed_in, eight, who):
    level, _after = eight
    master(world)
    client = signed_in(getattr(world, who))
    absent = client.get("/classes/zzzzzzzzzz/levels")
    forbidden = client.get(world.url + "/levels")
    assert (forbidden.status_code, forbidden.content) == (404, absent.content)
    assert client.post(act(world, level), {"do": "confirm"}).status_code == 404
    assert LevelUp.objects.get().state == "proposed"


def test_an_assistant_looks_and_does_not_decide(world, signed_in, eight):
    level, _after = eight
    master(world)
    client = signed_in(world.assistant)
    assert 'value="confirm"' not in client.get(world.url + "/levels").content.decode()
    assert client.post(act(world, level), {"do": "confirm"}).status_code == 404
    assert LevelUp.objects.get().state == "proposed"


def test_nonsense_changes_nothing(world, signed_in, eight):
    level, _after = eight
    master(world)
    teacher = signed_in(world.teacher)
    assert teacher.post(act(world, level), {"do": "jump"}).status_code == 404
    assert teacher.post(act(world, level, 1), {"do": "confirm"}).status_code == 404  # nobody proposed that
    assert LevelUp.objects.get().state == "proposed"


def test_the_number_of_queries_does_not_grow_with_the_class(world, signed_in, eight):
    teacher = signed_in(world.teacher)
    master(world, 0)
    teacher.get(world.url + "/levels")
    with CaptureQueriesContext(connection) as one:
        teacher.get(world.url + "/levels")
    master(world, 1)
    master(world, 2)
    with CaptureQueriesContext(connection) as three:
        teacher.get(world.url + "/levels")
    assert LevelUp.objects.count() == 3
    assert len(three) <= len(one) <= 20


def test_what_the_class_works_on_stands_open_and_the_rest_is_folded(world, signed_in, eight):
    client = signed_in(world.teacher)
    assert 'class="others"' not in client.get(world.url + "/levels").content.decode()
    elsewhere = Framework.objects.create(title="Music", subject="Music", position=99)
    other = Item.objects.create(framework=elsewhere, identifier="m1", statement="Music 1", kind="level")
    set_levels([LevelFrom(world.students[0].pk, elsewhere.pk, other.pk, today())], by=world.teacher)
    page = client.get(world.url + "/levels")
    html = page.content.decode()
    assert "1 other subject of these students" in html
    assert html.index('<details class="others"') < html.index(">Music</h2>")
    assert [(one.name, one.own) for one in page.context["subjects"]][-1] == ("Music", False)
    PlannedTarget.objects.all().delete()
    assert 'class="others"' not in client.get(world.url + "/levels").content.decode()


def test_who_leads_looks_and_has_no_button_that_does_nothing(world, signed_in, eight):
    level, _after = eight
    master(world)
    leader = person("Lee", "Lead")
    Tie.objects.create(adult=leader.adult, kind="leads", agency=world.school)
    client = signed_in(leader)
    html = client.get(world.url + "/levels").content.decode()
    assert "Level 7 is complete" in html
    assert 'value="confirm"' not in html
    assert client.post(act(world, level), {"do": "confirm"}).status_code == 404
