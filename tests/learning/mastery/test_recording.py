"""Does a score become mastery, with its parents, its trail and nothing lost, however it arrives?"""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cairn.access.decide import NotHere
from cairn.learning.mastery.actions import record_scores, withdraw_score
from cairn.learning.mastery.mending import recount_parents
from cairn.learning.mastery.recompute import recompute
from cairn.learning.models import (
    CalculationPolicy,
    Evidence,
    Item,
    ItemAncestor,
    Mastery,
    ParentCount,
    RecordVersion,
    ScaleUse,
    ScaleVersion,
)
from cairn.people.models import Agency, SchoolEnrollment, Tie
from cairn.rules.refusal import Refusal


def standing(school, student=0, target=0):
    return Mastery.objects.filter(student=school.students[student], target=school.targets[target]).first()


def counts(school, student=0):
    rows = ParentCount.objects.filter(student=school.students[student]).select_related("item")
    return {row.item.identifier: (row.met, row.scored) for row in rows}


def test_a_score_becomes_a_level_and_every_parent_counts_it(small):
    small.record(small.entry(value=300), small.entry(target=1, value=250))
    assert (standing(small).level, standing(small).met) == (3.0, True)
    assert (standing(small, target=1).level, standing(small, target=1).met) == (2.5, False)
    assert counts(small) == {"level": (1, 2), "number": (1, 2)}


def test_a_target_under_two_strands_counts_once_in_the_level(small):
    small.record(small.entry(target=2, value=400))
    assert counts(small) == {"level": (1, 1), "number": (1, 1), "ratio": (1, 1)}


def test_the_level_follows_the_evidence_up_and_down(small):
    small.record(small.entry(value=200, day=date(2026, 9, 1)))
    small.record(small.entry(value=300, day=date(2026, 9, 10)))
    now = standing(small)
    assert (now.level, now.previous_level, now.changed_on) == (3.0, 2.0, date(2026, 9, 10))
    small.record(small.entry(value=150, day=date(2026, 9, 20)))
    now = standing(small)
    assert (now.level, now.met, now.previous_level) == (1.5, False, 3.0)
    assert counts(small)["level"] == (0, 1)


def test_late_work_keeps_its_own_day(small):
    """Canvas's known fault: work handed in late became the latest. Ours orders by the day it was shown."""
    small.record(small.entry(value=400, day=date(2026, 9, 20)))
    small.record(small.entry(value=200, day=date(2026, 9, 1)))
    assert standing(small).level == 4.0


def test_no_score_is_never_a_zero_and_a_zero_is_a_score(small):
    small.record(small.entry(no_score="missing"), small.entry(target=1, value=0))
    missing, zero = standing(small), standing(small, target=1)
    assert (missing.level, missing.no_score, missing.count) == (None, "missing", 0)
    assert (zero.level, zero.no_score, zero.count) == (0.0, "", 1)
    assert counts(small) == {"level": (0, 1), "number": (0, 1)}


def test_a_correction_supersedes_and_both_rows_stay(small):
    small.record(small.entry(value=100))
    wrong = Evidence.objects.get()
    small.record(small.entry(value=300, supersedes=wrong.pk), by=small.co_teacher)
    assert standing(small).level == 3.0 and standing(small).count == 1
    first, second = Evidence.objects.order_by("pk")
    assert (first.value, second.value, second.supersedes_id, second.account) == (
        100,
        300,
        first.pk,
        small.co_teacher,
    )


def test_the_same_score_cannot_be_corrected_twice(small):
    small.record(small.entry(value=100))
    wrong = Evidence.objects.get().pk
    small.record(small.entry(value=300, supersedes=wrong))
    with pytest.raises(Refusal, match="already corrected"):
        small.record(small.entry(value=400, supersedes=wrong))
    assert standing(small).level == 3.0


def test_a_correction_belongs_to_its_own_cell(small):
    small.record(small.entry(value=100))
    with pytest.raises(Refusal, match="not of this student and target"):
        small.record(small.entry(target=1, supersedes=Evidence.objects.get().pk))
    assert Evidence.objects.count() == 1


def test_undo_takes_back_the_score_and_keeps_the_evidence(small):
    small.record(small.entry(value=300, entry_key="a"))
    withdraw_score("a", by=small.teacher)
    assert standing(small) is None and counts(small)["level"] == (0, 0)
    assert [row.no_score for row in Evidence.objects.order_by("pk")] == ["", "withdrawn"]
    with pytest.raises(NotHere):
        withdraw_score("a", by=small.co_teacher)


def test_undo_returns_to_what_was_before(small):
    small.record(small.entry(value=200, day=date(2026, 9, 1)))
    small.record(small.entry(value=300, day=date(2026, 9, 2), entry_key="b"))
    withdraw_score("b", by=small.teacher)
    assert (standing(small).level, counts(small)["level"]) == (2.0, (0, 1))


