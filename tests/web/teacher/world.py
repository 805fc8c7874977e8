"""Which class do the tests of the teacher's pages stand in? Math 7, period 2, at Aspen Ridge Middle School."""

import random
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from cairn.access.decide import today
from cairn.learning.evidence.append import Entry
from cairn.learning.mastery.actions import record_scores
from cairn.learning.models import (
    Framework,
    Item,
    ItemAncestor,
    PlannedTarget,
    ScaleUse,
    ScaleVersion,
    Wording,
)
from cairn.people.models import (
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

STRANDS = {
    "Ratios and percents": [
        "Unit rates",
        "Proportional or not",
        "Constant of proportionality",
        "Write proportion equations",
        "Percent of a quantity",
        "Percent change, interest",
    ],
    "Number": [
        "Opposites and distance",
        "Add, subtract integers",
        "Multiply, divide integers",
        "Fractions to decimals",
        "Rational operations",
        "Multi-step numbers",
    ],
    "Expressions and equations": [
        "Combine like terms",
        "Distribute and factor",
        "Rewrite to understand",
        "Two-step equations",
        "Inequalities",
        "Multi-step word problems",
    ],
    "Geometry and data": [
        "Scale drawings",
        "Angle pairs",
        "Circles",
        "Area and volume",
        "Random samples",
        "Probability models",
    ],
}
NAMES = [
    "Isaiah Lewis",
    "Mateo Alvarez",
    "Elena Sokolova",
    "Emma Kowalski",
    "Diego Herrera",
    "Nia Mensah",
    "Amara Adeyemi",
    "Mai Chue Vang",
    "Grace Gallagher",
    "Marcus Reed",
    "Theo Marchetti",
    "Chloe Olsen",
    "Owen Delaney",
    "Fatima Saleh",
    "Ravi Kapoor",
    "Aaliyah Hill",
    "Adam Zielinski",
    "Lucía Castillo",
    "Sofia Espinoza",
    "Ximena Vega",
    "Huy Nguyen",
    "Tariq Farouk",
    "Jaylen Brooks",
    "Kenji Inoue",
    "Priya Patel",
    "Zoë Jansen",
    "Caleb Turner",
    "Lily Whitehorse",
    "Noor Al-Sayed",
    "Camila Lozano",
]
TITLES = ["Exit ticket", "Store discount task", "Unit pretest", "Warm-up", "Project"]


@dataclass
class World:
    """One class with everybody around it."""

    school: Agency
    course: Course
    klass: Class
    students: list[Student]
    teacher: Account
    co_teacher: Account
    assistant: Account
    leader: Account
    manager: Account
    former: Account
    stranger: Account
    student: Account
    framework: Framework
    targets: list[Item]

    @property
    def url(self) -> str:
        return f"/classes/{self.klass.public_id}"

    def entry(self, student: int, target: int, value: int, **more) -> Entry:
        more.setdefault("shown_on", today())
        more.setdefault("recorded_at", timezone.now())
        return Entry(self.students[student].pk, self.targets[target].pk, value, klass=self.klass.pk, **more)

    def score(self, student: int, target: int, value: int, *, by: Account | None = None, **more) -> None:
        record_scores([self.entry(student, target, value, **more)], by=by or self.teacher)


def person(given: str, family: str) -> Account:
    adult = Adult.objects.create(given_name=given, family_name=family)
    account = Account(username=family.lower(), adult=adult)
    account.set_unusable_password()
    account.save()
    return account


def build(students: int = 3, *, scale: str = "0-4", strands: dict[str, list[str]] | None = None) -> World:
    """The class with so many students, everybody around it, its plan, and no score yet."""
    district = Agency.objects.create(kind="district", name="Aspen Valley")
    school = Agency.objects.create(kind="school", name="Aspen Ridge Middle School", parent=district)
    for agency, ancestor in ((district, district), (school, school), (school, district)):
        AgencyAncestor.objects.create(agency=agency, ancestor=ancestor)
    course = Course.objects.create(agency=district, title="Math 7")
    klass = Class.objects.create(school=school, course=course, title="Math 7", periods="2")
    people = [
        Student.objects.create(given_name=name.rsplit(" ", 1)[0], family_name=name.rsplit(" ", 1)[1])
        for name in (NAMES * (1 + students // len(NAMES)))[:students]
    ]
    for one in people:
        ClassEnrollment.objects.create(student=one, klass=klass)
        SchoolEnrollment.objects.create(student=one, school=school)
    teacher, co_teacher, assistant = (
        person("Nkechi", "Okafor"),
        person("Daniel", "Ruiz"),
        person("Kim", "Tran"),
    )
    leader, manager = person("Rosa", "Delgado"), person("Lee", "Fong")
    former, stranger = person("Ada", "Past"), person("Sam", "Stranger")
    for account, kind in ((teacher, "teaches"), (co_teacher, "co_teaches"), (assistant, "assists")):
        Tie.objects.create(adult=account.adult, kind=kind, klass=klass)
    Tie.objects.create(adult=former.adult, kind="teaches", klass=klass, end_on=today() - timedelta(days=10))
    Tie.objects.create(adult=leader.adult, kind="leads", agency=school)
    Tie.objects.create(adult=manager.adult, kind="manages_data", agency=district)
    framework, targets = plan(course, strands or STRANDS, scale)
    account = Account(username="student", student=people[0])
    account.set_unusable_password()
    account.save()
    return World(
        school,
        course,
        klass,
        people,
        teacher,
        co_teacher,
        assistant,
        leader,
        manager,
        former,
        stranger,
        account,
        framework,
        targets,
    )


def plan(course: Course, strands: dict[str, list[str]], scale: str) -> tuple[Framework, list[Item]]:
    """A framework with these strands and targets, all planned for the course, one target of each strand in turn."""
    framework = Framework.objects.create(identifier="math", title="Mathematics", subject="Mathematics")
    position = iter(range(1000))
    level = Item.objects.create(
        framework=framework, identifier="7", statement="Level 7", kind="level", position=next(position)
    )
    made: list[list[Item]] = []
    for name, targets in strands.items():
        strand = Item.objects.create(
            framework=framework,
            identifier=name,
            statement=name,
            kind="strand",
            level=level,
            position=next(position),
        )
        ItemAncestor.objects.create(item=strand, ancestor=level)
        made.append([])
        for target in targets:
            item = Item.objects.create(
                framework=framework,
                identifier=target,
                statement=f"I can do {target.lower()} and show why it works.",
                short_name=target,
                code=f"M.{next(position)}",
                kind="target",
                scorable=True,
                level=level,
                strand=strand,
                position=next(position),
            )
            for above in (strand, level):
                ItemAncestor.objects.create(item=item, ancestor=above)
            Wording.objects.create(
                item=item,
                language="en",
                value=300,
                text=f"Does {target.lower()} alone, in new tasks, and shows why it works.",
            )
            made[-1].append(item)
    everything = in_use(course, framework, made, scale)
    return framework, everything


def in_use(course: Course, framework: Framework, made: list[list[Item]], scale: str) -> list[Item]:
    """Recorded on this scale, and planned for the course: one target of each strand in turn."""
    ScaleUse.objects.create(
        framework=framework, scale=ScaleVersion.objects.get(key=scale), valid_from=date(2020, 1, 1)
    )
    everything = [item for strand in made for item in strand]
    in_turn = [
        strand[place] for place in range(max(map(len, made))) for strand in made if place < len(strand)
    ]
    PlannedTarget.objects.bulk_create(
        PlannedTarget(course=course, target=item, position=place, valid_from=date(2020, 1, 1))
        for place, item in enumerate(in_turn)
    )
    return everything


def fill(world: World, seed: int = 7) -> None:
    """Scores as a real class has them in November: a frontier in each strand, fewer fours than threes, halves."""
    chance = random.Random(seed)
    noon = timezone.make_aware(datetime.combine(today(), time(0, 1)))
    entries = []
    per_strand = max(1, len(world.targets) // 4)
    for place in range(len(world.students)):
        reach = 1 - place / len(world.students)
        quiet = 15 if place in (6, 13, 22) else 0
        for number in range(len(world.targets)):
            strand, depth = divmod(number, per_strand)
            ahead = (
                reach * 5.2 + 1.8 - depth - (2.4 if strand == 3 else 0.4 * strand) + chance.uniform(-0.8, 0.8)
            )
            if ahead < -0.8:
                continue
            final = (
                400
                if ahead > 3.6 and chance.random() < 0.6
                else 300
                if ahead > 0.9
                else 200
                if ahead > 0
                else 100
            )
            if chance.random() < 0.08 and final < 400:
                final += 50
            days = quiet + (chance.randint(0, 40) if ahead < 1.5 else chance.randint(5, 70))
            for step, value in ((14, 100), (7, 200), (0, final)):
                if step and (value >= final or chance.random() < 0.5):
                    continue
                entries.append(
                    world.entry(
                        place,
                        number,
                        value,
                        shown_on=today() - timedelta(days=days + step),
                        recorded_at=noon - timedelta(days=days + step),
                        title=chance.choice(TITLES),
                    )
                )
    record_scores(entries, by=world.teacher)
