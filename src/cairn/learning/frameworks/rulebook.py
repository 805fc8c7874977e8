"""By which scale and which method is a target decided today?

Versions of scales and policies are never changed once published, so one read of a version serves as long as the
process lives; which version is in force is asked every time.
"""

from functools import lru_cache

from cairn.learning.frameworks.scales import CalculationPolicy, ScaleVersion
from cairn.rules.mastery import Method
from cairn.rules.scale import BUILT_IN, Level, Scale

# In force at :now (a datetime) for the item i: its own policy, else its framework's, else the one for everything.
POLICY_IN_FORCE = """(
    SELECT p.id FROM learning_calculationpolicy p
    WHERE p.valid_from <= %s
      AND (p.item_id = i.id OR p.framework_id = i.framework_id OR (p.item_id IS NULL AND p.framework_id IS NULL))
    ORDER BY CASE WHEN p.item_id IS NOT NULL THEN 0 WHEN p.framework_id IS NOT NULL THEN 1 ELSE 2 END, p.version DESC
    LIMIT 1)"""
# The use of a scale in force on :day (a date) for the item's framework, {column}, the school's own before the district's.
USE_IN_FORCE = """(
    SELECT u.{column} FROM learning_scaleuse u
    WHERE u.framework_id = i.framework_id AND u.valid_from <= %s AND (u.school_id IS NULL OR u.school_id = {school})
    ORDER BY CASE WHEN u.school_id IS NULL THEN 1 ELSE 0 END, u.valid_from DESC
    LIMIT 1)"""


def scale_from(row: ScaleVersion) -> Scale:
    """The scale as the rules know it."""
    levels = tuple(Level(value, key, symbol, tuple(also)) for value, key, symbol, also in row.levels)
    return Scale(row.low, row.high, row.step, row.goal, row.kind, levels)  # type: ignore[arg-type]


@lru_cache(maxsize=256)
def scale_version(pk: int) -> Scale:
    """The scale of this version (id). Raises DoesNotExist."""
    return scale_from(ScaleVersion.objects.get(pk=pk))


@lru_cache(maxsize=1024)
def method_version(pk: int) -> Method:
    """The method of this policy version (id). Raises DoesNotExist."""
    policy = CalculationPolicy.objects.get(pk=pk)
    return Method(policy.method, policy.params, policy.version, policy.order)


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
