"""Which classes meet this year, who teaches them, and who sits in them?

Each subject is grouped by level, not by grade: students are sorted by where they stand and cut into sections. In elementary
schools inside a few grades, in secondary schools inside a rotation, so that nobody has two classes in one period.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from random import Random

from cairn.demo.courses import FIRST_GRADES, Course, Section, band_of
from cairn.demo.names import Names
from cairn.demo.people import Population, School, Student
from cairn.demo.sizes import KG, PK
from cairn.demo.subjects import HABITS, Subject

ROTATIONS = 6
LOADS = 5  # sections that one secondary teacher has
MOST = 27  # students in a section
BANDS = ((KG, 0), (1, 2), (3, 5))  # grades that share leveled sections in elementary schools


@dataclass(slots=True)
class Staff:
    """A member of staff. `role` as OneRoster names it; `school` None: of the district."""

    id: str
    given: str
    family: str
    role: str
    school: int | None


class Timetable:
    """Staff, courses and sections of one district."""

    def __init__(self, people: Population, subjects: Sequence[Subject], names: Names, seed: int) -> None:
        self.chance = Random(f"classes {seed} {people.number}")
        self.people, self.subjects, self.names = people, subjects, names
        self.leveled = [subject for subject in subjects if len(subject.levels) == 12]
        self.banded = [subject for subject in subjects if len(subject.levels) != 12]
        self.courses: dict[str, Course] = {}
        self.sections: list[Section] = []
        self.staff: list[Staff] = []
        # (student, subject key) -> this year's sections, the one before a move first
        self.seats: dict[tuple[int, str], list[Section]] = {}
        by_school: dict[int, list[int]] = {}
        for place, student in enumerate(people.students):
            by_school.setdefault(student.school, []).append(place)
        for role in ("districtAdministrator", "systemAdministrator"):
            self.hire(role, None)
        for school in people.schools:
            self._school(school, by_school.get(school.number, []))
        self._movers()

    def hire(self, role: str, school: int | None) -> Staff:
        """A new member of staff."""
        language = self.chance.choices(("en", "es", self.names.language(self.chance)), (70, 22, 8))[0]
        given = self.names.given(language, self.chance.random() < 0.72, self.chance)
        own = f"t{self.people.number:02}{len(self.staff) + 1:04}"
        staff = Staff(own, given, self.names.family(language, self.chance), role, school)
        self.staff.append(staff)
        return staff

    def _school(self, school: School, places: list[int]) -> None:
        for role, count in (("principal", 1), ("counselor", -(-len(places) // 350))):
            for _nth in range(count):
                self.hire(role, school.number)
        by_grade: dict[int, list[int]] = {}
        for place in places:
            by_grade.setdefault(self.people.students[place].grade, []).append(place)
        if PK in by_grade:
            self._preschool(school, by_grade[PK])
        young = {grade: found for grade, found in by_grade.items() if KG <= grade <= 5}
        if young:
            self._elementary(school, young)
        older = [place for grade, found in sorted(by_grade.items()) if grade > 5 for place in found]
        if older:
            self._secondary(school, older)

    # --- The three kinds of day ---

    def _preschool(self, school: School, places: list[int]) -> None:
        for nth, group in enumerate(_cut(places, 18)):
            course = self._course(None, 1, (PK,))
            section = self._section(
                school, course, f"Preschool {'ABCDEFGH'[nth % 8]}", "homeroom", "1", group
            )
            section.teachers = [self.hire("teacher", school.number).id]
            section.aides = [self.hire("aide", school.number).id]

    def _elementary(self, school: School, by_grade: dict[int, list[int]]) -> None:
        """A homeroom teacher keeps the homeroom for most subjects, and takes a math and a literacy group."""
        rooms: dict[int, list[tuple[list[int], str]]] = {}
        for grade, places in sorted(by_grade.items()):
            for nth, group in enumerate(_cut(self._shuffled(places), 25)):
                teacher = self.hire("teacher", school.number).id
                name = f"{_grade(grade)}{'ABCDEFGHIJ'[nth % 10]}"
                rooms.setdefault(grade, []).append((group, teacher))
                helper = self.hire("aide", school.number).id if grade <= 1 else ""
                for subject in self.subjects:
                    if subject.key in ("math", "literacy"):
                        continue
                    kind = "homeroom" if subject.key == HABITS else "scheduled"
                    section = self._of_subject(
                        school, subject, group, kind, str(self.subjects.index(subject) + 1), name
                    )
                    self._taught(section, teacher, helper)
        for first, last in BANDS:
            homes = [home for grade in range(first, max(first, last) + 1) for home in rooms.get(grade, [])]
            places = [place for group, _teacher in homes for place in group]
            for subject in self.leveled[:2]:
                groups = _cut(self._sorted(places, subject), 25)
                for (nth, group), (_home, teacher) in zip(enumerate(groups), _round(homes), strict=False):
                    name = f"group {nth + 1}"
                    section = self._of_subject(
                        school, subject, group, "scheduled", str(self.subjects.index(subject) + 1), name
                    )
                    self._taught(section, teacher, "")

    def _secondary(self, school: School, places: list[int]) -> None:
        teachers: dict[str, list[str]] = {}
        rotations = min(ROTATIONS, max(1, len(places) // 24))
        mixed = self._shuffled(places)
        for rotation in range(rotations):
            mine = mixed[rotation::rotations]
            for place, subject in enumerate(self.subjects):
                period = str((rotation + place) % ROTATIONS + 1)
                by_grade = subject.key == HABITS
                order = (
                    sorted(mine, key=lambda one: self.people.students[one].grade)
                    if by_grade
                    else self._sorted(mine, subject)
                )
                for nth, group in enumerate(_cut(order, MOST)):
                    kind = "homeroom" if by_grade else "scheduled"
                    name = (
                        f"advisory {rotation + 1}{'ABCDEFGHIJ'[nth % 10]}" if by_grade else f"period {period}"
                    )
                    section = self._of_subject(school, subject, group, kind, period, name)
                    free = teachers.setdefault(subject.key, [])
                    if not free:
                        free.extend([self.hire("teacher", school.number).id] * LOADS)
                    self._taught(section, free.pop(), "")

    # --- Making one section ---

    def _taught(self, section: Section, teacher: str, helper: str) -> None:
        """One in seven classes has a co-teacher of the same school."""
        section.teachers.append(teacher)
        if helper:
            section.aides.append(helper)
        if self.chance.random() < 0.15:
            others = [
                other.id for other in self.staff[-30:]
                if other.school == section.school and other.role == "teacher" and other.id != teacher
            ]  # fmt: skip
            if others:
                section.teachers.append(self.chance.choice(others))

    def _of_subject(
        self, school: School, subject: Subject, group: list[int], kind: str, period: str, name: str
    ) -> Section:
        students = [self.people.students[place] for place in group]
        year = 0
        if subject in self.leveled:
            where = self.leveled.index(subject)
            stands = sorted(student.level[where] for student in students)[len(students) // 2]
            level = min(len(subject.levels) - 1, max(1, int(stands) + 1))
        else:
            middle = sorted(student.grade for student in students)[len(students) // 2]
            level = band_of(middle)
            year = middle - FIRST_GRADES[level - 1]
        course = self._course(subject, level, year=year)
        title = f"{subject.short['en']} {course.levels}, {name}"
        return self._section(school, course, title, kind, period, group)

    def _section(
        self, school: School, course: Course, title: str, kind: str, period: str, group: list[int]
    ) -> Section:
        grades = tuple(sorted({self.people.students[place].grade for place in group}))
        room = f"Room {100 + (len(self.sections) * 7) % 60 + 100 * (grades[0] > 5)}"
        own = f"c{self.people.number:02}{len(self.sections) + 1:05}"
        section = Section(own, school.number, course, title, kind, period, room, grades, students=list(group))
        self.sections.append(section)
        for key in (
            (course.subject.key,) if course.subject else tuple(subject.key for subject in self.subjects)
        ):
            for place in group:
                self.seats.setdefault((place, key), []).append(section)
        return section

    def _course(
        self, subject: Subject | None, level: int, grades: tuple[int, ...] = (), year: int = 0
    ) -> Course:
        key = f"k{self.people.number:02}-{subject.key if subject else 'preschool'}-{level:02}"
        if year:
            key += f"-{year + 1}"
        if key not in self.courses:
            course = Course(key, "Preschool", subject, level, grades, year)
            if subject:
                course.title = f"{subject.title['en']}, {course.levels}" + (f", year {year + 1}" * (year > 0))
            self.courses[key] = course
        return self.courses[key]

    def _shuffled(self, places: Iterable[int]) -> list[int]:
        mixed = list(places)
        self.chance.shuffle(mixed)
        return mixed

    def _sorted(self, places: Sequence[int], subject: Subject) -> list[int]:
        if subject not in self.leveled:
            return sorted(places, key=lambda one: self.people.students[one].grade)
        where = self.leveled.index(subject)
        return sorted(places, key=lambda one: self.people.students[one].level[where])

    def _movers(self) -> None:
        """Who moved was in classes of the school before, near the own level."""
        by_school: dict[tuple[int, str], list[Section]] = {}
        for section in self.sections:
            for subject in self.subjects:
                if section.course.subject in (None, subject):
                    by_school.setdefault((section.school, subject.key), []).append(section)
        for place, student in enumerate(self.people.students):
            if student.before is None:
                continue
            for subject in self.subjects:
                near = by_school.get((student.before, subject.key), ())
                old = _nearest(near, student)
                if old is not None:
                    if place not in old.left:
                        old.left.append(place)
                    self.seats.setdefault((place, subject.key), []).insert(0, old)


def _nearest(sections: Sequence[Section], student: Student) -> Section | None:
    fitting = [section for section in sections if (section.grades == (PK,)) == (student.grade == PK)]
    return min(fitting, key=lambda one: (abs(one.grades[0] - student.grade), one.id), default=None)


def _grade(grade: int) -> str:
    return "K" if grade == KG else str(grade)


def _cut(places: Sequence[int], most: int) -> Iterator[list[int]]:
    """Groups of nearly equal size, none above `most`."""
    count = max(1, -(-len(places) // most))
    begin = 0
    for nth in range(count):
        end = len(places) * (nth + 1) // count
        yield list(places[begin:end])
        begin = end


def _round(things: Sequence[tuple[list[int], str]]) -> Iterator[tuple[list[int], str]]:
    while things:
        yield from things
