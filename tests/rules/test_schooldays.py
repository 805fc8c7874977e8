"""Is a planned week over only when school days have passed, and never because of a break?"""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from cairn.rules.schooldays import DAY, EVERY_WEEKDAY, WEEK, SchoolDays, Weeks, monday_of

FALL = SchoolDays(((date(2026, 8, 17), date(2026, 12, 18)), (date(2027, 1, 4), date(2027, 6, 4))), ())
BREAK = SchoolDays(
    FALL.sessions, ((date(2026, 11, 23), date(2026, 11, 27)), (date(2026, 9, 7), date(2026, 9, 7)))
)


def test_weekdays_of_sessions_less_days_off():
    assert BREAK.has(date(2026, 11, 20)) and not BREAK.has(date(2026, 11, 21))  # Friday, Saturday
    assert not BREAK.has(date(2026, 11, 23)) and FALL.has(date(2026, 11, 23))
    assert not FALL.has(date(2026, 12, 21)) and EVERY_WEEKDAY.has(date(2026, 12, 21))
    assert BREAK.count(date(2026, 11, 19), date(2026, 11, 30)) == 2
    assert BREAK.count(date(2026, 11, 19), date(2026, 11, 19)) == 0


def test_without_a_calendar_a_week_is_over_on_the_monday_after_it():
    assert EVERY_WEEKDAY.weeks(date(2026, 9, 13)) == Weeks(date(2026, 9, 7), date(2026, 9, 7))  # Sunday
    assert EVERY_WEEKDAY.weeks(date(2026, 9, 14)) == Weeks(date(2026, 9, 14), date(2026, 9, 14))


def test_a_holiday_on_monday_gives_until_tuesday():
    assert BREAK.weeks(date(2026, 9, 7)).over == date(2026, 8, 31)
    assert BREAK.weeks(date(2026, 9, 8)).over == date(2026, 9, 7)


def test_nobody_falls_behind_over_a_break_and_a_week_of_it_is_due_with_the_next():
    for day in (date(2026, 11, 23), date(2026, 11, 29)):
        assert BREAK.weeks(day) == Weeks(date(2026, 11, 16), date(2026, 11, 16))
    # Back at school: the week before the break is over, that of the break runs with this one.
    assert BREAK.weeks(date(2026, 11, 30)) == Weeks(date(2026, 11, 23), date(2026, 11, 30))
    assert BREAK.weeks(date(2026, 12, 7)).over == date(2026, 12, 7)


def test_grace_is_counted_in_school_days():
    assert BREAK.weeks(date(2026, 11, 30), 1).over == date(2026, 11, 16)
    assert BREAK.weeks(date(2026, 12, 1), 1).over == date(2026, 11, 23)
    assert FALL.weeks(date(2026, 11, 6), 5).over == date(2026, 10, 26)
    assert FALL.weeks(date(2026, 11, 9), 5).over == date(2026, 11, 2)


def test_in_summer_everything_stands_as_school_left_it():
    assert FALL.weeks(date(2027, 7, 14)) == Weeks(date(2027, 5, 31), date(2027, 5, 31))
    assert SchoolDays(((date(2020, 1, 6), date(2020, 1, 10)),)).weeks(date(2027, 7, 14)) == Weeks(
        date.min, date(2027, 7, 12)
    )  # a calendar of long ago says nothing is over


days = st.dates(date(2026, 8, 1), date(2027, 7, 31))
breaks = st.lists(st.tuples(days, st.integers(0, 20)), max_size=6)


def calendar(given_breaks) -> SchoolDays:
    return SchoolDays(FALL.sessions, tuple((first, first + DAY * more) for first, more in given_breaks))


@given(breaks, st.dates(date(2026, 9, 14), date(2027, 6, 30)), st.integers(0, 20))
def test_a_week_is_over_when_more_school_days_than_the_grace_have_passed_since_it_was_due(off, on, grace):
    found = calendar(off)
    over = found.weeks(on, grace).over
    for place in range(-3, 12):
        week = monday_of(on) - WEEK * place
        due = next(
            (
                day
                for week_ in (week + WEEK * n for n in range(30))
                for day in _backwards(week_)
                if found.has(day)
            ),
            None,
        )
        if due is None or week < FALL.sessions[0][0]:
            continue
        assert (week < over) == (found.count(due, on) > grace if due <= on else False), (week, due)


def _backwards(monday):
    return [monday + timedelta(days=place) for place in (4, 3, 2, 1, 0)]


@given(breaks, days, st.integers(0, 10))
def test_more_grace_and_more_days_off_never_end_a_week_sooner(off, on, grace):
    found = calendar(off)
    assert found.weeks(on, grace + 1).over <= found.weeks(on, grace).over
    assert found.weeks(on, grace).over <= FALL.weeks(on, grace).over
