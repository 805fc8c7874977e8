"""When has a student completed a level, what becomes of it, and what happens when a target falls later?

Proposed in the transaction of the score that completes it. One statement finds whom it could be, by counts alone; only those few
are read target by target. Confirming moves the student on; a later fall opens a review and undoes nothing.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from django.db import connection
from django.db.models import Q
from django.utils import timezone

from cairn.learning.frameworks.models import Item
from cairn.learning.frameworks.rulebook import LEAST_IN_FORCE
from cairn.learning.mastery.cells import Cell
from cairn.learning.mastery.leveldecisions import move_on
from cairn.learning.mastery.levelrules import decided_by, members_of, rule_of, rules_in_force
from cairn.learning.mastery.levels import GROUP
from cairn.learning.mastery.models import LevelPolicy, LevelUp, StudentLevel
from cairn.learning.sql import rows_of
from cairn.people.prepared import prepared_cursor
from cairn.rules.rollups import Member, RollUp, roll_up
from cairn.trail.actions import record_changes

# Who works at a level of which the counts say that it could be complete. Counts are kept by target, each once.
COULD_BE = f"""
SELECT l.student_id, l.framework_id, l.level_id FROM learning_studentlevel l
JOIN ({{students}}) AS asked ON asked.s = l.student_id
JOIN learning_parentcount p ON p.student_id = l.student_id AND p.item_id = l.level_id
WHERE l.end_on IS NULL AND p.met > 0 AND p.met * 100 >= (
    SELECT COUNT(*) * COALESCE({LEAST_IN_FORCE.replace("i.framework_id", "l.framework_id")}, 100)
    FROM learning_item i WHERE i.level_id = l.level_id AND i.scorable AND i.retired_at IS NULL)
  AND NOT EXISTS (
    SELECT 1 FROM learning_levelup u WHERE u.student_id = l.student_id AND u.level_id = l.level_id AND u.state <> 'lapsed')"""


def follow(cells: Mapping[tuple[int, int], Cell], counted: Mapping[tuple[int, int], int]) -> None:
    """What the cells just written mean for levels: proposals for those who rose, reviews for those who fell.

    counted: (student, item) -> met there now. Nothing is asked of the database unless a level could be complete, or fell.
    """
    rose = sorted(
        {
            cell.student
            for cell in cells.values()
            if cell.now
            and cell.now.met
            and not cell.was_met
            and cell.part_of is not None
            and counted.get((cell.student, cell.part_of), 0) >= cell.needed
        }
    )
    fell = [
        (cell.student, cell.target)
        for cell in cells.values()
        if cell.level_up and cell.now and cell.was_met and not cell.now.met
    ]
    if rose:
        propose(rose)
    if fell:
        _fall(fell)


def propose(students: Collection[int]) -> int:
    """Propose every completed level of these students that nobody has proposed yet; how many."""
    select, params = rows_of({"s": "bigint"}, [(student,) for student in students])
    now = timezone.now()
    with prepared_cursor() as cursor:
        cursor.execute(
            COULD_BE.format(students=select), [*params, connection.ops.adapt_datetimefield_value(now)]
        )
        rows = cursor.fetchall()
    if not rows:
        return 0
    rules = rules_in_force()
    members = members_of({(student, level) for student, _framework, level in rows})
    after = _following({level for _student, _framework, level in rows})
    made: list[LevelUp] = []
    for student, framework, level in rows:
        held = rules(framework)
        found = roll_up(members[student, level], held.rule)
        if found.state == "met":
            made.append(
                LevelUp(
                    student_id=student,
                    framework_id=framework,
                    level_id=level,
                    following_id=after.get(level),
                    policy_id=held.id,
                    facts=_facts(found, members[student, level]),
                    proposed_at=now,
                    proposed_on=timezone.localdate(now),
                )
            )
    LevelUp.objects.bulk_create(made, batch_size=1_000)
    for row in made:
        if rules(row.framework_id).automatic:
            move_on(row, by=None)
    return len(made)


def propose_decided_by(framework: int | None) -> int:
    """Propose what the rule now in force for this framework, or for all, completes, for every student; how many.

    For a rule that was just published: no score comes then. In groups, each by counts first, as after a score.
    """
    rows = StudentLevel.objects.filter(framework__in=list(decided_by(framework)), end_on=None)
    students = sorted(set(rows.values_list("student", flat=True)))
    return sum(propose(students[begin : begin + GROUP]) for begin in range(0, len(students), GROUP))


def propose_newly_in_force(today: date | None = None) -> int:
    """The same for every rule that came into force in the last week; once a day is enough, and twice changes nothing."""
    since = (today or timezone.localdate()) - timedelta(days=7)
    now = timezone.now()
    rows = LevelPolicy.objects.filter(valid_from__lte=now, valid_from__date__gte=since)
    scopes = set(rows.values_list("framework", flat=True))
    return sum(propose_decided_by(framework) for framework in scopes)


def _following(levels: Iterable[int]) -> dict[int, int]:
    """Level -> the level after it in its framework."""
    frameworks = Item.objects.filter(pk__in=list(levels)).values("framework")
    rows = Item.objects.filter(framework__in=frameworks, kind="level", retired_at=None)
    ordered = list(rows.order_by("framework", "position", "pk").values_list("framework", "pk"))
    return {one: other for (f, one), (g, other) in pairwise(ordered) if f == g}


def _facts(found: RollUp, members: Iterable[Member]) -> dict[str, Any]:
    return dict(found.figures) | {"targets": [[member.id, member.level] for member in members]}


def _fall(cells: Collection[tuple[int, int]]) -> None:
    """A confirmed level is reviewed, one that waits lapses where its rule no longer holds."""
    select, params = rows_of({"s": "bigint", "t": "bigint"}, sorted(cells))
    sql = (
        f"SELECT u.id, given.t FROM ({select}) AS given JOIN learning_item i ON i.id = given.t "
        "JOIN learning_levelup u ON u.student_id = given.s AND u.level_id = i.level_id "
        "WHERE u.state = 'proposed' OR (u.state = 'confirmed' AND (u.review_on IS NULL OR u.reviewed_on IS NOT NULL))"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        targets = dict(cursor.fetchall())
    if not targets:
        return
    rows = list(LevelUp.objects.filter(pk__in=targets).select_related("policy"))
    members = members_of({(row.student_id, row.level_id) for row in rows if row.state == "proposed"})
    for row in rows:
        if row.state == "proposed":
            rule = rule_of(row)
            if roll_up(members[row.student_id, row.level_id], rule).state != "met":
                row.state = "lapsed"
        else:
            row.review_on, row.review_target_id = timezone.localdate(), targets[row.pk]
            row.reviewed_on, row.reviewed_by, row.review_note = None, None, ""
    LevelUp.objects.bulk_update(
        rows,
        ["state", "review_on", "review_target", "reviewed_on", "reviewed_by", "review_note"],
        batch_size=500,
    )
    record_changes(
        [
            {
                "action": "lapse_level_up" if row.state == "lapsed" else "open_review",
                "entity": "level_up",
                "object_id": row.pk,
                "student_id": row.student_id,
                "before": None,
                "after": {"target": targets[row.pk]},
            }
            for row in rows
            if row.state in ("lapsed", "confirmed")
        ],
        by=None,
    )


def open_level_ups(students: Collection[int]) -> list[LevelUp]:
    """Proposals and open reviews of these students, the oldest first. One query; ask `access` first."""
    waiting = Q(state="proposed") | Q(state="confirmed", review_on__isnull=False, reviewed_on=None)
    rows = LevelUp.objects.filter(waiting, student__in=list(students))
    return list(
        rows.select_related("student", "framework", "level", "following", "review_target").order_by(
            "proposed_at", "pk"
        )
    )


def waiting_level_up(student: int, level: str) -> int | None:
    """The id of a student's level-up from this level (opaque id) that is not lapsed; None where there is none."""
    rows = LevelUp.objects.filter(student=student, level__public_id=level).exclude(state="lapsed")
    return rows.values_list("pk", flat=True).first()
