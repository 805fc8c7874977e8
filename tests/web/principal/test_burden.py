"""Does the principal see what recording costs, of the system and never of a person, with its lists, CSV and empty state?"""

import csv
import io
from datetime import timedelta

import pytest

from cairn.learning.evidence.effort import add_efforts
from cairn.learning.mastery.actions import record_scores
from cairn.learning.models import Mastery
from cairn.people.models import Class, Course, Tie
from cairn.rules.burden import effort
from cairn.trail.models import Look
from tests.learning.conftest import person
from tests.web.staff.people import queries_of, text_of, who_may

pytestmark = pytest.mark.django_db


def measured(staff, title, *, ms=4_000, taps=2, each=20, days=0, classes=3):
    """A course of so many classes and teachers with so many scores measured in each."""
    course = Course.objects.get_or_create(agency=staff.school.school, title=title)[0]
    for number in range(classes):
        name = f"{title} {number}"
        klass, new = Class.objects.get_or_create(school=staff.school.school, course=course, title=name)
        if new:
            Tie.objects.create(adult=person(f"Teacher{klass.pk}").adult, kind="teaches", klass=klass)
        add_efforts([(klass.pk, effort(ms, taps))] * each, on=staff.today - timedelta(days=days))


def table(answer):
    assert answer["Content-Type"].startswith("text/csv")
    return list(csv.reader(io.StringIO(answer.content.decode())))


def test_leaders_open_it_and_it_is_no_look(staff, path):
    assert who_may(staff, f"{path}/burden") == {"leader", "superintendent"}
    assert who_may(staff, f"/school/{staff.district.public_id}/burden") == set()
    assert not Look.objects.exists()


def test_before_anything_is_measured_it_reads_well(leader, path):
    for page in (path, f"{path}/burden"):
        assert "What entry takes has not been measured in the last three weeks." in text_of(leader.get(page))
    text = text_of(leader.get(f"{path}/burden"))
    assert "No score of the last three weeks was entered twice." in text
    assert "Every class with planned targets has fresh evidence" in text
    assert "Download" not in text


def test_too_few_are_not_told(staff, leader, path):
    measured(staff, "Math", classes=2)
    for page in (path, f"{path}/burden"):
        text = text_of(leader.get(page))
        assert "Too few scores were measured in the last three weeks to say what entry takes" in text
        assert "Math" not in text.split("What recording costs")[-1]
    assert "In one more course too little was measured to say anything." in text
    assert table(leader.get(f"{path}/burden?format=csv&list=entry"))[1:] == []


def test_seconds_and_keys_of_the_school_and_its_courses_without_a_person(staff, leader, path):
    measured(staff, "Math")
    measured(staff, "Math", ms=9_000, days=30)
    measured(staff, "=Art", ms=700_000, taps=1, classes=3, each=10)
    measured(staff, "Latin", classes=1)
    said = "Half of 110 scores took at most 4 seconds and at most 2 keys or clicks to enter."
    assert said in text_of(leader.get(path))
    text = text_of(leader.get(f"{path}/burden"))
    assert said in text
    assert "Nine of ten took more than 300 seconds and at most 2 keys or clicks." in text
    assert "Together they took 5 hours of entry: 22 scores an hour." in text
    assert "In the three weeks before, half took at most 10 seconds. Now it is less." in text
    assert "In one more course too little was measured to say anything." in text
    assert "Latin" not in text
    assert "Teacher" not in text
    assert '<th scope="row">Math</th><td class="n">60</td><td class="n">4</td><td class="n">2</td>' in text
    assert text.index("=Art</th>") < text.index("Math</th>")  # by title
    rows = table(leader.get(f"{path}/burden?format=csv&list=entry"))
    assert rows[1:] == [
        ["'=Art", "30", "> 300", "1", "> 300", "1"],
        ["Math", "60", "4", "2", "4", "2"],
        ["The whole school", "110", "4", "2", "> 300", "2"],
    ]
    assert table(leader.get(f"{path}/burden?format=csv&list=nope")) == rows


def test_what_was_entered_twice_leads_to_its_class(staff, leader, path):
    small, on = staff.school, staff.today
    small.record(*(small.entry(1, 0, 200, on) for _ in range(3)), small.entry(2, 0, 200, on))
    record_scores([small.entry(2, 0, 200, on)], by=None, run=1)
    nowhere = [small.entry(2, 1, 100, on)._replace(klass=None) for _ in range(2)]
    record_scores(nowhere, by=None, run=1)
    line = "scores of the last three weeks were entered again as they stood already"
    assert f'<b class="num">4</b><div><p>{line}</p></div><a href="{path}/burden#twice">' in text_of(
        leader.get(path)
    )
    text = text_of(leader.get(f"{path}/burden"))
    assert f'<b class="num">4</b> {line}.' in text
    assert "2 typed twice, 1 typed although a file brought it" in text
    assert f'href="/classes/{small.klass.public_id}">Math 7</a>' in text
    assert "In no class of this school" in text
    rows = table(leader.get(f"{path}/burden?format=csv&list=twice"))
    assert rows[1:] == [["Math 7", "2", "1", "0"], ["In no class of this school", "0", "0", "1"]]


def test_classes_with_old_evidence_lead_to_the_class(staff, leader, path):
    assert "have no fresh evidence" not in text_of(leader.get(f"{path}/burden"))
    Mastery.objects.update(last_shown_on=staff.ago(30))
    text = text_of(leader.get(path))
    assert '<b class="num">1</b><div><p>of 1 class has no fresh evidence for any target' in text
    text = text_of(leader.get(f"{path}/burden"))
    assert "Without any: 2 of 3 students, 0 of 2 targets" in text
    assert table(leader.get(f"{path}/burden?format=csv&list=old"))[1:] == [
        ["Math 7", staff.ago(30).isoformat(), "3", "2", "2", "0"]
    ]
    Mastery.objects.all().delete()
    assert "No evidence yet for 2 planned targets" in text_of(leader.get(f"{path}/burden"))


def test_of_a_past_day_links_keep_the_day(staff, leader, path):
    measured(staff, "Math", days=5)
    day = staff.ago(4).isoformat()
    assert f'href="{path}/burden?as_of={day}"' in text_of(leader.get(f"{path}?as_of={day}"))
    text = text_of(leader.get(f"{path}/burden?as_of={day}"))
    assert "Half of 60 scores" in text
    assert f"format=csv&amp;as_of={day}" in text
    earlier = text_of(leader.get(f"{path}/burden?as_of={staff.ago(6).isoformat()}"))
    assert "has not been measured" in earlier


def test_in_spanish(staff, leader, path):
    measured(staff, "Math")
    text = text_of(leader.get(f"{path}/burden?lang=es"))
    assert 'lang="es"' in text
    assert "Anotar la mitad de 60 puntajes llevó como máximo 4 segundos" in text


def test_the_queries_do_not_grow(staff, leader, path):
    small = staff.school
    measured(staff, "Math")
    small.record(*(small.entry(1, 0, 200, staff.today) for _ in range(2)))
    few = len(queries_of(leader, f"{path}/burden"))
    measured(staff, "Art")
    measured(staff, "Math", ms=8_000, classes=5)
    small.record(*(small.entry(2, 1, 200, staff.today) for _ in range(3)))
    assert len(queries_of(leader, f"{path}/burden")) == few <= 14
