"""Is a student ahead of, on, or behind their own plan?

The rule, in weeks from Monday to Sunday, counting only targets of the plan that have a week:
- behind: fewer are met than were planned for the weeks that are over;
- ahead: more are met than were planned up to and including this week;
- on: anything between, so that nobody is late for a target whose week is still running.
A target met early counts as soon as it is met. A target without a week says nothing about pace.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

Word = Literal["ahead", "on", "behind"]


@dataclass(frozen=True, slots=True)
class Pace:
    """One of three words. difference: targets ahead (positive) or behind (negative), 0 when on plan.

    met: dated targets met. planned_by_now: targets of the weeks that are over. this_week: those of the running week.
    """

    word: Word
    difference: int
    met: int
    planned_by_now: int
    this_week: int


def pace(planned: Iterable[tuple[int, date | None]], met: Collection[int], on: date) -> Pace | None:
    """The pace on a day, against (target id, any day of its planned week or None); None where no target has a week.

    A target planned twice (in two classes) is due in its earlier week.
    """
    weeks: dict[int, date] = {}
    for target, day in planned:
        if day is not None:
            week = _monday(day)
            weeks[target] = min(week, weeks.get(target, week))
    if not weeks:
        return None
    now = _monday(on)
    over = sum(week < now for week in weeks.values())
    running = sum(week == now for week in weeks.values())
    done = sum(target in met for target in weeks)
    if done < over:
        return Pace("behind", done - over, done, over, running)
    if done > over + running:
        return Pace("ahead", done - over - running, done, over, running)
    return Pace("on", 0, done, over, running)


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
