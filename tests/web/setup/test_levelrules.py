"""Who may ask what another rule of a level would change, and publish one; and is nothing earned ever undone?"""

from datetime import timedelta

import pytest

from cairn.access.decide import today
from cairn.learning.mastery.levelups import propose_newly_in_force
from cairn.learning.models import LevelPolicy, LevelUp, StudentLevel
from cairn.trail.models import Change, Look
from tests.web.staff.people import client_of, queries_of
from tests.web.teacher.world import build

pytestmark = pytest.mark.django_db
PAGE = "/setup/levelrules"
STRANDS = {"Number": ["One", "Two", "Three", "Four"]}
SHARE = {"asked": "1", "rule": ["share"], "share-percent": "75", "share-floor": "2"}


@pytest.fixture
def world():
    """Four targets; the first student has met three and is at 2 on the last, the second has met all, the third none."""
    found = build(strands=STRANDS)
    begun = today() - timedelta(days=90)
    for student in found.students:
        StudentLevel.objects.create(
            student=student, framework=found.framework, level=found.targets[0].level, begin_on=begun
        )
    for target in range(4):
        found.score(1, target, 300)
        found.score(0, target, 300 if target < 3 else 200)
    return found


def found_of(client, **asked):
    page = client.get(PAGE, asked)
    assert page.status_code == 200
    return page, page.context["found"]


def test_strangers_teachers_and_students_find_nothing(world):
    for account in (world.stranger, world.teacher, world.student, world.former):
        client = client_of(account)
        nowhere = client.get("/nothing-here").content
        assert client.get(PAGE).content == nowhere
        assert client.post(f"{PAGE}/publish", SHARE).status_code == 404
    assert client_of(world.leader).post(f"{PAGE}/publish", SHARE).status_code == 404
    assert not LevelPolicy.objects.exists()


def test_a_leader_reads_names_behind_the_numbers_and_that_is_a_look(world):
    page, found = found_of(client_of(world.leader), **SHARE, place=world.school.public_id)
    total = found.total
    assert (total.levels, total.now, total.then, total.newly, total.no_longer) == (3, 1, 2, 1, 0)
    assert [(one.name, one.about, one.then) for one in found.listed] == [
        (world.students[0].name, "Level 7", True)
    ]
    assert world.students[0].name.encode() in page.content and world.school.name.encode() in page.content
    look = Look.objects.get(page="what_if")
    assert look.students == [world.students[0].pk] and look.because["tie"] == "leads"
    assert b"Publish this rule" not in page.content


def test_a_data_manager_reads_numbers_without_names(world):
    page, found = found_of(client_of(world.manager), **SHARE)
    assert found.total.newly == 1 and found.listed == [] and not Look.objects.exists()
    assert world.students[0].name.encode() not in page.content
    assert b"75 of 100 targets are met" in page.content and b"Publish this rule" in page.content


def test_several_conditions_all_have_to_hold(world):
    asked = SHARE | {"rule": ["share", "weighted"], "weighted-cut": "2.8"}
    page, found = found_of(client_of(world.leader), **asked)
    assert found.total.then == 1 and page.context["form"].rule.name == "conjunctive"  # 2.75 is below 2.8
    assert found_of(client_of(world.leader), **(asked | {"weighted-cut": "2,75"}))[1].total.then == 2


@pytest.mark.parametrize(
    ("rule", "then"),
    [
        ({"rule": "all"}, 1),
        ({"rule": "k_of_n", "k_of_n-k": "3"}, 2),
        ({"rule": "points", "points-base": "4"}, 1),
        ({"rule": "weighted", "weighted-cut": "2.5"}, 2),
    ],
)
def test_every_rule_is_tried_on_the_whole_school(world, rule, then):
    assert found_of(client_of(world.leader), asked="1", **rule)[1].total.then == then


def test_a_rule_that_nobody_could_fulfill_names_the_levels(world):
    page, found = found_of(client_of(world.manager), asked="1", rule="points", **{"points-base": "5"})
    assert found.never == ["Level 7"] and b"too few targets: Level 7" in page.content
    assert (found.total.now, found.total.then, found.total.no_longer) == (1, 0, 1)


