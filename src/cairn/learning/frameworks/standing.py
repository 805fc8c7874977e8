"""Where does each item of a framework stand, and as what: place, depth, what is above it, kind, level, strand?

`standing_of` draws it from rows that came, `standing_in` from the tables; `settle` writes what differs.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from cairn.learning.frameworks import bulk
from cairn.learning.frameworks.closure import Arrangement, ancestors, arrange, natural, nearest
from cairn.learning.frameworks.mapping import MappingRow, Seen, as_index, kind_of
from cairn.learning.frameworks.models import Association, Framework, Item, ItemAncestor
from cairn.learning.frameworks.rows import FrameworkRows

TRANSLATES = "isTranslationOf"
Link = tuple[str, str, str, int | None]  # kind, origin, destination, sequence
DERIVED = ("kind", "scorable", "depth", "position", "level_id", "strand_id")


@dataclass(frozen=True, slots=True)
class Node:
    """What the order needs to know of one item. `place`: its place in the file, for items with no better order."""

    identifier: str
    code: str
    item_type: str
    name: str
    place: int


@dataclass(frozen=True, slots=True)
class Standing:
    """All items by identifier. `repeats`: those that only say another item of the same framework in another language;
    they are words for that item, and never scored themselves."""

    made: Arrangement[str]
    above: Mapping[str, set[str]]
    seen: Mapping[str, Seen]
    repeats: frozenset[str] = frozenset()

    @property
    def items(self) -> Sequence[Seen]:
        return [self.seen[key] for key in self.made.order if key not in self.repeats]


def _stand(nodes: Sequence[Node], given: Sequence[Link], document: str) -> Standing:
    by_key = {node.identifier: node for node in nodes}
    links, tops = _links(given, by_key, document)
    keys = sorted(by_key, key=lambda key: (natural(by_key[key].code), by_key[key].place))
    made = arrange(keys, links, tops)
    above = ancestors(made)
    parents = {parent for listed in made.parents.values() for parent in listed}
    seen = {}
    for key, node in by_key.items():
        types = frozenset(by_key[one].item_type for one in above[key])
        seen[key] = Seen(node.item_type, made.depth[key], key not in parents, node.name, types - {""})
    repeats = frozenset(
        origin
        for kind, origin, destination, _sequence in given
        if kind == TRANSLATES and origin in by_key and destination in by_key and origin != destination
    )
    return Standing(made, above, seen, repeats)


def _links(
    given: Iterable[Link], known: Collection[str], document: str
) -> tuple[list[tuple[str, str, int | None]], dict[str, int | None]]:
    links, tops = [], {}
    for kind, origin, destination, sequence in given:
        if kind != "isChildOf" or origin not in known:
            continue
        if destination in known:
            links.append((origin, destination, sequence))
        elif destination == document:
            tops[origin] = sequence
    return links, tops


def standing_of(rows: FrameworkRows) -> Standing:
    """The standing of a package that came."""
    nodes = [
        Node(item.identifier, item.code, item.item_type, item.short_name or item.statement, place)
        for place, item in enumerate(rows.items)
    ]
    given = [
        (one.kind, one.origin_identifier, one.destination_identifier, one.sequence)
        for one in rows.associations
    ]
    return _stand(nodes, given, rows.identifier)


def circles_in(rows: FrameworkRows) -> list[tuple[str, str]]:
    """Associations that would put an item above itself: their identifiers, each with the item's. Same answer every time."""
    known = {item.identifier for item in rows.items}
    children = [
        one
        for one in rows.associations
        if one.kind == "isChildOf" and one.origin_identifier in known and one.destination_identifier in known
    ]
    made = standing_of(rows).made
    return [(children[place].identifier, children[place].origin_identifier) for place in made.circles]


def standing_in(framework: Framework) -> Standing:
    """The standing of a framework as the tables have it. Two queries."""
    items = Item.objects.filter(framework=framework, retired_at=None).values_list(
        "identifier", "code", "item_type", "short_name", "statement", "position"
    )
    nodes = [Node(key, code, kind, name or says, place) for key, code, kind, name, says, place in items]
    given = (
        Association.objects.filter(framework=framework, kind__in=("isChildOf", TRANSLATES), retired_at=None)
        .order_by("pk")
        .values_list("kind", "origin_identifier", "destination_identifier", "sequence")
    )
    return _stand(nodes, list(given), framework.identifier)


def kinds_of(standing: Standing, rows: Sequence[MappingRow]) -> dict[str, tuple[str, bool]]:
    """Identifier -> kind and whether it is scored, by this mapping."""
    index = as_index(rows)
    kinds = {key: kind_of(index, seen) for key, seen in standing.seen.items()}
    return kinds | dict.fromkeys(standing.repeats, ("other", False))


def settle(framework: int, standing: Standing, rows: Sequence[MappingRow]) -> int:
    """Writes kind, scorable, depth, position, level, strand and ancestors where they differ; how many items changed.

    Retired items keep what they had: evidence and its explanations still lead through them.
    """
    stored = {
        row["identifier"]: row
        for row in Item.objects.filter(framework=framework, retired_at=None).values(
            "id", "identifier", *DERIVED
        )
    }
    ids = {key: row["id"] for key, row in stored.items()}
    kinds = kinds_of(standing, rows)
    levels = nearest(standing.made, {key for key, (kind, _s) in kinds.items() if kind == "level"})
    strands = nearest(
        standing.made, {key for key, (kind, _s) in kinds.items() if kind in ("strand", "domain")}
    )
    changed = []
    for position, key in enumerate(standing.made.order):
        kind, scorable = kinds[key]
        derived = {
            "kind": kind,
            "scorable": scorable,
            "depth": standing.made.depth[key],
            "position": position,
            "level_id": ids[levels[key]] if key in levels else None,
            "strand_id": ids[strands[key]] if key in strands else None,
        }
        if any(stored[key][name] != value for name, value in derived.items()):
            changed.append({"id": ids[key], **derived})
    bulk.update(Item, DERIVED, changed)
    _close(framework, standing, ids)
    return len(changed)


def _close(framework: int, standing: Standing, ids: Mapping[str, int]) -> None:
    pairs = {
        (item, ancestor): pk
        for pk, item, ancestor in ItemAncestor.objects.filter(
            item__framework=framework, item__retired_at=None
        ).values_list("pk", "item", "ancestor")
    }
    wanted = {(ids[key], ids[one]) for key, above in standing.above.items() for one in above}
    bulk.delete(ItemAncestor, [pk for pair, pk in pairs.items() if pair not in wanted])
    missing = sorted(wanted - pairs.keys())
    bulk.insert(
        ItemAncestor,
        ("item_id", "ancestor_id"),
        [{"item_id": item, "ancestor_id": one} for item, one in missing],
    )
