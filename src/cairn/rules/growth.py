"""How much has a student grown in a subject since a day: levels gained, targets met, levels in a year?

The baseline is the day from which growth is counted: the first day of the school year, the day of a pretest, or the first
evidence. Where a record begins later than the day asked for, it counts from its beginning. Growth needs evidence at the baseline
and evidence after it; with less it is not known, and that is never said as 0. What fell since is not taken off: `met` counts targets met
today that were not met on the baseline's day.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Literal, NamedTuple

from cairn.rules.scale import shown

Basis = Literal["year", "day", "first"]
LEAST_DAYS = 30  # before this, a yearly rate would be a guess
YEAR_DAYS = 365


class Baseline(NamedTuple):
    """The day from which growth is counted, and what it is: the year's first day, a day chosen, or the first evidence."""

    on: date
    basis: Basis


class Growth(NamedTuple):
    """Since the baseline: targets met; the level (id) held then and now; places gained in the order of levels (negative: back).

    None: not known. per_year: levels a year, one decimal, once a month has passed.
    """

    baseline: Baseline
    met: int
    level_then: int | None
    level_now: int | None
    gained: int | None
    per_year: float | None


def baseline(asked: Baseline | None, first: date | None) -> Baseline | None:
    """The baseline that holds for a record that begins on `first` (its first evidence); None: there is no record."""
    if first is None:
        return None
    return Baseline(first, "first") if asked is None or asked.on < first else asked


def growth(
    asked: Baseline | None,
    *,
    first: date | None,
    last: date | None,
    met_on: Iterable[date],
    levels: Sequence[tuple[date, int]],
    order: Sequence[int],
    on: date,
) -> Growth | None:
    """The growth in one subject up to a day; None where the evidence is too little to say.

    first, last: days shown of the oldest and the newest evidence. met_on: since when each target that is met has been.
    levels: (from which day on, level id), oldest first. order: the subject's levels, the lowest first.
    """
    begun = baseline(asked, first)
    if begun is None or last is None or not begun.on < last <= on:
        return None
    then, now = _level_at(levels, begun.on), _level_at(levels, on)
    gained = None if then not in order or now not in order else order.index(now) - order.index(then)
    days = (on - begun.on).days
    rate = None if gained is None or days < LEAST_DAYS else shown(gained * YEAR_DAYS / days, 1)
    return Growth(begun, sum(begun.on < day <= on for day in met_on), then, now, gained, rate)


def _level_at(levels: Sequence[tuple[date, int]], day: date) -> int | None:
    return next((level for begun, level in reversed(levels) if begun <= day), None)


def difference(before: float | None, now: float | None, places: int = 1) -> float | None:
    """Growth of an average from its baseline (Slate CBL); None where either is missing or 0, which there means the same."""
    return shown(now - before, places) if before and now else None
