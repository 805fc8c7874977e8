"""Does a school of the demo look like a believable one: who is behind, who is ahead, and is nobody's class stuck?"""

from collections import Counter, defaultdict
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

from cairn.demo.files import Demo
from cairn.demo.packages import method_of
from cairn.demo.plans import plan_of
from cairn.rules.mastery import Method, level_of
from cairn.rules.pace import pace

AUTUMN, WINTER, SPRING = date(2026, 11, 23), date(2027, 1, 20), date(2027, 4, 14)
DAYS = (AUTUMN, WINTER, SPRING)
TO_GO = 3  # as on the school page
METHODS = {
    "latest": Method("latest"),
    "decaying_average": Method("decaying_average", {"percent": 65}),
}


class Stand(NamedTuple):
    """One student in one subject, with the pace's word and the planned targets of weeks that are over and not met."""

    student: str
    school: int
    klass: str
    subject: str
    word: str
    to_go: int
    met: int
    begun: int
    not_begun: int


@cache
def stands(on: date) -> list[Stand]:
    demo = Demo(Path("unused"), "school", 7, on, None)
    (growth,), (district,) = demo.growths, demo.districts
    year, monday, found = demo.years[-1], on - timedelta(days=on.weekday()), []
    for place, student in enumerate(district.people.students):
        scores = defaultdict(list)
        for row in growth.rows(place):
            if row[3]:
                scores[row[2]].append(round(float(row[3]) * 100))
        for subject in demo.subjects:
            method = METHODS[method_of(subject)]
            met = {code for code in subject.line if (level_of(scores[code], method) or 0) >= 3}
            klass = district.table.seats[place, subject.key][-1]
            plan = [row for row in plan_of(klass.course, demo.subjects, year) if row[0] in subject.line]
            dated = [(code, year.open[day]) for code, day in plan if day is not None]
            due = [code for code, day in dated if day < monday]
            now = pace([(subject.line.index(code), day) for code, day in dated],
                       {subject.line.index(code) for code in met}, on)  # fmt: skip
            begun = [code for code, _day in plan if scores[code]]
            found.append(
                Stand(student.id, student.school, klass.id, subject.key, now.word if now else "",
                      len(set(due) - met), len(met.intersection(begun)), len(begun), len(plan) - len(begun))
            )  # fmt: skip
    return found


@pytest.mark.parametrize("on", DAYS)
def test_in_each_subject_most_students_go_with_the_plan(on: date) -> None:
    words = defaultdict(Counter)
    for stand in stands(on):
        words[stand.subject][stand.word] += 1
    assert len(words) == 6
    for subject, counts in words.items():
        behind, ahead = (counts[word] / counts.total() for word in ("behind", "ahead"))
        assert 0.05 < behind < 0.22, (subject, counts)
        assert 0.10 < ahead < 0.28, (subject, counts)


@pytest.mark.parametrize("on", DAYS)
def test_few_students_of_a_school_are_three_targets_behind(on: date) -> None:
    most = defaultdict(int)
    for stand in stands(on):
        key = stand.school, stand.student
        most[key] = max(most[key], stand.to_go)
    for school in {school for school, _student in most}:
        own = [to_go for (where, _student), to_go in most.items() if where == school]
        assert 0.02 < sum(to_go >= TO_GO for to_go in own) / len(own) < 0.14, school


@pytest.mark.parametrize("on", DAYS)
def test_no_class_is_stuck_as_a_whole_and_each_has_something_to_come(on: date) -> None:
    classes = defaultdict(list)
    for stand in stands(on):
        classes[stand.klass, stand.subject].append(stand)
    for key, found in classes.items():
        behind = sum(stand.word == "behind" for stand in found)
        assert behind <= 0.67 * len(found) or len(found) < 4, key
        if any(stand.begun for stand in found):
            assert any(stand.met for stand in found), key
        assert any(stand.not_begun for stand in found), key


def test_a_student_has_met_more_later_in_the_year() -> None:
    total = {on: sum(stand.met for stand in stands(on)) for on in DAYS}
    assert total[AUTUMN] < total[WINTER] < total[SPRING]


def test_preschool_arts_and_habits_are_met_too() -> None:
    young = {student.id for student in _students() if student.grade < 0}
    met = Counter()
    for stand in stands(SPRING):
        if stand.student in young and stand.subject in ("arts", "habits"):
            met[stand.subject] += stand.met
    assert min(met["arts"], met["habits"]) >= len(young)


def _students():
    return Demo(Path("unused"), "school", 7, SPRING, None).districts[0].people.students


@pytest.mark.parametrize("on", [*DAYS, date(2026, 9, 21), date(2027, 2, 10), date(2027, 7, 15)])
def test_the_smallest_school_has_a_target_that_many_work_on_and_few_have_met(on: date) -> None:
    demo = Demo(Path("unused"), "tiny", 7, on, None)
    since = (on - timedelta(weeks=6)).isoformat()  # as the school page counts who works on it
    found = defaultdict(list)
    for place, student in enumerate(demo.districts[0].people.students):
        last = {row[2]: (row[5], float(row[3])) for row in demo.growths[0].rows(place) if row[3]}
        for target, (shown, score) in last.items():
            if shown > since:
                found[student.school, target].append(score >= 3)
    assert any(len(met) >= 10 and sum(met) < len(met) / 2 for met in found.values())
