"""At which levels do students work, what is missing for the next, and which level-ups were there? Through `access`."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from cairn.access.decide import Decision
from cairn.access.directory import enrolled_students
from cairn.learning.frameworks.models import Framework, Item
from cairn.learning.frameworks.queries import names_of
from cairn.learning.mastery.levelrules import InForce, rules_in_force
from cairn.learning.mastery.models import LevelUp, StudentLevel
from cairn.learning.mastery.queries import Standing, standings
from cairn.rules.rollups import Member, RollUp, roll_up


@dataclass(frozen=True, slots=True)
class Missing:
    """A target still to meet for the level. `reason`: not_met, not_scored or below_floor."""

    public_id: str
    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class LevelNow:
    """Where a student works in one subject, and how far the level is."""

    student: int
    framework: int
    subject: str
    level: int
    name: str
    since: date
    found: RollUp
    missing: Sequence[Missing]
    rule: InForce


def levels_now(
    students: Collection[int],
    decision: Decision,
    *,
    language: str,
    frameworks: Collection[int] | None = None,
) -> list[LevelNow]:
    """The present level of each of these students in each subject, by subject. Seven queries for any number of students.

    `decision` must be of all of them; what an ended tie may not see is not counted.
    """
    if not decision.allowed or not students:
        return []
    rows = StudentLevel.objects.filter(student__in=list(students))
    if decision.until is None:
        rows = rows.filter(end_on=None)
    else:
        rows = rows.filter(Q(end_on=None) | Q(end_on__gte=decision.until), begin_on__lte=decision.until)
    if frameworks is not None:
        rows = rows.filter(framework__in=list(frameworks))
    held = list(rows.order_by("framework__position", "framework", "student").select_related("framework"))
    targets = _targets({row.level_id for row in held})
    known = standings(
        sorted({row.student_id for row in held}),
        decision,
        targets=sorted({item for items in targets.values() for item in items}),
    )
    found = _rolled_up(held, targets, known)
    named = names_of(
        {row.level_id for row in held} | {item for _row, _rule, one in found for item, _why in one.missing},
        language,
    )
    public = {item: public_id for items in targets.values() for item, public_id in items.items()}
    subjects = subject_names({row.framework_id for row in held}, language)
    return [
        LevelNow(
            student=row.student_id,
            framework=row.framework_id,
            subject=subjects[row.framework_id],
            level=row.level_id,
            name=named[row.level_id][0],
            since=row.begin_on,
            found=one,
            missing=[Missing(public[item], named[item][0], why) for item, why in one.missing],
            rule=rule,
        )
        for row, rule, one in found
    ]


def _rolled_up(
    held: Sequence[StudentLevel],
    targets: Mapping[int, Mapping[int, str]],
    known: Mapping[int, Mapping[int, Standing]],
) -> list[tuple[StudentLevel, InForce, RollUp]]:
    rules = rules_in_force()
    found = []
    for row in held:
        rule = rules(row.framework_id)
        stands = known.get(row.student_id, {})
        members = [
            Member(item, stands[item].level if item in stands else None, item in stands and stands[item].met)
            for item in targets[row.level_id]
        ]
        found.append((row, rule, roll_up(members, rule.rule)))
    return found


def _targets(levels: Collection[int]) -> dict[int, dict[int, str]]:
    """Level -> its targets in order, with their opaque ids."""
    found: dict[int, dict[int, str]] = defaultdict(dict)
    rows = Item.objects.filter(level__in=list(levels), scorable=True, retired_at=None)
    for level, item, public_id in rows.order_by("position", "pk").values_list("level", "pk", "public_id"):
        assert level is not None  # asked for by it
        found[level][item] = public_id
    return found


def subject_names(frameworks: Collection[int], language: str) -> dict[int, str]:
    """Framework -> its subject in this language where there is one. One query."""
    rows = Framework.objects.filter(
        Q(pk__in=list(frameworks)) | Q(translates__in=list(frameworks), language=language)
    )
    found: dict[int, str] = {}
    for row in rows.order_by("translates"):
        name = row.subject or row.title
        if row.pk in frameworks:
            found.setdefault(row.pk, name)
        if row.translates_id is not None and row.translates_id in frameworks:
            found[row.translates_id] = name
    return found


def level_ups_of(student: int, decision: Decision) -> list[LevelUp]:
    """Every level-up of a student that was ever decided or waits, the newest first. One query."""
    if not decision.allowed:
        return []
    rows = LevelUp.objects.filter(student=student).exclude(state="lapsed")
    if decision.until is not None:
        rows = rows.filter(proposed_on__lte=decision.until)
    related = rows.select_related("framework", "level", "following", "decided_by__adult", "review_target")
    found = list(related.order_by("-proposed_at", "-pk"))
    if decision.until is not None:
        for row in found:
            _as_then(row, decision.until)
    return found


def _as_then(row: LevelUp, day: date) -> None:
    """As it stood at the end of a past day; for reading only."""
    if row.decided_on is not None and row.decided_on > day:
        row.state, row.decided_by, row.decided_on, row.reason = "proposed", None, None, ""
    if row.review_on is not None and row.review_on > day:
        row.review_on, row.review_note = None, ""
    elif row.reviewed_on is not None and row.reviewed_on > day:
        row.review_note = ""


def levelled_up(schools: Collection[int], *, since: date, until: date) -> list[LevelUp]:
    """Who moved on in these schools in a window, by name: for an assembly. One query; ask `access` for the schools first."""
    rows = LevelUp.objects.filter(
        state="confirmed",
        decided_on__gte=since,
        decided_on__lte=until,
        student__in=enrolled_students(schools, on=until),
    )
    return list(
        rows.select_related("student", "framework", "level", "following").order_by(
            "student__family_name", "student__given_name", "student", "framework__position"
        )
    )