def test_published_today_it_proposes_at_once_and_undoes_nothing(world):
    proposed = LevelUp.objects.get()  # the second student, by the rule that every installation begins with
    client = client_of(world.manager)
    sent = SHARE | {"about": world.framework.public_id, "automatic": "0", "from": today().isoformat()}
    assert client.post(f"{PAGE}/publish", sent).status_code == 302
    policy = LevelPolicy.objects.get()
    assert (policy.framework, policy.rule["rule"], policy.least, policy.published_by) == (
        world.framework,
        "share",
        75,
        world.manager,
    )
    assert set(LevelUp.objects.values_list("student", flat=True)) == {one.pk for one in world.students[:2]}
    assert b"75 of 100" in client.get(PAGE).content
    stricter = {"asked": "1", "rule": "points", "points-base": "9", "about": world.framework.public_id}
    client.post(f"{PAGE}/publish", stricter | {"from": today().isoformat()})
    assert (
        LevelUp.objects.filter(state="proposed").count() == 2
        and LevelUp.objects.filter(pk=proposed.pk).exists()
    )
    told = Change.objects.filter(entity="level_policy").order_by("pk")
    assert [change.after["rule"]["rule"] for change in told] == ["share", "points"]


def test_the_rule_itself_may_move_on(world):
    sent = SHARE | {"automatic": "1", "from": today().isoformat(), "about": world.framework.public_id}
    client_of(world.manager).post(f"{PAGE}/publish", sent)
    row = LevelUp.objects.get(student=world.students[0])
    assert (row.state, row.decided_by) == ("confirmed", None)


def test_published_for_a_later_day_it_waits_for_that_day(world):
    later = today() + timedelta(days=3)
    client = client_of(world.manager)
    sent = SHARE | {"about": world.framework.public_id, "from": later.isoformat()}
    assert client.post(f"{PAGE}/publish", sent).status_code == 302
    assert LevelUp.objects.count() == 1 and b"To come" in client.get(PAGE).content
    assert propose_newly_in_force() == 0
    LevelPolicy.objects.update(valid_from=LevelPolicy.objects.get().valid_from - timedelta(days=4))
    assert (propose_newly_in_force(), propose_newly_in_force()) == (1, 0)
    LevelUp.objects.filter(student=world.students[0]).delete()
    assert (
        propose_newly_in_force(today() + timedelta(days=8)) == 0
    )  # long in force: scores have proposed since


@pytest.mark.parametrize(
    ("wrong", "anchor"),
    [
        ({"rule": []}, "rule-all"),
        ({"rule": "nonsense"}, "rule-all"),
        ({"share-percent": "101"}, "share-percent"),
        ({"share-percent": "7.5"}, "share-percent"),
        ({"share-floor": "two"}, "share-floor"),
        ({"share-floor": ""}, "share-floor"),
    ],
)
def test_nonsense_is_refused_in_words(world, wrong, anchor):
    page = client_of(world.manager).get(PAGE, SHARE | wrong)
    assert page.status_code == 422 and page.context["found"] is None
    assert f'href="#{anchor}"'.encode() in page.content
    assert client_of(world.manager).post(f"{PAGE}/publish", SHARE | wrong).status_code == 422
    assert not LevelPolicy.objects.exists()


def test_no_rule_is_published_for_a_day_that_is_over(world):
    for day in ((today() - timedelta(days=1)).isoformat(), "soon"):
        page = client_of(world.manager).post(f"{PAGE}/publish", SHARE | {"from": day})
        assert page.status_code == 422 and b'href="#from"' in page.content
    assert not LevelPolicy.objects.exists()


def test_the_page_opens_plain_and_the_queries_do_not_grow(world):
    client = client_of(world.leader)
    assert b"None was published yet" in client.get(PAGE).content
    asked = f"{PAGE}?asked=1&rule=share&share-percent=75&share-floor=2"
    few = len(queries_of(client, asked))
    for target in range(4):
        world.score(2, target, 300 if target else 200)
    assert len(queries_of(client, asked)) == few
