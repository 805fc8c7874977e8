"""How are targets chosen, for whom, and from when?"""

from datetime import timedelta

import pytest

from cairn.access.decide import today
from cairn.learning.models import Framework, PlannedTarget
from cairn.learning.plans.planned import planned_for
from cairn.people.models import Class, Tie


def plan(world):
    return [target.target for target in planned_for([world.klass.pk], on=today(), language="en")]


def post(world, client, do, targets, **more):
    ids = [target.public_id for target in targets]
    return client.post(world.url + "/targets", {"do": do, "target": ids} | more)


def test_the_list_stands_in_order_and_says_whose_it_is(world, signed_in):
    html = signed_in(world.teacher).get(world.url + "/targets").content.decode()
    assert "This class follows the list of its course, Math 7" in html
    assert html.count('name="target"') == 24


def test_buttons_change_the_form_and_keep_nothing(world, signed_in):
    client, (one, two, three, *_rest) = signed_in(world.teacher), world.targets
    before = plan(world)

    def order(answer):
        html = answer.content.decode()
        return sorted((one, two, three), key=lambda t: html.find(f'value="{t.public_id}"'))

    assert order(post(world, client, f"down:{one.public_id}", [one, two, three]))[:2] == [two, one]
    assert order(post(world, client, f"up:{three.public_id}", [one, two, three])) == [one, three, two]
    removed = post(world, client, f"remove:{two.public_id}", [one, two]).content.decode()
    assert removed.count('name="target"') == 1
    added = post(world, client, "add", [one], tick=[two.public_id]).content.decode()
    assert added.count('name="target"') == 2
    assert plan(world) == before


def test_saving_makes_the_class_its_own_list_from_today(world, signed_in):
    client, chosen = signed_in(world.teacher), [world.targets[3], world.targets[1]]
    answer = post(world, client, "save", chosen, **{f"week-{chosen[0].public_id}": "2026-12-03"})
    assert answer.status_code == 302
    assert answer["Location"] == world.url
    assert plan(world) == [target.pk for target in chosen]
    first = PlannedTarget.objects.get(klass=world.klass, target=chosen[0])
    assert first.planned_on.isoformat() == "2026-11-30"
    assert first.valid_from == today()
    assert "The targets are saved" in client.get(world.url).content.decode()
    assert "This class has its own list" in client.get(world.url + "/targets").content.decode()


def test_following_the_course_again(world, signed_in):
    client = signed_in(world.teacher)
    before = plan(world)
    post(world, client, "save", world.targets[:2])
    post(world, client, "follow", world.targets[:2])
    assert plan(world) == before


def test_weeks_are_filled_one_after_the_other(world, signed_in):
    answer = post(
        world, signed_in(world.teacher), "fill", world.targets[:3], **{"from": "2026-12-02", "each": "2"}
    )
    html = answer.content.decode()
    assert html.count('value="2026-11-30"') == 2
    assert html.count('value="2026-12-07"') == 1
    assert (
        "There is a problem"
        in post(world, signed_in(world.teacher), "fill", world.targets[:3], **{"from": ""}).content.decode()
    )


def test_an_empty_list_is_not_saved(world, signed_in):
    answer = post(world, signed_in(world.teacher), "save", [])
    assert "Choose at least one target." in answer.content.decode()


def test_the_courses_list_needs_a_tie_to_the_course(world, signed_in):
    before = PlannedTarget.objects.filter(course=world.course, valid_to=None).count()
    refused = post(world, signed_in(world.teacher), "save", world.targets[:2], **{"for": "course"})
    assert refused.status_code == 404
    assert PlannedTarget.objects.filter(course=world.course, valid_to=None).count() == before
    saved = post(world, signed_in(world.manager), "save", world.targets[:2], **{"for": "course"})
    assert saved.status_code == 302
    assert plan(world) == [target.pk for target in world.targets[:2]]
    assert PlannedTarget.objects.filter(course=world.course, valid_to=today() - timedelta(days=1)).count()


@pytest.mark.parametrize("who", ["stranger", "assistant", "former", "student"])
def test_absent_and_forbidden_are_the_same_bytes(world, signed_in, who):
    client = signed_in(getattr(world, who))
    forbidden, absent = client.get(world.url + "/targets"), client.get("/classes/zzzzzzzzzz/targets")
    assert forbidden.status_code == absent.status_code == 404
    assert forbidden.content == absent.content
    assert post(world, client, "save", world.targets[:1]).status_code == 404


def test_without_a_framework_the_page_says_who_helps(world, signed_in):
    PlannedTarget.objects.all().delete()
    Framework.objects.update(in_use=False)
    html = signed_in(world.teacher).get(world.url + "/targets").content.decode()
    assert "No framework is in use yet." in html
    assert "No targets yet." in html


def test_every_class_of_the_course_sees_the_change(world, signed_in):
    other = Class.objects.create(school=world.school, course=world.course, title="Math 7 B")
    Tie.objects.create(adult=world.stranger.adult, kind="teaches", klass=other)
    post(world, signed_in(world.manager), "save", world.targets[:2], **{"for": "course"})
    other.refresh_from_db()
    assert other.version == 1
