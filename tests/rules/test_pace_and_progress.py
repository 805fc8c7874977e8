"""Is pace told against the student's own plan, and is the next target the first one not met?"""

from __future__ import annotations

from datetime import date

import pytest

from cairn.rules.pace import Pace, pace
from cairn.rules.progress import met_of_planned, next_target

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
