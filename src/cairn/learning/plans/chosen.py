"""Whose plan does a class follow now, since when, and which targets does a form speak of?"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from django.db.models import Exists, Max, OuterRef, Q

from cairn.access.decide import today
from cairn.learning.frameworks.models import Item
from cairn.learning.plans.models import PlannedTarget
from cairn.people.models import Class


@dataclass(frozen=True, slots=True)
class PlanSource:
    """`own`: the class's own list; `course`: its course's default; `none`: nothing is planned. `since`: its last change."""

    kind: Literal["own", "course", "none"]
    since: date | None
    following: int  # classes of the course that follow its default, this one included if it does


def plan_source(klass: Class, *, on: date | None = None) -> PlanSource:
    """Where the plan of a class comes from on a day. At most three queries."""
    on = on or today()
    held = Q(valid_from__lte=on) & (Q(valid_to=None) | Q(valid_to__gte=on))
    rows = PlannedTarget.objects.filter(held)
    own = Exists(rows.filter(klass=OuterRef("pk")))
    classes = Class.objects.filter(
        Q(end_on=None) | Q(end_on__gte=on), active=True, course=klass.course_id or -1
    )
    following = classes.exclude(own).count()
    since = rows.filter(klass=klass).aggregate(since=Max("valid_from"))["since"]
    if since:
        return PlanSource("own", since, following)
    if klass.course_id:
        since = rows.filter(course=klass.course_id).aggregate(since=Max("valid_from"))["since"]
    return PlanSource("course" if since else "none", since, following)


def targets_by(public_ids: Sequence[str]) -> list[Item]:
    """The scorable items with these opaque ids, in the order asked for; unknown ones are left out. One query."""
    found = {
        item.public_id: item
        for item in Item.objects.filter(public_id__in=list(public_ids), scorable=True, retired_at=None)
    }
    return [found[one] for one in dict.fromkeys(public_ids) if one in found]
