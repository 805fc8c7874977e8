"""Do the conditions of a published policy decide the kept level, and do all ways of reading it agree?"""

from datetime import timedelta

import pytest
from django.utils import timezone

from cairn.access.decide import Decision, today
from cairn.learning.frameworks.actions import publish_policy
from cairn.learning.mastery.explaining import explain
from cairn.learning.mastery.overrides import mend_due
from cairn.learning.mastery.queries import standings
from cairn.learning.mastery.recompute import recompute
from cairn.learning.models import CalculationPolicy, Evidence, Mastery, ParentCount
from cairn.rules.conditions import Conditions
from cairn.rules.mastery import Method


def publish(small, name="mean", **conditions):
    return publish_policy(
        small.framework, Method(name, conditions=Conditions(**conditions)), by=small.teacher
    )


def kept() -> Mastery:
    return Mastery.objects.get()


def explained(small):
    return explain(
        small.students[0].pk,
        small.targets[0],
        Decision(True, "because"),
        viewer_adult=None,
        language="en",
        on=today(),
    )


def test_a_quiz_counts_once_and_the_page_says_so(small):
    publish(small, pool="mean")
    small.record(
        small.entry(value=100, task="quiz"),
        small.entry(value=300, task="quiz"),
        small.entry(value=400, day=today()),
    )
    assert (kept().level, kept().met, kept().count) == (3.0, True, 3)
    found = explained(small)
    assert found.mastery.level == 3.0
    assert sorted(line.use for line in found.evidence) == ["pooled", "used", "used"]
    assert recompute().cells_changed == 0


def test_categories_weigh(small):
    publish(small, categories={"practice": 1, "test": 3})
    small.record(small.entry(value=100, category="practice"), small.entry(value=300, category="test"))
    assert kept().level == 2.5
    assert explained(small).ahead.times == 2  # two more of the kind that counts most


def test_evidence_expires_by_itself_on_its_day(small):
    publish(small, "latest", expires_after=30)
    small.record(small.entry(value=300, day=today() - timedelta(days=30)))
    assert (kept().level, kept().met) == (3.0, True)
    assert kept().due_on == today() + timedelta(days=1)
    assert ParentCount.objects.get(item=small.level).met == 1
    assert mend_due(today() + timedelta(days=1)) == 1
    assert (kept().level, kept().met, kept().no_score, kept().due_on) == (None, False, "expired", None)
    assert ParentCount.objects.get(item=small.level).met == 0


def test_a_day_before_it_expired_is_read_as_it_stood(small):
    publish(small, "latest", expires_after=30)
    small.record(small.entry(value=300, day=today() - timedelta(days=30)))
    Evidence.objects.update(
        entered_on=today() - timedelta(days=20), entered_at=timezone.now() - timedelta(days=20)
    )
    CalculationPolicy.objects.filter(framework=small.framework).update(
        valid_from=timezone.now() - timedelta(days=60)
    )
    mend_due(today() + timedelta(days=1))
    assert kept().level is None
    then = Decision(True, "because", until=today() - timedelta(days=1))
    student, target = small.students[0].pk, small.targets[0].pk
    assert standings([student], then)[student][target].level == 3.0


def test_when_it_became_what_it_is_follows_the_conditions(small):
    publish(small, "latest", minimum=2, cut=250)
    days = [today() - timedelta(days=ago) for ago in (9, 6, 3)]
    small.record(
        *(small.entry(value=value, day=day) for value, day in zip((300, 250, 250), days, strict=True))
    )
    row = kept()
    assert (row.level, row.met, row.changed_on, row.previous_level) == (2.5, True, days[1], None)
    assert row.met_on == days[1]


def test_the_same_rule_again_is_no_new_version(small):
    first = publish(small, minimum=2)
    assert publish(small, minimum=2) == first
    assert publish(small, minimum=3).version == first.version + 1


@pytest.mark.parametrize("wrong", [{"minimum": 0}, {"pool": "median"}])
def test_a_wrong_condition_publishes_nothing(small, wrong):
    with pytest.raises(ValueError, match="cannot be"):
        publish(small, **wrong)
