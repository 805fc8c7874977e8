"""How do students of the demo district learn? Scores that grow over time, some fast, some slowly, some standing still.

A student walks along the targets of a subject in learning order, at a speed of their own. Around the day on which the walk
passes a target its scores fall, rising over some weeks; what lies ahead has none yet.
"""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from random import Random

from cairn.demo.calendar import Year
from cairn.demo.classes import Section, band_of
from cairn.demo.people import Student, school_in
from cairn.demo.roster import District
from cairn.demo.sizes import PK
from cairn.demo.subjects import Subject
from cairn.demo.words import BREAKS, OTHER, TITLES, notes_for

FULL_YEAR = 186  # school days
HALVES = ("0", "0.5", "1", "1.5", "2", "2.5", "3", "3.5", "4")
# How a target ends, in half steps and by weight, for students ahead, in the middle, and behind.
ENDINGS = (
    ((6, 52), (7, 26), (8, 20), (5, 2)),
    ((6, 72), (7, 12), (8, 6), (5, 6), (4, 4)),
    ((6, 64), (7, 5), (5, 16), (4, 13), (3, 2)),
)
LADDERS = 300  # of each kind
QUIET = 28  # school days without anything from a quiet student
TIMES = tuple(f"T{hour:02}:{minute:02}" for hour in (9, 10, 13, 14, 15) for minute in range(1, 60, 5))
Ladder = tuple[int, ...]
ScoreRow = tuple[str, ...]  # in the order of the scores sheet's columns


def _decayed(steps: Sequence[int]) -> float:
    """The decaying average of 65 %, as the literacy framework decides mastery."""
    average = float(steps[0])
    for step in steps[1:]:
        average = average * 0.35 + step * 0.65
    return average


def _ladder(kind: int, mean: float, decaying: bool, chance: Random) -> Ladder:
    ends, weights = zip(*ENDINGS[kind], strict=True)
    last = chance.choices(ends, weights)[0]
    count = min(5, max(1, round(chance.gauss(mean, 0.75))))
    steps = [last]
    while len(steps) < count:
        steps.append(max(1, steps[-1] - chance.choice((0, 1, 1, 1, 2, 2))))
    steps.reverse()
    if count > 2 and chance.random() < 0.1:  # nobody only rises
        steps[1], steps[2] = steps[2], steps[1]
    while decaying and last >= 6 and _decayed(steps) < 6:
        place = len(steps) - 1 if steps[-1] < 8 else min(range(len(steps)), key=steps.__getitem__)
        steps[place] += 1
    return tuple(steps)


@dataclass(slots=True)
class Days:
    """All school days of the demo, oldest first. `begins`: the place of each year's first."""

    all: list[str] = field(default_factory=list)
    begins: list[int] = field(default_factory=list)

    @classmethod
    def of(cls, years: tuple[Year, ...]) -> "Days":
        days = cls()
        for year in years:
            days.begins.append(len(days.all))
            days.all.extend(day.isoformat() for day in year.days)
        return days

    def place(self, day: date) -> int:
        return bisect_left(self.all, day.isoformat())


