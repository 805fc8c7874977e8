"""Which conditions stand around a formula: how much evidence it needs, what counts as one piece, what has expired?

A formula takes a row of scores. Conditions decide which scores that row holds and what becomes of its result; without any, nothing of
this runs. In this order:

1. expires_after: a score shown more than so many days before the day asked about is left out.
2. pool: scores of one task become one score, dated like the newest of them: their mean by weight, the last, or the highest. Canvas
   lets a quiz of three questions weigh three times; here it weighs once.
3. minimum: with fewer scores there is no level.
4. categories: the formula runs within each category, and the levels are averaged by the categories' weights; the weight of a
   category without scores is shared by the others in proportion (U-46's published rule). A category without a weight
   counts nothing. weighted: a piece counts as often as its own weight says (only for the mean, where that is defined).
5. cut: what is met is said by this level and not by the scale's goal.

stale_after changes no level: it only says that the newest evidence is older than that.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date, timedelta
from typing import Any, NamedTuple

from cairn.rules.formula import total
from cairn.rules.refusal import Refusal

POOLS = ("", "mean", "last", "highest")
MOST_DAYS = 3_660
MOST_CATEGORIES = 12


def _whole(name: str, value: object, low: int, high: int) -> None:
    if type(value) is not int or not low <= value <= high:
        raise _unfit(name, value, f"Use a whole number from {low} to {high}.")


def _unfit(name: str, value: object, remedy: str) -> Refusal:
    return Refusal("condition", f"The condition “{name}” cannot be {value!r}.", remedy, {"condition": name})


class Item(NamedTuple):
    """A score with what conditions ask of it: hundredths, the day, the task's id, its category, its weight in hundredths."""

    id: int
    value: float
    shown_on: date
    task: str = ""
    category: str = ""
    weight: int = 100


@dataclass(frozen=True, slots=True)
class Conditions:
    """All of them, as a policy keeps them. Days and scores are whole numbers; None or empty: no such condition.

    Raises Refusal for a value that is no such thing.
    """

    minimum: int = 1
    pool: str = ""
    expires_after: int | None = None
    stale_after: int | None = None
    cut: int | None = None
    categories: Mapping[str, int] = field(default_factory=dict, hash=False)
    weighted: bool = False

    def __post_init__(self) -> None:
        _whole("minimum", self.minimum, 1, 20)
        for name in ("expires_after", "stale_after"):
            if getattr(self, name) is not None:
                _whole(name, getattr(self, name), 1, MOST_DAYS)
        if self.cut is not None:
            _whole("cut", self.cut, 1, 10_000)
        if self.pool not in POOLS:
            raise _unfit("pool", self.pool, f"Use one of: {', '.join(POOLS[1:])}.")
        if len(self.categories) > MOST_CATEGORIES:
            raise _unfit("categories", len(self.categories), f"Use at most {MOST_CATEGORIES}.")
        for name, weight in self.categories.items():
            if not name:
                raise _unfit("categories", name, "Give each category a name.")
            if type(weight) is not int or not 1 <= weight <= 1_000:
                raise _unfit(
                    "categories", {name: weight}, "Give each category a whole weight from 1 to 1000."
                )
        if type(self.weighted) is not bool:
            raise _unfit("weighted", self.weighted, "Use true or false.")

    def __bool__(self) -> bool:
        """Is there any condition that can change a level?"""
        return bool(
            self.minimum > 1
            or self.pool
            or self.expires_after
            or self.cut
            or self.categories
            or self.weighted
        )

    @property
    def asks_for_work(self) -> bool:
        """Does any of them look at a piece's task, category or weight?"""
        return bool(self.pool or self.categories or self.weighted)

    def as_json(self) -> dict[str, object]:
        """What `read` reads: only those that are not as ever."""
        every = {one.name: getattr(self, one.name) for one in fields(self)}
        return {name: value for name, value in every.items() if value != getattr(NONE, name)}

    def goal(self, goal: int) -> int:
        """From which level on it is met, in hundredths."""
        return goal if self.cut is None else self.cut

    def left(self, items: Sequence[Item], on: date) -> list[Item]:
        """Those that have not expired on a day."""
        if self.expires_after is None:
            return list(items)
        since = on - timedelta(days=self.expires_after)
        return [item for item in items if item.shown_on >= since]

    def expires_on(self, items: Sequence[Item], on: date) -> date | None:
        """The next day on which one more of them expires."""
        if self.expires_after is None:
            return None
        days = [item.shown_on for item in self.left(items, on)]
        return min(days) + timedelta(days=self.expires_after + 1) if days else None

    def is_stale(self, newest: date, on: date) -> bool:
        """Is the newest evidence older than the policy likes?"""
        return self.stale_after is not None and newest < on - timedelta(days=self.stale_after)


NONE = Conditions()


def read(sent: Mapping[str, Any]) -> Conditions:
    """Conditions as a policy keeps them in JSON. Raises Refusal for a name that is none."""
    known = {one.name for one in fields(Conditions)}
    for name in sent:
        if name not in known:
            raise _unfit(name, sent[name], f"There is no such condition. Use: {', '.join(sorted(known))}.")
    return Conditions(**sent)


def pooled(items: Sequence[Item], how: str) -> list[Item]:
    """The scores of each task as one, in the order of the newest of each. A score without a task stands alone."""
    if not how:
        return list(items)
    tasks: dict[str, list[Item]] = {}
    for place, item in enumerate(items):
        key = f"t{item.task}" if item.task else f"n{place}"
        tasks[key] = [*tasks.pop(key, []), item]
    return [_one(group, how) for group in tasks.values()]


def _one(group: Sequence[Item], how: str) -> Item:
    newest = group[-1]
    if how == "last" or len(group) == 1:
        return newest
    weight = sum(item.weight for item in group)
    if how == "highest":
        value: float = max(item.value for item in group)
    elif weight:
        value = total(item.value * item.weight for item in group) / weight
    else:
        value = total(item.value for item in group) / len(group)
    return newest._replace(value=value, weight=weight)


def by_category(items: Sequence[Item], weights: Mapping[str, int]) -> dict[str, list[Item]]:
    """The scores of each category that has a weight and any score, in the order of the weights."""
    found = {name: [item for item in items if item.category == name] for name in weights}
    return {name: held for name, held in found.items() if held}


def shares(present: Sequence[str], weights: Mapping[str, int]) -> dict[str, float]:
    """What part of the whole each category with scores counts, after the empty ones are shared out. They add up to 1."""
    whole = sum(weights[name] for name in present)
    return {name: weights[name] / whole for name in present}
