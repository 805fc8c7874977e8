"""Is what recording costs a school counted rightly, said only of enough people, and asked in few queries?"""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cairn.access.decide import DENIED, Decision, NotHere, today
from cairn.learning.evidence.effort import add_efforts
from cairn.learning.mastery.actions import record_scores, withdraw_score
from cairn.learning.models import CalculationPolicy, Effort, Evidence, PlannedTarget
from cairn.learning.plans.burden import entered_twice, entry_cost, old_classes, old_classes_listed
from cairn.learning.plans.school import record_of
from cairn.people.models import Class, ClassEnrollment, Course, SchoolEnrollment, Tie
from cairn.rules.burden import Doubled, effort
from tests.learning.conftest import person

YES = Decision(True, "because")
TOOK = effort(4_000, 2)


def sections(small, course, count, *, teachers=None):
    """So many classes of a course, each with its own teacher, or with those given."""
    made = []
    for number in range(count):
        klass = Class.objects.create(school=small.school, course=course, title=f"{course.title} {number}")
        adult = teachers[number].adult if teachers else person(f"t{klass.pk}").adult
        Tie.objects.create(adult=adult, kind="teaches", klass=klass)
        made.append(klass)
    return made


def course(small, title):
    return Course.objects.create(agency=small.school, title=title)


def test_what_entry_took_is_added_up_by_class_and_day(small):
    small.record(small.entry(0, 0), small.entry(1, 0))
    assert not Effort.objects.exists()  # nothing was measured
    record_scores(
        [small.entry(0, 1), small.entry(1, 1), small.entry(2, 1)],
        by=small.teacher,
        efforts=[TOOK, effort(3_900, 1.9), None],
    )
    record_scores([small.entry(2, 2)], by=small.teacher, efforts=[effort(700_000, 2)])
    rows = Effort.objects.order_by("seconds").values_list("klass", "recorded_on", "scores", "spent")
    assert list(rows) == [(small.klass.pk, today(), 2, 7_900), (small.klass.pk, today(), 1, 600_000)]


def test_what_comes_again_is_not_measured_again(small):
    entry = small.entry()
    for _ in range(2):
        record_scores([entry], by=small.teacher, efforts=[TOOK])
    assert Effort.objects.get().scores == 1


def test_a_refused_batch_leaves_no_effort(small):
    bad = small.entry(0, 0, 999)
    with pytest.raises(ValueError, match="score"):
        record_scores([small.entry(1, 0), bad], by=small.teacher, efforts=[TOOK, TOOK])
    assert not Effort.objects.exists()


def test_measuring_takes_one_statement_more_however_many_scores(small, transactional_db):
    small.record(small.entry())

    def statements(*entries, efforts):
        with CaptureQueriesContext(connection) as asked:
            record_scores(entries, by=small.teacher, efforts=efforts)
        return len(asked)

    first = statements(small.entry(target=1), efforts=[])
    assert statements(small.entry(target=2), efforts=[TOOK]) == first + 1 <= 9
    assert statements(small.entry(target=2), efforts=[TOOK]) <= 8  # no parent's count changes
    column = [[small.entry(student=s, target=t) for s in (1, 2)] for t in (1, 2)]
    plain = statements(*column[0], efforts=[])
    assert statements(*column[1], efforts=[effort(n * 5_000, n) for n in range(2)]) == plain + 1


def test_nothing_is_said_of_few_scores_classes_or_teachers(small):
    math, art = course(small, "Math"), course(small, "Art")
    own = sections(small, math, 3)
    one_teacher = person("same")
    shared = sections(small, art, 3, teachers=[one_teacher] * 3)
    for klass in own[:2]:
        add_efforts([(klass.pk, TOOK)] * 20, on=today())
    found = entry_cost(small.school, YES, on=today())
    assert (found.whole.now, found.courses, found.few, found.is_measured) == (None, [], 1, True)
    add_efforts([(own[2].pk, TOOK)] * 5, on=today())
    for klass in shared:
        add_efforts([(klass.pk, effort(8_000, 4))] * 20, on=today())
    found = entry_cost(small.school, YES, on=today())
    assert [(cost.title, cost.now.scores, cost.now.seconds) for cost in found.courses] == [("Math", 45, 4.0)]
    assert found.few == 1  # three classes of one teacher are one teacher
    assert (found.whole.now.scores, found.whole.now.seconds, found.whole.before) == (105, 8.0, None)


