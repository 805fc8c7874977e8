"""By which rule is a level complete, and where does a student stand on each of its targets?"""

from collections import defaultdict
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from cairn.learning.frameworks.models import Framework
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
    rows = LevelPolicy.objects.filter(valid_from__lte=timezone.now()).order_by("valid_from", "version")
    held = {row.framework_id: InForce(row.pk, read_rule(row.rule), row.automatic) for row in rows}
    return lambda framework: held.get(framework) or held.get(None) or STANDARD


def publish_level_policy(
    rule: Rule,
    *,
    by: Account | None,
    framework: int | None = None,
    automatic: bool = False,
    valid_from: datetime | None = None,
) -> LevelPolicy:
    """The next version of the rule by which a level is complete, in force from now or a later moment on. Levels reached stay."""
    with transaction.atomic():
        last = LevelPolicy.objects.filter(framework=framework).order_by("-version").first()
        row = LevelPolicy.objects.create(
            framework_id=framework,
            rule=rule.as_json(),
            least=rule.least,
            automatic=automatic,
            version=(last.version if last else 0) + 1,
            valid_from=valid_from or timezone.now(),
            published_by=by,
        )
        record_change(
            action="publish_level_policy",
            entity="level_policy",
            object_id=row.pk,
            before=None if last is None else {"rule": last.rule, "automatic": last.automatic},
            after={"rule": row.rule, "automatic": row.automatic, "from": row.valid_from.isoformat()},
            by=by.pk if by else None,
        )
    return row


@dataclass(frozen=True, slots=True)
class LevelVersion:
    """One version of the rule for one framework (its subject) or for all (empty), and whether it decides now."""

    about: str
    rule: Rule
    automatic: bool
    valid_from: datetime
    state: str  # in_force, to_come, before
    by: str


def level_versions(frameworks: Collection[Framework]) -> list[LevelVersion]:
    """Every version for all frameworks and for these, scope by scope, the newest first. One query."""
    mine = Q(framework=None) | Q(framework__in=[framework.pk for framework in frameworks])
    rows = LevelPolicy.objects.filter(mine).select_related("framework", "published_by__adult")
    now = timezone.now()
    found: list[LevelVersion] = []
    decided: set[int | None] = set()
    newest = sorted(rows, key=lambda row: (row.valid_from, row.version), reverse=True)
    for row in sorted(newest, key=lambda row: row.framework_id or 0):
        state = "to_come" if row.valid_from > now else "before" if row.framework_id in decided else "in_force"
        if state == "in_force":
            decided.add(row.framework_id)
        about = (row.framework.subject or row.framework.title) if row.framework else ""
        adult = row.published_by.adult if row.published_by else None
        rule = read_rule(row.rule)
        found.append(
            LevelVersion(about, rule, row.automatic, row.valid_from, state, adult.name if adult else "")
        )
    return found


def decided_by(framework: int | None) -> dict[int, str]:
    """Framework id -> subject, of those that a rule published for one framework, or for all, would decide. One query."""
    rows = Framework.objects.filter(translates=None)
    if framework is not None:
        rows = rows.filter(pk=framework)
    else:
        rows = rows.exclude(pk__in=LevelPolicy.objects.filter(framework__isnull=False).values("framework"))
    return {pk: subject or title for pk, subject, title in rows.values_list("pk", "subject", "title")}


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
