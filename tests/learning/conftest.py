"""Which small school do the tests of the learning record stand in?"""

from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import count

import pytest
from django.utils import timezone

from cairn.learning.evidence.append import Entry
from cairn.learning.mastery.actions import record_scores
from cairn.learning.models import Framework, Item, ItemAncestor, ScaleUse, ScaleVersion
from cairn.people.models import (
    Account,
    Adult,
    Agency,
    AgencyAncestor,
    Class,
    ClassEnrollment,
    SchoolEnrollment,
    Student,
    Tie,
)


@dataclass
class School:
    """One class of three students with a teacher, a co-teacher and a stranger; a level with two strands that share a target."""

    school: Agency
    klass: Class
    students: list[Student]
    teacher: Account
    co_teacher: Account
    stranger: Account
    framework: Framework
    level: Item
    strands: list[Item]
    targets: list[Item]  # the third stands under both strands
    keys: count = field(default_factory=count)

    def entry(self, student=0, target=0, value=300, day=None, **more) -> Entry:
        more.setdefault("recorded_at", datetime(2026, 10, 1, 12, tzinfo=timezone.get_current_timezone()))
        more.setdefault("entry_key", f"key-{next(self.keys)}")
        no_score = more.get("no_score", "")
        return Entry(
            student=self.students[student].pk,
            target=self.targets[target].pk,
            value=None if no_score else value,
            shown_on=day or date(2026, 10, 1),
            klass=self.klass.pk,
            **more,
        )

    def record(self, *entries: Entry, by=None):
        return record_scores(entries, by=by or self.teacher)


def person(name: str) -> Account:
    return Account.objects.create(
        username=name, adult=Adult.objects.create(given_name=name, family_name="Reyes")
    )


@pytest.fixture
def small(db) -> School:
    """The small school."""
    return build_small()


def build_small() -> School:
    """The small school, in whatever database is open."""
    school = Agency.objects.create(kind="school", name="Aspen")
    AgencyAncestor.objects.create(agency=school, ancestor=school)
    klass = Class.objects.create(school=school, title="Math 7")
    students = [Student.objects.create(given_name=n, family_name="Lee") for n in ("Ana", "Ben", "Cy")]
    for student in students:
        ClassEnrollment.objects.create(student=student, klass=klass)
        SchoolEnrollment.objects.create(student=student, school=school)
    teacher, co_teacher, stranger = person("okafor"), person("ruiz"), person("nobody")
    Tie.objects.create(adult=teacher.adult, kind="teaches", klass=klass)
    Tie.objects.create(adult=co_teacher.adult, kind="co_teaches", klass=klass)
    framework = Framework.objects.create(identifier="math", title="Math")
    level, *strands = (
        Item.objects.create(framework=framework, identifier=i, statement=i, kind=k)
        for i, k in (("level", "level"), ("number", "strand"), ("ratio", "strand"))
    )
    targets = [
        Item.objects.create(
            framework=framework, identifier=f"t{i}", statement=f"Target {i}", kind="target", scorable=True
        )
        for i in range(4)
    ]
    for target, above in zip(targets, ([0], [0], [0, 1], [1]), strict=True):
        ItemAncestor.objects.create(item=target, ancestor=level)
        for strand in above:
            ItemAncestor.objects.create(item=target, ancestor=strands[strand])
    ScaleUse.objects.create(
        framework=framework, scale=ScaleVersion.objects.get(key="0-4"), valid_from=date(2020, 1, 1)
    )
    return School(school, klass, students, teacher, co_teacher, stranger, framework, level, strands, targets)
