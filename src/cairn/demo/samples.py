"""As whom is it worth signing in? A few people of the demo whose pages show much, for each role."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from cairn.demo.courses import Section
from cairn.demo.growth import Growth
from cairn.demo.people import Student
from cairn.demo.roster import District
from cairn.demo.sizes import KG

Person = dict[str, Any]


def _person(own: str, given: str, family: str, about: str, **more: Any) -> Person:
    return {"sourcedId": own, "name": f"{given} {family}", "about": about, **more}


class Samples:
    """Chooses from one district."""

    def __init__(self, district: District, growth: Growth) -> None:
        self.district, self.growth = district, growth
        self.students = district.people.students
        self.staff = {staff.id: staff for staff in district.table.staff}
        self.recent = set(growth.days.all[-5:])
        self.early = set(growth.days.all[: len(growth.days.all) // 4])

    def _lively(self, place: int) -> bool:
        """Here since the first year, something new this week, ahead in one subject and not in another."""
        student = self.students[place]
        leads = student.lead.values()
        if student.quiet or student.moved or max(leads) < 0.5 or min(leads) > 0:
            return False
        days = [row[5] for row in self.growth.rows(place)]
        known_long = bool(days) and days[0] in self.early
        return known_long and sum(day in self.recent for day in days) >= 2

    def _first(self, fits: Callable[[Student], bool], lively: bool = True) -> int | None:
        found = [place for place, student in enumerate(self.students) if fits(student)]
        if lively:
            found = [place for place in found[:200] if self._lively(place)] or found
        return found[0] if found else None

    def student_list(self) -> list[Person]:
        wanted: tuple[tuple[str, Callable[[Student], bool], bool], ...] = (
            ("grade 5", lambda one: one.grade == 5, True),
            ("high school", lambda one: one.grade == 10, True),
            ("does not read yet", lambda one: one.grade == KG, False),
            ("changed school this year", lambda one: one.moved is not None, False),
        )
        found = ((about, self._first(fits, lively)) for about, fits, lively in wanted)
        return [self._student(place, about) for about, place in found if place is not None]

    def _student(self, place: int, about: str) -> Person:
        student = self.students[place]
        school = self.district.people.schools[student.school].name
        return _person(student.id, student.given, student.family, about, school=school, grade=student.grade)

    def family_list(self) -> list[Person]:
        """Families with several children, one of another home language than English."""
        children: dict[str, list[Student]] = {}
        for student in self.students:
            for own_id in student.guardians:
                children.setdefault(own_id, []).append(student)
        found = []
        for about, spanish in (
            ("several children, speaks Spanish at home", True),
            ("several children", False),
        ):
            for guardian in self.district.people.guardians:
                own = children.get(guardian.id, [])
                if (
                    len(own) > 1
                    and len({one.school for one in own}) > 1
                    and (guardian.language == "es") == spanish
                ):
                    language = "es" if spanish else "en"
                    found.append(_person(guardian.id, guardian.given, guardian.family, about, language=language,
                                         children=[one.id for one in own]))  # fmt: skip
                    break
        if not found:
            first = next(one for one in self.students if one.guardians).guardians[0]
            guardian = next(one for one in self.district.people.guardians if one.id == first)
            found.append(_person(guardian.id, guardian.given, guardian.family, "family"))
        return found

    def teacher_list(self) -> list[Person]:
        """One who teaches a full leveled class in an upper grade with a co-teacher, and the co-teacher."""
        sections = sorted(self.district.table.sections, key=self._rank)
        best = sections[0]
        abouts = ("teaches", "co-teaches")
        return [
            self._member(own, f"{about} {best.title}", best)
            for own, about in zip(best.teachers[:2], abouts, strict=False)
        ]

    def _rank(self, section: Section) -> tuple[bool, bool, bool, int, str]:
        subject = section.course.subject
        math = subject is not None and subject.key == "math"
        return (
            not math,
            len(section.teachers) < 2,
            section.grades[0] < 3,
            -len(section.students),
            section.id,
        )

    def _member(self, own: str, about: str, section: Section | None = None) -> Person:
        staff = self.staff[own]
        more = {"class": section.id} if section else {}
        return _person(own, staff.given, staff.family, about, **more)

    def _of_role(self, role: str, about: str, most: int = 1) -> list[Person]:
        found = [staff for staff in self.district.table.staff if staff.role == role]
        schools = self.district.people.schools
        return [
            self._member(
                staff.id, about if staff.school is None else f"{about} at {schools[staff.school].name}"
            )
            for staff in found[:most]
        ]

    def everyone(self) -> dict[str, list[Person]]:
        """Role -> people, the best first."""
        return {
            "student": self.student_list(),
            "family": self.family_list(),
            "teacher": self.teacher_list(),
            "principal": self._of_role("principal", "principal", 2),
            "counselor": self._of_role("counselor", "counselor"),
            "data_manager": self._of_role("systemAdministrator", "looks after the data of the district"),
            "district": self._of_role("districtAdministrator", "leads the district"),
        }


def sample_people(districts: Sequence[District], growths: Iterable[Growth]) -> dict[str, list[Person]]:
    """Good people to sign in as, by role: student, family, teacher, principal, counselor, data_manager, district, state.

    Each has sourcedId, name and about; a student school and grade, a family its children and language, a teacher the class.
    """
    first = Samples(districts[0], next(iter(growths))).everyone()
    if len(districts) > 1:
        first["state"] = [_person("a00001", "Marisol", "Whitaker", "leads the state")]
    return first
