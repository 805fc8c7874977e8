"""How far along the plan are this class and this student? Everything a grid or a progress page shows, in few queries."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import F, FilteredRelation, OuterRef, Q, Subquery

from cairn.access.decide import Decision, today
from cairn.access.directory import students_in_class
from cairn.learning.frameworks.queries import ScaleInUse, scales_in_use
from cairn.learning.mastery.models import RecordVersion
from cairn.learning.mastery.queries import Standing, standings
from cairn.learning.plans.around import Around, SetPace, around
from cairn.learning.plans.growing import growth_of
from cairn.learning.plans.planned import Planned, day_of, planned_for
from cairn.people.models import Adult, Class, ClassEnrollment, Student
from cairn.rules.growth import Baseline, Growth
from cairn.rules.pace import Pace, reading
from cairn.rules.progress import met_of_planned, next_target

NAMES = ("given_name", "family_name", "preferred_given_name", "preferred_family_name")


@dataclass(frozen=True, slots=True)
class GridRow:
    """One student of a class: where they stand on the planned targets, how many are met, what comes next."""

    student: Student
    cells: dict[int, Standing]  # target id -> standing; absent: no evidence yet
    met: int
    next: int | None  # target id; None: every planned target is met
    last_shown_on: date | None  # the newest evidence on any planned target


@dataclass(frozen=True, slots=True)
class ClassGrid:
    """A class over its plan, rows by family name. `version` rises with every change a live page must fetch."""

    klass: Class
    targets: list[Planned]
    rows: list[GridRow]
    scales: dict[int, ScaleInUse]  # framework id -> its scale; absent: none yet
    version: str
    on: date


def class_grid(klass: Class, decision: Decision, *, language: str, on: date | None = None) -> ClassGrid:
    """The grid of a class whose roster and record `decision` allows. Four queries."""
    on = on or today()
    day = min(d for d in (on, decision.until, klass.end_on) if d is not None)
    targets = planned_for([klass.pk], on=day, language=language)
    counter = RecordVersion.objects.filter(student=OuterRef("pk")).values("number")
    students = list(students_in_class(klass, on=day).annotate(version=Subquery(counter)))
    known = standings([s.pk for s in students], decision, targets=[t.target for t in targets])
    order = [t.target for t in targets]
    rows = []
    for student in students:
        cells = known.get(student.pk, {})
        met = {target for target, standing in cells.items() if standing.met}
        last = max((standing.last_shown_on for standing in cells.values()), default=None)
        rows.append(GridRow(student, cells, len(met), next_target(order, met), last))
    scales = scales_in_use((t.framework for t in targets), language, on, klass.school_id)
    return ClassGrid(
        klass, targets, rows, scales, _version(klass.version, [s.version for s in students]), day
    )


def _version(klass: int, numbers: Sequence[int | None]) -> str:
    return f"{klass}.{len(numbers)}.{sum(number or 0 for number in numbers)}"


@dataclass(frozen=True, slots=True)
class ClassLine:
    """A class of a student with who teaches it."""

    klass: Class
    teachers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Subject:
    """One subject of a student: the planned targets of all classes in it, in learning order, and how far they are.

    pace: as it is shown; computed: what the days alone say; by_hand: what an adult set. growth: None where it is not known.
    """

    framework: int
    name: str
    is_academic: bool
    scale: ScaleInUse
    classes: tuple[ClassLine, ...]
    targets: tuple[Planned, ...]  # each target once
    standings: dict[int, Standing]
    met: int
    planned: int
    pace: Pace | None
    next: Planned | None
    computed: Pace | None = None
    by_hand: SetPace | None = None
    growth: Growth | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """A student over everything planned now."""

    student: Student
    subjects: list[Subject]
    standings: dict[int, Standing]
    on: date
    scales: dict[int, ScaleInUse] = field(default_factory=dict)  # framework id -> its scale; absent: none yet
    around: Around = field(default_factory=Around)

    @property
    def met(self) -> int:
        return sum(subject.met for subject in self.subjects)

    @property
    def planned(self) -> int:
        return sum(subject.planned for subject in self.subjects)


def classes_of_student(student: int, *, on: date) -> list[ClassLine]:
    """The classes a student is enrolled in on a day, with the names of those who teach and co-teach them. One query."""
    held = (Q(begin_on__isnull=True) | Q(begin_on__lte=on)) & (Q(end_on__isnull=True) | Q(end_on__gte=on))
    enrolled = ClassEnrollment.objects.filter(held, student=student)
    taught = FilteredRelation(
        "ties",
        condition=Q(ties__kind__in=["teaches", "co_teaches"])
        & (Q(ties__begin_on__isnull=True) | Q(ties__begin_on__lte=on))
        & (Q(ties__end_on__isnull=True) | Q(ties__end_on__gte=on)),
    )
    rows = Class.objects.filter(held, pk__in=enrolled.values("klass"), active=True).annotate(tie=taught)
    rows = rows.annotate(**{f"_{name}": F(f"tie__adult__{name}") for name in NAMES})
    found: dict[int, tuple[Class, list[str]]] = {}
    for klass in rows.order_by("periods", "title", "pk", F("tie__kind").desc(), "tie__pk"):
        _, names = found.setdefault(klass.pk, (klass, []))
        names.extend(_teacher(klass))
    return [ClassLine(klass, tuple(dict.fromkeys(names))) for klass, names in found.values()]


def _teacher(row: Any) -> list[str]:
    """The name that a row was annotated with, where a tie was found."""
    names = {name: getattr(row, f"_{name}") for name in NAMES}
    return [] if names["family_name"] is None else [Adult(**names).name]


@dataclass(frozen=True, slots=True)
class Held:
    """A class that a student was ever in, from when to when (None: not known, or still), and who taught it meanwhile."""

    klass: Class  # id, title, periods, school_id
    school: str
    teachers: tuple[str, ...]
    begin_on: date | None
    end_on: date | None

    def on(self, day: date) -> bool:
        """Was the student in it on this day?"""
        return (self.begin_on is None or self.begin_on <= day) and (self.end_on is None or self.end_on >= day)


CLASSES_EVER = """
SELECT ce.id, k.id, k.title, k.periods, k.school_id, s.name, ce.begin_on, k.begin_on, ce.end_on, k.end_on,
    t.begin_on, t.end_on, a.given_name, a.family_name, a.preferred_given_name, a.preferred_family_name
