"""How do a student's scores on one target become a level, and why that level?

A SCORE BECOMES MASTERY here: `decide` takes every row of evidence and a method, and answers with the level and its
reasons. `level_of` is the arithmetic alone, which `decide` uses too, for writing many levels at once.
Rules and their sources: the published behavior of Canvas, Otus and others, reproduced case by case in the tests.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from cairn.rules.formula import Formula
from cairn.rules.formulas import FORMULAS
from cairn.rules.refusal import Refusal
from cairn.rules.scale import NANO

NO_SCORE_KINDS = ("not_taught", "missing", "exempt", "hidden")
NO_EVIDENCE = "no_evidence"
SUPERSEDED = "superseded"
# Why a row does not enter the number: the kinds above, superseded, or what the method says of it.
LEFT_OUT_REASONS = (SUPERSEDED, *NO_SCORE_KINDS, "earlier", "lower", "below_goal", "not_most_frequent")


@dataclass(frozen=True, slots=True)
class Score:
    """One row of evidence: a value in hundredths, or no value and the kind of "no score". Never both, never neither.

    shown_on: the day the student did it. recorded_at: when the adult judged it. due_on: the task's due day.
    entered_at: when this database took it. superseded: a later row corrects this one.
    """

    id: int
    value: int | None
    no_score: str
    shown_on: date
    recorded_at: datetime
    due_on: date | None = None
    entered_at: datetime | None = None
    superseded: bool = False

    def __post_init__(self) -> None:
        if (self.no_score != "") if self.value is not None else (self.no_score not in NO_SCORE_KINDS):
            raise Refusal(
                "score",
                f"Evidence {self.id} has value {self.value!r} and “no score” kind “{self.no_score}”.",
                f"Give it a value, or no value and one of {', '.join(NO_SCORE_KINDS)}.",
                {"id": self.id, "no_score": self.no_score},
            )


# Each order ends in recorded_at and id, so no two rows ever tie. Where no due day is known, the day it was shown serves.
ORDERS: Mapping[str, Callable[[Score], tuple[date | datetime, datetime, int]]] = {
    "shown_on": lambda score: (score.shown_on, score.recorded_at, score.id),
    "due_on": lambda score: (score.due_on or score.shown_on, score.recorded_at, score.id),
    "recorded_at": lambda score: (score.recorded_at, score.recorded_at, score.id),
}


@dataclass(frozen=True, slots=True)
class Method:
    """A formula's name, its parameters (left-out ones take their default) and the date that orders the evidence.

    Raises Refusal for an unknown name or order, an unknown parameter, or one that is out of range.
    """

    name: str
    params: Mapping[str, int] = field(default_factory=dict, hash=False)
    version: int = 1
    order: str = "shown_on"
    formula: Formula = field(init=False, repr=False, compare=False)
    arguments: tuple[int, ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        formula = FORMULAS.get(self.name)
        if formula is None:
            raise _unknown("method", self.name, FORMULAS)
        if self.order not in ORDERS:
            raise _unknown("order", self.order, ORDERS)
        for name in self.params:
            if name not in formula.parameters:
                raise _unknown("parameter", name, formula.parameters)
        full = {name: self.params.get(name, limits.default) for name, limits in formula.parameters.items()}
        for name, value in full.items():
            limits = formula.parameters[name]
            if type(value) is not int or not limits.low <= value <= limits.high:
                raise Refusal(
                    "parameter_out_of_range",
                    f"The method “{self.name}” cannot use {name} = {value!r}.",
                    f"Use a whole number from {limits.low} to {limits.high}.",
                    {
                        "method": self.name,
                        "parameter": name,
                        "value": value,
                        "low": limits.low,
                        "high": limits.high,
                    },
                )
        object.__setattr__(self, "params", full)
        object.__setattr__(self, "formula", formula)
        object.__setattr__(self, "arguments", tuple(full.values()))


def _unknown(what: str, name: str, known: Mapping[str, object]) -> Refusal:
    choices = ", ".join(known)
    return Refusal(
        f"unknown_{what}",
        f"There is no {what} “{name}”.",
        f"Use one of: {choices}." if choices else "This method takes no parameters.",
        {what: name, "known": choices},
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


def level_of(values: Sequence[int], method: Method, goal: int = 300) -> float | None:
    """The level (level units, snapped) of scores in hundredths, oldest first; None when they do not make one.

    The one arithmetic of mastery. The caller has already left out what `decide` leaves out, and ordered the rest.
    """
    if not values:
        return None
    level = method.formula.run(values, goal, method.arguments)
    # As scale.snap, written out: this line runs once per recorded score.
    return None if level is None else round(level * NANO) / NANO


def decide(scores: Sequence[Score], method: Method, goal: int) -> Mastery:
    """The level of one student on one target from all the evidence, in any order; goal in hundredths.

    Recorded times must be all aware or all naive, or comparing them raises TypeError.
    """
    rows = sorted(scores, key=ORDERS[method.order])
    usable = [row for row in rows if row.value is not None and not row.superseded]
    reasons = {row.id: SUPERSEDED if row.superseded else row.no_score for row in rows}
    values = [row.value for row in usable if row.value is not None]
    if not values:
        standing = [row.no_score for row in rows if not row.superseded]
        because = Because(standing[-1] if standing else NO_EVIDENCE, {"count": 0, "goal": goal})
        return Mastery(None, False, because, (), tuple(reasons.items()), 0)

    account = method.formula.account(values, goal, method.arguments)
    used = [usable[place] for place in account.used]
    for row in usable:
        reasons[row.id] = account.unused
    for row in used:
        del reasons[row.id]
    figures: dict[str, object] = {"count": len(values), "goal": goal, "method": method.name}
    figures.update(version=method.version, order=method.order, **method.params)
    figures.update(account.figures)
    if used:
        figures["on"] = used[-1].shown_on.isoformat()
    level = level_of(values, method, goal)
    return Mastery(
        level=level,
        met=level is not None and level >= goal / 100,
        because=Because(account.code, figures),
        used=tuple(row.id for row in used),
        left_out=tuple(reasons.items()),
        count=len(values),
    )
