"""Does each door find what the viewer may find, and answer the same for absent and forbidden?"""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from cairn.access import directory
from cairn.access.decide import NotHere, may, may_many, school_year_begin
from cairn.people.models import (
    AcademicSession,
    Account,
    Adult,
    Agency,
    AgencyAncestor,
    Class,
    ClassEnrollment,
    SchoolEnrollment,
    Student,
    Tie,
)


def account(name, **ties):
    adult = Adult.objects.create(given_name=name, family_name="Q")
    for kind, target in ties.items():
        Tie.objects.create(adult=adult, kind=kind, **target)
    return Account.objects.create(username=name, adult=adult)


@pytest.fixture
def world(db):
    district = Agency.objects.create(kind="district", name="District")
    aspen, birch = (Agency.objects.create(kind="school", name=n, parent=district) for n in ("Aspen", "Birch"))
    for agency in (aspen, birch, district):
        AgencyAncestor.objects.create(agency=agency, ancestor=agency)
    for school in (aspen, birch):
        AgencyAncestor.objects.create(agency=school, ancestor=district)
    math = Class.objects.create(school=aspen, title="Math", periods="2")
    art = Class.objects.create(school=aspen, title="Art", periods="1")
    ana, ben = (
        Student.objects.create(given_name=n, family_name=f) for n, f in (("Ana", "Lee"), ("Ben", "Ode"))
    )
    ClassEnrollment.objects.create(student=ana, klass=math)
    SchoolEnrollment.objects.create(student=ana, school=aspen, grade_level="03")
    SchoolEnrollment.objects.create(student=ben, school=birch)
    return {
        "district": district,
        "aspen": aspen,
        "birch": birch,
        "math": math,
        "art": art,
        "ana": ana,
        "ben": ben,
    }


def test_a_teacher_finds_their_class_and_its_students_only(world):
    teacher = account("t", teaches={"klass": world["math"]})
    assert list(directory.classes_of(teacher)) == [world["math"]]
    assert directory.class_of(teacher, world["math"].public_id)[0] == world["math"]
    student, decision = directory.student_of(teacher, world["ana"].public_id)
    assert (
        student == world["ana"]
        and decision.because == "you teach {klass}"
        and decision.values["klass"] == "Math"
    )
    assert directory.find_students(teacher, "an le") == [world["ana"]]
    assert directory.find_students(teacher, "ben") == []
    assert list(directory.students_in_class(world["math"])) == [world["ana"]]
    assert directory.roles_of(teacher) == ["teacher"]


def test_a_search_looks_at_the_beginning_of_every_word_of_a_name_and_exact_names_come_first(world):
    leader = account("l", leads={"agency": world["district"]})
    named = {}
    for given, family, preferred in (
        ("Anabel", "Abbot", ""),
        ("An", "Zorn", ""),
        ("Mai", "Garcia An-Lopez", ""),
        ("Susan", "Brandt", ""),
        ("Kim", "Brandt", "Andy"),
    ):
        student = Student.objects.create(given_name=given, family_name=family, preferred_given_name=preferred)
        SchoolEnrollment.objects.create(student=student, school=world["aspen"])
        named[given] = student
    found = directory.find_students(leader, "an")
    assert found[0] == named["An"], "who is called so comes first, whatever the family name"
    assert {named["Anabel"], named["Kim"], named["Mai"]} <= set(found[1:]) and named["Susan"] not in found
    assert directory.find_students(leader, "lopez") == [named["Mai"]]
    assert directory.find_students(leader, "an-lo mai") == [named["Mai"]]
    assert directory.find_students(leader, "-") == directory.find_students(leader, " ") == []


def test_absent_and_forbidden_are_the_same_refusal(world):
    teacher = account("t", teaches={"klass": world["math"]})
    for door, forbidden in (
        (directory.student_of, world["ben"]),
        (directory.class_of, world["art"]),
        (directory.agency_of, world["aspen"]),
    ):
        said = []
        for public_id in (forbidden.public_id, "0000000000"):
            with pytest.raises(NotHere) as refusal:
                door(teacher, public_id)
            said.append(str(refusal.value))
        assert said[0] == said[1]


def test_a_leader_of_the_district_reaches_every_school_below(world):
    leader = account("l", leads={"agency": world["district"]})
    assert list(directory.agencies_of(leader, "view", "school_numbers")) == [world["aspen"], world["birch"]]
    assert directory.agency_of(leader, world["birch"].public_id)[0] == world["birch"]
    assert directory.class_of(leader, world["math"].public_id)[0] == world["math"]
    assert directory.find_students(leader, "ode") == [world["ben"]]
    principal = account("p", leads={"agency": world["aspen"]})
    assert list(directory.agencies_of(principal, "view", "school_numbers")) == [world["aspen"]]
    assert directory.find_students(principal, "ode") == []


