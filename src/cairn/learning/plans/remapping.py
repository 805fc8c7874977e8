"""What would another mapping of a framework change, before anybody says so? Nothing is written here."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q

from cairn.access.decide import today
from cairn.learning.frameworks.mapping import KINDS, MappingRow
from cairn.learning.frameworks.models import Framework, Item
from cairn.learning.frameworks.standing import Standing, kinds_of
from cairn.learning.plans.models import PlannedTarget


@dataclass(frozen=True, slots=True)
class Change:
    """How many items are of one kind now, and how many would be."""

    kind: str
    now: int
    then: int


@dataclass(frozen=True, slots=True)
class Remapped:
    """Kinds whose number would change, how many items are scored, and which planned ones would be no longer."""

    kinds: Sequence[Change]
    scored_now: int
    scored_then: int
    items: int  # whose kind or scoring would change
    planned: int  # on the list of a class or course now, and no longer scored then

    @property
    def any(self) -> bool:
        """Would anything change?"""
        return self.items > 0


def remapped(framework: Framework, standing: Standing, rows: Sequence[MappingRow]) -> Remapped:
    """What these rows would make of the items as they stand. One query, one more where targets would be lost."""
    there = Item.objects.filter(framework=framework, retired_at=None)
    now = {key: (kind, scored) for key, kind, scored in there.values_list("identifier", "kind", "scorable")}
    then = {key: said for key, said in kinds_of(standing, rows).items() if key in now}
    before, after = (Counter(kind for kind, _scored in said.values()) for said in (now, then))
    lost = {key for key, (_kind, scored) in then.items() if now[key][1] and not scored}
    return Remapped(
        kinds=[Change(kind, before[kind], after[kind]) for kind in KINDS if before[kind] != after[kind]],
        scored_now=sum(scored for _kind, scored in now.values()),
        scored_then=sum(scored for _kind, scored in then.values()),
        items=sum(now[key] != said for key, said in then.items()),
        planned=len(lost & _planned(framework)) if lost else 0,
    )


def _planned(framework: Framework) -> set[str]:
    rows = PlannedTarget.objects.filter(
        Q(valid_to=None) | Q(valid_to__gte=today()), target__framework=framework
    )
    return set(rows.values_list("target__identifier", flat=True))
