"""Which rules decide, since when, and which are to come? For those who look after the frameworks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Literal

from django.db.models import Q
from django.utils import timezone

from cairn.learning.frameworks.models import Framework, Item
from cairn.learning.frameworks.rulebook import method_from
from cairn.learning.frameworks.scales import CalculationPolicy
from cairn.rules.mastery import Method

State = Literal["in_force", "to_come", "before"]


@dataclass(frozen=True, slots=True)
class Version:
    """One version of the rule for everything, a subject or a target. about: what it is for; empty: everything."""

    id: int
    about: str
    method: Method
    valid_from: date
    state: State
    by: str
    reason: str


def versions_for(frameworks: Sequence[Framework]) -> list[Version]:
    """Every version of the general rule and of those of these frameworks and their targets; scope by scope, the newest first."""
    ids = [framework.pk for framework in frameworks]
    mine = Q(framework=None, item=None) | Q(framework__in=ids) | Q(item__framework__in=ids)
    rows = CalculationPolicy.objects.filter(mine).select_related("framework", "item", "published_by__adult")
    now = timezone.now()
    found: list[Version] = []
    ruled: set[tuple[int | None, int | None]] = set()
    ordered = sorted(rows, key=lambda row: (row.valid_from, row.version), reverse=True)
    for row in sorted(ordered, key=_place):
        state: State = "to_come" if row.valid_from > now else "before"
        scope = row.framework_id, row.item_id
        if state == "before" and scope not in ruled:
            state = "in_force"
            ruled.add(scope)
        adult = row.published_by.adult if row.published_by else None
        who = adult.name if adult else ""
        found.append(
            Version(
                row.pk,
                _about(row),
                method_from(row),
                timezone.localdate(row.valid_from),
                state,
                who,
                row.reason,
            )
        )
    return found


def _place(row: CalculationPolicy) -> tuple[int, int, int]:
    if row.item_id:
        return 2, row.item_id, 0
    return (1, row.framework_id, 0) if row.framework_id else (0, 0, 0)


def _about(row: CalculationPolicy) -> str:
    if row.item is not None:
        return row.item.code or row.item.short_name or row.item.statement
    return (row.framework.subject or row.framework.title) if row.framework else ""


def came_into_force(target: Item, after: datetime, until: datetime) -> bool:
    """Did another version of a rule that may decide a target come into force between two moments? One query."""
    rows = CalculationPolicy.objects.filter(valid_from__gt=after, valid_from__lte=until)
    general = Q(framework=None, item=None)
    return rows.filter(general | Q(framework=target.framework_id) | Q(item=target)).exists()


def target_with_code(framework: Framework, code: str) -> Item | None:
    """The scored item of a framework that has this code."""
    return Item.objects.filter(framework=framework, code=code, scorable=True, retired_at=None).first()


def first_day(day: date) -> datetime:
    """The moment from which a rule published for this day is in force: now for today, else the morning."""
    now = timezone.now()
    if day == timezone.localdate(now):
        return now
    return timezone.make_aware(datetime.combine(day, time()))
