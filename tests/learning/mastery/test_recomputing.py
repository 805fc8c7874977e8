"""Do the columns find what deciding cell by cell finds, whatever the rules, and does a stopped run go on?"""

import random
from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import Exists, OuterRef
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cairn.access.decide import today
from cairn.learning.frameworks.actions import publish_policy
from cairn.learning.mastery import auditing, chunks, mending
from cairn.learning.mastery.cells import read_cells
from cairn.learning.mastery.migrating import apply_policies
from cairn.learning.mastery.recompute import book_now, dry_run, recompute
from cairn.learning.mastery.under import levels_under, under
from cairn.learning.models import (
    Evidence,
    Mastery,
    Override,
    ParentCount,
    PolicyChange,
    PolicyRun,
    RecomputePlace,
    RecordVersion,
)
from cairn.rules.conditions import Conditions
from cairn.rules.mastery import Method
from tests.learning.varied import build_varied


@pytest.fixture
def varied(db):
    return build_varied()


def one_by_one() -> dict:
    """What should be kept, by the cells' own way."""
    pairs = set(Evidence.objects.values_list("student", "target"))
    pairs |= set(Mastery.objects.values_list("student", "target"))
    cells = read_cells(sorted(pairs), now=timezone.now(), today=timezone.localdate())
    return {pair: mending.row_of(cell) for pair, cell in cells.items() if mending.row_of(cell) is not None}


def kept() -> dict:
    rows = Mastery.objects.values_list("student", "target", *mending.FIELDS)
    return {row[:2]: row[2:] for row in rows}


def counts() -> dict:
    rows = ParentCount.objects.exclude(met=0, scored=0)
    return {row[:2]: row[2:] for row in rows.values_list("student", "item", "met", "scored")}


def looked() -> auditing.Found:
    """All students in one chunk."""
    (students,) = chunks.ranges(0)
    return auditing.look(students, book_now())


@pytest.mark.django_db
@pytest.mark.parametrize("seed", [1, 2])
def test_columns_and_cells_decide_the_same_under_every_rule(seed):
    build_varied(12, 400, seed)
    recompute()
    assert kept() == one_by_one()
    chained = set(
        Evidence.objects.filter(supersedes__isnull=False).values_list("student", "target").distinct()
    )
    by_hand = set(Override.objects.filter(lifted_at=None).values_list("student", "target"))
    found = looked()
    assert set(found.suspects) == chained | by_hand  # all others the columns decided, and to the same bits
    assert found.miscounted == []
    assert found.cells == len(set(Evidence.objects.values_list("student", "target")))
    assert found.cells > 2 * len(found.suspects)


SPOILT = {
    "level": 0.5,
    "met": None,  # turned around
    "no_score": "hidden",
    "count": 99,
    "last_shown_on": timezone.localdate() - timedelta(days=777),
    "changed_on": timezone.localdate() - timedelta(days=777),
    "previous_level": 3.999999999,
    "met_on": timezone.localdate() - timedelta(days=777),
    "computed_level": 1.0,
    "due_on": timezone.localdate() - timedelta(days=777),
}


def test_any_spoilt_column_of_a_level_is_found_and_mended(varied):
    recompute()
    right, above = kept(), counts()
    rows = list(Mastery.objects.filter(override=None, count__gt=0).order_by("pk"))
    for column, value in SPOILT.items():
        row = random.Random(column).choice(rows)
        value = not row.met if column == "met" else value
        Mastery.objects.filter(pk=row.pk).update(**{column: value})
        assert recompute(dry_run=True).cells_changed == 1, column
        assert kept() != right
        assert recompute().cells_changed == 1
        assert (kept(), counts()) == (right, above)


def test_missing_and_superfluous_levels_and_counts_are_found(varied):
    recompute()
    right, above = kept(), counts()
    chained = Evidence.objects.filter(
        supersedes__isnull=False, student=OuterRef("student"), target=OuterRef("target")
    )
    gone, kept_on = Mastery.objects.filter(~Exists(chained), override=None, count__gt=0)[:2]
    gone.delete()
    Evidence.objects.filter(student=kept_on.student_id, target=kept_on.target_id).delete()
    ParentCount.objects.filter(met__gt=0).update(met=0)
    done = recompute()
    assert done.cells_changed == 2 and done.parents_changed
    del right[kept_on.student_id, kept_on.target_id]
    assert kept() == right == one_by_one()
    assert counts() != above
    again = recompute()
    assert (again.cells_changed, again.parents_changed) == (0, 0)
    assert again.parents == done.parents == ParentCount.objects.count()


