"""What does a rule of mastery take: one row of evidence, and a method with its parameters, order and conditions?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from cairn.rules.conditions import NONE, Conditions
from cairn.rules.formula import Formula
from cairn.rules.formulas import FORMULAS
from cairn.rules.refusal import Refusal

NO_SCORE_KINDS = ("not_taught", "missing", "exempt", "hidden")


@dataclass(frozen=True, slots=True)
class Score:
    """One row of evidence: a value in hundredths, or no value and the kind of "no score". Never both, never neither.

    shown_on: the day the student did it. recorded_at: when the adult judged it. due_on: the task's due day.
    entered_at: when this database took it. superseded: a later row corrects this one. task, category, weight (hundredths): what
    a method's conditions may ask for.
    """

    id: int
    value: int | None
    no_score: str
    shown_on: date
    recorded_at: datetime
    due_on: date | None = None
    entered_at: datetime | None = None
    superseded: bool = False
    task: str = ""
    category: str = ""
    weight: int = 100

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
    conditions: Conditions = NONE
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

    def is_same(self, other: Method) -> bool:
        """Do both say the same, whatever their versions?"""
        return (self.name, self.order, self.arguments, self.conditions) == (
            other.name,
            other.order,
            other.arguments,
            other.conditions,
        )


def _unknown(what: str, name: str, known: Mapping[str, object]) -> Refusal:
    choices = ", ".join(known)
    return Refusal(
        f"unknown_{what}",
        f"There is no {what} “{name}”.",
        f"Use one of: {choices}." if choices else "This method takes no parameters.",
        {what: name, "known": choices},
    )
