"""Does everyone who works with a student read the whole record, and only they; and others what is theirs?"""

from datetime import timedelta

import pytest
from django.utils import timezone

from cairn.learning.models import Evidence
from cairn.people.models import ClassEnrollment, Tie
from cairn.trail.models import Look
from tests.web.staff.people import build_staff, client_of, queries_of, text_of, who_may

pytestmark = pytest.mark.django_db
STAFF = {"teacher", "co-teacher", "former teacher", "counselor", "leader", "superintendent"}


@pytest.fixture
def staff():
    return build_staff()


@pytest.fixture
def path(staff):
    return f"/students/{staff.ana.public_id}"


@pytest.fixture
def teacher(staff):
    return client_of(staff.school.teacher)


def test_those_who_work_with_the_student_open_the_page_and_nobody_else(staff, path):
    assert who_may(staff, path) == STAFF
    assert who_may(staff, f"{path}/targets/{staff.school.targets[0].public_id}") == STAFF
    assert who_may(staff, "/students/zzzzzzzzzz") == set()
    assert who_may(staff, f"{path}/targets/zzzzzzzzzz") == set()


def test_the_header_says_who_they_are(teacher, path):
    text = text_of(teacher.get(path))
    for expected in ("<h1>Ana Lee</h1>", "she/her", "Aspen", "Home language: Somali", "Print for conference"):
        assert expected in text
    assert "You see this because you teach Math 7." in text


def test_the_page_shows_levels_stones_news_evidence_and_teachers(teacher, path):
    text = text_of(teacher.get(path))
    for expected in (
        "Ana has met <strong>1 of 4 targets</strong>",
        "Levels over the years",
        "Where Ana is",
        "Next in each subject",
        "What’s new",
        "Exit ticket, okafor Reyes",
        "Well said.",
        "okafor Reyes, ruiz Reyes",
    ):
        assert expected in text


def test_opening_writes_one_look_with_the_reason(staff, teacher, path):
    teacher.get(path)
    teacher.get(f"{path}/targets/{staff.school.targets[0].public_id}")
    looks = [
        (look.page, look.student_id, look.students, look.because["tie"])
        for look in Look.objects.order_by("pk")
    ]
    one = (staff.ana.pk, [staff.ana.pk], "teaches")
    assert looks == [("student", *one), ("target", *one)]


def test_ten_queries_also_with_more_evidence_and_classes(staff, teacher, path):
    few = queries_of(teacher, path)
    assert len(few) <= 10, few
    now = staff.today
    for place in range(3):
        staff.school.record(staff.school.entry(0, place, 300, now, title="Again"))
    ClassEnrollment.objects.create(
        student=staff.ana, klass=staff.school.klass, begin_on=staff.ago(500), end_on=staff.ago(450)
    )
    assert len(queries_of(teacher, path)) == len(few)


def test_an_ended_tie_shows_the_last_day_and_says_so(staff, path):
    Evidence.objects.filter(title="Pretest").update(entered_on=staff.ago(12))
    text = text_of(client_of(staff.former).get(path))
    assert "You see this page as it stood on" in text
    assert "Pretest" in text
    assert "Exit ticket" not in text
    assert "You see this because you taught Math 7 this school year" in text
    target = text_of(client_of(staff.former).get(f"{path}/targets/{staff.school.targets[0].public_id}"))
    assert "Exit ticket" not in target


def test_after_the_year_only_the_own_entries_stay(staff, path):
    long_ago = staff.today - timedelta(days=800)
    Tie.objects.filter(adult=staff.former.adult).update(end_on=long_ago)
    gone = client_of(staff.former)
    assert gone.get(path).content == gone.get("/nothing-here").content
    Evidence.objects.filter(title="Pretest").update(recorded_by=staff.former.adult)
    text = text_of(gone.get(path))
    assert "What you entered" in text
    assert "Pretest" in text
    assert "Exit ticket" not in text
    assert "You see this because you entered this." in text
    assert Look.objects.get().students == [staff.ana.pk]
    assert gone.get(f"{path}/targets/{staff.school.targets[0].public_id}").status_code == 404


def test_a_parent_who_teaches_the_child_comes_in_by_teaching(staff, path):
    Tie.objects.create(adult=staff.school.teacher.adult, kind="parents", student=staff.ana)
    assert "because you teach Math 7" in text_of(client_of(staff.school.teacher).get(path))
    Tie.objects.create(adult=staff.manager.adult, kind="parents", student=staff.ana)
    assert client_of(staff.manager).get(path).status_code == 404  # the family's page is theirs


def test_older_evidence_is_one_page_further(staff, teacher, path):
    for day in range(25):
        staff.school.record(staff.school.entry(0, 2, 200, staff.ago(100 + day), title=f"Day {day}"))
    assert "Older evidence" in text_of(teacher.get(path))
    second = text_of(teacher.get(f"{path}?page=2"))
    assert "Day 15" in second
    assert "Newer evidence" in second
    assert "There is no older evidence." in text_of(teacher.get(f"{path}?page=9"))
    assert teacher.get(f"{path}?page=x").status_code == 200


def test_a_student_with_nothing_has_a_finished_page(staff, teacher):
    ben = staff.school.students[1]
    Tie.objects.filter(kind="teaches").update(end_on=None)
    text = text_of(teacher.get(f"/students/{ben.public_id}"))
    assert "Nobody has recorded evidence for Ben yet." in text
    assert "Levels over the years" not in text


def test_the_page_speaks_spanish(teacher, path):
    assert '<html lang="es"' in teacher.get(f"{path}?lang=es").content.decode()


def test_a_student_who_was_never_enrolled_is_found_by_the_own_tie(staff):
    from cairn.people.models import Student

    newcomer = Student.objects.create(given_name="Nuru", family_name="Abdi", home_language="sw")
    Tie.objects.create(adult=staff.counselor.adult, kind="counsels", student=newcomer)
    text = text_of(client_of(staff.counselor).get(f"/students/{newcomer.public_id}"))
    assert "No targets are planned for Nuru now." in text
    assert "Home language: Swahili" in text


def test_the_stream_shows_what_stands_after_corrections_and_withdrawals(staff):
    """A correction stands in the place of the corrected; a withdrawn correction gives the place back."""
    from cairn.access.decide import Decision
    from cairn.learning.evidence.chains import standing
    from cairn.learning.mastery.years import evidence_of

    def put(title, on_top_of=None, no_score=""):
        return Evidence.objects.create(
            student=staff.ana,
            target=staff.school.targets[3],
            value=None if no_score else 300,
            no_score=no_score,
            shown_on=staff.today,
            recorded_at=timezone.now(),
            entered_at=timezone.now(),
            entered_on=staff.today,
            title=title,
            supersedes=on_top_of,
        )

    for story in ("c", "w", "cw", "cc", "ccw", "ccww", "cwc", "cwcw", "cww"):
        last = put(f"{story}-begin")
        for place, step in enumerate(story):
            last = put(f"{story}-{place}", last, "withdrawn" if step == "w" else "")
    rows = Evidence.objects.filter(target=staff.school.targets[3])
    expected = {row.title for row in rows.filter(pk__in=standing(rows))}
    shown = evidence_of(staff.ana.pk, Decision(True), language="en", most=99)
    titles = [row.title for row in shown if row.target == staff.school.targets[3].pk]
    assert sorted(titles) == sorted(expected)
    assert {"c-0", "cw-begin", "cc-1", "ccw-0", "ccww-begin", "cwc-2", "cwcw-begin"} == expected
