"""Is growth counted from a day on, and unknown where there is too little to count?"""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from cairn.rules.growth import Baseline, Growth, baseline, difference, growth

AUGUST, NOVEMBER = date(2026, 8, 18), date(2026, 11, 20)
YEAR = Baseline(AUGUST, "year")
LEVELS = [(date(2026, 1, 5), 40), (date(2026, 10, 1), 50)]


def grown(asked=YEAR, **more):
    known = {
        "first": date(2026, 2, 1),
        "last": date(2026, 11, 1),
        "met_on": [date(2026, 5, 1), AUGUST, date(2026, 9, 1), date(2026, 10, 3), date(2026, 11, 1)],
        "levels": LEVELS,
        "order": [40, 50, 60],
        "on": NOVEMBER,
    }
    return growth(asked, **(known | more))


def test_targets_and_levels_since_the_year_began():
    assert grown() == Growth(YEAR, 3, 40, 50, 1, 3.9)


def test_a_record_that_begins_later_counts_from_its_beginning():
    assert grown(first=date(2026, 9, 1)).baseline == Baseline(date(2026, 9, 1), "first")
    assert grown(None).baseline == Baseline(date(2026, 2, 1), "first")
    assert baseline(YEAR, None) is None


def test_too_little_is_unknown_and_never_nothing():
    assert grown(first=None, last=None) is None
    assert grown(last=AUGUST) is None  # nothing was shown since
    assert grown(first=NOVEMBER, last=NOVEMBER) is None  # one piece of evidence is no growth
    assert grown(last=NOVEMBER + timedelta(days=1)) is None


def test_without_a_level_then_or_now_only_targets_are_told():
    later = grown(levels=LEVELS[1:])
    assert (later.met, later.level_then, later.level_now, later.gained, later.per_year) == (
        3,
        None,
        50,
        None,
        None,
    )
    assert grown(order=[50]).gained is None  # a level of another framework has no place in the order


def test_a_yearly_rate_waits_a_month():
    assert grown(Baseline(NOVEMBER - timedelta(days=29), "day")).per_year is None
    assert grown(Baseline(NOVEMBER - timedelta(days=30), "day")).per_year == 0.0


def test_a_student_may_go_back():
    assert grown(order=[60, 50, 40]).gained == -1


def test_a_difference_needs_both():
    assert [difference(*pair) for pair in ((None, 3), (3, None), (0, 3), (3, 3.25))] == [
        None,
        None,
        None,
        0.3,
    ]


@given(
    st.lists(st.dates(date(2026, 1, 1), NOVEMBER), max_size=20),
    st.dates(date(2026, 2, 1), date(2026, 10, 31)),
)
def test_a_later_baseline_never_finds_more(days, later):
    first = grown(Baseline(date(2026, 2, 1), "first"), met_on=days)
    assert grown(Baseline(later, "day"), met_on=days).met <= first.met
