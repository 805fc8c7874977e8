"""Who would change if another rule decided? A class, a school or a district, recomputed without touching the record.

Students come in groups, so memory stays flat; of the changes only the first are listed, all are counted. Names are for
whoever may see the student's record; the numbers are for whoever may ask.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils import timezone

from cairn.access.decide import may_many, today
from cairn.learning.frameworks.models import Framework, Item
from cairn.learning.frameworks.queries import names_of
from cairn.learning.frameworks.scales import CalculationPolicy
from cairn.people.models import (
    Account,
    Agency,
    AgencyAncestor,
    Class,
    ClassEnrollment,
    SchoolEnrollment,
    Student,
)
from cairn.rules.mastery import Method

if TYPE_CHECKING:
    from cairn.learning.mastery.under import Under

GROUP = 1_000
LISTED = 200


@dataclass(slots=True)
class Tally:
    """Of so many levels: how many would become another, rise, fall, come to the goal, and leave it."""

    cells: int = 0
    changed: int = 0
    up: int = 0
    down: int = 0
    newly_met: int = 0
    no_longer_met: int = 0

    def change(self, one: "Changing") -> None:
        """Count one level that would be another."""
        low = float("-inf")
        before, after = (low if level is None else level for level in (one.before, one.after))
        self.changed += 1
        self.up += after > before
        self.down += after < before
        self.newly_met += one.is_met and not one.was_met
        self.no_longer_met += one.was_met and not one.is_met


@dataclass(slots=True)
class Changing:
    """One level that would change, level units; `student` and `target` are ids until they are named."""

    student: int
    target: int
    before: float | None
    after: float | None
    was_met: bool
    is_met: bool
    name: str = ""
    public_id: str = ""
    about: str = ""


@dataclass(slots=True)
class WhatIf:
    """What another rule would change. by_school, by_subject: ids; listed: the first changes that the viewer may see by name."""

    total: Tally = field(default_factory=Tally)
    students: int = 0
    students_changed: int = 0
    by_school: dict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    by_subject: dict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    listed: list[Changing] = field(default_factory=list)


def targets_decided_by(scope: Framework | Item | None) -> dict[int, str]:
    """Target id -> subject, of the targets that a policy of this scope would decide: those without a closer one of their own."""
    if isinstance(scope, Item):
        items = Item.objects.filter(pk=scope.pk)
    else:
        items = Item.objects.filter(scorable=True)
        own = CalculationPolicy.objects.filter(valid_from__lte=timezone.now())
        items = items.exclude(pk__in=own.filter(item__isnull=False).values("item"))
        if scope is None:
            items = items.exclude(framework__in=own.filter(framework__isnull=False).values("framework"))
        else:
            items = items.filter(framework=scope)
    rows = items.values_list("pk", "framework__subject", "framework__title")
    return {pk: subject or title for pk, subject, title in rows}


def what_if(
    viewer: Account,
    method: Method,
    scope: Framework | Item | None,
    *,
    klass: Class | None = None,
    agency: Agency | None = None,
    listed: int = LISTED,
    language: str = "en",
) -> WhatIf:
    """Decide every level of a class or of an agency's students by `method`, and compare with what stands. Writes nothing.

    The caller has asked whether the viewer may ask of this place. A level that an adult set stays. Per group of students
    four queries; at most `listed` changes are kept.
    """
    # Pages come through this module, and only this act of it needs numpy.
    from cairn.learning.mastery.recompute import book_now
    from cairn.learning.mastery.under import levels_under, under

    targets = targets_decided_by(scope)
    found = WhatIf()
    book = under(book_now(), method)
    for group, schools in groups_of(klass, agency, today()):
        found.students += len(group)
        changed = _counted(levels_under(group, targets, book), targets, schools, found)
        found.students_changed += len({one.student for one in changed})
        if len(found.listed) < listed:
            seen = seen_by(viewer, {one.student for one in changed})
            found.listed += [one for one in changed if one.student in seen][: listed - len(found.listed)]
    _name(found.listed, language)
    found.by_school, found.by_subject = dict(found.by_school), dict(found.by_subject)
    return found


def _counted(
    rows: "Under", targets: dict[int, str], schools: dict[int, str], found: WhatIf
) -> list[Changing]:
    """The levels that would be another, counted in `found` with all that were looked at."""
    found.total.cells += sum(rows.by_student.values())
    for student, count in rows.by_student.items():
        found.by_school[schools.get(student, "")].cells += count
    for target, count in rows.by_target.items():
        found.by_subject[targets[target]].cells += count
    changed = []
    for student, target, (before, was_met), (after, is_met) in rows.changed:
        one = Changing(student, target, before, after, was_met, is_met)
        changed.append(one)
        places = found.by_school[schools.get(student, "")], found.by_subject[targets[target]]
        for tally in (found.total, *places):
            tally.change(one)
    return changed


def groups_of(
    klass: Class | None, agency: Agency | None, day: date
) -> Iterator[tuple[list[int], dict[int, str]]]:
    """The students of the place today in groups, with the names of their schools."""
    held = (Q(begin_on=None) | Q(begin_on__lte=day)) & (Q(end_on=None) | Q(end_on__gte=day))
    if klass is not None:
        rows = ClassEnrollment.objects.filter(held, klass=klass)
    else:
        below = AgencyAncestor.objects.filter(ancestor=agency).values("agency")
        rows = SchoolEnrollment.objects.filter(held, school__in=below)  # type: ignore[assignment]
    students = sorted(set(rows.filter(student__active=True).values_list("student", flat=True)))
    for begin in range(0, len(students), GROUP):
        group = students[begin : begin + GROUP]
        places = SchoolEnrollment.objects.filter(held, student__in=group).order_by("is_primary", "-pk")
        yield group, dict(places.values_list("student", "school__name"))


def seen_by(viewer: Account, students: Collection[int]) -> set[int]:
    """Those of these students (ids) whose record the viewer may see now."""
    allowed = may_many(viewer, "view", "academic", sorted(set(students))) if students else {}
    return {student for student, why in allowed.items() if why.allowed and why.until is None}


def _name(rows: Sequence[Changing], language: str) -> None:
    people = Student.objects.in_bulk({row.student for row in rows})
    names = names_of({row.target for row in rows}, language)
    for row in rows:
        row.name, row.public_id = people[row.student].name, people[row.student].public_id
        row.about = names[row.target][0]
