"""Which district are the figures taken in? Invented rows, written straight into an empty database: N students in classes
of 30, each with a plan of 40 targets and a score on every one. It is a stage, not a demo: names and scores are numbers.
"""

import random
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from django.db import connection, transaction
from django.utils import timezone

from cairn.learning.evidence.append import COLUMNS
from cairn.learning.mastery.recompute import recompute
from cairn.learning.models import (
    Framework,
    Item,
    ItemAncestor,
    PlannedTarget,
    ScaleUse,
    ScaleVersion,
    Wording,
)
from cairn.learning.sql import insert_rows
from cairn.people.models import (
    AcademicSession,
    Account,
    Adult,
    Agency,
    AgencyAncestor,
    Class,
    ClassEnrollment,
    Course,
    SchoolEnrollment,
    Student,
    Tie,
)

PER_CLASS, TARGETS = 30, 60
SCORES = (100, 150, 200, 250, 300, 300, 300, 350, 400)


@dataclass
class World:
    """The first class (40 targets), a class with 60, their teacher, their students and the targets."""

    teacher: Account
    klass: Class
    wide: Class
    students: list[Student]
    student_account: Account
    targets: list[Item]


def _framework() -> list[Item]:
    framework = Framework.objects.create(identifier="bench-math", title="Math", subject="Math")
    level = Item.objects.create(framework=framework, identifier="level", statement="Level 7", kind="level")
    strands = [
        Item.objects.create(
            framework=framework, identifier=f"s{i}", statement=f"Strand {i}", kind="strand", level=level
        )
        for i in range(4)
    ]
    targets = [
        Item(
            framework=framework,
            identifier=f"t{i}",
            statement=f"I can do what target number {i} says",
            short_name=f"Target number {i}",
            kind="target",
            scorable=True,
            position=i,
            level=level,
            strand=strands[i * 4 // TARGETS],
        )
        for i in range(TARGETS)
    ]
    Item.objects.bulk_create(targets)
    ItemAncestor.objects.bulk_create(
        [ItemAncestor(item=t, ancestor=a) for t in targets for a in (level, t.strand) if a is not None]
    )
    Wording.objects.bulk_create(
        [
            Wording(item=t, language="en", value=v, text=f"What a {v // 100} looks like")
            for t in targets
            for v in (100, 200, 300, 400)
        ]
    )
    ScaleUse.objects.create(
        framework=framework, scale=ScaleVersion.objects.get(key="0-4"), valid_from=date(2020, 1, 1)
    )
    return targets


def _people(size: int, course: Course, district: Agency) -> list[Class]:
    today = timezone.localdate()
    since = today - timedelta(days=90)
    schools = [Agency(kind="school", name=f"School {i}", parent=district) for i in range(max(1, size // 500))]
    Agency.objects.bulk_create(schools)
    AgencyAncestor.objects.bulk_create(
        [AgencyAncestor(agency=s, ancestor=a) for s in schools for a in (s, district)]
        + [AgencyAncestor(agency=district, ancestor=district)]
    )
    AcademicSession.objects.create(
        title="Year", kind="schoolYear", begin_on=since, end_on=today + timedelta(days=200)
    )
    classes = [
        Class(
            school=schools[i % len(schools)],
            course=course,
            title=f"Math {i}",
            begin_on=since,
            end_on=today + timedelta(days=200),
        )
        for i in range(size // PER_CLASS)
    ]
    Class.objects.bulk_create(classes, batch_size=2_000)
    students = [
        Student(given_name=f"Given{i}", family_name=f"Family{i % 997}")
        for i in range(len(classes) * PER_CLASS)
    ]
    Student.objects.bulk_create(students, batch_size=2_000)
    places = [(student, classes[i // PER_CLASS]) for i, student in enumerate(students)]
    ClassEnrollment.objects.bulk_create(
        [ClassEnrollment(student=s, klass=k, begin_on=since) for s, k in places], batch_size=2_000
    )
    SchoolEnrollment.objects.bulk_create(
        [
            SchoolEnrollment(student=s, school_id=k.school_id, begin_on=since, grade_level="07")
            for s, k in places
        ],
        batch_size=2_000,
    )
    adults = [Adult(given_name=f"Teacher{i}", family_name="Bench") for i in range(len(classes))]
    Adult.objects.bulk_create(adults, batch_size=2_000)
    Tie.objects.bulk_create(
        [Tie(adult=a, kind="teaches", klass=k, begin_on=since) for a, k in zip(adults, classes, strict=True)],
        batch_size=2_000,
    )
    return classes


# The columns that this world fills.
EVIDENCE = {
    name: kind
    for name, kind in COLUMNS.items()
    if name not in ("due_on", "account_id", "entry_key", "supersedes_id")
}


def _scores(classes: list[Class], targets: list[Item]) -> None:
    """Two pieces of evidence per student and planned target, one decided level, straight into the tables."""
    chance = random.Random(7)
    enrolled = ClassEnrollment.objects.order_by("student").values_list(
        "student", "klass", "klass__ties__adult"
    )
    policy_sql = "SELECT id FROM learning_calculationpolicy WHERE framework_id IS NULL AND item_id IS NULL"
    with connection.cursor() as cursor:
        cursor.execute(policy_sql)
        (policy,) = cursor.fetchone()
    day = timezone.localdate() - timedelta(days=60)
    moment = connection.ops.adapt_datetimefield_value(datetime(day.year, day.month, day.day, 12, tzinfo=UTC))
    rows, versions = [], []
    wide = {classes[1].pk}
    for student, klass, adult in enrolled.iterator(chunk_size=5_000):
        versions.append((student, 1))
        for place, target in enumerate(targets[: TARGETS if klass in wide else 40]):
            shown = day + timedelta(days=place)
            if shown > timezone.localdate():
                break
            value = chance.choice(SCORES)
            row = (
                student, target.pk, value, "", shown.isoformat(), moment, moment, day.isoformat(), "Exit ticket", "",
                klass, adult, 1, "", "", 100,
            )  # fmt: skip
            rows.append(row)
        if len(rows) > 50_000:
            insert_rows("learning_evidence", EVIDENCE, rows)
            rows = []
    insert_rows("learning_evidence", EVIDENCE, rows)
    insert_rows("learning_recordversion", {"student_id": "bigint", "number": "bigint"}, versions)
    assert policy
    recompute()


def build(size: int) -> World:
    """Fill the (migrated, empty) database with `size` students, rounded down to whole classes of 30; at least 60."""
    with transaction.atomic():
        district = Agency.objects.create(kind="district", name="Bench")
        targets = _framework()
        course = Course.objects.create(agency=district, title="Math 7")
        PlannedTarget.objects.bulk_create(
            [
                PlannedTarget(
                    course=course,
                    target=t,
                    position=i,
                    valid_from=date(2020, 1, 1),
                    planned_on=date(2026, 9, 7),
                )
                for i, t in enumerate(targets[:40])
            ]
        )
        classes = _people(size, course, district)
        PlannedTarget.objects.bulk_create(
            [
                PlannedTarget(klass=classes[1], target=t, position=i, valid_from=date(2020, 1, 1))
                for i, t in enumerate(targets)
            ]
        )
        _scores(classes, targets)
    for name in ("analyze",):
        with connection.cursor() as cursor:
            cursor.execute(name)
    tie = Tie.objects.get(klass=classes[0])
    teacher = Account.objects.create(username="bench", adult_id=tie.adult_id, role="teacher")
    Tie.objects.create(adult_id=tie.adult_id, kind="teaches", klass=classes[1])
    students = list(Student.objects.order_by("pk")[: 2 * PER_CLASS])
    account = Account.objects.create(username="student", student=students[0], role="student")
    return World(teacher, classes[0], classes[1], students, account, targets)