def test_small_chunks_come_to_the_same(varied, monkeypatch):
    Mastery.objects.update(level=1.0)
    whole = recompute(dry_run=True)
    monkeypatch.setattr(chunks, "MOST", 40)
    monkeypatch.setattr(auditing, "COUNTERS", 40)
    assert len(list(chunks.ranges(0))) > 5
    assert recompute(dry_run=True) == whole
    assert recompute(after=chunks_end(3), dry_run=True).students == RecordVersion.objects.count() - 3


def chunks_end(students: int) -> int:
    return RecordVersion.objects.order_by("student")[students - 1].student_id


def test_a_healthy_record_is_read_without_a_lock(small):
    small.record(small.entry(value=300), small.entry(target=1, value=200))
    with CaptureQueriesContext(connection) as captured:
        recompute()
    assert len(captured) <= 15
    assert not [one for one in captured if "UPDATE" in one["sql"] or "INSERT" in one["sql"]]


def test_what_was_typed_since_somebody_looked_stays(small, monkeypatch):
    small.record(small.entry(value=300))
    Mastery.objects.update(level=1.0)
    look = auditing.look

    def and_a_teacher_types(*asked):
        found = look(*asked)
        small.record(small.entry(value=400, day=today()))
        return found

    monkeypatch.setattr("cairn.learning.mastery.recompute.look", and_a_teacher_types)
    assert recompute().cells_changed == 0
    assert Mastery.objects.get().level == 4.0


class Killed(Exception):
    pass


def kill_after(times: int):
    def progress(_done, _total):
        nonlocal times
        times -= 1
        if times == 0:
            raise Killed

    return progress


def test_a_killed_run_goes_on_where_it_stopped(varied, monkeypatch):
    recompute()
    publish_policy(varied.framework, Method("latest"), by=varied.teacher)
    want = recompute(dry_run=True)
    assert want.cells_changed > 5
    monkeypatch.setattr(chunks, "MOST", 40)
    with pytest.raises(Killed):
        apply_policies(by=None, progress=kill_after(3))
    place = RecomputePlace.objects.get()
    before = PolicyChange.objects.count()
    run, done = apply_policies(by=None)
    assert 0 < before < PolicyChange.objects.count() == run.changed == want.cells_changed
    assert (done.students, done.cells, done.cells_changed) == (want.students, want.cells, want.cells_changed)
    assert PolicyRun.objects.count() == 1 and place.after > 0
    assert not RecomputePlace.objects.exists()


def test_under_other_rules_a_killed_run_begins_anew(varied, monkeypatch):
    monkeypatch.setattr(chunks, "MOST", 40)
    with pytest.raises(Killed):
        dry_run(progress=kill_after(3))
    publish_policy(varied.framework, Method("latest"), by=varied.teacher)
    assert dry_run() == recompute(dry_run=True)
    assert not RecomputePlace.objects.exists()


@pytest.mark.parametrize(
    "method", [Method("highest"), Method("mean", conditions=Conditions(pool="last", minimum=2))]
)
def test_another_rule_by_columns_is_another_rule_by_cells(varied, method):
    recompute()
    students = sorted(student.pk for student in varied.students)[::2]  # not one range
    targets = [target.pk for target in varied.targets[1:]]
    rows = Mastery.objects.filter(student__in=students, target__in=targets, override=None)
    stand = {row[:2]: row[2:] for row in rows.values_list("student", "target", "level", "met")}
    cells = read_cells(sorted(stand), now=timezone.now(), today=today(), under=method)
    want = {pair: (cell.now.level, cell.now.met) for pair, cell in cells.items()}
    found = levels_under(students, targets, under(book_now(), method))
    told = {(student, target): (before, after) for student, target, before, after in found.changed}
    assert told == {pair: (stand[pair], new) for pair, new in want.items() if new != stand[pair]}
    assert len(told) > 10 and sum(found.by_student.values()) == sum(found.by_target.values()) == len(stand)
