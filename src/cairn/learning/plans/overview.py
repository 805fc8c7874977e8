"""How far are these classes, each in one line? For a list of classes: three queries for any number of them."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import connection
from django.db.models import Q

from cairn.access.decide import today
from cairn.access.policy import rules_for
from cairn.learning.mastery.queries import met_at
from cairn.learning.plans.planned import planned_for
from cairn.learning.sql import rows_of
from cairn.people.models import Account, Class, ClassEnrollment
from cairn.people.ties import CLASS_TIES

# Only for classes the viewer teaches in now: `classes_of` chose them, and these ties grant the academic record.
COUNTS = """
SELECT e.klass_id, COUNT(DISTINCT e.student_id),
    COUNT(DISTINCT CASE WHEN m.last_shown_on >= %s THEN e.student_id END),
    COUNT(DISTINCT CASE WHEN m.met THEN e.student_id * 1000000000 + m.target_id END)
FROM people_classenrollment e
JOIN people_student s ON s.id = e.student_id AND s.active
LEFT JOIN ({plan}) AS p ON p.klass_id = e.klass_id
LEFT JOIN learning_mastery m ON m.student_id = e.student_id AND m.target_id = p.target_id
WHERE e.klass_id IN ({classes})
    AND (e.begin_on IS NULL OR e.begin_on <= %s) AND (e.end_on IS NULL OR e.end_on >= %s)
GROUP BY e.klass_id
"""


@dataclass(frozen=True, slots=True)
class Overview:
    """Numbers of one class. `met` of `cells`: how many of all planned targets of all students are met."""

    students: int = 0
    targets: int = 0
    met: int = 0
    fresh: int = 0  # students with evidence in the last two weeks
    subjects: tuple[str, ...] = ()

    @property
    def cells(self) -> int:
        """Students times targets."""
        return self.students * self.targets

    @property
    def share(self) -> int:
        """Met of cells, in hundredths, for a bar."""
        return 100 * self.met // self.cells if self.cells else 0


def class_overviews(
    viewer: Account, classes: Sequence[Class], *, language: str, on: date | None = None
) -> dict[int, Overview]:
    """Class id -> its numbers, for classes of `classes_of(viewer)`. Two queries."""
    past = on is not None and on < today()
    on = on or today()
    assert {rule.tie for rule in rules_for("view", "academic")} >= set(CLASS_TIES)
    if not classes or viewer.adult_id is None:
        return {}
    planned: dict[int, set[int]] = {klass.pk: set() for klass in classes}
    subjects: dict[int, dict[str, None]] = {klass.pk: {} for klass in classes}
    for target in planned_for([klass.pk for klass in classes], on=on, language=language):
        planned[target.klass].add(target.target)
        subjects[target.klass][target.subject] = None
    since = date.fromordinal(on.toordinal() - 14)
    counted = _counted_then(planned, on, since) if past else _counted(planned, on, since)
    found = {}
    for klass in classes:
        students, fresh, met = counted.get(klass.pk, (0, 0, 0))
        found[klass.pk] = Overview(students, len(planned[klass.pk]), met, fresh, tuple(subjects[klass.pk]))
    return found


def _counted(planned: dict[int, set[int]], on: date, since: date) -> dict[int, tuple[int, int, int]]:
    """Class id -> its students, those with evidence since a day, and the planned targets met. One query."""
    pairs = [(klass, target) for klass, targets in planned.items() for target in sorted(targets)]
    plan, params = rows_of({"klass_id": "bigint", "target_id": "bigint"}, pairs or [(0, 0)])
    sql = COUNTS.format(plan=plan, classes=",".join(map(str, map(int, planned))))
    day = on.isoformat()
    with connection.cursor() as cursor:
        cursor.execute(sql, [since.isoformat(), *params, day, day])
        return {klass: (students, fresh, met) for klass, students, fresh, met in cursor.fetchall()}


def _counted_then(planned: dict[int, set[int]], on: date, since: date) -> dict[int, tuple[int, int, int]]:
    """The same as it was at the end of a past day."""
    held = (Q(begin_on__isnull=True) | Q(begin_on__lte=on)) & (Q(end_on__isnull=True) | Q(end_on__gte=on))
    enrolled = ClassEnrollment.objects.filter(held, klass__in=planned, student__active=True)
    classes: dict[int, list[int]] = {}
    students: Counter[int] = Counter()
    for klass, student in set(enrolled.values_list("klass", "student")):
        classes.setdefault(student, []).append(klass)
        students[klass] += 1
    targets = sorted(set().union(*planned.values()))
    met: Counter[int] = Counter()
    fresh: set[tuple[int, int]] = set()
    for student, target, is_met, shown in met_at(sorted(classes), targets, on):
        for klass in classes[student]:
            if target in planned[klass]:
                met[klass] += is_met
                if shown >= since:
                    fresh.add((klass, student))
    new = Counter(klass for klass, _student in fresh)
    return {klass: (number, new[klass], met[klass]) for klass, number in students.items()}