def test_the_same_entry_sent_again_counts_once(small):
    entry = small.entry(value=300)
    assert small.record(entry).added == 1
    again = small.record(entry)
    assert (again.added, again.repeated, Evidence.objects.count(), standing(small).count) == (0, 1, 1, 1)


def test_every_recorded_score_raises_the_students_counter_once(small):
    small.record(small.entry(), small.entry(target=1), small.entry(student=1))
    numbers = {row.student_id: row.number for row in RecordVersion.objects.all()}
    assert numbers == {small.students[0].pk: 1, small.students[1].pk: 1}


def test_who_when_and_what_stand_on_the_evidence(small):
    small.record(small.entry(title="Exit ticket", comment="Two ways!"))
    row = Evidence.objects.get()
    assert (row.recorded_by, row.account, row.run_id) == (small.teacher.adult, small.teacher, None)
    assert (row.title, row.comment, row.klass) == ("Exit ticket", "Two ways!", small.klass)
    assert row.entered_on == timezone.localdate(row.entered_at)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"value": 275}, "not a score on this scale"),
        ({"value": 500}, "not a score on this scale"),
        ({"day": date(2999, 1, 1)}, "still to come"),
    ],
)
def test_what_does_not_fit_is_refused_and_nothing_is_written(small, change, words):
    with pytest.raises(Refusal, match=words) as refusal:
        small.record(small.entry(target=1), small.entry(**change))
    assert refusal.value.remedy
    assert (
        not Evidence.objects.exists() and not Mastery.objects.exists() and not RecordVersion.objects.exists()
    )


def test_a_heading_is_not_scored(small):
    small.targets.append(small.level)
    with pytest.raises(Refusal, match="heading"):
        small.record(small.entry(target=4))


def test_a_framework_in_an_early_layer_takes_no_scores(small):
    ScaleUse.objects.update(stage="scales")
    with pytest.raises(Refusal, match="not recorded in this framework yet"):
        small.record(small.entry())
    ScaleUse.objects.all().delete()
    with pytest.raises(Refusal, match="not recorded in this framework yet"):
        small.record(small.entry())


def test_adoption_goes_school_by_school(small):
    other = Agency.objects.create(kind="school", name="Birch")
    SchoolEnrollment.objects.filter(student=small.students[1]).update(school=other)
    district = ScaleUse.objects.get()
    ScaleUse.objects.create(
        framework=small.framework,
        school=other,
        scale=district.scale,
        stage="scales",
        valid_from=date(2024, 1, 1),
    )
    assert small.record(small.entry()).added == 1
    with pytest.raises(Refusal, match="not recorded"):
        small.record(small.entry(student=1))


def test_the_method_is_the_targets_own_then_its_frameworks_then_the_general_one(small):
    since = timezone.now() - timedelta(days=1)
    small.record(
        *(
            small.entry(target=t, value=v, day=date(2026, 9, d))
            for t in (0, 1)
            for d, v in ((1, 400), (2, 200))
        )
    )
    assert standing(small).level == 2.0
    CalculationPolicy.objects.create(framework=small.framework, method="highest", valid_from=since)
    CalculationPolicy.objects.create(item=small.targets[1], method="mean", valid_from=since)
    CalculationPolicy.objects.create(
        item=small.targets[0], method="mean", valid_from=since + timedelta(days=9)
    )  # not yet
    small.record(
        small.entry(day=date(2026, 9, 3), value=100), small.entry(target=1, day=date(2026, 9, 3), value=300)
    )
    assert (standing(small).level, standing(small, target=1).level) == (4.0, 3.0)


def test_a_policy_may_order_by_due_date(small):
    CalculationPolicy.objects.create(
        framework=small.framework, method="latest", order="due_on", valid_from=timezone.now() - timedelta(1)
    )
    small.record(
        small.entry(value=400, day=date(2026, 9, 20), due_on=date(2026, 9, 1)),
        small.entry(value=200, day=date(2026, 9, 2), due_on=date(2026, 9, 10)),
    )
    assert standing(small).level == 2.0


def test_other_scales(small):
    ScaleUse.objects.update(scale=ScaleVersion.objects.get(key="pass-fail"))
    small.record(small.entry(value=100))
    assert (standing(small).level, standing(small).met) == (1.0, True)


@pytest.mark.parametrize("who", ["stranger", "ended"])
def test_only_those_who_teach_the_student_may_score(small, who):
    if who == "ended":
        Tie.objects.filter(adult=small.teacher.adult).update(end_on=timezone.localdate() - timedelta(days=1))
    with pytest.raises(NotHere):
        small.record(small.entry(), by=small.stranger if who == "stranger" else small.teacher)
    assert not Evidence.objects.exists()