def test_a_cycle_is_compared_with_the_one_before(small):
    classes = sections(small, course(small, "Math"), 3)
    for days, took in ((0, 2_000), (20, 2_000), (21, 9_000), (41, 9_000), (42, 60_000)):
        for klass in classes:
            add_efforts([(klass.pk, effort(took, 1))] * 10, on=today() - timedelta(days=days))
    found = entry_cost(small.school, YES, on=today())
    (cost,) = found.courses
    assert (cost.now.scores, cost.now.seconds, cost.before.scores, cost.before.seconds) == (60, 2.0, 60, 10.0)
    then = entry_cost(small.school, YES, on=today() - timedelta(days=1))
    assert then.whole.now.scores == 60  # those of 20 and 21 days ago; of today nothing was known
    assert not entry_cost(small.school, YES, on=date(2020, 1, 1)).is_measured


def brought(small, *entries):
    record_scores(entries, by=None, run=1)


def test_the_same_score_twice_is_found_and_a_correction_is_none(small):
    on = today()
    small.record(small.entry(0, 0, 300, on), small.entry(0, 0, 300, on))
    small.record(small.entry(1, 0, 300, on, title="Ticket"), small.entry(1, 0, 300, on, title="Project"))
    small.record(small.entry(2, 0, 300, on), small.entry(2, 0, 200, on))
    total, listed = entered_twice(small.school, YES, on=on)
    assert total == Doubled(typed=1)
    assert [(row.klass, row.counts) for row in listed] == [(small.klass, total)]
    brought(small, small.entry(1, 0, 300, on, title="Ticket"), small.entry(2, 1, 300, on))
    assert entered_twice(small.school, YES, on=on)[0] == Doubled(typed=1, beside_file=1)
    first = Evidence.objects.get(student=small.students[2], target=small.targets[1])
    small.record(small.entry(2, 1, 300, on, supersedes=first.pk))
    assert entered_twice(small.school, YES, on=on)[0] == Doubled(typed=1, beside_file=1)
    small.record(small.entry(2, 1, 300, on, entry_key="again"))
    assert entered_twice(small.school, YES, on=on)[0] == Doubled(typed=2, beside_file=1)
    withdraw_score("again", by=small.teacher)
    assert entered_twice(small.school, YES, on=on)[0] == Doubled(typed=1, beside_file=1)


def test_what_was_shown_before_the_cycle_or_in_no_class_of_the_school(small):
    on, long_ago = today(), today() - timedelta(days=21)
    small.record(small.entry(0, 0, 300, long_ago), small.entry(0, 0, 300, long_ago))
    assert entered_twice(small.school, YES, on=on) == (Doubled(), [])
    nowhere = [small.entry(0, 1, 300, on)._replace(klass=None) for _ in range(2)]
    brought(small, *nowhere)
    total, (row,) = entered_twice(small.school, YES, on=on)
    assert (total, row.klass, row.counts) == (Doubled(by_files=1), None, total)


def test_a_past_day_counts_what_was_entered_by_then(small):
    on, yesterday = today(), today() - timedelta(days=1)
    small.record(small.entry(0, 0, 300, yesterday), small.entry(0, 0, 300, yesterday))
    Evidence.objects.update(entered_on=yesterday, entered_at=timezone.now() - timedelta(days=1))
    small.record(small.entry(0, 0, 300, yesterday))
    for day, count in ((on, 2), (yesterday, 1), (yesterday - timedelta(days=1), 0)):
        assert entered_twice(small.school, YES, on=day)[0] == Doubled(typed=count)


def planned(small, *targets, klass=None, planned_on=None):
    for place, target in enumerate(targets):
        PlannedTarget.objects.create(
            klass=klass or small.klass,
            target=small.targets[target],
            position=place,
            planned_on=planned_on,
            valid_from=date(2020, 1, 1),
        )


