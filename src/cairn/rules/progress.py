"""How far along a plan is a student, and which target comes next?"""

from __future__ import annotations

from collections.abc import Container, Iterable
from typing import NamedTuple


class MetOfPlanned(NamedTuple):
    """How many of the planned targets are met; what a parent of several targets shows instead of a level."""

    met: int
    planned: int


def next_target(planned: Iterable[int], met: Container[int]) -> int | None:
    """The first target of the plan, in its order, that is not met; None when all are, or nothing is planned."""
    return next((target for target in planned if target not in met), None)


def met_of_planned(planned: Iterable[int], met: Container[int]) -> MetOfPlanned:
    """Met and planned, each target once however often it is planned. What was met outside the plan does not count."""
    targets = set(planned)
    return MetOfPlanned(sum(target in met for target in targets), len(targets))