def test_a_score_has_an_author(small):
    with pytest.raises(ValueError, match="author"):
        record_scores([small.entry()], by=None)


def test_one_score_takes_at_most_eight_statements_and_thirty_take_no_more(small, transactional_db):
    small.record(small.entry())  # versions of scale and policy are read once per process
    with CaptureQueriesContext(
        connection,
    ) as one:
        small.record(small.entry(target=1))
    with CaptureQueriesContext(connection) as many:
        small.record(
            *(
                small.entry(student=s, target=t, value=v)
                for s in range(3)
                for t in range(4)
                for v in (300, 400)
            )
        )
    assert len(one) <= 8, [q["sql"] for q in one.captured_queries]
    # A batch that raises some counts and lowers others needs one statement more; SQLite logs a run of rows as one.
    assert len(many) <= 9, [q["sql"] for q in many.captured_queries]


def test_a_target_that_is_gone_is_refused(small):
    gone = Item.objects.create(framework=small.framework, identifier="gone", statement="x", scorable=True)
    small.targets.append(gone)
    entry = small.entry(target=4)
    gone.delete()
    with pytest.raises(Refusal, match="no such target"):
        small.record(entry)


def test_undoing_a_correction_brings_the_corrected_score_back(small):
    small.record(small.entry(value=200, entry_key="a"))
    first = Evidence.objects.get()
    small.record(small.entry(value=300, supersedes=first.pk, entry_key="b"), by=small.co_teacher)
    withdraw_score("b", by=small.co_teacher)
    assert (standing(small).level, standing(small).count) == (2.0, 1)
    small.record(small.entry(value=400, supersedes=first.pk, entry_key="c"))
    assert standing(small).level == 4.0
    rows = list(Evidence.objects.order_by("pk"))  # one chain: score, correction, withdrawal, correction
    assert [row.supersedes_id for row in rows] == [None, rows[0].pk, rows[1].pk, rows[2].pk]


def test_what_a_colleague_corrected_is_not_taken_back_under_their_hands(small):
    small.record(small.entry(value=200, entry_key="a"))
    small.record(small.entry(value=300, supersedes=Evidence.objects.get().pk), by=small.co_teacher)
    with pytest.raises(Refusal, match="already corrected"):
        withdraw_score("a", by=small.teacher)
    assert standing(small).level == 3.0


def test_undo_twice_is_undo_once_and_the_longest_key_can_be_undone(small):
    key = "k" * 80
    small.record(small.entry(entry_key=key))
    withdraw_score(key, by=small.teacher)
    assert withdraw_score(key, by=small.teacher).added == 0
    assert standing(small) is None and Evidence.objects.count() == 2


def test_what_was_recorded_can_be_taken_back_after_recording_stopped(small):
    small.record(small.entry(entry_key="a"))
    ScaleUse.objects.update(stage="scales")
    withdraw_score("a", by=small.teacher)
    assert standing(small) is None


def test_a_score_of_an_earlier_scale_does_not_pass_for_one_of_the_new(small):
    small.record(small.entry(value=100))
    ScaleUse.objects.create(
        framework=small.framework,
        scale=ScaleVersion.objects.get(key="pass-fail"),
        valid_from=timezone.localdate(),
        counts_from=timezone.localdate() + timedelta(days=1),
    )
    small.record(small.entry(target=1, value=100))
    done = recompute()
    assert done.cells_changed and standing(small) is None
    assert Evidence.objects.filter(target=small.targets[0]).count() == 1  # the evidence itself stays


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"title": "x" * 201}, "too long"),
        ({"entry_key": "x" * 81}, "too long"),
        ({"no_score": "lazy"}, "neither"),
        ({"day": date(1815, 6, 18)}, "too long ago"),
        ({"recorded_at": timezone.now() + timedelta(days=9)}, "still to come"),
    ],
)
def test_both_databases_refuse_the_same(small, change, words):
    with pytest.raises(Refusal, match=words):
        small.record(small.entry(**change))
    assert not Evidence.objects.exists()


def test_letters_that_no_database_holds_are_left_out(small):
    small.record(small.entry(title="Exit\x00 ticket\ud800"))
    assert Evidence.objects.get().title == "Exit ticket"


def test_moving_a_target_in_its_framework_recounts_what_stands_above(small):
    small.record(small.entry(value=200), small.entry(target=3, value=300))
    ItemAncestor.objects.filter(item=small.targets[0], ancestor=small.strands[0]).update(
        ancestor=small.strands[1]
    )
    recount_parents([small.targets[0].pk])
    assert counts(small) == {"level": (1, 2), "number": (0, 0), "ratio": (1, 2)}
    small.record(small.entry(value=300, day=date(2026, 10, 2)))
    assert counts(small)["ratio"] == (2, 2)
