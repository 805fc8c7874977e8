"""What does a class work on, by which week, and where on that line does each of its students begin the year?

A class begins with some review and takes one new target every few weeks. Its students were grouped by where they stand,
so they begin the year where its plan begins, each a little ahead of it or behind it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from cairn.demo.calendar import Year
from cairn.demo.classes import Timetable
from cairn.demo.courses import FIRST_GRADES, Course
from cairn.demo.sizes import PK
from cairn.demo.subjects import Subject

FULL_YEAR = 186  # school days
STEP = 16.3  # school days from one new target of a leveled class to the next
REVIEW = 0.45  # of a leveled class's first level is review: its students have met it before
EARLY = (0, 8, 4, 12)  # school days
PRESCHOOL = 6  # targets of each leveled subject in a preschool plan
LAST_DAYS = 4  # of the year are left free; what would fall into them is planned without a week


@dataclass(frozen=True, slots=True)
class Line:
    """The way of one class through one subject, as places on the subject's line of targets.

    From `begin` to before `first` is review, then `count` new targets follow, one every `step` school days and `early` days
    before a whole step, and up to before `end` what comes when a student is ready.
    """

    begin: int
    first: int
    count: int
    end: int
    step: float
    early: int = 0

    def new_day(self, target: int) -> float:
        """The school day of the year on which the class comes to a new target."""
        return (target - self.first + 1) * self.step - self.early

    def day(self, target: int) -> float | None:
        """The school day of the year by which a target is planned; None: when ready."""
        if target < self.first:
            return 4.0 * ((target - self.begin) // 2 + 1)
        return self.new_day(target) if target < self.first + self.count else None


def line_of(course: Course, subject: Subject) -> Line:
    """The way of a course through one of its subjects."""
    # Not every course has its targets in the same weeks.
    early = EARLY[(course.level + len(subject.key)) % len(EARLY)]
    return _line(
        subject.per_level, len(subject.levels), course.subject is None, course.level, course.year, early
    )


@cache
def _line(per_level: int, levels: int, is_preschool: bool, level: int, year: int, early: int) -> Line:
    begin = (level - 1) * per_level
    if levels != 12:  # one level for several years: each year takes its share anew and reviews those before
        years = FIRST_GRADES[level] - FIRST_GRADES[level - 1]
        first, after = ((per_level * part + years // 2) // years for part in (year, year + 1))
        return Line(begin, begin + first, after - first, begin + per_level, FULL_YEAR / (after - first + 0.1))
    if is_preschool:
        return Line(0, 0, PRESCHOOL, PRESCHOOL, FULL_YEAR / (PRESCHOOL + 1))
    return Line(begin, begin + round(REVIEW * per_level), 2 * per_level, begin + 2 * per_level, STEP, early)


def plan_of(course: Course, subjects: Sequence[Subject], year: Year) -> list[tuple[str, int | None]]:
    """The targets of a course in order, each with the school day of its planned week; None: when ready."""
    found: list[tuple[str, int | None]] = []
    for subject in subjects if course.subject is None else (course.subject,):
        line = line_of(course, subject)
        for target in range(line.begin, line.end):
            day = line.day(target)
            is_dated = day is not None and day < len(year.open) - LAST_DAYS
            found.append((subject.line[target], int(day) if day is not None and is_dated else None))
    return found


def settle(table: Timetable) -> None:
    """Lets every student begin the year where the plan of the own class begins, as far ahead or behind as they are."""
    for place, student in enumerate(table.people.students):
        levels, speeds = [], []
        for where, subject in enumerate(table.leveled):
            line = line_of(table.seats[place, subject.key][-1].course, subject)
            levels.append((line.first + student.lead[subject.key]) / subject.per_level)
            speeds.append(
                student.speed[where] if student.grade > PK else FULL_YEAR / line.step / subject.per_level
            )
        student.level, student.speed = tuple(levels), tuple(speeds)
