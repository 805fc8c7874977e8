"""Does a student's log show every opening of a page that showed them, and no other?"""

from datetime import timedelta

import pytest
from django.utils import timezone

from cairn.people.models import Account, Adult, Agency, Class, Student
from cairn.trail.actions import record_change, record_look
from cairn.trail.models import Look
from cairn.trail.queries import changes_of, changes_of_student, looks_at

WHY = {"because": "you teach {klass}", "values": {"klass": "Math"}, "tie": "teaches"}


@pytest.fixture
def world(db):
    school = Agency.objects.create(kind="school", name="Aspen")
    klass = Class.objects.create(school=school, title="Math")
    ana, ben = (Student.objects.create(given_name=n, family_name="Lee") for n in ("Ana", "Ben"))
    viewer = Account.objects.create(username="v", adult=Adult.objects.create(given_name="V", family_name="W"))
    return school, klass, ana, ben, viewer


def pages(student, klass, school):
    return [look.page for look in looks_at(student.pk, classes=[klass.pk], agencies=[school.pk])]


def test_a_look_at_a_class_counts_for_those_who_were_on_the_page(world):
    school, klass, ana, ben, viewer = world
    record_look(viewer=viewer.pk, page="class", because=WHY, students=[ana.pk], klass=klass.pk)
    record_look(viewer=viewer.pk, page="list", because=WHY, students=[ana.pk, ben.pk], agency=school.pk)
    record_look(viewer=viewer.pk, page="student", because=WHY, students=[ben.pk], student=ben.pk)
    assert Look.objects.count() == 3  # one row per opened page, however many students it shows
    assert set(pages(ana, klass, school)) == {"class", "list"}
    assert set(pages(ben, klass, school)) == {"list", "student"}


def test_a_students_id_is_not_found_inside_another(world):
    school, klass, ana, _, viewer = world
    record_look(
        viewer=viewer.pk, page="class", because=WHY, students=[ana.pk * 10, ana.pk * 10 + 1], klass=klass.pk
    )
    assert pages(ana, klass, school) == []


def test_the_log_is_newest_first_and_pages_backward(world):
    _, _, ana, _, viewer = world
    for n in range(5):
        record_look(viewer=viewer.pk, page=f"p{n}", because=WHY, students=[ana.pk], student=ana.pk)
        Look.objects.filter(page=f"p{n}").update(occurred_at=timezone.now() - timedelta(days=5 - n))
    first = looks_at(ana.pk, classes=[], agencies=[], most=2)
    assert [look.page for look in first] == ["p4", "p3"]
    rest = looks_at(ana.pk, classes=[], agencies=[], most=9, before=first[-1].occurred_at)
    assert [look.page for look in rest] == ["p2", "p1", "p0"]


def test_changes_keep_before_after_and_by_whom(world):
    _, _, ana, _, viewer = world
    for before, after in (("A", "B"), ("B", "C")):
        record_change(
            action="rename",
            entity="student",
            object_id=ana.pk,
            before={"n": before},
            after={"n": after},
            by=viewer.pk,
            student=ana.pk,
        )
    rows = list(changes_of(entity="student", object_id=ana.pk))
    assert [(row.before["n"], row.after["n"], row.actor) for row in rows] == [
        ("A", "B", viewer),
        ("B", "C", viewer),
    ]
    tomorrow = timezone.localdate() + timedelta(days=1)
    assert changes_of_student(ana.pk).count() == 2 and not changes_of_student(ana.pk, since=tomorrow).exists()
