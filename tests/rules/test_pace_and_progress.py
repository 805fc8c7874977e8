"""Is pace told against the student's own plan, and is the next target the first one not met?"""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cairn.rules.pace import ByHand, Pace, pace, reading
from cairn.rules.progress import met_of_planned, next_target
from cairn.rules.schooldays import SchoolDays

# Three weeks with two targets each, planned by their Mondays; 7 has no week.
PLAN = [
    (1, date(2026, 9, 7)),
    (2, date(2026, 9, 7)),
    (3, date(2026, 9, 14)),
    (4, date(2026, 9, 14)),
    (5, date(2026, 9, 21)),
    (6, date(2026, 9, 21)),
    (7, None),
]
MIDWEEK = date(2026, 9, 16)


@pytest.mark.parametrize(
    ("met", "expected"),
    [
        (set(), Pace("behind", -2, 0, 2, 2)),
        ({1}, Pace("behind", -1, 1, 2, 2)),
        ({1, 2}, Pace("on", 0, 2, 2, 2)),
        ({1, 2, 3, 4}, Pace("on", 0, 4, 2, 2)),
        ({5, 6}, Pace("on", 0, 2, 2, 2)),  # another order is the student's choice
        ({1, 2, 3, 4, 5}, Pace("ahead", 1, 5, 2, 2)),
        ({1, 2, 3, 4, 5, 6}, Pace("ahead", 2, 6, 2, 2)),
        ({1, 7, 99}, Pace("behind", -1, 1, 2, 2)),  # neither undated nor unplanned targets count
    ],
)
def test_three_words(met, expected):
    assert pace(PLAN, met, MIDWEEK) == expected


@pytest.mark.parametrize(
    ("on", "planned_by_now", "this_week"),
    [
        (date(2026, 9, 6), 0, 0),  # Sunday before
        (date(2026, 9, 7), 0, 2),  # Monday
        (date(2026, 9, 13), 0, 2),  # Sunday: the week still runs
        (date(2026, 9, 14), 2, 2),
        (date(2026, 9, 28), 6, 0),
    ],
)
def test_a_week_is_over_on_the_monday_after_it(on, planned_by_now, this_week):
    found = pace(PLAN, {1, 2, 3, 4, 5, 6}, on)
    assert (found.planned_by_now, found.this_week) == (planned_by_now, this_week)


def test_any_day_of_the_planned_week_means_that_week():
    assert pace([(1, date(2026, 9, 18))], set(), date(2026, 9, 20)).word == "on"
    assert pace([(1, date(2026, 9, 18))], set(), date(2026, 9, 21)).word == "behind"


def test_a_plan_without_weeks_has_no_pace():
    assert pace([], {1}, MIDWEEK) is None
    assert pace([(1, None)], {1}, MIDWEEK) is None


def test_a_target_planned_twice_counts_once_in_its_earlier_week():
    early, late = (1, date(2026, 9, 7)), (1, date(2026, 9, 21))
    assert pace([early, late], set(), MIDWEEK) == Pace("behind", -1, 0, 1, 0)
    assert pace([late, early], set(), MIDWEEK) == Pace("behind", -1, 0, 1, 0)


def test_next_target_is_the_first_unmet_one_in_plan_order():
    assert next_target([5, 3, 4], {5}) == 3
    assert next_target([5, 3, 4], {3}) == 5
    assert next_target([5, 3], {3, 5}) is None
    assert next_target([], set()) is None


def test_met_of_planned_counts_each_planned_target_once():
    assert met_of_planned([1, 2, 3], {2, 3, 9}) == (2, 3)
    assert met_of_planned([1, 1, 2], {1}) == (1, 2)
    assert met_of_planned([], {1}) == (0, 0)
    found = met_of_planned([1, 2], {1})
    assert (found.met, found.planned) == (1, 2)


CALENDAR = SchoolDays(off=((date(2026, 9, 14), date(2026, 9, 18)),))


def test_a_week_without_school_is_due_with_the_next():
    met = {1, 2}
    assert pace(PLAN, met, date(2026, 9, 21)) == Pace("behind", -2, 2, 4, 2)
    assert pace(PLAN, met, date(2026, 9, 21), days=CALENDAR) == Pace("on", 0, 2, 2, 4)
    assert pace(PLAN, met, date(2026, 9, 16), days=CALENDAR) == Pace("on", 0, 2, 0, 2)


def test_days_of_grace_come_before_behind_and_take_nothing_from_ahead():
    tuesday = date(2026, 9, 15)
    assert [pace(PLAN, {1}, tuesday, grace=days).word for days in (0, 1, 2, 3)] == [
        "behind",
        "behind",
        "on",
        "on",
    ]
    assert pace(PLAN, {1, 2, 3, 4, 5}, tuesday, grace=5) == Pace("ahead", 1, 5, 0, 4)


def test_a_plan_that_was_moved_is_over_later():
    assert pace(PLAN, set(), MIDWEEK, later=1) == Pace("on", 0, 0, 0, 2)
    assert reading(PLAN, set(), MIDWEEK, by_hand=ByHand(None, 1)) == (
        Pace("on", 0, 0, 0, 2),
        Pace("behind", -2, 0, 2, 2),
    )


def test_what_a_person_set_is_shown_and_what_the_days_say_is_kept():
    shown, computed = reading(PLAN, {1}, MIDWEEK, by_hand=ByHand("ahead"))
    assert (shown.word, shown.difference, shown.planned_by_now) == ("ahead", 0, 2)
    assert computed == Pace("behind", -1, 1, 2, 2)
    assert reading([], set(), MIDWEEK, by_hand=ByHand("on")) == (Pace("on", 0, 0, 0, 0), None)
    assert reading([], set(), MIDWEEK) == (None, None)


plans = st.lists(
    st.tuples(st.integers(1, 9), st.none() | st.dates(date(2026, 8, 1), date(2026, 12, 31))), max_size=12
)


@given(plans, st.sets(st.integers(1, 9)), st.dates(date(2026, 8, 1), date(2026, 12, 31)), st.integers(0, 12))
def test_moving_a_plan_or_giving_grace_never_puts_anybody_behind(plan, met, on, more):
    order = ("behind", "on", "ahead")
    before = pace(plan, met, on)
    for after in (pace(plan, met, on, later=more), pace(plan, met, on, grace=more)):
        assert (before is None) == (after is None)
        if before and after:
            assert order.index(after.word) >= order.index(before.word)
