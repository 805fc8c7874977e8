"""How do a student's scores on one target become a level, and why that level?

A SCORE BECOMES MASTERY here: `decide` takes every row of evidence and a method, and answers with the level and its
reasons. `level_of` is the arithmetic alone, which `decide` uses too, for writing many levels at once.
Rules and their sources: the published behavior of Canvas, Otus and others, reproduced case by case in the tests.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from cairn.rules.conditions import Item, by_category, pooled, shares
from cairn.rules.formula import Account, total
from cairn.rules.method import NO_SCORE_KINDS, ORDERS, Method, Score
from cairn.rules.scale import NANO

__all__ = [
    "LEFT_OUT_REASONS", "NO_EVIDENCE", "NO_SCORE_KINDS", "ORDERS", "SUPERSEDED", "Because", "Mastery", "Method", "Score",
    "decide", "item_of", "level_of", "level_under",
]  # fmt: skip

NO_EVIDENCE = "no_evidence"
SUPERSEDED = "superseded"
# Why a row does not enter the number: the kinds above, superseded, or what the method says of it.
LEFT_OUT_REASONS = (
    SUPERSEDED,
    *NO_SCORE_KINDS,
    "earlier",
    "lower",
    "below_goal",
    "not_most_frequent",
    "expired",
    "other_category",
    "no_weight",
    "pooled",
)


@dataclass(frozen=True, slots=True)
class Because:
    """Why, free of language: a code to word and the figures to put in. Every figure is JSON-safe; scores in hundredths.

    Codes: the method's name; "not_enough_at_goal"; and without any score "no_evidence" or a "no score" kind.
    Always: count, goal. With scores also: method, version, order, the method's parameters, its own figures, and
    on = the day (ISO) the newest score it rests on was shown.
    """

    code: str
    values: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Mastery:
    """A level (level units, snapped to 1e-9; None when there is none), whether it meets the goal, and why.

    used: ids of the evidence the number rests on; left_out: every other id with its reason; both oldest first.
    count: how many scores could be used.
    """

    level: float | None
    met: bool
    because: Because
    used: tuple[int, ...]
    left_out: tuple[tuple[int, str], ...]
    count: int


def level_of(values: Sequence[float], method: Method, goal: int = 300) -> float | None:
    """The level (level units, snapped) of scores in hundredths, oldest first; None when they do not make one.

    The one arithmetic of mastery. The caller has already left out what `decide` leaves out, and ordered the rest; conditions
    are for `level_under`.
    """
    if not values:
        return None
    level = method.formula.run(values, goal, method.arguments)
    # As scale.snap, written out: this line runs once per recorded score.
    return None if level is None else round(level * NANO) / NANO


def level_under(items: Sequence[Item], method: Method, goal: int, on: date) -> float | None:
    """The level under the method's conditions on a day, from scores in the method's order."""
    conditions = method.conditions
    goal = conditions.goal(goal)
    row = pooled(conditions.left(items, on), conditions.pool)
    if len(row) < conditions.minimum:
        return None
    if not conditions.categories:
        return _level(row, method, goal)
    held = _levels_by_category(row, method, goal)
    parts = shares(list(held), conditions.categories)
    return round(total(held[name] * part for name, part in parts.items()) * NANO) / NANO if held else None


def _levels_by_category(row: Sequence[Item], method: Method, goal: int) -> dict[str, float]:
    """The level of each category that makes one."""
    groups = by_category(row, method.conditions.categories)
    levels = {name: _level(group, method, goal) for name, group in groups.items()}
    return {name: level for name, level in levels.items() if level is not None}


def _is_weighted(row: Sequence[Item], method: Method) -> bool:
    """Do the pieces' own weights count? Only for the mean, and where any weighs something."""
    return method.conditions.weighted and method.name == "mean" and any(item.weight for item in row)


def _level(row: Sequence[Item], method: Method, goal: int) -> float | None:
    if _is_weighted(row, method):
        weight = sum(item.weight for item in row)
        return round(total(item.value * item.weight for item in row) / (weight * 100) * NANO) / NANO
    return level_of([item.value for item in row], method, goal)


