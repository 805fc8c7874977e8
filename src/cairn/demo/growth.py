"""How do students of the demo district learn? Scores that grow over time, some fast, some slowly, some standing still.

A student walks along the targets of a subject in learning order: until this year at a speed of their own, this year with the
plan of their class, some ahead of it and some behind. Before the day on which the walk passes a target its scores fall,
rising; what lies ahead has none yet.
"""

from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from random import Random

from cairn.demo.calendar import Year
from cairn.demo.courses import Section
from cairn.demo.people import Student, school_in
from cairn.demo.roster import District
from cairn.demo.sizes import PK
from cairn.demo.subjects import Subject
from cairn.demo.walks import Walk, Walks
from cairn.demo.words import BREAKS, OTHER, TITLES, category_of, notes_for

HALVES = ("0", "0.5", "1", "1.5", "2", "2.5", "3", "3.5", "4")
# How a target ends, in half steps and by weight, for students ahead of the plan, with it, and behind it.
ENDINGS = (
    ((6, 62), (7, 28), (8, 8), (5, 2)),
    ((6, 77), (7, 17), (8, 3), (5, 3)),
    ((6, 70), (7, 6), (8, 1), (5, 15), (4, 8)),
)
AGAIN = 0.95  # of what ended below the goal is shown again some weeks later, and met
BEGUN = 0.8  # of the targets of a student behind the plan are begun with the class, and met later
SOONER = 0.6  # of the targets of everyone else are begun some weeks before they are met
LATE, EARLY = 0.04, 0.06  # of the targets that a student with the plan meets after or before their week
EACH = 3  # every third student tells how far the district walks
BESIDES = 0.53  # scores of a target beside those on the way to it, on average
LADDERS = 300  # of each kind
KEPT = ("3", "3", "3", "3.5", "3.5")  # what a later look at a target finds
QUIET = 28  # school days without anything from a quiet student
TIMES = tuple(f"T{hour:02}:{minute:02}" for hour in (9, 10, 13, 14, 15) for minute in range(1, 60, 5))
Ladder = tuple[int, ...]
Event = tuple[float, str, str, int]  # day, target, score or kind of no score, number of the subject
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
    count = 1 + sum(chance.random() < (mean - 1) / 4 for _try in range(4))
    steps = [last]
    while len(steps) < count:
        steps.append(max(1, steps[-1] - chance.choice((0, 1, 1, 1, 2, 2))))
    steps.reverse()
    if count > 2 and chance.random() < 0.1:  # nobody only rises
        steps[0], steps[1] = steps[1], steps[0]
    while decaying and last >= 6 and _decayed(steps) < 6:
        place = len(steps) - 1 if steps[-1] < 8 else min(range(len(steps)), key=steps.__getitem__)
        steps[place] += 1
    return tuple(steps)


