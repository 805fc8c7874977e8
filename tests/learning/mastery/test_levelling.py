"""Is a level-up proposed the moment a level is complete, decided by a person, and reviewed and not undone by a later fall?"""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cairn.access.decide import NotHere, today
from cairn.learning.mastery.actions import withdraw_score
from cairn.learning.mastery.leveldecisions import close_review, confirm, decline
from cairn.learning.mastery.levelrules import publish_level_policy
from cairn.learning.mastery.levels import LevelFrom, set_levels
from cairn.learning.mastery.levelups import open_level_ups, propose
from cairn.learning.mastery.overrides import set_override
from cairn.learning.mastery.recompute import recompute
from cairn.learning.models import Item, LevelUp, StudentLevel
from cairn.rules.refusal import Refusal
from cairn.rules.rollups import Rule
from cairn.trail.models import Change


@pytest.fixture
def eight(small):
    """The level after the small school's one; all three students work at the first."""
    Item.objects.filter(pk__in=[target.pk for target in small.targets]).update(level=small.level)
    Item.objects.filter(pk=small.level.pk).update(kind="level", position=1)
    after = Item.objects.create(
        framework=small.framework, identifier="l8", statement="Level 8", kind="level", position=99
    )
    since = today() - timedelta(days=100)
    set_levels(
        [LevelFrom(s.pk, small.framework.pk, small.level.pk, since) for s in small.students], by=small.teacher
    )
    return after


def master(small, student=0, value=300, leave=0):
    targets = range(len(small.targets) - leave)
    small.record(*(small.entry(student, target, value) for target in targets))


def at(small, student=0) -> Item:
    return StudentLevel.objects.get(student=small.students[student], end_on=None).level


def test_the_last_target_proposes_it_and_nobody_has_moved_yet(small, eight):
    master(small, leave=1)
    assert not LevelUp.objects.exists()
    small.record(small.entry(0, len(small.targets) - 1, 350))
    row = LevelUp.objects.get()
    assert (row.state, row.level, row.following, row.student) == (
        "proposed",
        small.level,
        eight,
        small.students[0],
    )
    assert (row.facts["met"], row.facts["of"]) == (4, 4)
    assert sorted(row.facts["targets"])[-1][1] == 3.5
    assert at(small) == small.level


def test_a_person_confirms_and_the_student_moves_on_the_same_day(small, eight):
    master(small)
    row = confirm(LevelUp.objects.get().pk, by=small.teacher)
    assert (row.state, row.decided_by, row.decided_on) == ("confirmed", small.teacher, today())
    assert at(small) == eight
    old = StudentLevel.objects.get(student=small.students[0], level=small.level)
    assert old.end_on == today() - timedelta(days=1)
    told = Change.objects.get(action="confirm_level_up")
    assert (told.actor_id, told.student_id, told.after["level"]) == (
        small.teacher.pk,
        small.students[0].pk,
        eight.pk,
    )
    with pytest.raises(Refusal):
        confirm(row.pk, by=small.teacher)


def test_the_policy_may_move_on_by_itself(small, eight):
    publish_level_policy(Rule("all"), by=small.teacher, automatic=True)
    master(small)
    row = LevelUp.objects.get()
    assert (row.state, row.decided_by) == ("confirmed", None)
    assert at(small) == eight


def test_another_rule_may_complete_it_sooner(small, eight):
    publish_level_policy(
        Rule("share", {"percent": 75, "floor": 200}), by=small.teacher, framework=small.framework.pk
    )
    master(small, leave=1)
    assert not LevelUp.objects.exists()  # the last one is below the floor
    small.record(small.entry(0, len(small.targets) - 1, 200))
    propose([small.students[0].pk])
    assert LevelUp.objects.get().facts["met"] == 3


def test_declined_with_a_reason_it_is_not_proposed_again_but_may_be_confirmed(small, eight):
    master(small)
    row = LevelUp.objects.get()
    with pytest.raises(Refusal):
        decline(row.pk, " ", by=small.teacher)
    decline(row.pk, "She asks for two more weeks.", by=small.teacher)
    small.record(small.entry(0, 0, 400))
    assert propose([small.students[0].pk]) == 0
    assert at(small) == small.level
    confirm(row.pk, by=small.co_teacher)
    assert at(small) == eight


def test_a_fall_before_anybody_decided_lets_it_lapse_and_it_comes_again(small, eight):
    master(small)
    small.record(small.entry(0, 0, 200, day=today()))
    row = LevelUp.objects.get()
    assert row.state == "lapsed"
    with pytest.raises(Refusal):
        confirm(row.pk, by=small.teacher)
    small.record(small.entry(0, 0, 300, day=today()))
    assert sorted(LevelUp.objects.values_list("state", flat=True)) == ["lapsed", "proposed"]


def test_a_fall_after_the_level_up_opens_a_review_and_undoes_nothing(small, eight):
    master(small)
    confirm(LevelUp.objects.get().pk, by=small.teacher)
    small.record(small.entry(0, 1, 200, day=today(), entry_key="fell"))
    row = LevelUp.objects.get()
    assert (row.state, row.review_on, row.review_target) == ("confirmed", today(), small.targets[1])
    assert at(small) == eight
    assert open_level_ups([small.students[0].pk]) == [row]
    close_review(row.pk, "A bad day; she showed it again by heart.", by=small.teacher)
    assert open_level_ups([small.students[0].pk]) == []
    with pytest.raises(NotHere):
        close_review(row.pk, "again", by=small.teacher)
    withdraw_score("fell", by=small.teacher)
    assert LevelUp.objects.get().state == "confirmed"
    assert recompute().cells_changed == 0
    assert LevelUp.objects.count() == 1


def test_an_override_completes_a_level_too(small, eight):
    master(small, leave=1)
    last = len(small.targets) - 1
    small.record(small.entry(0, last, 250))
    set_override(small.students[0].pk, small.targets[last].pk, 300, "Told me aloud.", by=small.teacher)
    assert LevelUp.objects.get().state == "proposed"


def test_the_last_level_has_none_after_it(small, eight):
    Item.objects.filter(pk=eight.pk).update(retired_at="2026-01-01T00:00Z")
    master(small)
    row = confirm(LevelUp.objects.get().pk, by=small.teacher)
    assert row.following is None
    assert at(small) == small.level


def test_who_may_not_score_the_student_decides_nothing(small, eight):
    master(small)
    row = LevelUp.objects.get()
    for act in (
        lambda: confirm(row.pk, by=small.stranger),
        lambda: decline(row.pk, "no", by=small.stranger),
        lambda: close_review(row.pk, "no", by=small.stranger),
        lambda: confirm(10**9, by=small.teacher),
    ):
        with pytest.raises(NotHere):
            act()


def test_many_at_once_take_no_more_statements_than_one(small, eight):
    master(small, 0, leave=1)
    master(small, 1, leave=1)
    master(small, 2, leave=1)
    last = len(small.targets) - 1
    with CaptureQueriesContext(connection) as one:
        small.record(small.entry(0, last, 300))
    with CaptureQueriesContext(connection) as two:
        small.record(small.entry(1, last, 300), small.entry(2, last, 300))
    assert LevelUp.objects.count() == 3
    assert len(two) <= len(one)


def test_a_student_between_levels_costs_no_statement(small, eight):
    small.record(small.entry(0, 0, 300))
    with CaptureQueriesContext(connection) as rising:
        small.record(small.entry(0, 1, 300))
    with CaptureQueriesContext(connection) as falling:
        small.record(small.entry(0, 1, 200, day=today()))
    assert len(rising) <= 8
    assert len(falling) <= 8
