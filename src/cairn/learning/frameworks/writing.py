"""How are the differences of a framework's tables written, parents before what hangs on them?"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from cairn.learning.frameworks import bulk, stored
from cairn.learning.frameworks.compare import Difference, Row
from cairn.learning.frameworks.models import Association, Item, Rubric, RubricCriterion
from cairn.learning.frameworks.stored import Part
from cairn.trail.models import new_public_id


def write_parts(framework: int, parts: Mapping[str, Difference], now: datetime) -> None:
    """Writes every part. Kind, place and ancestors of items, and ends in other packages, come after (settle, resolve)."""
    _items(framework, parts["items"], now)
    ids = dict(Item.objects.filter(framework=framework).values_list("identifier", "pk"))
    _associations(framework, parts["associations"], ids, now)
    for part in (stored.LEVELS, stored.CRITERIA, stored.RUBRICS, stored.DEFINITIONS):  # what hangs goes first
        bulk.delete(part.model, [row["id"] for row in parts[part.name].gone.values()])
    _write(stored.DEFINITIONS, parts["definitions"], lambda _key, _row: {"framework_id": framework})
    _write(stored.RUBRICS, parts["rubrics"], lambda _key, _row: {"framework_id": framework})
    _rubrics(framework, parts, ids)


def _write(part: Part, found: Difference, extra: Any, more: tuple[str, ...] = ()) -> None:
    """`extra` gives the columns that a new row needs beside its own; those named in `more` change with a changed row."""
    own = ("identifier", *(("kind",) if part is stored.DEFINITIONS else ()))
    new = [row | extra(key, row) for key, row in found.added.items()]
    if new:
        names = dict.fromkeys((*own, *part.says, "case", *extra(*next(iter(found.added.items())))))
        bulk.insert(part.model, tuple(names), new)
    changed = [row | extra(key, row) | {"id": old["id"]} for key, (old, row) in found.changed.items()]
    bulk.update(part.model, (*part.says, "case", *more), changed)


def _items(framework: int, found: Difference, now: datetime) -> None:
    def extra(_key: Any, _row: Row) -> Row:
        return {
            "framework_id": framework,
            "public_id": new_public_id(),
            "kind": "other",
            "scorable": False,
            "depth": 0,
            "position": 0,
            "retired_at": None,
        }

    _write(stored.ITEMS, found, extra, ("retired_at",))
    bulk.update(Item, ("retired_at",), [{"id": row["id"], "retired_at": now} for row in found.gone.values()])


def _associations(framework: int, found: Difference, ids: Mapping[str, int], now: datetime) -> None:
    def extra(_key: Any, row: Row) -> Row:
        return {
            "framework_id": framework,
            "origin_id": ids.get(row["origin_identifier"]),
            "destination_id": ids.get(row["destination_identifier"]),
            "retired_at": None,
        }

    _write(stored.ASSOCIATIONS, found, extra, ("origin_id", "destination_id", "retired_at"))
    retired = [{"id": row["id"], "retired_at": now} for row in found.gone.values()]
    bulk.update(Association, ("retired_at",), retired)


def _rubrics(framework: int, parts: Mapping[str, Difference], ids: Mapping[str, int]) -> None:
    rubrics = dict(Rubric.objects.filter(framework=framework).values_list("identifier", "pk"))
    _write(
        stored.CRITERIA,
        parts["criteria"],
        lambda key, row: {"rubric_id": rubrics[key[0]], "item_id": ids.get(row["judges"])},
        ("item_id",),
    )
    criteria = {
        (rubric, criterion): pk
        for rubric, criterion, pk in RubricCriterion.objects.filter(rubric__framework=framework).values_list(
            "rubric__identifier", "identifier", "pk"
        )
    }
    _write(stored.LEVELS, parts["levels"], lambda key, _row: {"criterion_id": criteria[key[0], key[1]]})
