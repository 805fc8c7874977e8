"""Does asking change nothing, publishing no level, and applying keep every change?"""

from datetime import timedelta

import pytest
from django.utils import timezone

from cairn.access.decide import today
from cairn.learning.frameworks.adopting import publish_policy
from cairn.learning.frameworks.policies import first_day, versions_for
from cairn.learning.mastery.migrating import apply_policies, changes_of_run, pending_cells, runs
from cairn.learning.mastery.overrides import set_override
from cairn.learning.mastery.queries import rulings
from cairn.learning.mastery.whatif import targets_decided_by, what_if
from cairn.learning.models import CalculationPolicy, Mastery, PolicyChange
from cairn.people.models import Tie
from cairn.rules.mastery import Method
from cairn.rules.refusal import Refusal
from cairn.trail.models import Change
from tests.learning.conftest import person


@pytest.fixture
def scored(small):
    """Ana went from 2 to 4 on the first target, Ben from 4 to 2; Cy has one score."""
    ago = today() - timedelta(days=9)
    for student, values in ((0, (200, 400)), (1, (400, 200)), (2, (300,))):
        for place, value in enumerate(values):
            small.record(small.entry(student, 0, value, day=ago + timedelta(days=place)))
    return small


def levels():
    return list(Mastery.objects.order_by("student", "target").values_list("level", "met", "policy"))


def test_who_would_change_and_nothing_does(scored):
    before = levels()
    found = what_if(scored.teacher, Method("highest"), scored.framework, klass=scored.klass)
    assert (found.students, found.students_changed, found.total.cells) == (3, 1, 3)
    assert (found.total.changed, found.total.up, found.total.newly_met) == (1, 1, 1)
    (ben,) = found.listed
    assert (ben.name, ben.before, ben.after, ben.was_met, ben.is_met) == ("Ben Lee", 2.0, 4.0, False, True)
    assert found.by_school["Aspen"].changed == found.by_subject["Math"].changed == 1
    mean = what_if(scored.teacher, Method("mean"), None, agency=scored.school)
    assert (mean.total.changed, mean.total.up, mean.total.down, mean.total.no_longer_met) == (2, 1, 1, 0)
    assert levels() == before


def test_names_are_only_for_whoever_may_see_the_record(scored):
    manager = person("manager")
    Tie.objects.create(adult=manager.adult, kind="manages_data", agency=scored.school)
    found = what_if(manager, Method("highest"), None, agency=scored.school)
    assert found.total.changed == 1 and found.listed == []


def test_a_closer_rule_and_a_set_level_stay(scored):
    publish_policy(scored.targets[0], Method("latest"), by=None)
    assert scored.targets[0].pk not in targets_decided_by(scored.framework)
    assert scored.targets[0].pk not in targets_decided_by(None)
    assert list(targets_decided_by(scored.targets[0])) == [scored.targets[0].pk]
    set_override(scored.students[1].pk, scored.targets[0].pk, 250, "Seen.", by=scored.teacher)
    found = what_if(scored.teacher, Method("highest"), scored.targets[0], klass=scored.klass)
    assert (found.total.cells, found.total.changed) == (2, 0)
    publish_policy(scored.framework, Method("latest"), by=None)
    assert targets_decided_by(None) == {}


def test_the_list_is_bounded_and_the_counts_are_not(scored):
    found = what_if(scored.teacher, Method("mean"), None, klass=scored.klass, listed=1)
    assert (len(found.listed), found.total.changed) == (1, 2)


def test_another_order_decides_by_another_day(scored):
    scored.record(scored.entry(2, 0, 100, day=today() - timedelta(days=20)))
    assert Mastery.objects.get(student=scored.students[2]).level == 3.0
    found = what_if(scored.teacher, Method("latest", order="recorded_at"), None, klass=scored.klass)
    assert [(one.name, one.after) for one in found.listed if one.name == "Cy Lee"] == [("Cy Lee", 1.0)]


def test_what_was_asked_is_what_applying_does(scored):
    asked = what_if(scored.teacher, Method("mean"), scored.framework, agency=scored.school)
    before = levels()
    policy = publish_policy(scored.framework, Method("mean"), by=None, reason="Agreed in October.")
    assert levels() == before
    assert pending_cells() == {scored.framework.pk: 3}
    run, _done = apply_policies(by=scored.teacher)
    assert pending_cells() == {}
    kept = {
        (one.student_id, one.level_before, one.level_after) for one in changes_of_run(run.pk, scored.teacher)
    }
    assert {(one.student, one.before, one.after) for one in asked.listed} <= kept
    assert run.changed == PolicyChange.objects.count() == 3  # Cy's level stays, its rule is another
    assert set(Mastery.objects.values_list("policy", flat=True)) == {policy.pk}
    assert changes_of_run(run.pk, scored.stranger) == []
    told = Change.objects.get(action="apply_policies")
    assert (told.actor_id, told.after["changed"]) == (scored.teacher.pk, 3)
    (line,) = runs()
    assert (line.changed, line.by) == (3, scored.teacher.adult.name)


def test_a_rule_to_come_decides_from_its_day_on(scored):
    day = today() + timedelta(days=7)
    publish_policy(None, Method("mean"), by=None, valid_from=first_day(day))
    target = scored.targets[0].pk
    assert rulings({target}, None)[target].method.name == "latest"
    assert rulings({target}, None, at=first_day(day))[target].method.name == "mean"
    publish_policy(None, Method("highest"), by=None)  # published later, in force before
    assert rulings({target}, None)[target].method.name == "highest"
    assert rulings({target}, None, at=first_day(day))[target].method.name == "mean"
    states = [(one.method.name, one.state) for one in versions_for([scored.framework])]
    assert states == [("mean", "to_come"), ("highest", "in_force"), ("latest", "before")]


def test_no_rule_is_published_for_a_day_that_is_over(scored):
    with pytest.raises(Refusal):
        publish_policy(None, Method("mean"), by=None, valid_from=timezone.now() - timedelta(days=1))
    assert CalculationPolicy.objects.count() == 1


def test_asking_costs_the_same_queries_for_one_student_and_for_three(scored, django_assert_max_num_queries):
    with django_assert_max_num_queries(16):
        what_if(scored.teacher, Method("highest"), None, klass=scored.klass)
