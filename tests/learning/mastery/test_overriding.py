"""What becomes of the level when a teacher sets it?"""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from cairn.access.decide import NotHere, today
from cairn.learning.mastery.actions import withdraw_score
from cairn.learning.mastery.overrides import lift_override, mend_due, set_override
from cairn.learning.mastery.recompute import recompute
from cairn.learning.models import Evidence, Mastery, Override, ParentCount
from cairn.rules.refusal import Refusal
from cairn.trail.models import Change


def put(small, level=300, **more):
    more.setdefault("by", small.teacher)
    more.setdefault("reason", "She explained it to the class.")
    return set_override(small.students[0].pk, small.targets[0].pk, level, **more)


def kept(small) -> Mastery:
    return Mastery.objects.get(student=small.students[0], target=small.targets[0])


def met_above(small) -> int:
    return ParentCount.objects.get(student=small.students[0], item=small.level).met


def test_the_set_level_counts_and_the_computed_one_is_kept_beside_it(small):
    small.record(small.entry(value=200))
    cell = put(small)
    row = kept(small)
    assert (cell.now.level, row.level, row.met, row.computed_level) == (3.0, 3.0, True, 2.0)
    assert (row.previous_level, row.changed_on, row.met_on) == (2.0, today(), today())
    assert row.override.reason == "She explained it to the class."
    assert met_above(small) == 1
    told = Change.objects.get(action="set_override")
    assert (told.actor_id, told.student_id, told.after["level"]) == (
        small.teacher.pk,
        small.students[0].pk,
        300,
    )


def test_a_level_that_says_what_the_evidence_says_changes_no_dates(small):
    small.record(small.entry(value=300, day=date(2026, 10, 5)))
    put(small)
    row = kept(small)
    assert (row.changed_on, row.met_on, row.computed_level) == (date(2026, 10, 5), date(2026, 10, 5), 3.0)


def test_the_next_evidence_ends_it_and_taking_that_back_restores_it(small):
    small.record(small.entry(value=200))
    put(small)
    small.record(small.entry(value=150, day=today(), entry_key="newer"))
    assert (kept(small).level, kept(small).override, met_above(small)) == (1.5, None, 0)
    withdraw_score("newer", by=small.teacher)
    assert (kept(small).level, met_above(small)) == (3.0, 1)


def test_a_locked_one_stays_until_it_is_lifted(small):
    small.record(small.entry(value=200))
    put(small, locked=True)
    small.record(small.entry(value=100, day=today()))
    assert (kept(small).level, kept(small).computed_level, kept(small).count) == (3.0, 1.0, 2)
    lift_override(small.students[0].pk, small.targets[0].pk, by=small.co_teacher)
    assert (kept(small).level, kept(small).override, met_above(small)) == (1.0, None, 0)
    assert Override.objects.get().lifted_by == small.co_teacher
    assert Change.objects.filter(action="lift_override", actor_id=small.co_teacher.pk).count() == 1
    with pytest.raises(NotHere):
        lift_override(small.students[0].pk, small.targets[0].pk, by=small.teacher)


def test_a_second_one_takes_the_place_of_the_first(small):
    small.record(small.entry(value=200))
    put(small)
    put(small, level=250, reason="Not quite yet.")
    assert kept(small).level == 2.5
    assert Override.objects.filter(lifted_at=None).count() == 1
    assert Override.objects.count() == 2


def test_it_ends_by_itself_after_its_last_day(small):
    small.record(small.entry(value=200))
    put(small, until=today() + timedelta(days=2))
    assert kept(small).due_on == today() + timedelta(days=3)
    assert mend_due(today() + timedelta(days=2)) == 0
    assert mend_due(today() + timedelta(days=3), dry_run=True) == 1
    assert kept(small).level == 3.0
    assert mend_due(today() + timedelta(days=3)) == 1
    assert (kept(small).level, kept(small).due_on, met_above(small)) == (2.0, None, 0)


def test_recomputing_agrees_with_it(small):
    small.record(small.entry(value=200))
    put(small, until=today() + timedelta(days=2))
    assert recompute().cells_changed == 0
    Mastery.objects.update(level=4.0, computed_level=None, due_on=None)
    assert recompute().cells_changed == 1
    assert (kept(small).level, kept(small).computed_level) == (3.0, 2.0)


def test_without_evidence_left_nothing_is_overruled(small):
    small.record(small.entry(value=200, entry_key="only"))
    put(small, locked=True)
    withdraw_score("only", by=small.teacher)
    assert not Mastery.objects.exists()
    assert met_above(small) == 0


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"reason": "  \n "}, "no_reason"),
        ({"reason": "x" * 401}, "too_long"),
        ({"level": 310}, "not_on_scale"),
        ({"until": date(2026, 1, 1)}, "day_is_over"),
    ],
)
def test_what_does_not_fit_is_refused_and_changes_nothing(small, more, code):
    small.record(small.entry(value=200))
    with pytest.raises(Refusal) as refused:
        put(small, **more)
    assert refused.value.code == code
    assert not Override.objects.exists()
    assert kept(small).level == 2.0


def test_a_level_needs_evidence_to_rest_on(small):
    with pytest.raises(Refusal) as refused:
        put(small)
    assert refused.value.code == "no_evidence"
    assert not Evidence.objects.exists()


def test_who_may_not_score_may_not_overrule(small):
    small.record(small.entry(value=200))
    with pytest.raises(NotHere):
        put(small, by=small.stranger)
    with pytest.raises(NotHere):
        lift_override(small.students[0].pk, small.targets[0].pk, by=small.stranger)


def test_an_override_of_long_ago_still_counts_the_day_it_was_set(small):
    small.record(small.entry(value=200))
    put(small)
    Override.objects.update(set_on=today() - timedelta(days=400), set_at=timezone.now() - timedelta(days=400))
    recompute()
    assert kept(small).changed_on == today() - timedelta(days=400)
