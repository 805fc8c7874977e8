"""Does the school page give every number its names, to those who lead the school, and judge nobody?"""

import re

import pytest

from cairn.people.models import Class, ClassEnrollment, ProgramParticipation, SchoolEnrollment, Student
from cairn.trail.models import Look
from tests.web.staff.people import build_staff, client_of, queries_of, text_of, who_may

pytestmark = pytest.mark.django_db
LEADERS = {"leader", "superintendent"}


@pytest.fixture
def staff():
    found = build_staff()
    ProgramParticipation.objects.create(student=found.ana, school=found.school.school)
    return found


def crowd(staff, count):
    """More students in the class, all of them trying target 0; the first met it."""
    added = []
    for number in range(count):
        student = Student.objects.create(given_name=f"Zed{number:03}", family_name="Zorn")
        ClassEnrollment.objects.create(student=student, klass=staff.school.klass)
        SchoolEnrollment.objects.create(student=student, school=staff.school.school)
        staff.school.students.append(student)
        added.append(len(staff.school.students) - 1)
    staff.school.record(*(staff.school.entry(place, 0, 200, staff.today) for place in added))


def test_leaders_open_it_and_nobody_else(staff, path):
    crowd(staff, 11)
    assert who_may(staff, path) == LEADERS
    assert who_may(staff, f"{path}/lists/quiet") == LEADERS
    assert who_may(staff, f"{path}/targets/{staff.school.targets[0].public_id}") == LEADERS
    assert who_may(staff, "/school") == LEADERS
    assert who_may(staff, "/school/zzzzzzzzzz") == set()
    assert who_may(staff, f"/school/{staff.district.public_id}") == set()
    assert who_may(staff, f"/school/{staff.other_school.public_id}") == {"superintendent"}
    for absent in (f"{path}/lists/target", f"{path}/lists/nope", f"{path}/targets/zzzzzzzzzz"):
        assert who_may(staff, absent) == set()


def test_home_is_the_school_or_the_list_of_schools(staff, leader, path):
    assert "<h1>Aspen</h1>" in text_of(leader.get("/school"))
    several = text_of(client_of(staff.superintendent).get("/school"))
    assert "You lead 2 schools." in several
    assert several.index("Aspen") < several.index("Birch")
    assert 'href="/school">Schools</a>' in text_of(client_of(staff.superintendent).get(path))


def test_one_sentence_and_five_lines_with_denominators(staff, leader, path):
    text = text_of(leader.get(path))
    assert "2 of 3 enrolled students have no new evidence in the last three weeks." in text
    assert "3 students</a> are enrolled" in text
    assert "1 of them</a> in personalized learning." in text
    week, costs = text.split('<h2 id="costs">')
    assert week.count('<b class="num">') == 5
    assert costs.count('<b class="num">') == 2
    assert "This page supports; it does not evaluate anyone." in text
    for never in ("average", "rank", "percent", "best", "worst"):
        assert never not in text.lower().split("<main")[1].split("</main")[0]


def test_every_number_opens_its_list_of_as_many_names(staff, leader, path):
    crowd(staff, 11)
    text = text_of(leader.get(path))
    opened = 0
    for line in text.split('<ul class="lines"')[1].split("</ul>")[0].split("</li>"):
        number, url = re.search(r'<b class="num">(\d+)', line), re.search(r'href="(/[^"]+)"', line)
        if number and url:
            opened += 1
            assert text_of(leader.get(url[1])).count("/students/") == int(number[1]), url[1]
    assert opened == 2  # quiet and grown; nobody has three targets to go
    assert "fewer than half of the students working on it" in text
    stuck = text_of(leader.get(f"{path}/targets/{staff.school.targets[0].public_id}"))
    assert stuck.count("/students/") == 11
    assert "Ana Lee" not in stuck


def test_a_list_is_one_look_with_those_on_that_page(staff, leader, path):
    crowd(staff, 100)
    leader.get(path)
    assert not Look.objects.exists()  # the school page names no student
    text = text_of(leader.get(f"{path}/lists/enrolled"))
    assert "103 students, in the order of names." in text
    assert "Page 1 of 2" in text
    text_of(leader.get(f"{path}/lists/enrolled?page=2"))
    text_of(leader.get(f"{path}/lists/enrolled?page=77"))
    text_of(leader.get(f"{path}/lists/enrolled?page=x"))
    looks = list(Look.objects.order_by("pk"))
    assert [(look.page, look.agency_id, len(look.students)) for look in looks] == [
        ("list", staff.school.school.pk, count) for count in (100, 3, 3, 100)
    ]


def test_classes_without_evidence_lead_to_the_class(staff, leader, path):
    quiet = Class.objects.create(school=staff.school.school, title="Art")
    ClassEnrollment.objects.create(student=staff.ana, klass=quiet)
    text = text_of(leader.get(path))
    assert f'href="/classes/{quiet.public_id}">Art</a>' in text
    assert "1 student, no targets chosen yet" in text


def test_a_school_without_students_and_an_empty_list_look_finished(staff, path):
    superintendent = client_of(staff.superintendent)
    text = text_of(superintendent.get(f"/school/{staff.other_school.public_id}"))
    assert "No student is enrolled here today." in text
    assert "This week" not in text
    assert "Nobody is on this list now." in text_of(superintendent.get(f"{path}/lists/to_go"))


def test_the_queries_do_not_grow(staff, leader, path):
    for page in (path, f"{path}/lists/enrolled"):
        few = len(queries_of(leader, page))
        crowd(staff, 2)
        assert len(queries_of(leader, page)) == few
        assert few <= 18
