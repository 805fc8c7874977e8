"""What has this student, or this class, mastered? Through `access`; an ended tie reads the record as of its last day."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache

from django.db import connection
from django.db.models import Exists, OuterRef
from django.utils import timezone

from cairn.access.decide import Decision, today, visible
from cairn.learning.evidence.chains import WITHDRAWN, standing
from cairn.learning.evidence.models import Evidence
from cairn.learning.frameworks.models import Item, ItemAncestor
from cairn.learning.frameworks.queries import scales_in_use
from cairn.learning.frameworks.rulebook import method_from
from cairn.learning.frameworks.scales import CalculationPolicy
from cairn.learning.mastery.asof import cells_at
from cairn.learning.mastery.models import ParentCount
from cairn.people.models import Account
from cairn.rules.mastery import Method

NOW = """SELECT student_id, target_id, level, met, no_score, count, last_shown_on, changed_on, previous_level, override_id,
    policy_id, met_on
FROM learning_mastery WHERE student_id IN ({})"""


@dataclass(slots=True)
class Standing:
    """Where one student stands on one target. `level` in level units; None with `no_score` saying which kind."""

    level: float | None
    met: bool
    no_score: str
    count: int
    last_shown_on: date
    changed_on: date
    previous_level: float | None
    overruled: bool = False  # an adult set it
    policy: int | None = None  # the version of the rule (id) that decided it
    met_on: date | None = None  # since when (day shown) it has been met without a break


def standings(
    students: Sequence[int], decision: Decision, *, targets: Sequence[int] | None = None
) -> dict[int, dict[int, Standing]]:
    """Student id -> target id -> Standing, for students whom `decision` (of `access`) allows. One query.

    With `decision.until`: as they were shown at the end of that day; then at most six queries.
    """
    if not decision.allowed:
        return {}
    if decision.until is not None:
        return _standings_at(students, decision.until, targets)
    found: dict[int, dict[int, Standing]] = defaultdict(dict)
    if not students or (targets is not None and not targets):
        return found
    sql = NOW.format(",".join(map(str, map(int, students))))
    if targets is not None:
        sql += f" AND target_id IN ({','.join(map(str, map(int, targets)))})"
    day = cache(_day)  # a grid reads two thousand rows, but few different days
    with connection.cursor() as cursor:
        cursor.execute(sql)
        for student, target, level, met, no_score, count, shown, changed, *rest in cursor.fetchall():
            before, override, policy, met_on = rest
            found[student][target] = Standing(
                level,
                bool(met),
                no_score,
                count,
                day(shown),
                day(changed),
                before,
                override is not None,
                policy,
                None if met_on is None else day(met_on),
            )
    return found


def _day(value: date | str) -> date:
    return value if isinstance(value, date) else date.fromisoformat(value)


def _standings_at(
    students: Sequence[int], day: date, targets: Sequence[int] | None
) -> dict[int, dict[int, Standing]]:
    kept, decided = cells_at(students, day, targets)
    found: dict[int, dict[int, Standing]] = defaultdict(dict)
    if kept:
        here = list({student for student, _target in kept})
        now = standings(here, Decision(True), targets=targets)
        for student, target in kept:
            if target in now[student]:
                found[student][target] = now[student][target]
    for (student, target), cell in decided.items():
        then = cell.now
        if then and then.last_shown_on and then.changed_on:
            found[student][target] = Standing(
                then.level,
                then.met,
                then.no_score,
                then.count,
                then.last_shown_on,
                then.changed_on,
                then.previous_level,
                then.override is not None,
                cell.policy,
                then.met_on,
            )
    return found


MET = "SELECT student_id, target_id, met, last_shown_on FROM learning_mastery WHERE student_id IN ({}) AND target_id IN ({})"


def met_at(students: Sequence[int], targets: Sequence[int], day: date) -> list[tuple[int, int, bool, date]]:
    """Student, target, whether it was met and when it was last shown, at the end of a past day; to be counted.

    The caller has asked `access`. Seven queries; as `standings` with `until`, without the words of each cell.
    """
    kept, decided = cells_at(students, day, targets)
    found = [
        (student, target, then.met, then.last_shown_on)
        for (student, target), cell in decided.items()
        if (then := cell.now) is not None and then.last_shown_on is not None
    ]
    if kept:
        stand = set(kept)
        ids = (",".join(map(str, map(int, some))) for some in (students, targets))
        days: dict[object, date] = {}
        with connection.cursor() as cursor:
            cursor.execute(MET.format(*ids))
            for student, target, met, shown in cursor.fetchall():
                if (student, target) in stand:
                    if shown not in days:
                        days[shown] = shown if isinstance(shown, date) else date.fromisoformat(shown)
                    found.append((student, target, bool(met), days[shown]))
    return found


@dataclass(frozen=True, slots=True)
class Ruling:
    """By which method and goal (hundredths) a target is decided, and from which day on evidence is on this scale."""

    method: Method
    goal: int
    counts_from: date | None
    policy: int  # the version's id
    since: date  # from when on that version is in force

    def is_other_scale(self, row: Evidence) -> bool:
        """Was this piece given before the scale that is now in use?"""
        return self.counts_from is not None and row.entered_on < self.counts_from


def rulings(
    targets: set[int], school: int | None, *, at: datetime | None = None, on: date | None = None
) -> dict[int, Ruling]:
    """Target id -> the ruling in force in a school (id), now or at a moment and on a day. Three queries.

    Where no scale is used yet, the goal is that of 0 to 4.
    """
    policies = list(
        CalculationPolicy.objects.filter(valid_from__lte=at or timezone.now()).order_by(
            "valid_from", "version"
        )
    )
    by_item = {p.item_id: p for p in policies if p.item_id}
    by_framework = {p.framework_id: p for p in policies if p.framework_id}
    general = next(p for p in reversed(policies) if not p.item_id and not p.framework_id)
    items = list(Item.objects.filter(pk__in=targets).values_list("pk", "framework"))
    uses = scales_in_use((framework for _, framework in items), "en", on or today(), school)
    found = {}
    for target, framework in items:
        use = uses.get(framework)
        policy = by_item.get(target) or by_framework.get(framework) or general
        found[target] = Ruling(
            method_from(policy),
            use.scale.goal if use else 300,
            use.counts_from if use else None,
            policy.pk,
            timezone.localdate(policy.valid_from),
        )
    return found


def recent_evidence(student: int, decision: Decision, *, since: date, most: int = 12) -> list[Evidence]:
    """The newest standing pieces of evidence of a student, newest first, for the news. One query; two after corrections."""
    if not decision.allowed:
        return []
    whole = Evidence.objects.filter(student=student)
    if decision.until is not None:
        whole = whole.filter(entered_on__lte=decision.until)
    rows = whole.filter(shown_on__gte=since).exclude(no_score__in=[WITHDRAWN, "hidden"])
    rows = rows.annotate(followed=Exists(whole.filter(supersedes=OuterRef("pk"))))
    found = list(
        rows.select_related("recorded_by", "target").order_by("-shown_on", "-recorded_at", "-pk")[: most + 20]
    )
    gone: set[int] = set()
    if followed := [row for row in found if row.followed]:
        stand = standing(whole.filter(target__in={row.target_id for row in followed}))
        gone = {row.pk for row in followed if row.pk not in stand}
    kept: list[Evidence] = [row for row in found if row.pk not in gone]
    return kept[:most]


def parent_counts(student: int, items: Sequence[int], decision: Decision) -> dict[int, tuple[int, int]]:
    """Item id -> how many targets below it the student has met, and on how many there is a score; none: absent.

    With `decision.until` as they were at the end of that day.
    """
    if not decision.allowed or not items:
        return {}
    if decision.until is None:
        rows = ParentCount.objects.filter(student=student, item__in=items)
        return {item: (met, scored) for item, met, scored in rows.values_list("item", "met", "scored")}
    known = {t: cell for t, cell in standings([student], decision).get(student, {}).items() if cell.count}
    below = ItemAncestor.objects.filter(ancestor__in=items, item__in=list(known))
    found: dict[int, tuple[int, int]] = {}
    for item, target in below.values_list("ancestor", "item"):
        met, scored = found.get(item, (0, 0))
        found[item] = met + known[target].met, scored + 1
    return found


def own_entries(viewer: Account, student: int, *, most: int = 200) -> list[Evidence]:
    """What this adult entered for a student, whatever became of the tie, newest first."""
    rows = Evidence.objects.filter(student=student, recorded_by=viewer.adult_id or -1).exclude(
        no_score=WITHDRAWN
    )
    seen = visible(viewer, "view", "academic", rows, entered="entered_on", author="recorded_by")
    return list(seen.select_related("target").order_by("-shown_on", "-pk")[:most])
