"""What is a formula: its arithmetic, what it says it used, its parameters?"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import add

Values = Sequence[float]
Arguments = tuple[int, ...]


def total(values: Iterable[float]) -> float:
    """The plain float64 sum, first to last. Python's own `sum` corrects its rounding from 3.12 on, so its last bits
    would differ between versions, and from a column's."""
    return reduce(add, values, 0)


@dataclass(frozen=True, slots=True)
class Parameter:
    """A whole-number parameter, its limits (both allowed) and its default."""

    low: int
    high: int
    default: int


@dataclass(frozen=True, slots=True)
class Account:
    """What a formula used: positions in the row of scores, why the others do not count, and the figures to word."""

    code: str
    used: Sequence[int]
    unused: str
    figures: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Formula:
    """`run` and `account` take (values, goal, arguments in the order of `parameters`); values are never empty."""

    run: Callable[[Values, int, Arguments], float | None]
    account: Callable[[Values, int, Arguments], Account]
    parameters: Mapping[str, Parameter]
    ordered: bool
