"""By which scale and which method is a target decided today?

Which version is in force is asked every time; what its columns mean is worked out once for equal columns.
"""

import json
from datetime import UTC, date, datetime
from functools import lru_cache

from cairn.learning.frameworks.scales import CalculationPolicy, ScaleVersion
from cairn.rules.conditions import read
from cairn.rules.mastery import Method
from cairn.rules.scale import BUILT_IN, Level, Scale

# In force at :now (a datetime) for the item i: its own policy, else its framework's, else the one for everything.
POLICY_IN_FORCE = """(
    SELECT p.id FROM learning_calculationpolicy p
    WHERE p.valid_from <= %s
      AND (p.item_id = i.id OR p.framework_id = i.framework_id OR (p.item_id IS NULL AND p.framework_id IS NULL))
    ORDER BY CASE WHEN p.item_id IS NOT NULL THEN 0 WHEN p.framework_id IS NOT NULL THEN 1 ELSE 2 END,
        p.valid_from DESC, p.version DESC
    LIMIT 1)"""
# Of a hundred targets of a level, how many must be met under the rule in force at :now before it can be complete.
LEAST_IN_FORCE = """(
    SELECT lp.least FROM learning_levelpolicy lp
    WHERE lp.valid_from <= %s AND (lp.framework_id = i.framework_id OR lp.framework_id IS NULL)
    ORDER BY CASE WHEN lp.framework_id IS NULL THEN 1 ELSE 0 END, lp.valid_from DESC, lp.version DESC LIMIT 1)"""
# The use of a scale in force on :day (a date) for the item's framework, the school's own before the district's.
USE_IN_FORCE = """(
    SELECT u.id FROM learning_scaleuse u
    WHERE u.framework_id = i.framework_id AND u.valid_from <= %s AND (u.school_id IS NULL OR u.school_id = {school})
    ORDER BY CASE WHEN u.school_id IS NULL THEN 1 ELSE 0 END, u.valid_from DESC
    LIMIT 1)"""


@lru_cache(maxsize=256)
def scale_of(low: int, high: int, step: int, goal: int, kind: str, levels: str) -> Scale:
    """The scale of these columns of a ScaleVersion, `levels` as JSON text."""
    named = tuple(Level(value, key, symbol, tuple(also)) for value, key, symbol, also in json.loads(levels))
    return Scale(low, high, step, goal, kind, named)  # type: ignore[arg-type]


@lru_cache(maxsize=1024)
def method_of(name: str, params: str, version: int, order: str, conditions: str) -> Method:
    """The method of these columns of a CalculationPolicy, `params` and `conditions` as JSON text."""
    return Method(name, json.loads(params), version, order, read(json.loads(conditions)))


def scale_from(row: ScaleVersion) -> Scale:
    """The scale of a version."""
    return scale_of(row.low, row.high, row.step, row.goal, row.kind, json.dumps(row.levels))


def method_from(row: CalculationPolicy) -> Method:
    """The method of a policy's version."""
    return method_of(row.method, json.dumps(row.params), row.version, row.order, json.dumps(row.conditions))


TITLES = {
    "0-4": "0 to 4 with half steps",
    "1-4": "1 to 4",
    "pass-fail": "Pass or not yet",
    "letters": "Letters A to F",
}


def built_in_rows() -> list[dict[str, object]]:
    """The scales that every installation begins with, as fields of ScaleVersion."""
    return [
        {
            "key": key,
            "title": TITLES[key],
            "kind": scale.kind,
            "low": scale.low,
            "high": scale.high,
            "step": scale.step,
            "goal": scale.goal,
            "levels": [
                [level.value, level.label_key, level.symbol, list(level.also)] for level in scale.levels
            ],
        }
        for key, scale in BUILT_IN.items()
    ]


def fill_built_in(using: str = "default", **_: object) -> None:
    """Put the built-in scales and the general policy (the latest score counts) where there are none yet."""
    scales = ScaleVersion.objects.using(using)
    have = set(scales.values_list("key", flat=True))
    scales.bulk_create(
        [
            ScaleVersion(number=1, valid_from=date(2000, 1, 1), **row)
            for row in built_in_rows()
            if row["key"] not in have
        ]
    )
    if not CalculationPolicy.objects.using(using).filter(framework=None, item=None).exists():
        CalculationPolicy.objects.using(using).create(
            method="latest", valid_from=datetime(2000, 1, 1, tzinfo=UTC)
        )
