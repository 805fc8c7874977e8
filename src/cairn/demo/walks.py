"""On which school day does a student of the demo meet a target?

Until this year everyone walks along a subject at a speed of their own; this year with the plan of their class, in the week
in which the plan has a target, or as many targets earlier or later as the student is ahead or behind.
"""

from dataclasses import dataclass
from itertools import groupby

from cairn.demo.calendar import Year
from cairn.demo.plans import FULL_YEAR, Line, line_of
from cairn.demo.roster import District
from cairn.demo.subjects import Subject


@dataclass(frozen=True, slots=True)
class Walk:
    """One student in one subject. `at`: the place on the line at the beginning of this year; `past`: school days per target
    until then; `lead`: targets ahead of the class's plan."""

    line: Line
    at: float
    past: float
    lead: float

    def begun(self, days: float) -> float:
        """The place on the line this many school days before this year."""
        return max(0.0, self.at - days / self.past)


class Walks:
    """How everyone of a district walks. `begin`: the place of this year's first day among all school days of the demo."""

    def __init__(self, district: District, year: Year, begin: int) -> None:
        self.district, self.begin = district, begin
        self.leveled = {subject.key: where for where, subject in enumerate(district.table.leveled)}
        # school day of the year -> the first of its week, and how many days the week has
        self.weeks: list[tuple[int, int]] = []
        for _week, days in groupby(year.open, key=lambda day: day.isocalendar()[:2]):
            length = sum(1 for _day in days)
            self.weeks.extend([(len(self.weeks), length)] * length)

    def of(self, place: int, subject: Subject) -> Walk:
        """How the student at this place in the population goes through a subject."""
        student = self.district.people.students[place]
        line = line_of(self.district.table.seats[place, subject.key][-1].course, subject)
        where = self.leveled.get(subject.key)
        past = line.step if where is None else FULL_YEAR / student.speed[where] / subject.per_level
        lead = student.lead[subject.key]
        return Walk(line, line.first + lead, past, lead)

    def passed(self, walk: Walk, target: int, turn: float) -> float:
        """The day on which this target (a place on the line) is met, among all days of the demo; `turn`: where in its week."""
        away = target + 1 - walk.at
        if away <= 0:
            return self.begin + away * walk.past
        if target < walk.line.first:
            return self.begin + away * walk.line.step
        day = walk.line.new_day(target)
        first, length = self.weeks[int(day)] if day < len(self.weeks) else (day, 5)
        return self.begin + first + turn * length - walk.lead * walk.line.step
