"""Does the explanation of a level say that a newer rule waits, and what that would make it, until it is applied?"""

from datetime import timedelta

import pytest
from django.utils import timezone

from cairn.access.decide import Decision, today
from cairn.learning.frameworks.adopting import publish_policy
from cairn.learning.frameworks.policies import first_day
from cairn.learning.mastery import migrating
from cairn.learning.mastery.explaining import explain
from cairn.learning.mastery.migrating import apply_policies, apply_step, reached
from cairn.learning.models import CalculationPolicy, Mastery, PolicyChange, PolicyRun
from cairn.rules.mastery import Method
from cairn.trail.models import Change


@pytest.fixture
def scored(small):
    """Ana went from 2 to 4 on the first target, Ben from 4 to 2; Cy has one score."""
    ago = today() - timedelta(days=9)
    for student, values in ((0, (200, 400)), (1, (400, 200)), (2, (300,))):
        for place, value in enumerate(values):
            small.record(small.entry(student, 0, value, day=ago + timedelta(days=place)))
    return small


def waiting(school, student=0, until=None):
    decision = Decision(True, until=until)
    found = explain(
        school.students[student].pk, school.targets[0], decision, viewer_adult=None, language="en", on=today()
    )
    return found.waiting


def test_a_rule_published_since_waits_until_it_is_applied(scored):
    assert waiting(scored) is None
    publish_policy(scored.framework, Method("mean"), by=None)
    found = waiting(scored)
    assert (found.method.name, found.level, found.in_force_since) == ("mean", 3.0, today())
    assert waiting(scored, 2).level == 3.0  # Cy's level would be the same
    apply_policies(by=None)
    assert waiting(scored) is None


@pytest.mark.parametrize("method", ["mean", "highest", "mode", "latest"])
def test_what_it_would_make_is_what_applying_makes(scored, method):
    publish_policy(scored.framework, Method(method), by=None)
    would = [waiting(scored, student).level for student in range(3)]
    apply_policies(by=None)
    kept = dict(Mastery.objects.values_list("student", "level"))
    assert would == [kept[student.pk] for student in scored.students]


def test_a_new_score_brings_the_level_to_the_rule_in_force(scored):
    publish_policy(scored.framework, Method("mean"), by=None)
    scored.record(scored.entry(0, 0, 300, day=today(), recorded_at=timezone.now()))
    assert waiting(scored) is None and waiting(scored, 1) is not None


def test_rules_for_something_else_and_rules_to_come_do_not_wait(scored):
    publish_policy(scored.targets[1], Method("mean"), by=None)
    publish_policy(
        scored.framework, Method("mean"), by=None, valid_from=first_day(today() + timedelta(days=3))
    )
    assert waiting(scored) is None


def test_a_closer_rule_keeps_a_general_one_from_waiting(scored):
    publish_policy(scored.framework, Method("latest"), by=None)
    apply_policies(by=None)
    publish_policy(None, Method("mean"), by=None)
    assert waiting(scored) is None


def test_the_day_before_nothing_waited(scored):
    publish_policy(scored.framework, Method("mean"), by=None)
    assert waiting(scored, until=today() - timedelta(days=1)) is None


def test_a_run_goes_on_where_it_was_stopped_and_is_told_once(scored, monkeypatch):
    monkeypatch.setattr("cairn.learning.mastery.chunks.MOST", 1)
    publish_policy(scored.framework, Method("mean"), by=None)
    assert reached() is None
    assert apply_step(by=scored.teacher, most=2) is None
    assert reached() == (2, 3) and migrating.runs() == []
    assert not Change.objects.filter(action="apply_policies").exists()
    assert PolicyChange.objects.count() == 2
    begun = PolicyRun.objects.get()
    finished = apply_step(by=scored.teacher, most=2)
    assert (finished.pk, finished.finished, finished.cells, finished.changed) == (begun.pk, True, 3, 3)
    assert reached() is None
    assert PolicyRun.objects.count() == Change.objects.filter(action="apply_policies").count() == 1
    assert set(Mastery.objects.values_list("policy", flat=True)) == {
        CalculationPolicy.objects.get(framework=scored.framework).pk
    }


def test_a_run_under_other_rules_begins_anew_and_loses_no_change(scored, monkeypatch):
    monkeypatch.setattr("cairn.learning.mastery.chunks.MOST", 1)
    publish_policy(scored.framework, Method("mean"), by=None)
    apply_step(by=scored.teacher, most=2)
    publish_policy(scored.framework, Method("latest"), by=None)
    run, done = apply_policies(by=scored.teacher)
    assert done.students == 3 and run.changed == PolicyChange.objects.count() == 5
    assert PolicyRun.objects.get() == run


def test_an_unfinished_run_is_no_moment_of_decision(scored, monkeypatch):
    monkeypatch.setattr("cairn.learning.mastery.chunks.MOST", 1)
    publish_policy(scored.framework, Method("mean"), by=None)
    apply_step(by=scored.teacher, most=1)
    assert Mastery.objects.get(student=scored.students[0]).level == 3.0
    assert waiting(scored, 1) is not None
