"""Does the record settle to the same truth whatever the order, the batching and the hurry?"""

import threading
from collections import defaultdict
from datetime import date, timedelta
from itertools import pairwise

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cairn.learning.mastery.actions import record_scores, withdraw_score
from cairn.learning.mastery.mending import without_counter
from cairn.learning.mastery.recompute import recompute
from cairn.learning.models import Evidence, ItemAncestor, Mastery, ParentCount
from tests.learning.conftest import build_small

STEPS = st.tuples(
    st.integers(0, 2),  # student
    st.integers(0, 3),  # target
    st.sampled_from([0, 50, 100, 150, 200, 250, 300, 350, 400, "missing", "exempt", "withdraw", "correct"]),
    st.integers(0, 5),  # day
)


def play(school, batches):
    """Record these steps in these batches; a withdrawal takes back, a correction replaces, the last own entry."""
    own: dict[tuple[int, int], list[str]] = defaultdict(list)
    for batch in batches:
        entries = []
        for student, target, value, day in batch:
            stack = own[student, target]
            if value in ("withdraw", "correct") and (not stack or value == "correct"):
                value = 200
            if value == "withdraw":
                if entries:
                    record_scores(entries, by=school.teacher)
                    entries = []
                withdraw_score(stack.pop(), by=school.teacher)
                continue
            kind = value if isinstance(value, str) else ""
            entry = school.entry(
                student, target, 0 if kind else value, date(2026, 9, 1) + timedelta(days=day), no_score=kind
            )
            stack.append(entry.entry_key)
            entries.append(entry)
        record_scores(entries, by=school.teacher)


def naive_counts(school):
    above = defaultdict(set)
    for link in ItemAncestor.objects.all():
        above[link.item_id].add(link.ancestor_id)
    counts = defaultdict(lambda: [0, 0])
    for row in Mastery.objects.filter(count__gt=0):
        for ancestor in above[row.target_id]:
            counts[row.student_id, ancestor][0] += row.met
            counts[row.student_id, ancestor][1] += 1
    return {key: tuple(value) for key, value in counts.items()}


@pytest.mark.django_db
@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEPS, min_size=1, max_size=14), cuts=st.sets(st.integers(1, 13)))
def test_recomputing_a_record_changes_nothing_however_it_came_in(steps, cuts):
    edges = [0, *sorted(cut for cut in cuts if cut < len(steps)), len(steps)]
    with transaction.atomic():
        school = build_small()
        play(school, [steps[a:b] for a, b in pairwise(edges)])
        kept = {(row.student_id, row.item_id): (row.met, row.scored) for row in ParentCount.objects.all()}
        assert {key: value for key, value in kept.items() if value != (0, 0)} == naive_counts(school)
        done = recompute()
        assert (done.cells_changed, done.parents_changed, without_counter()) == (0, 0, 0)
        transaction.set_rollback(True)


@pytest.mark.django_db
def test_recomputing_mends_what_was_broken(small):
    small.record(small.entry(value=300), small.entry(target=1, value=200))
    Mastery.objects.filter(target=small.targets[0]).update(level=1.0, met=False)
    ParentCount.objects.update(met=0)
    Mastery.objects.filter(target=small.targets[1]).delete()
    assert recompute(dry_run=True).cells_changed == 2
    done = recompute()
    assert done.cells_changed == 2 and done.parents_changed
    assert set(Mastery.objects.values_list("level", "met")) == {(3.0, True), (2.0, False)}
    assert {(row.met, row.scored) for row in ParentCount.objects.all()} == {(1, 2)}
    assert recompute().cells_changed == recompute().parents_changed == 0


def together(*jobs):
    """Run these at the same moment, each with its own connection; raise what they raise."""
    gate, faults = threading.Barrier(len(jobs)), []

    def run(job):
        try:
            gate.wait(10)
            job()
        except Exception as fault:
            faults.append(fault)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[job]) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    if faults:
        raise faults[0]


def test_two_teachers_one_cell_and_one_parent(small, transactional_db):
    """Twenty scores from two teachers at once: no evidence is lost, no count is off, the level is the rule's."""
    from cairn.people.models import Account

    def teacher(account, values):
        account = Account.objects.get(pk=account)
        for place, value in enumerate(values):
            record_scores(
                [small.entry(0, place % 4, value), small.entry(1, (place + 1) % 4, value)], by=account
            )

    together(
        lambda: teacher(small.teacher.pk, [300, 200] * 5),
        lambda: teacher(small.co_teacher.pk, [400, 100] * 5),
    )
    assert Evidence.objects.count() == 40
    kept = {(row.student_id, row.item_id): (row.met, row.scored) for row in ParentCount.objects.all()}
    assert {key: value for key, value in kept.items() if value != (0, 0)} == naive_counts(small)
    done = recompute()
    assert (done.cells_changed, done.parents_changed) == (0, 0)


def test_a_score_typed_during_an_import_is_neither_lost_nor_alone(small, transactional_db):
    def bulk():
        for day in range(10):
            entries = [
                small.entry(s, t, 200, date(2026, 9, 1) + timedelta(days=day))
                for s in range(3)
                for t in range(4)
            ]
            record_scores(entries, by=None, run=1)

    together(bulk, lambda: [small.record(small.entry(0, 0, 300, date(2026, 9, 30))) for _ in range(5)])
    assert Evidence.objects.count() == 125
    assert Mastery.objects.get(student=small.students[0], target=small.targets[0]).level == 3.0
    assert recompute().cells_changed == 0
