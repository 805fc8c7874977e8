"""Who lives in the demo district? Homes with children across schools, their families, and where each child stands."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from cairn.demo.calendar import Year
from cairn.demo.names import Names, plain
from cairn.demo.sizes import KG, PK, Size, district_name, school_name
from cairn.demo.subjects import Subject

LEVELED = ("math", "literacy")  # grouped by level, so students spread wider than in the other subjects
# In standard deviations of how easily they learn: who falls behind the plan of their class, and who runs ahead of it.
SLOW, QUICK = -1.25, 0.97
PER_YEAR = 0.93  # levels that most students go up in a school year: 12 levels in 13 grades


@dataclass(slots=True)
class School:
    """A school. `zone`: schools that follow each other. `personalized`: the day it began personalized learning, if it has."""

    id: str
    number: int
    name: str
    kind: str
    first: int
    last: int
    zone: int
    personalized: date | None


@dataclass(slots=True)
class Student:
    """A student. `level`: where they stood in each leveled subject at the beginning of this year, in levels (3.5: half-way
    through level 4); `speed`: levels per year until then. `lead`: subject -> how many targets they are ahead of their class's
    plan; below 0: behind it. `came`: first day in the district; `before`: the school left this year."""

    id: str
    given: str
    family: str
    female: bool
    language: str
    born: date
    grade: int
    school: int
    home: int
    guardians: tuple[str, ...]
    level: tuple[float, ...]
    speed: tuple[float, ...]
    lead: dict[str, float]
    came: date
    before: int | None = None
    moved: date | None = None
    quiet: bool = False
    programs: bool = True


@dataclass(slots=True)
class Guardian:
    """A family member. `word`: parent, guardian or relative."""

    id: str
    given: str
    family: str
    language: str
    word: str
    relation: str


@dataclass(slots=True)
class Population:
    """All homes of one district."""

    number: int
    name: str
    schools: list[School]
    students: list[Student] = field(default_factory=list)
    guardians: list[Guardian] = field(default_factory=list)


def schools_of(size: Size, number: int, years: tuple[Year, ...], chance: Random) -> list[School]:
    """The schools of a district. They began personalized learning in different years; one in twenty has not yet."""
    schools: list[School] = []
    for shape in size.shapes:
        for nth in range(shape.schools):
            place = len(schools)
            began = years[chance.choices(range(len(years)), range(len(years), 0, -1))[0]]
            schools.append(
                School(
                    f"o{number:02}{place + 1:02}",
                    place,
                    school_name(shape.kind, place, number),
                    shape.kind,
                    shape.first,
                    shape.last,
                    nth,
                    None if place == 17 else began.begin,
                )
            )
    return schools


def _zone_of(school: School, grade: int, schools: list[School]) -> int:
    """The school of the same zone that has this grade: elementary schools share middle schools, these share high schools."""
    if school.first <= grade <= school.last:
        return school.number
    fitting = [
        other for other in schools if other.first <= grade <= other.last and other.kind != "alternative"
    ]
    fitting = fitting or [other for other in schools if other.first <= grade <= other.last]
    return fitting[school.zone % len(fitting)].number


def school_in(student: Student, years_ago: int, schools: list[School]) -> int:
    """In which school a student was some years ago."""
    return _zone_of(schools[student.school], max(PK, student.grade - years_ago), schools)


class Homes:
    """Fills the schools of one district with homes."""

    def __init__(self, size: Size, number: int, years: tuple[Year, ...], subjects: tuple[Subject, ...], names: Names,
                 seed: int) -> None:  # fmt: skip
        self.chance = Random(f"homes {seed} {number}")
        self.number, self.years, self.names = number, years, names
        self.subjects = subjects
        self.people = Population(number, district_name(number), schools_of(size, number, years, self.chance))
        self.seats: dict[int, dict[int, int]] = {}
        shapes = [shape for shape in size.shapes for _nth in range(shape.schools)]
        for school, shape in zip(self.people.schools, shapes, strict=True):
            for grade, seats in _seats(shape.first, shape.last, shape.students):
                self.seats.setdefault(grade, {})[school.number] = seats

    def fill(self) -> Population:
        """Homes until every seat is taken."""
        home = 0
        while grades := [grade for grade, seats in self.seats.items() if seats]:
            self._home(home, grades)
            home += 1
        self._move()
        return self.people

    def _home(self, home: int, grades: list[int]) -> None:
        chance = self.chance
        language = self.names.language(chance)
        family = self.names.family(language, chance)
        guardians = self._guardians(language, family)
        counts = [sum(self.seats[grade].values()) for grade in grades]
        first = chance.choices(grades, counts)[0]
        near = [grade for grade in range(first - 7, first + 8) if grade != first and grade in self.seats]
        more = chance.choices((0, 1, 2, 3), (42, 36, 17, 5))[0]
        school: School | None = None
        for grade in (first, *chance.sample(near, min(more, len(near)))):
            free = self.seats[grade]
            if not free:
                continue
            seat = _zone_of(school, grade, self.people.schools) if school else -1
            if seat not in free:
                seat = chance.choices(list(free), list(free.values()))[0]
            school = school or self.people.schools[seat]
            free[seat] -= 1
            if not free[seat]:
                del free[seat]
            self._child(home, grade, seat, language, family, guardians)

    def _guardians(self, language: str, family: str) -> tuple[str, ...]:
        chance, found = self.chance, []
        for nth in range(chance.choices((1, 2), (38, 62))[0]):
            female = nth == 0 if chance.random() < 0.9 else nth == 1
            word, relation = chance.choices(
                (("parent", "mother" if female else "father"), ("relative", "grandmother" if female else "grandfather"),
                 ("guardian", "guardian")), (90, 7, 3),
            )[0]  # fmt: skip
            own = family if chance.random() < 0.8 else self.names.family(language, chance)
            given = self.names.given(language, female, chance)
            made = Guardian(
                f"g{self.number:02}{len(self.people.guardians) + 1:05}", given, own, language, word, relation
            )
            self.people.guardians.append(made)
            found.append(made.id)
        return tuple(found)

    def _child(
        self, home: int, grade: int, school: int, language: str, family: str, guardians: tuple[str, ...]
    ) -> None:
        chance = self.chance
        female = chance.random() < 0.49
        given = self.names.given(language, female, chance)
        year = self.years[-1]
        born = date(year.begin.year - 5 - grade, 10, 1) - timedelta(days=chance.randrange(365))
        level, speed, lead = self._standing(grade)
        oldest = max(0, len(self.years) - 1 - max(0, grade - (PK if chance.random() < 0.5 else KG)))
        came = self.years[oldest].begin
        if chance.random() < 0.05 * len(self.years):  # moved into the district, some in the middle of a year
            newer = self.years[chance.randrange(oldest, len(self.years))]
            came = newer.begin + timedelta(days=chance.choice((0, 0, 20, 45, 62)))
            if newer is year and came >= (year.days[-1] if year.days else year.begin):
                came = year.begin
        self.people.students.append(
            Student(
                f"s{self.number:02}{len(self.people.students) + 1:05}",
                given,
                family,
                female,
                language,
                born,
                grade,
                school,
                home,
                guardians,
                level,
                speed,
                lead,
                came,
                quiet=chance.random() < 0.025,
                programs=chance.random() > 0.06,
            )
        )

    def _standing(self, grade: int) -> tuple[tuple[float, ...], tuple[float, ...], dict[str, float]]:
        """Most stand near what is usual for their grade; some are two levels ahead, some two behind, and not in every subject."""
        chance = self.chance
        wide = min(1.25, 0.35 + 0.12 * max(grade, 0))
        person = chance.gauss(0, 0.62)
        base = -0.05 if grade == PK else 0.2 + PER_YEAR * grade
        levels, speeds, leads = [], [], {}
        for subject in self.subjects:
            own = person + chance.gauss(0, 0.5)
            leads[subject.key] = _lead(own / 0.8)
            if len(subject.levels) == 12:
                spread = wide if subject.key in LEVELED else 0.6 * wide
                levels.append(max(-0.05, base + own * spread))
                speeds.append(min(1.5, max(0.5, PER_YEAR * (1 + 0.12 * own + chance.gauss(0, 0.16)))))
        return tuple(levels), tuple(speeds), leads

    def _move(self) -> None:
        """About three in a hundred changed school this year inside the district, and always two."""
        chance, schools, year = self.chance, self.people.schools, self.years[-1]
        if len(year.days) < 15:
            return
        movable: list[tuple[Student, list[int]]] = []
        for student in self.people.students:
            others = [
                school.number for school in schools
                if school.number != student.school and school.first <= student.grade <= school.last
            ]  # fmt: skip
            if others and student.came <= year.begin:
                movable.append((student, others))
        for student, others in chance.sample(movable, min(len(movable), max(2, len(movable) * 3 // 100))):
            student.before = chance.choice(others)
            student.moved = chance.choice(year.days[8:-4])


def _lead(ease: float) -> float:
    """How many targets ahead of the class's plan: most go along with it, however easy (in standard deviations) they learn."""
    if ease < SLOW:
        return max(-4.0, 1.6 * (ease - SLOW) - 0.8)
    return min(4.0, 1.5 * (ease - QUICK) + 1.0) if ease > QUICK else 0.0


def _seats(first: int, last: int, students: int) -> list[tuple[int, int]]:
    """A school's students over its grades; preschool is half as big."""
    weights = {grade: 1 if grade == PK else 2 for grade in range(first, last + 1)}
    whole = sum(weights.values())
    seats = {grade: students * weight // whole for grade, weight in weights.items()}
    seats[last] += students - sum(seats.values())
    return list(seats.items())


def user_name(given: str, family: str, own: str) -> str:
    """A user name that no one else has."""
    return f"{plain(given)}.{plain(family.split()[0])}{own[1:]}"