def test_a_family_finds_its_children_while_the_tie_holds(world):
    family = account("f", parents={"student": world["ana"]})
    assert list(directory.children_of(family)) == [world["ana"]]
    assert directory.student_of(family, world["ana"].public_id)[1].because == "you are family of {student}"
    Tie.objects.update(end_on=timezone.localdate() - timedelta(days=1))
    assert list(directory.children_of(family)) == []
    with pytest.raises(NotHere):  # a family tie shows nothing after its end
        directory.student_of(family, world["ana"].public_id)


def test_a_data_manager_keeps_people_and_never_reads_the_academic_record(world):
    manager = account("m", manages_data={"agency": world["district"]})
    assert directory.student_of(manager, world["ana"].public_id, category="directory")[0] == world["ana"]
    with pytest.raises(NotHere):
        directory.student_of(manager, world["ana"].public_id)
    admin = account("a", administers={})
    assert set(directory.agencies_of(admin, "manage", "accounts")) == {world["aspen"], world["birch"]}
    assert (
        directory.agency_of(admin, world["birch"].public_id, action="manage", category="accounts")[0]
        == world["birch"]
    )
    assert directory.class_of(admin, world["math"].public_id)[0] == world["math"]
    with pytest.raises(NotHere):
        directory.student_of(admin, world["ana"].public_id)


@pytest.mark.parametrize("kind", ["teaches", "counsels", "supports", "mentors", "taught"])
def test_family_who_works_with_the_child_too_opens_the_staff_page_by_that_work(world, kind):
    both = account("b", parents={"student": world["ana"]})
    with pytest.raises(NotHere):
        directory.record_for_staff(both, world["ana"].public_id)
    on = {"klass": world["math"]} if kind in ("teaches", "taught") else {"student": world["ana"]}
    end = timezone.localdate() - timedelta(days=1) if kind == "taught" else None
    tie = "teaches" if kind == "taught" else kind
    begin = timezone.localdate() - timedelta(days=1)
    AcademicSession.objects.create(
        title="Y", kind="schoolYear", begin_on=begin, end_on=begin + timedelta(days=200)
    )
    Tie.objects.create(adult=both.adult, kind=tie, end_on=end, **on)
    student, decision, enrollments = directory.record_for_staff(both, world["ana"].public_id)
    assert (student, decision.tie, decision.until) == (world["ana"], tie, end)
    assert [row.school for row in enrollments] == [world["aspen"]]


def test_absent_and_forbidden_cost_the_same_queries(world, django_assert_num_queries):
    teacher = account("t", teaches={"klass": world["math"]})
    loner = Student.objects.create(given_name="Lo", family_name="Ner")
    for public_id in (world["ben"].public_id, loner.public_id, "zzzzzzzzzz"):
        with django_assert_num_queries(3), pytest.raises(NotHere):
            directory.record_for_staff(teacher, public_id)


def test_schools_of_a_student_on_a_day(world):
    assert [e.grade_level for e in directory.schools_at(world["ana"])] == ["03"]
    SchoolEnrollment.objects.filter(student=world["ana"]).update(begin_on=date(2999, 1, 1))
    assert directory.schools_at(world["ana"]) == []


def test_nobody_finds_nothing(world):
    assert (
        not directory.classes_of(None).exists()
        and not directory.agencies_of(None, "view", "school_numbers").exists()
    )
    assert directory.roles_of(None) == [] and directory.find_students(None, "ana") == []
    student = Account.objects.create(username="s", student=world["ana"])
    assert directory.roles_of(student) == ["student"] and not directory.classes_of(student).exists()


def test_a_person_with_several_roles_has_several_homes(world):
    both = account(
        "b",
        teaches={"klass": world["math"]},
        parents={"student": world["ben"]},
        counsels={"student": world["ben"]},
    )
    assert directory.roles_of(both) == ["teacher", "support", "family"]


@pytest.mark.django_db
def test_the_school_year_is_the_imported_one_else_august_to_july():
    assert school_year_begin(date(2026, 11, 1)) == date(2026, 8, 1)
    assert school_year_begin(date(2026, 5, 1)) == date(2025, 8, 1)
    AcademicSession.objects.create(
        title="Y", kind="schoolYear", begin_on=date(2026, 8, 17), end_on=date(2027, 6, 1)
    )
    assert school_year_begin(date(2026, 11, 1)) == date(2026, 8, 17)
    assert school_year_begin(date(2026, 7, 1)) is None


