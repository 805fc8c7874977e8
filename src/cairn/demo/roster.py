"""How do the people and classes of the demo become the rows of a OneRoster 1.2 bundle?"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from cairn.demo.calendar import Year
from cairn.demo.classes import Timetable
from cairn.demo.courses import Section, grade_code
from cairn.demo.people import Population, Student, school_in, user_name
from cairn.demo.sizes import PK, STATE
from cairn.demo.subjects import HABITS

Row = dict[str, Any]
METADATA = (
    "metadata.alternative", "metadata.homeLanguage", "metadata.grade", "metadata.personalizedLearning",
    "metadata.personalizedLearningBeginDate",
)  # fmt: skip
CODES = {
    "math": "02",
    "literacy": "01",
    "science": "03",
    "social": "04",
    "arts": "05",
    HABITS: "22",
}  # SCED subject areas
RACES = {
    "es": "white", "vi": "asian", "hmn": "asian", "ne": "asian", "ar": "white", "so": "blackOrAfricanAmerican",
    "am": "blackOrAfricanAmerican", "ru": "white",
}  # fmt: skip


@dataclass(slots=True)
class District:
    """One district whole: who lives there, and what meets there this year."""

    people: Population
    table: Timetable

    @property
    def id(self) -> str:
        return f"d{self.people.number:02}"


def _orgs(districts: list[District], years: tuple[Year, ...]) -> Iterator[Row]:
    yield {"sourcedId": "state", "name": STATE, "type": "state", "identifier": "AL"}
    for district in districts:
        number = district.people.number
        yield {
            "sourcedId": district.id, "name": district.people.name, "type": "district",
            "identifier": f"08{number:05}", "parentSourcedId": "state",
        }  # fmt: skip
        for school in district.people.schools:
            yield {
                "sourcedId": school.id, "name": school.name, "type": "school", "parentSourcedId": district.id,
                "identifier": f"08{number:05}{school.number + 1:05}",
                "metadata.alternative": school.kind == "alternative",
            }  # fmt: skip


def year_id(year: Year) -> str:
    return f"y{year.key}"


def _sessions(_districts: list[District], years: tuple[Year, ...]) -> Iterator[Row]:
    for year in years:
        whole = {"schoolYear": year.key}
        yield {
            "sourcedId": year_id(year), "title": year.title, "type": "schoolYear", "startDate": year.begin,
            "endDate": year.end, **whole,
        }  # fmt: skip
        halves = ((year.begin, year.middle), (year.middle + timedelta(days=1), year.end))
        for nth, (begin, end) in enumerate(halves, 1):
            yield {
                "sourcedId": f"{year_id(year)}-{nth}", "title": f"Semester {nth}, {year.title}", "type": "semester",
                "startDate": begin, "endDate": end, "parentSourcedId": year_id(year), **whole,
            }  # fmt: skip


def _courses(districts: list[District], years: tuple[Year, ...]) -> Iterator[Row]:
    for district in districts:
        for course in sorted(district.table.courses.values(), key=lambda one: one.id):
            subject = course.subject
            yield {
                "sourcedId": course.id, "title": course.title, "courseCode": course.id[4:].upper(),
                "orgSourcedId": district.id, "schoolYearSourcedId": year_id(years[-1]),
                "grades": [grade_code(grade) for grade in course.grades],
                "subjects": [subject.title["en"]] if subject else ["Preschool"],
                "subjectCodes": [CODES.get(subject.key, "22")] if subject else ["23"],
            }  # fmt: skip


def _classes(districts: list[District], years: tuple[Year, ...]) -> Iterator[Row]:
    for district in districts:
        for section in district.table.sections:
            subject = section.course.subject
            yield {
                "sourcedId": section.id, "title": section.title, "courseSourcedId": section.course.id,
                "classCode": section.id[1:], "classType": section.kind, "location": section.room,
                "grades": [grade_code(grade) for grade in section.grades],
                "schoolSourcedId": district.people.schools[section.school].id,
                "termSourcedIds": [year_id(years[-1])], "periods": section.period,
                "subjects": [subject.title["en"]] if subject else ["Preschool"],
            }  # fmt: skip


def _users(districts: list[District], years: tuple[Year, ...]) -> Iterator[Row]:
    for district in districts:
        schools = district.people.schools
        for staff in district.table.staff:
            login = user_name(staff.given, staff.family, staff.id)
            yield {
                "sourcedId": staff.id, "enabledUser": True, "givenName": staff.given, "familyName": staff.family,
                "username": login, "email": f"{login}@{district.id}.example",
                "primaryOrgSourcedId": district.id if staff.school is None else schools[staff.school].id,
            }  # fmt: skip
        for guardian in district.people.guardians:
            yield {
                "sourcedId": guardian.id, "enabledUser": True, "givenName": guardian.given,
                "familyName": guardian.family, "username": user_name(guardian.given, guardian.family, guardian.id),
                "metadata.homeLanguage": guardian.language,
            }  # fmt: skip
        for student in district.people.students:
            yield {
                "sourcedId": student.id, "enabledUser": True, "givenName": student.given,
                "familyName": student.family, "username": user_name(student.given, student.family, student.id),
                "userIds": f"{{stateId:{1_000_000_000 + int(student.id[1:])}}}",
                "grades": [grade_code(student.grade)], "agentSourcedIds": list(student.guardians),
                "primaryOrgSourcedId": schools[student.school].id, "metadata.homeLanguage": student.language,
            }  # fmt: skip


def stays(
    student: Student, district: District, years: tuple[Year, ...]
) -> Iterator[tuple[int, date, date | None, int]]:
    """Where and in which grade a student was enrolled: school, first day, last day (None: still), grade."""
    for ago in range(len(years) - 1, 0, -1):
        year, grade = years[-1 - ago], student.grade - ago
        if grade >= PK and student.came <= year.end:
            yield (
                school_in(student, ago, district.people.schools),
                max(year.begin, student.came),
                year.end,
                grade,
            )
    begin = max(years[-1].begin, student.came)
    if student.before is not None and student.moved is not None:
        yield student.before, begin, student.moved - timedelta(days=1), student.grade
        begin = student.moved
    yield student.school, begin, None, student.grade


def _student_roles(student: Student, district: District, years: tuple[Year, ...]) -> Iterator[Row]:
    for nth, (place, begin, end, grade) in enumerate(stays(student, district, years), 1):
        school = district.people.schools[place]
        row: Row = {
            "sourcedId": f"{student.id}-{nth}", "userSourcedId": student.id, "roleType": "primary", "role": "student",
            "orgSourcedId": school.id, "beginDate": begin, "metadata.grade": grade_code(grade),
            "metadata.personalizedLearning": False,
        }  # fmt: skip
        if end is not None:
            row["endDate"] = end
        began = school.personalized
        if student.programs and began is not None and (end is None or began <= end):
            row["metadata.personalizedLearning"] = True
            row["metadata.personalizedLearningBeginDate"] = max(began, begin)
        yield row


def _roles(districts: list[District], years: tuple[Year, ...]) -> Iterator[Row]:
    first = years[0].begin
    for district in districts:
        schools = district.people.schools
        for staff in district.table.staff:
            yield {
                "sourcedId": f"{staff.id}-1", "userSourcedId": staff.id, "roleType": "primary", "role": staff.role,
                "orgSourcedId": district.id if staff.school is None else schools[staff.school].id,
                "beginDate": first,
            }  # fmt: skip
        for guardian in district.people.guardians:
            yield {
                "sourcedId": f"{guardian.id}-1", "userSourcedId": guardian.id, "roleType": "primary",
                "role": guardian.word, "orgSourcedId": district.id,
            }  # fmt: skip
        for student in district.people.students:
            yield from _student_roles(student, district, years)


def _seats(section: Section, district: District, year: Year) -> Iterator[Row]:
    shared: Row = {
        "classSourcedId": section.id,
        "schoolSourcedId": district.people.schools[section.school].id,
    }
    adults = [("teacher", nth == 0, own) for nth, own in enumerate(section.teachers)]
    adults += [("ext:aide", False, own) for own in section.aides]
    for role, primary, own in adults:
        yield {
            "sourcedId": f"{section.id}-{own}", "userSourcedId": own, "role": role, "primary": primary,
            "beginDate": year.begin, **shared,
        }  # fmt: skip
    for place in (*section.students, *section.left):
        student = district.people.students[place]
        gone = place in section.left
        begin = max(year.begin, student.came)
        row: Row = {
            "sourcedId": f"{section.id}-{student.id}",
            "userSourcedId": student.id,
            "role": "student",
            **shared,
        }
        if gone and student.moved is not None:
            row["endDate"] = student.moved - timedelta(days=1)
        row["beginDate"] = student.moved if student.moved and not gone else begin
        yield row


def _enrollments(districts: list[District], years: tuple[Year, ...]) -> Iterator[Row]:
    for district in districts:
        for section in district.table.sections:
            yield from _seats(section, district, years[-1])


def _demographics(districts: list[District], _years: tuple[Year, ...]) -> Iterator[Row]:
    for district in districts:
        for student in district.people.students:
            turn = student.home % 10
            race = RACES.get(
                student.language, "blackOrAfricanAmerican" if turn == 0 else "asian" if turn == 1 else "white"
            )
            yield {
                "sourcedId": student.id, "birthDate": student.born, "sex": "female" if student.female else "male",
                race: True, "hispanicOrLatinoEthnicity": student.language == "es" or turn == 7,
            }  # fmt: skip


FILES: dict[str, Callable[[list[District], tuple[Year, ...]], Iterable[Row]]] = {
    "orgs": _orgs,
    "academicSessions": _sessions,
    "courses": _courses,
    "classes": _classes,
    "users": _users,
    "roles": _roles,
    "enrollments": _enrollments,
    "demographics": _demographics,
}


def files(districts: list[District], years: tuple[Year, ...]) -> dict[str, Iterable[Row]]:
    """The rows of every file, made while they are written."""
    return {name: rows(districts, years) for name, rows in FILES.items()}
