"""Which frameworks does a data manager look after, and what waits there for a person to confirm?

A framework of one agency is for who looks after that agency; one of no agency says what every school works with, so it
is for who looks after all of them.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from django.db.models import Count, Q, QuerySet

from cairn.access.decide import NotHere, may, today
from cairn.access.directory import agencies_of
from cairn.learning.frameworks.models import Framework, FrameworkVersion, Item, ItemMapping
from cairn.learning.frameworks.scales import ScaleUse, ScaleVersion
from cairn.people.models import Account, Agency

State = Literal["confirmed", "proposed", "partly", "none"]


@dataclass(frozen=True, slots=True)
class Kept:
    """One framework with what a list says of it. `use`: by which scale today; None: standards alone."""

    framework: Framework
    version: FrameworkVersion | None
    items: int
    scored: int
    use: ScaleUse | None
    mapping: State


def _reach(viewer: Account | None) -> tuple[bool, list[int]]:
    """Whether the frameworks of no agency are this viewer's, and the agencies whose own ones are."""
    if may(viewer, "manage", "frameworks", agency=-1).allowed:  # who administers the whole installation
        return True, list(Agency.objects.values_list("pk", flat=True))
    reach = agencies_of(viewer, "manage", "frameworks", kind=None).order_by()
    found = list(reach.values_list("pk", flat=True))
    places = Agency.objects.filter(active=True, kind__in=("district", "school"))
    return bool(found) and not places.exclude(pk__in=reach.values("pk")).exists(), found


def _allowed(everywhere: bool, reach: list[int]) -> QuerySet[Framework]:
    own = Q(agency__in=reach)
    return Framework.objects.filter(own | Q(agency=None) if everywhere else own)


def frameworks_kept(viewer: Account | None) -> QuerySet[Framework]:
    """The frameworks whose mapping and scale this viewer may set, in the order of subjects."""
    return _allowed(*_reach(viewer)).order_by("position", "title", "pk")


def keeps_frameworks(viewer: Account | None) -> bool:
    """Does this viewer look after frameworks at all, even where none has come yet?"""
    everywhere, reach = _reach(viewer)
    return everywhere or Framework.objects.filter(agency__in=reach).exists()


def keeps_everywhere(viewer: Account | None) -> bool:
    """Does this viewer look after what every school works with?"""
    return _reach(viewer)[0]


def framework_kept(viewer: Account | None, public_id: str) -> Framework:
    """The framework with this opaque id. Raises NotHere alike for absent and forbidden."""
    found = frameworks_kept(viewer).filter(public_id=public_id).first()
    if found is None:
        raise NotHere
    return found


def states_of(frameworks: Collection[int]) -> dict[int, State]:
    """Framework id -> what people have said to its newest mapping. One query."""
    newest: dict[int, tuple[object, set[bool]]] = {}
    rows = ItemMapping.objects.filter(framework__in=list(frameworks)).order_by("-valid_from")
    for pk, since, proposed in rows.values_list("framework", "valid_from", "proposed"):
        first, said = newest.setdefault(pk, (since, set()))
        if since == first:
            said.add(proposed)
    words: dict[frozenset[bool], State] = {
        frozenset({True}): "proposed",
        frozenset({False}): "confirmed",
        frozenset({True, False}): "partly",
    }
    return {pk: words[frozenset(newest[pk][1])] if pk in newest else "none" for pk in frameworks}


def waiting_count(viewer: Account | None) -> int | None:
    """How many of the viewer's frameworks nobody has confirmed wholly; None for whoever looks after no frameworks."""
    everywhere, reach = _reach(viewer)
    kept = list(_allowed(everywhere, reach).values_list("pk", flat=True))
    if not kept:
        return 0 if everywhere else None
    return sum(state in ("proposed", "partly") for state in states_of(kept).values())


def kept_list(viewer: Account | None) -> list[Kept]:
    """Every framework that the viewer looks after. The same number of queries for one and for many."""
    rows = list(frameworks_kept(viewer))
    ids = [row.pk for row in rows]
    items = Item.objects.filter(framework__in=ids, retired_at=None).order_by().values("framework")
    counts = {
        pk: (every, scored)
        for pk, every, scored in items.annotate(
            every=Count("pk"), scored=Count("pk", filter=Q(scorable=True))
        ).values_list("framework", "every", "scored")
    }
    numbered = FrameworkVersion.objects.filter(framework__in=ids).order_by("number")
    versions = {version.framework_id: version for version in numbered}
    uses = {use.framework_id: use for use in uses_of(ids).filter(valid_from__lte=today())}
    states = states_of(ids)
    return [
        Kept(row, versions.get(row.pk), *counts.get(row.pk, (0, 0)), uses.get(row.pk), states[row.pk])
        for row in rows
    ]


def uses_of(frameworks: Collection[int]) -> QuerySet[ScaleUse]:
    """By which scale these frameworks are scored in all schools, from which day on; the earliest first."""
    rows = ScaleUse.objects.filter(framework__in=list(frameworks), school=None)
    return rows.select_related("scale").order_by("valid_from")


def scales_offered() -> list[ScaleVersion]:
    """The newest version of every scale, by title."""
    newest = {scale.key: scale for scale in ScaleVersion.objects.order_by("number")}
    return sorted(newest.values(), key=lambda scale: scale.title)