def decide(scores: Sequence[Score], method: Method, goal: int, on: date | None = None) -> Mastery:
    """The level of one student on one target from all the evidence, in any order; goal in hundredths.

    `on`: the day asked about; only a condition that lets evidence expire asks for it, and raises ValueError without it.
    Recorded times must be all aware or all naive, or comparing them raises TypeError.
    """
    rows = sorted(scores, key=ORDERS[method.order])
    reasons = {row.id: SUPERSEDED if row.superseded else row.no_score for row in rows}
    usable = [row for row in rows if row.value is not None and not row.superseded]
    if method.conditions:
        return _decide_under(rows, usable, reasons, method, goal, on)
    values = [row.value for row in usable if row.value is not None]
    if not values:
        return _without(rows, reasons, goal)
    account = method.formula.account(values, goal, method.arguments)
    used = [usable[place] for place in account.used]
    for row in usable:
        reasons[row.id] = account.unused
    level = level_of(values, method, goal)
    return _made(level, goal, method, account.code, account.figures, used, reasons, len(values))


def _without(rows: Sequence[Score], reasons: Mapping[int, str], goal: int) -> Mastery:
    """Nothing to make a level from: the newest standing kind of "no score" says why."""
    standing = [row.no_score for row in rows if not row.superseded and row.value is None]
    because = Because(standing[-1] if standing else NO_EVIDENCE, {"count": 0, "goal": goal})
    return Mastery(None, False, because, (), tuple(reasons.items()), 0)


def _made(
    level: float | None,
    goal: int,
    method: Method,
    code: str,
    more: Mapping[str, object],
    used: Sequence[Score],
    reasons: dict[int, str],
    count: int,
) -> Mastery:
    for row in used:
        del reasons[row.id]
    figures: dict[str, object] = {"count": count, "goal": goal, "method": method.name}
    figures.update(version=method.version, order=method.order, **method.params)
    figures.update(more)
    if used:
        figures["on"] = used[-1].shown_on.isoformat()
    return Mastery(
        level=level,
        met=level is not None and level >= goal / 100,
        because=Because(code, figures),
        used=tuple(row.id for row in used),
        left_out=tuple(reasons.items()),
        count=count,
    )


def _decide_under(
    rows: Sequence[Score],
    usable: Sequence[Score],
    reasons: dict[int, str],
    method: Method,
    goal: int,
    on: date | None,
) -> Mastery:
    """The same under conditions; what they change stands among the figures."""
    conditions = method.conditions
    if on is None:
        if conditions.expires_after is not None:
            raise ValueError("a method by which evidence expires is asked for a day")
        on = date.max
    goal = conditions.goal(goal)
    every = [item_of(row) for row in usable]
    left = conditions.left(every, on)
    for row in usable:
        reasons[row.id] = "expired"
    if not left:
        return _without(rows, reasons, goal)
    row_of = pooled(left, conditions.pool)
    level = level_under(every, method, goal, on)
    figures: dict[str, object] = {"pieces": len(left), "counted": len(row_of)}
    for item in left:
        reasons[item.id] = "pooled"
    account = _account_under(row_of, method, goal)
    figures |= account.figures
    code, used_ids = account.code, [row_of[place].id for place in account.used]
    for item in row_of:
        reasons[item.id] = account.unused
    if len(row_of) < conditions.minimum:
        code, figures["needed"] = "not_enough", conditions.minimum
    used = [row for row in usable if row.id in used_ids]
    return _made(level, goal, method, code, figures, used, reasons, len(row_of))


def _account_under(row: Sequence[Item], method: Method, goal: int) -> Account:
    """What these pieces come to, by category or by weight where the conditions say so."""
    categories = method.conditions.categories
    if categories:
        held = _levels_by_category(row, method, goal)
        told = {name: [held[name], round(part, 9)] for name, part in shares(list(held), categories).items()}
        used = [place for place, item in enumerate(row) if item.category in held]
        return Account("by_category", used, "other_category", {"categories": told})
    if _is_weighted(row, method):
        used = [place for place, item in enumerate(row) if item.weight]
        return Account("weighted_mean", used, "no_weight", {})
    return method.formula.account([item.value for item in row], goal, method.arguments)


def item_of(row: Score) -> Item:
    """A row of evidence that carries a score, as conditions take it."""
    assert row.value is not None
    return Item(row.id, row.value, row.shown_on, row.task, row.category, row.weight)
