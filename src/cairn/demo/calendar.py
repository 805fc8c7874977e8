"""On which days is there school, so that the demo looks current on any day of the year?"""

from dataclasses import dataclass
from datetime import date, timedelta

DAY = timedelta(days=1)
SUMMER_TURNS = (7, 20)  # before this day the last school year is still the running one, after it the next


@dataclass(frozen=True, slots=True)
class Year:
    """A school year. `open`: all its school days, oldest first; `days`: those up to the day before today."""

    begin: date
    end: date
    open: tuple[date, ...]
    days: tuple[date, ...]

    @property
    def key(self) -> str:
        """The year in which it ends, as OneRoster names it."""
        return str(self.end.year)

    @property
    def title(self) -> str:
        return (
            f"{self.begin.year}-{self.end.year}" if self.begin.year != self.end.year else str(self.end.year)
        )

    @property
    def middle(self) -> date:
        """The last day of the first semester."""
        return self.begin + (self.end - self.begin) // 2


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _breaks(begin: date, end: date) -> tuple[tuple[date, date], ...]:
    """Holidays, as first and last day."""
    first, second = begin.year, end.year
    thanks = date(first, 11, 22) + timedelta(days=(3 - date(first, 11, 22).weekday()) % 7)
    labor = date(first, 9, 1) + timedelta(days=-date(first, 9, 1).weekday() % 7)
    spring = _monday(date(second, 3, 22))
    fall = _monday(date(first, 10, 16))
    return (
        (labor, labor),
        (fall + 3 * DAY, fall + 4 * DAY),
        (thanks - DAY, thanks + DAY),
        (date(first, 12, 21), date(second, 1, 4)),
        (_monday(date(second, 1, 21)), _monday(date(second, 1, 21))),
        (_monday(date(second, 2, 21)), _monday(date(second, 2, 21))),
        (spring, spring + 4 * DAY),
    )


def _year(begin: date, end: date, on: date) -> Year:
    free = _breaks(begin, end)
    days = (begin + n * DAY for n in range((end - begin).days + 1))
    school = tuple(d for d in days if d.weekday() < 5 and not any(a <= d <= b for a, b in free))
    return Year(begin, end, school, tuple(d for d in school if d < on))


def usual(start: int) -> tuple[date, date]:
    """First and last day of the school year that begins in the August of `start`."""
    return _monday(date(start, 8, 17)), _monday(date(start + 1, 6, 1)) + 3 * DAY


def school_years(on: date, count: int) -> tuple[Year, ...]:
    """The running school year and those before it, oldest first.

    In summer the calendar bends, so that `on` always stands in a running year with at least five weeks behind it.
    """
    start = on.year if (on.month, on.day) >= SUMMER_TURNS else on.year - 1
    begin, end = usual(start)
    if on < begin + 35 * DAY:
        begin = _monday(on - 35 * DAY)
    end = max(end, on + 14 * DAY)
    past = [usual(start - back) for back in range(count - 1, 0, -1)]
    return tuple(_year(first, last, on) for first, last in (*past, (begin, end)))
