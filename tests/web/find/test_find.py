"""Does everyone find what they may see, and nothing else?"""

import pytest
from django.test import Client

from cairn.learning.models import Item
from cairn.people.models import (
    Account,
    Agency,
    AgencyAncestor,
    ClassEnrollment,
    SchoolEnrollment,
    Student,
    Tie,
)
from cairn.trail.models import Look
from tests.web.staff.people import build_staff, client_of, queries_of, text_of, tied

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff():
    return build_staff()


def test_everyone_signed_in_opens_it_and_finds_only_their_own(staff):
    link = {
        "teacher": f'href="/students/{staff.ana.public_id}"',
        "leader": f'href="/students/{staff.ana.public_id}"',
        "family": f'href="/family/{staff.ana.public_id}"',
        "student": 'href="/me"',
    }
    for name, account in staff.everyone.items():
        text = text_of(client_of(account).get("/find?q=ana"))
        assert ("Ana Lee" in text) == (name != "stranger"), name
        assert link.get(name, "") in text, name
    manager = text_of(client_of(staff.manager).get("/find?q=ana"))
    assert f"/students/{staff.ana.public_id}" not in manager  # knows of her, and may not read her record
    assert Client().get("/find?q=ana")["Location"].startswith("/signin?next=")


def test_a_search_with_students_is_one_look_and_others_none(staff):
    teacher = client_of(staff.school.teacher)
    teacher.get("/find")
    teacher.get("/find?q=target")
    teacher.get("/find?q=zzz")
    assert not Look.objects.exists()
    teacher.get("/find?q=lee")
    look = Look.objects.get()
    assert (look.page, look.agency_id) == ("find", staff.school.school.pk)
    assert look.students == [student.pk for student in staff.school.students]


def test_targets_and_own_classes_are_found(staff):
    Item.objects.filter(pk=staff.school.targets[0].pk).update(code="7.NS.1")
    teacher = client_of(staff.school.teacher)
    assert f"/classes/{staff.school.klass.public_id}" in text_of(teacher.get("/find?q=math"))
    assert "Math 7" not in text_of(client_of(staff.leader).get("/find?q=math")).split("<main")[1]
    text = text_of(teacher.get("/find?q=7.NS"))
    assert "Target 0" in text
    assert "7.NS.1: Target 0" not in text  # the statement is the name here; the code stands alone
    mine = text_of(client_of(staff.ana_account).get("/find?q=target"))
    assert f"/me/targets/{staff.school.targets[0].public_id}" in mine


def test_names_and_codes_come_before_statements_and_never_from_inside_a_word(staff):
    named = [  # name, code, statement
        ("Explain how plants grow", "SC.1", "Explains why an ant can carry much."),
        ("Restaurant menus", "SC.2", "Plans a meal."),
        ("Watch ants", "SC.3", "Draws them."),
        ("Antennas", "ANT.4", "Builds one."),
        ("Ant", "SC.5", "Names its parts."),
        ("Shelter", "ANT", "Builds a hill."),
        ("Roots", "ANT.7", "Compares them."),
    ]
    for place, (name, code, statement) in enumerate(named):
        Item.objects.create(
            framework=staff.school.framework, identifier=f"ant-{place}", position=100 + place, kind="target",
            scorable=True, short_name=name, code=code, statement=statement,
        )  # fmt: skip
    response = client_of(staff.school.teacher).get("/find?q=ant")
    found = [row.name for row in response.context["targets"]]
    assert found == ["Ant", "Shelter", "Watch ants", "Antennas", "Roots", "Explain how plants grow"]


def test_a_statement_that_serves_as_the_name_is_found_at_the_beginning_of_a_word(staff):
    for place, statement in enumerate(("I can plant a seed", "I can watch an ant", "Ants and bees")):
        Item.objects.create(
            framework=staff.school.framework, identifier=f"ant-{place}", position=100 + place, kind="target",
            scorable=True, statement=statement,
        )  # fmt: skip
    response = client_of(staff.school.teacher).get("/find?q=ant")
    assert [row.name for row in response.context["targets"]] == ["I can watch an ant", "Ants and bees"]