def listed(small, on=None):
    on = on or today()
    with record_of(small.school, YES, on=on) as record:
        ids, total = old_classes(small.school, YES, on=on, record=record)
        rows = old_classes_listed(small.school, ids, YES, on=on, record=record)
    assert len(rows) == len(ids)
    return rows, total


def test_a_class_is_old_when_nothing_planned_by_now_was_shown_lately(small):
    on = today()
    art = Class.objects.create(school=small.school, title="Art")  # no plan
    ClassEnrollment.objects.create(student=small.students[0], klass=art)
    Class.objects.create(school=small.school, title="Empty")
    assert listed(small) == ([], 0)
    planned(small, 0, 1)
    planned(small, 2, planned_on=on + timedelta(days=7))
    (row,), total = listed(small)
    assert (row.klass, row.students, row.without, row.targets, row.untouched, row.newest, total) == (
        small.klass, 3, 3, 2, 2, None, 1,
    )  # fmt: skip
    small.record(
        small.entry(0, 0, 300, on - timedelta(days=22)),
        small.entry(1, 2, 300, on),  # planned for later
        small.entry(1, 3, 300, on),  # not planned
    )
    (row,), _total = listed(small)
    assert (row.without, row.untouched, row.newest) == (2, 1, on - timedelta(days=22))
    small.record(small.entry(2, 1, 300, on - timedelta(days=21)))
    assert listed(small) == ([], 1)


def test_a_policy_may_call_evidence_old_sooner(small):
    on = today()
    planned(small, 0, 1)
    small.record(small.entry(0, 0, 300, on - timedelta(days=8)))
    assert listed(small)[0] == []
    policy = {"method": "latest", "valid_from": timezone.now(), "conditions": {"stale_after": 7}}
    CalculationPolicy.objects.create(item=small.targets[0], version=1, **policy)
    assert [row.klass for row in listed(small)[0]] == [small.klass]
    small.record(small.entry(0, 1, 300, on - timedelta(days=8)))
    assert listed(small)[0] == []  # the other target has no such condition
    (before,), _total = listed(small, on - timedelta(days=1))
    assert before.newest is None  # nothing had been entered then


def test_a_past_day_sees_the_evidence_of_that_day(small):
    on = today()
    planned(small, 0)
    small.record(small.entry(0, 0, 300, on - timedelta(days=30)))
    Evidence.objects.update(
        entered_on=on - timedelta(days=30), entered_at=timezone.now() - timedelta(days=30)
    )
    small.record(small.entry(0, 0, 300, on))
    assert listed(small)[0] == []
    assert [row.newest for row in listed(small, on - timedelta(days=1))[0]] == [on - timedelta(days=30)]
    assert listed(small, on - timedelta(days=20))[0] == []


def test_the_queries_do_not_grow(small):
    def asked():
        with CaptureQueriesContext(connection) as queries:
            entry_cost(small.school, YES, on=today())
            entered_twice(small.school, YES, on=today())
            listed(small)
        return len(queries)

    planned(small, 0, 1)
    small.record(small.entry(0, 0, 300, today()), small.entry(0, 0, 300, today()))
    few = asked()
    for klass in sections(small, course(small, "Math"), 4):
        planned(small, 0, 1, klass=klass)
        for student in small.students:
            ClassEnrollment.objects.create(student=student, klass=klass)
        add_efforts([(klass.pk, effort(n * 1_000, n)) for n in range(20)], on=today())
    student = small.students[0]
    SchoolEnrollment.objects.filter(student=student).update(end_on=today())
    assert asked() <= few + 1  # the list of old classes is asked only where there are any
    assert few <= 10


def test_without_permission_nothing_is_counted(small):
    on = date(2026, 11, 1)
    for ask in (
        lambda: entry_cost(small.school, DENIED, on=on),
        lambda: entered_twice(small.school, DENIED, on=on),
        lambda: old_classes(small.school, DENIED, on=on),
        lambda: old_classes_listed(small.school, [1], DENIED, on=on),
    ):
        with pytest.raises(NotHere):
            ask()
