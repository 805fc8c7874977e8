"""Does a teacher's own judgment stand in the place of what the evidence alone says?

The computed level is always kept beside it (Moodle, Slate and PowerTeacher all let a teacher overrule; what they lose is what
the computation would have said). An override that is not locked gives way to the next piece of evidence with a score that was
shown on or after its day; taking that piece back brings the override back.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import NamedTuple


class Override(NamedTuple):
    """A level in hundredths, set by a person on a day.

    after: the id of the newest evidence known when it was set. until: its last day; None: no end. locked: new evidence does
    not end it.
    """

    id: int
    level: int
    set_on: date
    after: int
    locked: bool = False
    until: date | None = None


def is_over(override: Override, on: date) -> bool:
    """Has its last day passed?"""
    return override.until is not None and override.until < on


def stands(override: Override, scored: Iterable[tuple[int, date]], on: date) -> bool:
    """Does it set the level on this day? `scored`: id and day shown of every standing piece with a score, in any order."""
    if is_over(override, on):
        return False
    return override.locked or not any(id > override.after and day >= override.set_on for id, day in scored)


def changes_on(override: Override, on: date) -> date | None:
    """The first day on which it ends by itself, if that is still to come."""
    return None if override.until is None or is_over(override, on) else override.until + timedelta(days=1)
