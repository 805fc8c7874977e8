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
    held = {
        name: level
        for name, group in by_category(row, conditions.categories).items()
        if (level := _level(group, method, goal)) is not None
    }
    parts = shares(list(held), conditions.categories)
    return round(sum(held[name] * part for name, part in parts.items()) * NANO) / NANO if held else None


def _level(row: Sequence[Item], method: Method, goal: int) -> float | None:
    weight = sum(item.weight for item in row)
    if method.conditions.weighted and method.name == "mean" and weight:
        return round(sum(item.value * item.weight for item in row) / (weight * 100) * NANO) / NANO
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
    if conditions.categories:
        held = by_category(row_of, conditions.categories)
        figures["categories"] = {
            name: [level_of([item.value for item in held[name]], method, goal), round(part, 9)]
            for name, part in shares(list(held), conditions.categories).items()
        }
        used_ids = [item.id for group in held.values() for item in group]
        for item in row_of:
            reasons[item.id] = "other_category"
        code = "by_category"
    else:
        account = method.formula.account([item.value for item in row_of], goal, method.arguments)
        figures |= account.figures
        used_ids = [row_of[place].id for place in account.used]
        for item in row_of:
            reasons[item.id] = account.unused
        code = account.code
    if len(row_of) < conditions.minimum:
        code, figures["needed"] = "not_enough", conditions.minimum
    used = [row for row in usable if row.id in used_ids]
    return _made(level, goal, method, code, figures, used, reasons, len(row_of))


def item_of(row: Score) -> Item:
    """A row of evidence that carries a score, as conditions take it."""
    assert row.value is not None
    return Item(row.id, row.value, row.shown_on, row.task, row.category, row.weight)