def test_a_look_may_have_come_from_every_place_a_student_ever_was_in(world):
    """The log of looks asks here: classes and schools that were left long ago still count, each once."""
    SchoolEnrollment.objects.create(
        student=world["ana"], school=world["birch"], begin_on=date(2020, 8, 1), end_on=date(2021, 6, 1)
    )
    for begin in (2020, 2021):
        ClassEnrollment.objects.create(
            student=world["ana"], klass=world["art"], begin_on=date(begin, 8, 1), end_on=date(begin + 1, 6, 1)
        )
    classes, agencies = directory.places_of(world["ana"])
    assert sorted(classes) == sorted([world["math"].pk, world["art"].pk])
    assert sorted(agencies) == sorted(world[name].pk for name in ("aspen", "birch", "district"))
    classes, agencies = directory.places_of(world["ben"])
    assert classes == [] and sorted(agencies) == sorted(world[name].pk for name in ("birch", "district"))


def test_the_school_of_each_student_is_the_primary_one_of_the_day(world, django_assert_num_queries):
    SchoolEnrollment.objects.filter(student=world["ana"]).update(is_primary=True)
    SchoolEnrollment.objects.create(
        student=world["ana"], school=world["birch"], begin_on=date(2026, 8, 1), is_primary=False
    )
    lee = Student.objects.create(given_name="Lee", family_name="Away")
    with django_assert_num_queries(1):
        found = directory.schools_of([world["ana"].pk, world["ben"].pk, lee.pk])
    assert found[world["ana"].pk].school == world["aspen"] and found[world["ben"].pk].school == world["birch"]
    assert lee.pk not in found


def test_of_two_schools_at_once_the_newer_one_is_named(world):
    SchoolEnrollment.objects.create(student=world["ben"], school=world["aspen"], begin_on=date(2026, 8, 1))
    assert directory.schools_of([world["ben"].pk])[world["ben"].pk].school == world["aspen"]


def test_who_keeps_data_flows(world):
    assert directory.keeps_flows(account("a", administers={}))
    assert directory.keeps_flows(account("m", manages_data={"agency": world["aspen"]}))
    for other in (
        account("l", leads={"agency": world["district"]}),
        account("t", teaches={"klass": world["math"]}),
    ):
        assert not directory.keeps_flows(other)
    former = account("f", manages_data={"agency": world["aspen"]})
    Tie.objects.filter(adult=former.adult).update(end_on=timezone.localdate() - timedelta(days=1))
    assert not directory.keeps_flows(former) and not directory.keeps_flows(None)


def test_a_question_about_nothing_is_denied_and_a_reason_can_be_kept(world):
    admin = account("a", administers={})
    assert not may(admin, "manage", "accounts").allowed  # of no student, no class, no agency
    decision = may(account("t", teaches={"klass": world["math"]}), "view", "roster", klass=world["math"].pk)
    assert (
        decision.as_json()["because"] == "you teach {klass}"
        and decision.as_json()["values"]["klass"] == "Math"
    )


def test_many_students_at_once_for_viewers_who_are_not_staff(world):
    ana, ben = world["ana"].pk, world["ben"].pk
    herself = Account.objects.create(username="ana", student=world["ana"])
    assert {pk: d.allowed for pk, d in may_many(herself, "view", "academic", [ana, ben]).items()} == {
        ana: True,
        ben: False,
    }
    gone = account("g", teaches={"klass": world["math"]})
    Account.objects.filter(pk=gone.pk).update(is_active=False)
    gone.refresh_from_db()
    assert not any(d.allowed for d in may_many(gone, "view", "academic", [ana, ben]).values())


@pytest.mark.django_db
def test_who_is_enrolled_in_these_schools_on_a_day():
    here, there = (Agency.objects.create(kind="school", name=name) for name in ("Here", "There"))
    today = timezone.localdate()
    ana, ben = (Student.objects.create(given_name=name, family_name="Q") for name in ("Ana", "Ben"))
    SchoolEnrollment.objects.create(student=ana, school=here, end_on=today - timedelta(days=1))
    SchoolEnrollment.objects.create(student=ben, school=there)
    assert list(directory.enrolled_students([here.pk])) == []
    assert list(directory.enrolled_students([here.pk], on=today - timedelta(days=1))) == [ana.pk]
    assert set(directory.enrolled_students([here.pk, there.pk])) == {ben.pk}