def _slip(turn: float) -> float:
    """By how many school days a student who goes with the plan misses a target's week: mostly by none."""
    return 4 + 14 * turn / LATE if turn < LATE else -2 - 8 * (1 - turn) / EARLY if turn > 1 - EARLY else 0.0


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
        # school day -> how many years ago it was
        self.ago = [sum(begin > day for begin in self.days.begins) for day in range(len(self.days.all))]
        self.walks = Walks(district, years[-1], self.days.begins[-1])
        self.subjects = subjects
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
        walked, total, running = 0.0, len(self.days.all), len(self.days.all) - self.days.begins[-1]
        students = self.district.people.students
        for place in range(0, len(students), EACH):
            first = self.first_day(students[place])
            this_year = min(running, total - first)
            for subject in self.subjects:
                walk = self.walks.of(place, subject)
                before = min(max(0.0, walk.at), (total - first - this_year) / walk.past)
                walked += before + this_year / walk.line.step
        return min(4.3, max(1.05, scores / max(1.0, EACH * walked) - BESIDES))

    def first_day(self, student: Student) -> int:
        """The place of the first school day on which this student could show anything."""
        back = student.grade - PK
        oldest = self.days.begins[max(0, len(self.years) - 1 - back)]
        return max(oldest, self.days.place(student.came))

    def rows(self, place: int) -> list[ScoreRow]:
        """All evidence of one student, oldest first, as rows of the scores sheet."""
        student = self.district.people.students[place]
        chance = Random(f"{self.seed} {student.id}")
        events: list[Event] = []
        begin = self.first_day(student)
        for number, subject in enumerate(self.subjects):
            self._walk(events, self.walks.of(place, subject), number, begin, chance)
        last = len(self.days.all) - (QUIET if student.quiet else 0)
        events = [event for event in events if begin <= event[0] < last]
        events.sort()
        return self._written(place, student, events, chance)

    def _walk(self, events: list[Event], walk: Walk, number: int, begin: int, chance: Random) -> None:
        """One student's evidence in one subject. What newcomers know of their class's plan they show in their first weeks."""
        random, here, end = chance.random, self.days.begins[-1], len(self.days.all)
        subject, line = self.subjects[number], walk.line
        comes_back = len(subject.levels) != 12  # habits and arts are looked at in every year of their level
        kind = 0 if walk.lead > 0 else 2 if walk.lead < 0 else 1
        is_decaying = subject.key == "literacy"
        ladders = self.ladders[kind, is_decaying]
        first = min(line.begin, int(walk.begun(here - begin)))
        last = min(len(subject.line), int(walk.at + max(0, end - here) / line.step) + 4)
        for target in range(first, last):
            passed = self.walks.passed(walk, target, random())
            code, steps = subject.line[target], ladders[int(random() * LADDERS)]
            if passed < begin:
                if target < line.begin:
                    continue
                passed, steps = begin + 10 * random(), steps[-1:] if steps[-1] >= 6 else (6,)
            elif passed >= here:
                passed += _slip(random()) if kind == 1 else 0.0
                if random() < (BEGUN if kind == 2 else SOONER) and (
                    steps[0] < 6 or not is_decaying
                ):  # what came before weighs there
                    early = -walk.lead * line.step if kind == 2 else 7 * len(steps) + 10 * random()
                    if kind == 2 or passed - early >= here:
                        events.append((max(here, passed - early), code, HALVES[min(5, steps[0])], number))
            self._climb(events, passed, begin, steps, code, number, random)
            if steps[-1] < 6 and random() < AGAIN:
                day = passed + 6 + 16 * random()
                events.append((day, code, "3.5", number))
                if is_decaying:  # what came before weighs too
                    events.append((day + 5, code, "3.5", number))
            elif random() < (0.5 if comes_back else 0.09):
                events.append((passed + 25 + 70 * random(), code, KEPT[int(random() * len(KEPT))], number))
            is_review = target < line.first and begin < here and passed < here
            if is_review and (comes_back or random() < 0.3):
                day = here + (150 if comes_back else 12) * random()
                events.append((day, code, KEPT[int(random() * len(KEPT))], number))

    def _climb(
        self,
        events: list[Event],
        day: float,
        begin: int,
        steps: Ladder,
        code: str,
        number: int,
        random: Callable[[], float],
    ) -> None:
        """The scores up to the day on which a target is passed, the last of them first."""
        for step in reversed(steps):
            if random() < 0.014:  # a day without a score, and the score some days later
                events.append((day - 2, code, BREAKS[int(random() * len(BREAKS))], number))
            events.append((day, code, HALVES[step], number))
            day = max(begin, day - 1 - 6 * random())

    def _written(self, place: int, student: Student, events: list[Event], chance: Random) -> list[ScoreRow]:
        random = chance.random
        days, own, seats = self.days.all, student.id, self.district.table.seats
        this_year = self.days.begins[-1]
        moved = self.days.place(student.moved) if student.moved else 0
        sections = [seats.get((place, subject.key), []) for subject in self.subjects]
        titles = [self.titles[subject.key] for subject in self.subjects]
        past = {ago: self._past(student, ago) for ago in range(1, len(self.years))}
        mark, times = f"e{own[1:]}-", len(TIMES)
        rows: list[ScoreRow] = []
        for count, (at, target, score, number) in enumerate(events, 1):
            day = int(at)
            if day >= this_year:
                section, teacher = _now(sections[number], day < moved, random())
            else:
                section, teacher = "", past[self.ago[day]][number]
            shown, kind, note = days[day], "", ""
            if score[0] > "9":  # a word
                score, kind = "", score
            elif random() < 0.03:
                notes = notes_for(score)
                note = notes[int(random() * len(notes))]
            title = titles[number][int(random() * len(titles[number]))]
            rows.append(
                (
                    f"{mark}{count}", own, target, score, kind, shown, shown + TIMES[int(random() * times)], "",
                    title, note, section, teacher, "", category_of(title), "",
                )
            )  # fmt: skip
        return rows

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
