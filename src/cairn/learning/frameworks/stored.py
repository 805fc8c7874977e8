"""What do the tables hold of a framework, and what came, in the same form: rows by key, ready to be compared?"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import models

from cairn.learning.frameworks.compare import Difference, Row, differ
from cairn.learning.frameworks.models import (
    Association,
    Definition,
    Item,
    Rubric,
    RubricCriterion,
    RubricCriterionLevel,
)
from cairn.learning.frameworks.rows import FrameworkRows


@dataclass(frozen=True, slots=True)
class Part:
    """One table of a framework. `key`: the columns that name a row within it, through its parents; `says`: those that
    count in a comparison, beside `case`; `retires`: rows that go are kept with a date."""

    name: str
    model: type[models.Model]
    framework: str  # the path to the framework
    key: tuple[str, ...]
    says: tuple[str, ...]
    retires: bool = False

    def stored(self, framework: int | None) -> dict[Any, Row]:
        """The rows that we have, by key. One query."""
        if framework is None:
            return {}
        names = ["id", *self.key, *self.says, "case", *(["retired_at"] if self.retires else [])]
        rows = self.model._default_manager.filter(**{self.framework: framework}).values(*dict.fromkeys(names))
        return {tuple(row[name] for name in self.key): row for row in rows}

    def differ(self, framework: int | None, came: Mapping[Any, Row]) -> Difference:
        return differ(self.stored(framework), came, self.says, "retired_at" if self.retires else "")


ITEMS = Part(
    "items",
    Item,
    "framework",
    ("identifier",),
    ("uri", "statement", "short_name", "code", "item_type"),
    retires=True,
)
ASSOCIATIONS = Part(
    "associations",
    Association,
    "framework",
    ("identifier",),
    (
        "kind",
        "origin_identifier",
        "origin_uri",
        "destination_identifier",
        "destination_uri",
        "sequence",
    ),
    retires=True,
)
DEFINITIONS = Part("definitions", Definition, "framework", ("kind", "identifier"), ("title", "position"))
RUBRICS = Part("rubrics", Rubric, "framework", ("identifier",), ("title", "position"))
CRITERIA = Part(
    "criteria", RubricCriterion, "rubric__framework", ("rubric__identifier", "identifier"), ("position",)
)
LEVELS = Part(
    "levels",
    RubricCriterionLevel,
    "criterion__rubric__framework",
    ("criterion__rubric__identifier", "criterion__identifier", "identifier"),
    ("score", "position"),
)
PARTS = (ITEMS, ASSOCIATIONS, DEFINITIONS, RUBRICS, CRITERIA, LEVELS)


def came(rows: FrameworkRows) -> dict[str, dict[Any, Row]]:
    """The rows of a package by part and key, cut to what the columns hold; `case` keeps everything."""
    found: dict[str, dict[Any, Row]] = {part.name: {} for part in PARTS}
    for item in rows.items:
        found["items"][(item.identifier,)] = {
            "identifier": item.identifier,
            "uri": item.uri[:500],
            "statement": item.statement,
            "short_name": item.short_name[:200],
            "code": item.code[:100],
            "item_type": item.item_type[:100],
            "case": dict(item.case),
        }
    for one in rows.associations:
        found["associations"][(one.identifier,)] = {
            "identifier": one.identifier,
            "kind": one.kind[:40],
            "origin_identifier": one.origin_identifier[:200],
            "origin_uri": one.origin_uri[:500],
            "destination_identifier": one.destination_identifier[:200],
            "destination_uri": one.destination_uri[:500],
            "sequence": one.sequence,
            "case": dict(one.case),
        }
    for defined in rows.definitions:
        found["definitions"][defined.kind, defined.identifier] = {
            "kind": defined.kind,
            "identifier": defined.identifier,
            "title": defined.title[:500],
            "position": defined.position,
            "case": dict(defined.case),
        }
    for part, key, row in _rubric_rows(rows):
        found[part][key] = row
    return found


def _rubric_rows(rows: FrameworkRows) -> Iterator[tuple[str, tuple[str, ...], Row]]:
    for rubric in rows.rubrics:
        yield (
            "rubrics",
            (rubric.identifier,),
            {
                "identifier": rubric.identifier,
                "title": rubric.title[:500],
                "position": rubric.position,
                "case": dict(rubric.case),
            },
        )
        for criterion in rubric.criteria:
            above = (rubric.identifier, criterion.identifier)
            yield (
                "criteria",
                above,
                {
                    "identifier": criterion.identifier,
                    "position": criterion.position,
                    "judges": criterion.item_identifier,
                    "case": dict(criterion.case),
                },
            )
            for level in criterion.levels:
                yield (
                    "levels",
                    (*above, level.identifier),
                    {
                        "identifier": level.identifier,
                        "score": level.score,
                        "position": level.position,
                        "case": dict(level.case),
                    },
                )