class Growth:
    """Makes up the evidence of one district."""

    def __init__(
        self, district: District, years: tuple[Year, ...], subjects: Sequence[Subject], scores: int, seed: int
    ) -> None:
        self.district, self.years, self.seed = district, years, seed
        self.days = Days.of(years)
        self.subjects = subjects
        self.leveled = [subject for subject in subjects if len(subject.levels) == 12]
        self.banded = [subject for subject in subjects if len(subject.levels) != 12]
        self.titles = {subject.key: TITLES.get(subject.key, OTHER) for subject in subjects}
        chance = Random(f"growth {seed} {district.people.number}")
        self.mean = self._mean(scores)
        self.ladders = {
            (kind, decaying): [_ladder(kind, self.mean, decaying, chance) for _nth in range(LADDERS)]
            for kind in range(3) for decaying in (False, True)
        }  # fmt: skip

    @cached_property
    def teachers(self) -> dict[int, list[str]]:
        """School -> who teaches there."""
        found: dict[int, list[str]] = {}
        for staff in self.district.table.staff:
            if staff.role == "teacher" and staff.school is not None:
                found.setdefault(staff.school, []).append(staff.id)
        return found

    def _mean(self, scores: int) -> float:
        """How many scores a target gets, so that the district has about as many as it should."""
        walked = 0.0
        total = len(self.days.all)
        for student in self.district.people.students:
            share = (total - self.first_day(student)) / FULL_YEAR
            for subject, level, speed in zip(self.leveled, student.level, student.speed, strict=True):
                end = min(12.0, level + speed * (total - self.days.begins[-1]) / FULL_YEAR)
                walked += subject.per_level * max(0.0, end - max(0.0, end - speed * share))
            walked += share * sum(subject.per_level for subject in self.banded)
        return min(4.3, max(1.05, scores / max(1.0, walked) / 0.93))

    def first_day(self, student: Student) -> int:
        """The place of the first school day on which this student could show anything."""
        back = student.grade - PK
        oldest = self.days.begins[max(0, len(self.years) - 1 - back)]
        return max(oldest, self.days.place(student.came))

    def standing(self, student: Student, where: int) -> float:
        """Where a student stands today in a leveled subject, in levels."""
        running = len(self.days.all) - self.days.begins[-1]
        return student.level[where] + student.speed[where] * running / FULL_YEAR

    def rows(self, place: int) -> list[ScoreRow]:
        """All evidence of one student, oldest first, as rows of the scores sheet."""
        student = self.district.people.students[place]
        chance = Random(f"{self.seed} {student.id}")
        events: list[
            tuple[int, str, str, int]
        ] = []  # day, target, score or kind of no score, number of the subject
        for where, subject in enumerate(self.leveled):
            self._walk(events, student, subject, where, chance)
        for subject in self.banded:
            self._return(events, student, subject, chance)
        last = len(self.days.all) - (QUIET if student.quiet else 0)
        events = [event for event in events if event[0] < last]
        events.sort()
        return self._written(place, student, events, chance)

    def _walk(
        self,
        events: list[tuple[int, str, str, int]],
        student: Student,
        subject: Subject,
        where: int,
        chance: Random,
    ) -> None:
        slope = student.speed[where] / FULL_YEAR * subject.per_level  # targets per school day
        begin, end = self.first_day(student), len(self.days.all)
        here = self.days.begins[-1]
        at = student.level[where] * subject.per_level  # the place on the line at the beginning of this year
        first = max(0, int(at - slope * (here - begin)))
        last = min(len(subject.line), int(at + slope * (end - here)) + 4)
        gap = student.level[where] - (0.2 + 0.93 * max(0, student.grade))
        kind = 0 if gap > 0.55 else 2 if gap < -0.55 else 1
        ladders = self.ladders[kind, subject.key == "literacy"]
        number = self.subjects.index(subject)
        random, line = chance.random, subject.line
        for target in range(first, last):
            steps = ladders[int(random() * LADDERS)]
            passed = here + (target + 1 - at) / slope
            space = (5 + 11 * random()) * (1 if len(steps) < 4 else 0.6)
            day = passed - space * (len(steps) - 1) + 6 * random() - 3
            for step in steps:
                if begin <= day < end:
                    score = HALVES[step] if random() > 0.014 else BREAKS[int(random() * len(BREAKS))]
                    events.append((int(day), line[target], score, number))
                day += space * (0.6 + 0.8 * random())
            if random() < 0.09:  # looked at again later: mostly it stayed
                day = passed + 25 + 70 * random()
                if begin <= day < end:
                    events.append(
                        (int(day), line[target], "3.5" if steps[-1] >= 6 and random() < 0.7 else "3", number)
                    )

    def _return(
        self, events: list[tuple[int, str, str, int]], student: Student, subject: Subject, chance: Random
    ) -> None:
        """Habits and arts come back every year of a band of grades, a little better each time."""
        begin, end = self.first_day(student), len(self.days.all)
        number = self.subjects.index(subject)
        for ago, first in enumerate(reversed(self.days.begins)):
            grade = student.grade - ago
            if grade < PK:
                break
            band = band_of(grade)
            steady = 3.2 + 0.45 * (grade - (PK, 3, 6, 9)[band - 1]) + chance.gauss(0, 0.8)
            for nth, code in enumerate(subject.plan(band)):
                day = first + (nth * 26 + 30 * chance.random()) * (0.5 if student.grade == PK else 1)
                for again in range(max(1, round(self.mean * 0.6))):
                    if begin <= day < end and day < first + FULL_YEAR:
                        step = min(8, max(1, round(steady + again * 0.9 + 1.6 * chance.random())))
                        events.append((int(day), code, HALVES[step], number))
                    day += 14 + 20 * chance.random()

    def _written(
        self, place: int, student: Student, events: list[tuple[int, str, str, int]], chance: Random
    ) -> list[ScoreRow]:
        random = chance.random
        days, own, seats = self.days.all, student.id, self.district.table.seats
        this_year = self.days.begins[-1]
        moved = self.days.place(student.moved) if student.moved else 0
        sections = [seats.get((place, subject.key), []) for subject in self.subjects]
        titles = [self.titles[subject.key] for subject in self.subjects]
        past = {ago: self._past(student, ago) for ago in range(1, len(self.years))}
        rows: list[ScoreRow] = []
        for count, (day, target, score, number) in enumerate(events, 1):
            if day >= this_year:
                section, teacher = _now(sections[number], day < moved, random())
            else:
                section, teacher = "", past[self._ago(day)][number]
            shown, kind, note = days[day], "", ""
            if score[0] > "9":  # a word
                score, kind = "", score
            elif random() < 0.03:
                notes = notes_for(score)
                note = notes[int(random() * len(notes))]
            title = titles[number]
            rows.append(
                (
                    f"e{own[1:]}-{count}", own, target, score, kind, shown, shown + TIMES[int(random() * len(TIMES))], "",
                    title[int(random() * len(title))], note, section, teacher,
                )
            )  # fmt: skip
        return rows

    def _ago(self, day: int) -> int:
        return sum(begin > day for begin in self.days.begins)

    def _past(self, student: Student, ago: int) -> list[str]:
        """Who scored a student in each subject some years ago."""
        teachers = self.teachers.get(school_in(student, ago, self.district.people.schools)) or [""]
        start = student.home * 7 + ago * 3
        return [teachers[(start + number // 2) % len(teachers)] for number in range(len(self.subjects))]


def _now(sections: Sequence[Section], before: bool, turn: float) -> tuple[str, str]:
    """The class and who of its teachers scored."""
    if not sections:
        return "", ""
    section = sections[0] if before else sections[-1]
    teachers = section.teachers
    return section.id, teachers[1] if len(teachers) > 1 and turn < 0.35 else teachers[0]
