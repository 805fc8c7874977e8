"""How do plans, ties, levels and scores of the demo become rows of our own sheets?"""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from random import Random

from cairn.demo.calendar import Year
from cairn.demo.courses import band_of
from cairn.demo.growth import Growth
from cairn.demo.plans import plan_of
from cairn.demo.roster import District
from cairn.demo.subjects import Subject


def targets(
    districts: Sequence[District], years: tuple[Year, ...], subjects: Sequence[Subject], seed: int
) -> Iterator[tuple[str, ...]]:
    """course, class, target, order, planned_week, from. Every course has a plan; some classes changed theirs."""
    year = years[-1]
    begin = year.begin.isoformat()
    for district in districts:
        chance = Random(f"plans {seed} {district.people.number}")
        for course in sorted(district.table.courses.values(), key=lambda one: one.id):
            for row in _plan_rows(plan_of(course, subjects, year), year):
                yield (course.id, "", *row, begin)
        for section in district.table.sections:
            if section.course.is_leveled and chance.random() < 0.06:
                plan = plan_of(section.course, subjects, year)
                later = chance.randrange(4, len(plan) - 2)
                plan[later], plan[later + 1] = plan[later + 1], plan[later]
                del plan[chance.randrange(later)]
                for row in _plan_rows(plan, year):
                    yield ("", section.id, *row, begin)


def _plan_rows(plan: list[tuple[str, int | None]], year: Year) -> Iterator[tuple[str, str, str]]:
    """Each planned week by its Monday."""
    for nth, (code, place) in enumerate(plan, 1):
        day = None if place is None else year.open[place]
        yield code, str(nth), "" if day is None else (day - timedelta(days=day.weekday())).isoformat()


def _tie(
    adult: tuple[str, ...], kind: str, begin: str, *, student: str = "", agency: str = ""
) -> tuple[str, ...]:
    """A row: adult, given_name, family_name, email, language, kind, student, class, agency, relation, begin_on, end_on."""
    return (*adult, *[""] * (5 - len(adult)), kind, student, "", agency, "", begin, "")


def ties(districts: Sequence[District], years: tuple[Year, ...], seed: int) -> Iterator[tuple[str, ...]]:
    """Mentors of older students, counselors of those in an alternative school, and who leads the state."""
    begin = years[-1].begin.isoformat()
    if len(districts) > 1:
        leader = ("a00001", "Marisol", "Whitaker", "marisol.whitaker@state.example", "en")
        yield _tie(leader, "leads", begin, agency="state")
    for district in districts:
        people = district.people
        chance = Random(f"ties {seed} {people.number}")
        mentors = _mentors(district, chance)
        alternative = {school.number for school in people.schools if school.kind == "alternative"}
        counselors = {staff.school: staff.id for staff in district.table.staff if staff.role == "counselor"}
        for student in people.students:
            if student.grade >= 9 and chance.random() < 0.12:
                yield _tie(chance.choice(mentors), "mentors", begin, student=student.id)
            if student.school in alternative:
                yield _tie((counselors[student.school],), "counsels", begin, student=student.id)


def _mentors(district: District, chance: Random) -> list[tuple[str, ...]]:
    """Adults of the town whom no roster knows."""
    names, number = district.table.names, district.people.number
    found: list[tuple[str, ...]] = []
    for nth in range(max(2, len(district.people.students) // 200)):
        given = names.given("en", chance.random() < 0.5, chance)
        own = f"m{number:02}{nth + 1:04}"
        found.append((own, given, names.family("en", chance), f"{own}@mentors.example"))
    return found


def levels(district: District, growth: Growth) -> Iterator[tuple[str, str, str, str]]:
    """student, framework, level, from: the level at which a student works, since when; within the days we know."""
    begins, days = growth.days.begins, growth.days.all
    if not days:
        return
    here, end = begins[-1], len(days)
    for place, student in enumerate(district.people.students):
        first = growth.first_day(student)
        if first >= end:
            continue
        for subject in district.table.leveled:
            walk, top = growth.walks.of(place, subject), len(subject.levels)
            since, level = first, int(walk.begun(max(0, here - first)) / subject.per_level) + 1
            while level < top:
                passed = growth.walks.passed(walk, level * subject.per_level - 1, 0.5)
                if passed >= end:
                    break
                # Of the levels before this year only the last is told.
                if passed >= here and since < passed:
                    yield student.id, subject.title["en"], f"{subject.mark}.{level}", days[int(since)]
                since, level = max(first, int(passed) + 1), level + 1
                if since >= end:
                    break
            if since < end:
                yield student.id, subject.title["en"], f"{subject.mark}.{min(level, top)}", days[int(since)]
        band = band_of(student.grade)
        for subject in district.table.banded:
            yield (
                student.id,
                subject.title["en"],
                f"{subject.mark}.{band}",
                days[max(first, min(here, end - 1))],
            )