FROM people_classenrollment ce
JOIN people_class k ON k.id = ce.klass_id AND k.active
JOIN people_agency s ON s.id = k.school_id
LEFT JOIN people_tie t ON t.klass_id = k.id AND t.kind IN ('teaches', 'co_teaches')
LEFT JOIN people_adult a ON a.id = t.adult_id
WHERE ce.student_id = %s
ORDER BY k.periods, k.title, ce.id, t.kind DESC, t.id"""


def classes_ever(student: int, decision: Decision, *, on: date) -> list[Held]:
    """Every class of a student, begun by the day, in the order of the day; the teacher-student link by dates. One query."""
    if not decision.allowed:
        return []
    with connection.cursor() as cursor:
        cursor.execute(CLASSES_EVER, [student])
        rows = cursor.fetchall()
    found: dict[int, tuple[Held, list[str]]] = {}
    called: dict[tuple[str, ...], str] = {}  # making an Adult costs more than reading one
    for key, klass, title, periods, school, where, *rest in rows:
        days, names = [day_of(day) for day in rest[:6]], rest[6:]
        begin, end = _latest(*days[0:2]), _earliest(*days[2:4])
        if begin and (begin > on or (end and end < begin)):
            continue
        if key not in found:
            made = Class(id=klass, title=title, periods=periods, school_id=school)
            found[key] = (Held(made, where, (), begin, end), [])
        held, taught = found[key]
        # Of a class that goes on: who teaches it on the day. Of one that is over: whoever taught it meanwhile.
        first, last = (on, on) if held.on(on) else (begin or date.min, end or date.max)
        if names[0] is not None and (days[4] or date.min) <= last and (days[5] or date.max) >= first:
            person = tuple(names)
            if person not in called:
                called[person] = Adult(**dict(zip(NAMES, person, strict=True))).name
            taught.append(called[person])
    return [replace(held, teachers=tuple(dict.fromkeys(taught))) for held, taught in found.values()]


def _latest(*days: date | None) -> date | None:
    return max((day for day in days if day), default=None)


def _earliest(*days: date | None) -> date | None:
    return min((day for day in days if day), default=None)


def student_progress(
    student: Student,
    decision: Decision,
    *,
    language: str,
    on: date | None = None,
    held: Sequence[Held] | None = None,
    also: Iterable[int] = (),
    since: Baseline | None = None,
) -> Progress:
    """Where a student stands in every subject planned now, for a viewer whom `decision` allows.

    `held`: the answer of `classes_ever`, where it is known already; `also`: more frameworks (ids) whose scales are
    wanted; `since`: the baseline of growth, else the school year's first day. A subject whose framework has no scale yet, or
    is not recorded yet, is left out: there is nothing to show.
    """
    on = on or today()
    day = min(on, decision.until) if decision.until else on
    if not decision.allowed:
        return Progress(student, [], {}, day)
    lines = [ClassLine(line.klass, line.teachers) for line in held or () if line.on(day)]
    if held is None:
        lines = classes_of_student(student.pk, on=day)
    classes = {line.klass.pk: line for line in lines}
    planned = planned_for(list(classes), on=day, language=language)
    known = standings([student.pk], decision).get(student.pk, {})
    by_framework: dict[int, list[Planned]] = {}
    for target in planned:
        by_framework.setdefault(target.framework, []).append(target)
    school = next((line.klass.school_id for line in classes.values()), None)
    scales = scales_in_use([*by_framework, *also], language, day, school)
    here = around(student.pk, school, on=day, language=language)
    grown = growth_of(here, known, since or here.baseline, day)
    subjects = [
        _subject(targets, scale, classes, known, day, here, grown.get(framework))
        for framework, targets in by_framework.items()
        if (scale := scales.get(framework)) is not None and scale.stage == "recording"
    ]
    return Progress(student, subjects, known, day, scales, here)


def _subject(
    targets: list[Planned],
    scale: ScaleInUse,
    classes: dict[int, ClassLine],
    known: dict[int, Standing],
    day: date,
    here: Around,
    grown: Growth | None,
) -> Subject:
    once = list({target.target: target for target in reversed(targets)}.values())[::-1]
    met = {t.target for t in once if t.target in known and known[t.target].met}
    counted = met_of_planned((t.target for t in once), met)
    coming = next_target((t.target for t in once), met)
    framework = once[0].framework
    by_hand = here.by_hand.get(framework)
    paced = reading(
        ((t.target, t.planned_on) for t in targets),
        met,
        day,
        days=here.days,
        grace=here.grace,
        by_hand=by_hand.rule if by_hand else None,
    )
    return Subject(
        framework=framework,
        name=once[0].subject,
        is_academic=once[0].is_academic,
        scale=scale,
        classes=tuple(classes[k] for k in dict.fromkeys(t.klass for t in targets)),
        targets=tuple(once),
        standings={t.target: known[t.target] for t in once if t.target in known},
        met=counted.met,
        planned=counted.planned,
        pace=paced.shown,
        next=next((t for t in once if t.target == coming), None),
        computed=paced.computed,
        by_hand=by_hand,
        growth=grown,
    )
