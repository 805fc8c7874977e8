"""In which small school does everything occur that can decide a level? Rules of several targets and orders, conditions, two
scales, a framework adopted school by school, corrections, withdrawals, levels set by hand, every kind of no score."""

import random
from datetime import timedelta

from django.db import connection
from django.utils import timezone

from cairn.access.decide import today
from cairn.learning.evidence.append import COLUMNS
from cairn.learning.frameworks.actions import publish_policy
from cairn.learning.mastery.actions import withdraw_score
from cairn.learning.mastery.overrides import set_override
from cairn.learning.models import (
    Evidence,
    Framework,
    Item,
    ItemAncestor,
    RecordVersion,
    ScaleUse,
    ScaleVersion,
)
from cairn.learning.sql import insert_rows
from cairn.people.models import Agency, AgencyAncestor, ClassEnrollment, SchoolEnrollment, Student
from cairn.rules.conditions import Conditions
from cairn.rules.mastery import Method
from tests.learning.conftest import School, build_small

KINDS = ("not_taught", "missing", "exempt", "hidden")
RULES = (
    Method("decaying_average"),
    Method("mean", order="due_on", conditions=Conditions(pool="mean", minimum=2)),
    Method("latest", conditions=Conditions(expires_after=20, cut=250)),
    Method("mean", conditions=Conditions(categories={"test": 3, "practice": 1})),
    Method("highest", order="recorded_at"),
    Method("n_mastery"),
    Method("power_law"),
    Method("mean", conditions=Conditions(weighted=True, expires_after=30)),
)


def build_varied(students: int = 9, scores: int = 160, seed: int = 1) -> School:
    """The small school with `students` more and so many scores, every target by a rule of its own; in whatever database is open."""
    chance = random.Random(seed)
    school = build_small()
    _more_targets(school)
    _more_students(school, students)
    for target, method in zip(school.targets[1:], RULES, strict=False):
        publish_policy(target, method, by=school.teacher)
    publish_policy(school.framework, Method("mode"), by=school.teacher)
    _record(school, scores, chance)
    _change_scale(school)
    _record(school, scores // 4, chance)
    return school


def _more_targets(school: School) -> None:
    other = Framework.objects.create(identifier="letters", title="Letters")
    ScaleUse.objects.create(
        framework=other, scale=ScaleVersion.objects.get(key="1-4"), valid_from=today() - timedelta(days=300)
    )
    for place in range(4, 12):
        target = Item.objects.create(
            framework=school.framework if place < 9 else other,
            identifier=f"t{place}",
            statement=f"Target {place}",
            kind="target",
            scorable=True,
        )
        if place % 3:
            ItemAncestor.objects.create(item=target, ancestor=school.level)
        school.targets.append(target)


def _more_students(school: School, students: int) -> None:
    """Every third goes to another school, of another district, which has adopted letters with a scale of its own."""
    other = Agency.objects.create(kind="school", name="Birch")
    AgencyAncestor.objects.create(agency=other, ancestor=other)
    for agency in (school.school, other):
        district = Agency.objects.create(kind="district", name=f"{agency.name} District")
        AgencyAncestor.objects.create(agency=agency, ancestor=district)
    for place in range(students):
        student = Student.objects.create(given_name=f"S{place}", family_name="Ng")
        ClassEnrollment.objects.create(student=student, klass=school.klass)
        SchoolEnrollment.objects.create(student=student, school=school.school if place % 3 else other)
        school.students.append(student)
    ScaleUse.objects.create(
        framework=Framework.objects.get(identifier="letters"),
        school=other,
        scale=ScaleVersion.objects.get(key="0-4"),
        valid_from=today() - timedelta(days=200),
    )


def _record(school: School, scores: int, chance: random.Random) -> None:
    own: list[str] = []
    for _ in range(scores):
        kind = chance.choice(KINDS) if chance.random() < 0.15 else ""
        day = today() - timedelta(days=chance.randrange(60))
        entry = school.entry(
            chance.randrange(len(school.students)),
            chance.randrange(len(school.targets)),
            chance.choice((100, 200, 300, 400)),
            day,
            no_score=kind,
            due_on=day - timedelta(days=chance.randrange(-9, 9)) if chance.random() < 0.5 else None,
            recorded_at=timezone.now() - timedelta(days=chance.randrange(60)),
            task=chance.choice(("", "", "quiz", "essay")),
            category=chance.choice(("", "test", "practice")),
            weight=chance.choice((0, 50, 100, 300)),
        )
        school.record(entry)
        if chance.random() < 0.08:
            _correct(school, entry, chance)
        else:
            own.append(entry.entry_key)
        if own and chance.random() < 0.04:
            withdraw_score(own.pop(chance.randrange(len(own))), by=school.teacher)
        if not kind and chance.random() < 0.06:
            last = chance.choice((None, today(), today() + timedelta(days=3)))
            set_override(
                entry.student, entry.target, 300, "Seen in class.", by=school.teacher, locked=chance.random() < 0.5, until=last
            )  # fmt: skip


def _correct(school: School, entry, chance: random.Random) -> None:
    first = Evidence.objects.get(entry_key=entry.entry_key)
    school.record(
        entry._replace(
            value=chance.choice((100, 400)),
            no_score="",
            supersedes=first.pk,
            entry_key=f"{entry.entry_key}-corrected",
        )
    )


def _change_scale(school: School) -> None:
    """From today on the first framework counts anew, and a third of what was given is of before."""
    some = Evidence.objects.filter(student__in=school.students[::3])
    some.update(entered_on=today() - timedelta(days=1), entered_at=timezone.now() - timedelta(days=1))
    ScaleUse.objects.create(
        framework=school.framework,
        scale=ScaleVersion.objects.get(key="1-4"),
        valid_from=today(),
        counts_from=today(),
    )


LEFT_OUT = {"klass_id", "recorded_by_id", "account_id", "run_id", "entry_key", "supersedes_id"}
FILLED = {name: kind for name, kind in COLUMNS.items() if name not in LEFT_OUT}


def fill(school: School, pieces: int, seed: int = 3) -> None:
    """So many pieces of evidence more, of new students, written straight into the tables; nothing is decided from them."""
    chance = random.Random(seed)
    students = Student.objects.bulk_create(
        [Student(given_name=f"F{place}", family_name="Oh") for place in range(max(1, pieces // 40))]
    )
    SchoolEnrollment.objects.bulk_create(
        [SchoolEnrollment(student=one, school=school.school) for one in students]
    )
    RecordVersion.objects.bulk_create([RecordVersion(student=one) for one in students])
    now = connection.ops.adapt_datetimefield_value(timezone.now())
    rows = []
    for _ in range(pieces):
        kind = chance.choice(KINDS) if chance.random() < 0.1 else ""
        day = (today() - timedelta(days=chance.randrange(60))).isoformat()
        value = None if kind else chance.choice((100, 200, 300, 400))
        place = chance.choice(school.targets).pk
        due = day if chance.random() < 0.5 else None
        work = (
            chance.choice(("", "quiz", "essay")),
            chance.choice(("", "test", "practice")),
            chance.choice((0, 100)),
        )
        rows.append(
            (
                chance.choice(students).pk,
                place,
                value,
                kind,
                day,
                now,
                now,
                today().isoformat(),
                due,
                "",
                "",
                *work,
            )
        )
    insert_rows("learning_evidence", FILLED, rows)
