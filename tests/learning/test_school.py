"""Does each number of the school page have its list, and each list the right names?"""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from cairn.access.decide import DENIED, Decision, NotHere
from cairn.learning.plans.actions import Choice, choose_targets
from cairn.learning.plans.school import class_gaps, numbers, stuck_targets, students_listed
from cairn.people.models import Class, ClassEnrollment, ProgramParticipation, SchoolEnrollment, Student

YES = Decision(True, "because")


def names(school, name, **more):
    rows, count = students_listed(school.school, name, YES, on=timezone.localdate(), **more)
    assert count == len(rows)
    return {row.student.given_name: row.count for row in rows}


def test_every_number_has_its_list(small):
    today = timezone.localdate()
    ProgramParticipation.objects.create(student=small.students[0], school=small.school, begin_on=today)
    ProgramParticipation.objects.create(
        student=small.students[1], school=small.school, end_on=today - timedelta(days=1)
    )
    SchoolEnrollment.objects.filter(student=small.students[2]).update(end_on=today - timedelta(days=1))
    weeks_ago = [today - timedelta(weeks=n) for n in range(8)]
    choices = [Choice(t.pk, weeks_ago[4]) for t in small.targets]
    choose_targets(choices, by=small.teacher, klass=small.klass, on=weeks_ago[6])
    small.record(
        small.entry(0, 0, 300, weeks_ago[1]),
        small.entry(0, 1, 300, weeks_ago[1]),
        small.entry(1, 0, 300, weeks_ago[4]),
    )
    assert names(small, "enrolled").keys() == {"Ana", "Ben"}
    assert names(small, "personalized").keys() == {"Ana"}
    assert names(small, "quiet").keys() == {"Ben"}
    assert names(small, "grown") == {"Ana": 2}
    assert names(small, "to_go") == {"Ben": 3, "Cy": 4}  # Cy has left the school's roll but not the class's
    found = numbers(small.school, YES, on=today)
    assert found == {"enrolled": 2, "personalized": 1, "quiet": 1, "grown": 1, "met": 2, "to_go": 2}


def test_a_withdrawn_score_does_not_make_a_student_active(small):
    from cairn.learning.mastery.actions import withdraw_score

    small.record(small.entry(0, 0, 300, timezone.localdate(), entry_key="oops"))
    assert "Ana" not in names(small, "quiet")
    withdraw_score("oops", by=small.teacher)
    assert "Ana" in names(small, "quiet")


def test_stuck_targets_need_ten_students_and_less_than_half(small):
    today = timezone.localdate()
    for i in range(9):
        student = Student.objects.create(given_name=f"S{i}", family_name="Z")
        ClassEnrollment.objects.create(student=student, klass=small.klass)
        SchoolEnrollment.objects.create(student=student, school=small.school)
        small.students.append(student)
    small.record(*(small.entry(s, 0, 300 if s < 4 else 200, today) for s in range(9)))
    assert stuck_targets(small.school, YES, on=today, language="en") == []
    small.record(small.entry(9, 0, 200, today))
    (stuck,) = stuck_targets(small.school, YES, on=today, language="en")
    assert (stuck.name, stuck.met, stuck.working) == ("Target 0", 4, 10)
    assert len(names(small, "target", target=small.targets[0].pk)) == 6


def test_classes_without_evidence_are_named(small):
    today = timezone.localdate()
    other = Class.objects.create(school=small.school, title="Art")
    ClassEnrollment.objects.create(student=small.students[0], klass=other)
    Class.objects.create(school=small.school, title="Empty")
    small.record(small.entry(0, 0, 300, today))
    gaps, total = class_gaps(small.school, YES, on=today)
    assert ([(gap.klass.title, gap.planned, gap.students) for gap in gaps], total) == ([("Art", False, 1)], 3)


def test_without_permission_nothing_is_counted(small):
    on = date(2026, 11, 1)
    for ask in (
        lambda: numbers(small.school, DENIED, on=on),
        lambda: students_listed(small.school, "quiet", DENIED, on=on),
        lambda: stuck_targets(small.school, DENIED, on=on, language="en"),
        lambda: class_gaps(small.school, DENIED, on=on),
    ):
        with pytest.raises(NotHere):
            ask()
