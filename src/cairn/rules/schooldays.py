"""On which days is there school, and which planned weeks are over?

School days are the weekdays within a session, less the days off; where no session is known, every weekday less the days off. A
planned week is due on its last school day. A week without any school is due with the next one that has some, so that nobody falls
behind over a break. With a grace of n school days a week is over when more than n of them have passed since it was due.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

DAY = timedelta(days=1)
WEEK = timedelta(weeks=1)
FAR = 400  # days looked back for a school day
LONGEST = 16  # weeks without school, the longest break that is looked through

Span = tuple[date, date]  # first and last day


class Weeks(NamedTuple):
    """Mondays: the planned weeks before `over` are over; those from there up to `running`, that one too, are planned by now."""

    over: date
    running: date


@dataclass(frozen=True, slots=True)
class SchoolDays:
    """A calendar: when school is in session, and the days off."""

    sessions: tuple[Span, ...] = ()
    off: tuple[Span, ...] = ()

    def has(self, day: date) -> bool:
        """Is there school on this day?"""
        if day.weekday() > 4 or any(first <= day <= last for first, last in self.off):
            return False
        return not self.sessions or any(first <= day <= last for first, last in self.sessions)

    def in_week(self, monday: date) -> bool:
        """Is there any school in the week that begins on this Monday?"""
        return any(self.has(monday + DAY * place) for place in range(5))

    def count(self, after: date, on: date) -> int:
        """School days after one day, up to and including another."""
        return sum(self.has(after + DAY * place) for place in range(1, (on - after).days + 1))

    def weeks(self, on: date, grace: int = 0) -> Weeks:
        """Which planned weeks are over on a day, and which are planned by then."""
        return Weeks(self._over(on, grace), self._with_school(monday_of(on)))

    def _over(self, on: date, grace: int) -> date:
        left = grace
        for place in range(FAR):
            day = on - DAY * place
            if self.has(day):
                if not left:
                    # Breaks just before this week are due with it.
                    return self._with_school(monday_of(day) - WEEK) + WEEK
                left -= 1
        return date.min

    def _with_school(self, monday: date) -> date:
        """The latest week up to this one that has school; this one, where there is none for very long."""
        weeks = (monday - WEEK * place for place in range(LONGEST + 1))
        return next((week for week in weeks if self.in_week(week)), monday)


EVERY_WEEKDAY = SchoolDays()


def monday_of(day: date) -> date:
    """The Monday of a day's week."""
    return day - DAY * day.weekday()
