"""By which rule is a level complete, and where does a student stand on each of its targets?"""

from collections import defaultdict
from collections.abc import Callable, Collection
from dataclasses import dataclass

from django.db import connection, transaction
from django.utils import timezone

from cairn.learning.mastery.models import LevelPolicy, LevelUp
from cairn.learning.sql import rows_of
from cairn.people.models import Account
from cairn.rules.rollups import Member, Rule, read_rule
from cairn.trail.actions import record_change

EVERY_TARGET = Rule("all")  # Westminster: all targets of the level at 3 or better
MEMBERS = """
SELECT given.s, given.level, i.id, m.level, m.met
FROM ({pairs}) AS given
JOIN learning_item i ON i.level_id = given.level AND i.scorable AND i.retired_at IS NULL
LEFT JOIN learning_mastery m ON m.student_id = given.s AND m.target_id = i.id
ORDER BY given.s, given.level, i.position, i.id"""


@dataclass(frozen=True, slots=True)
class InForce:
    """The rule of a level's completion. id: the policy's version; None: the rule that every installation begins with."""

    id: int | None
    rule: Rule
    automatic: bool


STANDARD = InForce(None, EVERY_TARGET, False)


def rules_in_force() -> Callable[[int], InForce]:
    """Framework id -> the rule in force now: its own, else the one for all, else the standard. One query for any number."""
    rows = LevelPolicy.objects.filter(valid_from__lte=timezone.now()).order_by("version")
    held = {row.framework_id: InForce(row.pk, read_rule(row.rule), row.automatic) for row in rows}
    return lambda framework: held.get(framework) or held.get(None) or STANDARD


def publish_level_policy(
    rule: Rule, *, by: Account | None, framework: int | None = None, automatic: bool = False
) -> LevelPolicy:
    """The next version of the rule by which a level is complete, in force from now on. Levels reached before stay."""
    with transaction.atomic():
        last = LevelPolicy.objects.filter(framework=framework).order_by("-version").first()
        row = LevelPolicy.objects.create(
            framework_id=framework,
            rule=rule.as_json(),
            least=rule.least,
            automatic=automatic,
            version=(last.version if last else 0) + 1,
            valid_from=timezone.now(),
            published_by=by,
        )
        record_change(
            action="publish_level_policy",
            entity="level_policy",
            object_id=row.pk,
            before=None if last is None else {"rule": last.rule, "automatic": last.automatic},
            after={"rule": row.rule, "automatic": row.automatic},
            by=by.pk if by else None,
        )
    return row


def members_of(pairs: Collection[tuple[int, int]]) -> dict[tuple[int, int], list[Member]]:
    """(student, level) -> every target of the level with where the student stands. One query; ask `access` first."""
    found: dict[tuple[int, int], list[Member]] = defaultdict(list)
    if pairs:
        select, params = rows_of({"s": "bigint", "level": "bigint"}, sorted(pairs))
        with connection.cursor() as cursor:
            cursor.execute(MEMBERS.format(pairs=select), params)
            for student, level, item, reached, met in cursor.fetchall():
                found[student, level].append(Member(item, reached, bool(met)))
    return found


def rule_of(row: LevelUp) -> Rule:
    """The rule under which it was proposed."""
    return read_rule(row.policy.rule) if row.policy else EVERY_TARGET
