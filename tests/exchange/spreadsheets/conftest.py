"""Into which small school do the sheets of these tests come?"""

import csv
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from cairn.exchange.intake.models import Problem
from cairn.learning.models import Evidence, Framework, Item, ScaleUse, ScaleVersion
from cairn.people.models import (
    Account,
    Adult,
    Agency,
    AgencyAncestor,
    Class,
    ClassEnrollment,
    Course,
    ExternalId,
    Source,
    Student,
    Tie,
)  # fmt: skip

DAY = "2025-10-01"
Write = Callable[..., Path]


@dataclass
class World:
    """Students s1, s2, s3 and targets MA.1.1 to MA.1.4 on the 0-4 scale; levels MA.1, MA.2; course k1, class c1, teacher t1."""

    students: list[Student]
    targets: list[Item]
    levels: list[Item]
    course: Course
    klass: Class
    teacher: Account
    framework: Framework
    school: Agency

    def evidence(self) -> list[tuple[str, str, int | None, str]]:
        names = {student.pk: f"s{nth}" for nth, student in enumerate(self.students, 1)}
        rows = Evidence.objects.order_by("student_id", "target_id", "pk").select_related("target")
        return [(names[row.student_id], row.target.code, row.value, row.no_score) for row in rows]


def named(source: Source, entity: str, value: str, row: object, kind: str = "sourcedId") -> None:
    ExternalId.objects.create(source=source, entity=entity, kind=kind, value=value, object_id=row.pk)


def build_world() -> World:
    """The small school, in whatever database is open."""
    source = Source.objects.create(key="sis", name="SIS")
    school = Agency.objects.create(kind="school", name="Aspen")
    AgencyAncestor.objects.create(agency=school, ancestor=school)
    course = Course.objects.create(agency=school, title="Math 1")
    klass = Class.objects.create(school=school, course=course, title="Math 1A")
    students = [Student.objects.create(given_name=name, family_name="Lee") for name in ("Ana", "Ben", "Cy")]
    adult = Adult.objects.create(given_name="Ada", family_name="Okafor")
    teacher = Account.objects.create(username="okafor", adult=adult)
    for nth, student in enumerate(students, 1):
        named(source, "student", f"s{nth}", student)
        named(source, "student", f"90{nth}", student, "state")
        ClassEnrollment.objects.create(student=student, klass=klass)
    Tie.objects.create(adult=adult, kind="teaches", klass=klass)
    for entity, value, row in (
        ("adult", "t1", adult),
        ("course", "k1", course),
        ("class", "c1", klass),
        ("agency", "o1", school),
    ):
        named(source, entity, value, row)
    framework = Framework.objects.create(identifier="math", title="Mathematics", subject="Math")
    levels = [
        Item.objects.create(
            framework=framework, identifier=f"l{n}", code=f"MA.{n}", statement=f"Level {n}", kind="level"
        )
        for n in (1, 2)
    ]
    targets = [
        Item.objects.create(
            framework=framework,
            identifier=f"i{n}",
            code=f"MA.1.{n}",
            statement=f"Target {n}",
            kind="target",
            scorable=True,
        )
        for n in range(1, 5)
    ]
    scale = ScaleVersion.objects.get(key="0-4")
    ScaleUse.objects.create(framework=framework, scale=scale, valid_from=date(2020, 1, 1))
    return World(students, targets, levels, course, klass, teacher, framework, school)


@pytest.fixture
def world(db: None) -> World:
    return build_world()


@pytest.fixture
def sheet(tmp_path: Path) -> Write:
    """Writes a CSV: sheet(header, *rows, name=...)."""

    def write(header: str, *rows: str | Sequence[str], name: str = "scores.csv") -> Path:
        path = tmp_path / name
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            for row in (header, *rows):
                writer.writerow(row.split(",") if isinstance(row, str) else row)
        return path

    return write


def bad_codes(outcome: object) -> list[tuple[int, str, str, str]]:
    """line, field, value, code of what was set aside."""
    rows = Problem.objects.filter(run=outcome.run, severity="quarantined").order_by("line", "id")
    return list(rows.values_list("line", "field", "value", "code"))