def test_a_class_is_found_at_the_beginning_of_a_word_of_its_title(staff):
    teacher = client_of(staff.school.teacher)
    for text, is_found in (("math", True), ("7", True), ("7 ma", True), ("ath", False)):
        assert bool(teacher.get("/find", {"q": text}).context["classes"]) == is_found, text


def test_nothing_found_and_nothing_asked(staff):
    teacher = client_of(staff.school.teacher)
    assert "Nothing matches “&lt;b&gt;”." in text_of(teacher.get("/find?q=<b>"))
    assert "Type the first letters of a name" in text_of(teacher.get("/find"))
    assert "Type a word, such as" in text_of(client_of(staff.ana_account).get("/find?q=+"))


def test_the_queries_do_not_grow_and_a_crowd_is_cut(staff):
    teacher = client_of(staff.school.teacher)
    few = len(queries_of(teacher, "/find?q=ana"))
    assert len(queries_of(teacher, "/find?q=lee")) == few
    for number in range(25):
        student = Student.objects.create(given_name=f"Zed{number:02}", family_name="Zorn")
        ClassEnrollment.objects.create(student=student, klass=staff.school.klass)
        SchoolEnrollment.objects.create(student=student, school=staff.school.school, grade_level="07")
    text = text_of(teacher.get("/find?q=zed"))
    assert text.count("Zorn") == 20
    assert "There are more. Type more of the name." in text
    assert "Grade 7, Aspen" in text
    assert few <= 10


def test_a_search_over_several_schools_is_in_the_log_of_each_found(staff):
    other = Student.objects.create(given_name="Ana", family_name="Birch")
    SchoolEnrollment.objects.create(student=other, school=staff.other_school)
    client_of(staff.superintendent).get("/find?q=ana")
    looks = {look.agency_id: look.students for look in Look.objects.all()}
    assert looks == {staff.school.school.pk: [staff.ana.pk], staff.other_school.pk: [other.pk]}
    assert "superintendent Reyes" in text_of(client_of(staff.ana_account).get("/me/log"))


def test_a_search_over_schools_that_nothing_joins_and_over_none_is_in_each_log(staff):
    lonely = Agency.objects.create(kind="school", name="Lonely")
    AgencyAncestor.objects.create(agency=lonely, ancestor=lonely)
    apart, nowhere = (Student.objects.create(given_name="Ana", family_name=n) for n in ("Apart", "Nowhere"))
    SchoolEnrollment.objects.create(student=apart, school=lonely)
    root = tied("root", "administers")
    client_of(root).get("/find?q=ana")
    looks = [(look.agency_id, look.student_id, look.students) for look in Look.objects.order_by("pk")]
    assert looks == [
        (lonely.pk, None, [apart.pk]),
        (staff.school.school.pk, None, [staff.ana.pk]),
        (None, nowhere.pk, [nowhere.pk]),
    ]
    for student in (apart, nowhere):
        mine = Account.objects.create(username=student.family_name, student=student)
        assert "root Reyes" in text_of(client_of(mine).get("/me/log"))


def test_each_look_of_a_search_has_its_own_reason(staff):
    ben = staff.school.students[1]
    Tie.objects.create(adult=staff.counselor.adult, kind="parents", student=ben)
    client_of(staff.counselor).get("/find?q=lee")
    reasons = {look.because["tie"]: look.students for look in Look.objects.all()}
    assert reasons == {"counsels": [staff.ana.pk], "parents": [ben.pk]}


def test_a_look_stays_in_the_log_after_the_class_and_the_school_are_left(staff):
    client_of(staff.school.teacher).get(f"/classes/{staff.school.klass.public_id}")
    client_of(staff.leader).get(f"/school/{staff.school.school.public_id}/lists/enrolled")
    ClassEnrollment.objects.filter(student=staff.ana).update(end_on=staff.ago(1))
    SchoolEnrollment.objects.filter(student=staff.ana).update(end_on=staff.ago(1))
    text = text_of(client_of(staff.ana_account).get("/me/log"))
    assert "okafor Reyes" in text
    assert "leader Reyes" in text
