"""Is a student ahead of, on, or behind their own plan?

The rule, in weeks from Monday to Sunday, counting only targets of the plan that have a week:
- behind: fewer are met than were planned for the weeks that are over;
- ahead: more are met than were planned up to and including this week;
- on: anything between, so that nobody is late for a target whose week is still running.
A target met early counts as soon as it is met. A target without a week says nothing about pace. When a week is over is told by school
days (`schooldays.py`), with as many days of grace as the district gives.

A person may set the reading by hand until a day, or move the whole plan by some weeks (Empower: manual wins). What the days alone
say is kept beside it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal, NamedTuple

from cairn.rules.schooldays import EVERY_WEEKDAY, WEEK, SchoolDays, monday_of

Word = Literal["ahead", "on", "behind"]
WORDS: tuple[Word, ...] = ("ahead", "on", "behind")
MOST_WEEKS = 12  # by which a plan may be moved
MOST_GRACE = 20  # school days


@dataclass(frozen=True, slots=True)
class Pace:
    """One of three words. difference: targets ahead (positive) or behind (negative); 0 on plan, or where nobody counted.

    met: dated targets met. planned_by_now: targets of the weeks that are over. this_week: those planned by now and not over.
    """

    word: Word
    difference: int
    met: int
    planned_by_now: int
    this_week: int


class ByHand(NamedTuple):
    """What a person set: a word, or None and by how many weeks (1 to 12) the plan is later."""

    word: Word | None
    weeks: int = 0


class Reading(NamedTuple):
    """What is shown, and what the days alone say (None: no target has a week)."""

    shown: Pace | None
    computed: Pace | None


def pace(
    planned: Iterable[tuple[int, date | None]],
    met: Collection[int],
    on: date,
    *,
    days: SchoolDays = EVERY_WEEKDAY,
    grace: int = 0,
    later: int = 0,
) -> Pace | None:
    """The pace on a day, against (target id, any day of its planned week or None); None where no target has a week.

    A target planned twice (in two classes) is due in its earlier week. `later`: by so many weeks the whole plan is moved.
    """
    weeks: dict[int, date] = {}
    for target, day in planned:
        if day is not None:
            week = monday_of(day) + later * WEEK
            weeks[target] = min(week, weeks.get(target, week))
    if not weeks:
        return None
    now = days.weeks(on, grace)
    over = sum(week < now.over for week in weeks.values())
    running = sum(now.over <= week <= now.running for week in weeks.values())
    done = sum(target in met for target in weeks)
    if done < over:
        return Pace("behind", done - over, done, over, running)
    if done > over + running:
        return Pace("ahead", done - over - running, done, over, running)
    return Pace("on", 0, done, over, running)


def reading(
    planned: Iterable[tuple[int, date | None]],
    met: Collection[int],
    on: date,
    *,
    days: SchoolDays = EVERY_WEEKDAY,
    grace: int = 0,
    by_hand: ByHand | None = None,
) -> Reading:
    """The pace as it is shown, with what the days alone say beside it."""
    plan = list(planned)
    computed = pace(plan, met, on, days=days, grace=grace)
    if by_hand is None:
        return Reading(computed, computed)
    if by_hand.word is None:
        return Reading(pace(plan, met, on, days=days, grace=grace, later=by_hand.weeks), computed)
    counted = computed or Pace("on", 0, 0, 0, 0)
    told = Pace(by_hand.word, 0, counted.met, counted.planned_by_now, counted.this_week)
    return Reading(told, computed)
