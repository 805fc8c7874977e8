"""Is what recording costs measured in bounds, said of enough people only, and are doubled entries counted once?"""

from __future__ import annotations

from bisect import bisect_left
from datetime import date
from math import ceil, inf, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cairn.rules.burden import (
    LEAST_CLASSES,
    LEAST_SCORES,
    LEAST_TEACHERS,
    MOST_SECONDS,
    SECONDS,
    TAPS,
    Alike,
    Burden,
    Doubled,
    Effort,
    Measured,
    at_most,
    burden,
    doubled,
    effort,
    fresh_since,
    trend,
)


def test_an_effort_lies_in_the_bin_whose_bound_it_does_not_exceed():
    assert effort(0, 1) == Effort(0, 1, 0)
    assert effort(4_000, 2) == Effort(SECONDS.index(4.0), TAPS.index(2.0), 4_000)
    assert effort(4_001, 2.5) == Effort(SECONDS.index(5.0), TAPS.index(3.0), 4_001)
    assert effort(10**400, 10**400) == Effort(len(SECONDS), len(TAPS), MOST_SECONDS * 1000)


@pytest.mark.parametrize("bad", [None, True, False, "3", "", -1, -0.5, nan, inf, -inf, [], {}, [3], {"a": 1}])
def test_what_is_no_number_is_not_measured(bad):
    assert effort(bad, 1) is None
    assert effort(1, bad) is None


@given(
    st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text(), st.lists),
    st.floats() | st.integers(),
)
def test_whatever_a_page_sends_gives_a_bin_or_nothing(ms, taps):
    found = effort(ms, taps)
    if found is not None:
        assert 0 <= found.seconds <= len(SECONDS)
        assert 0 <= found.taps <= len(TAPS)
        assert 0 <= found.spent <= MOST_SECONDS * 1000


@given(st.lists(st.floats(0, 1_000), min_size=1), st.integers(1, 100))
def test_at_most_is_the_bound_over_the_score_at_that_place(values, share):
    counts: dict[int, int] = {}
    for value in values:
        place = bisect_left(SECONDS, value)
        counts[place] = counts.get(place, 0) + 1
    exact = sorted(values)[ceil(len(values) * share / 100) - 1]
    found = at_most(counts, SECONDS, share)
    assert exact <= found
    assert found == next((bound for bound in SECONDS if bound >= exact), inf)


def test_at_most_of_nothing_is_an_error():
    with pytest.raises(ValueError, match="nothing"):
        at_most({3: 0}, SECONDS, 50)


def rows(*spent_and_taps: tuple[int, float]) -> list[Measured]:
    found = [effort(ms, taps) for ms, taps in spent_and_taps]
    return [Measured(one.seconds, one.taps, 1, one.spent) for one in found if one is not None]


def test_a_burden_in_plain_numbers():
    measured = rows(*[(2_000, 1)] * 20, *[(6_000, 3)] * 15, *[(700_000, 300)] * 5)
    found = burden(measured, 3, 3)
    assert found == Burden(40, 20 * 2_000 + 15 * 6_000 + 5 * 600_000, 2.0, inf, 1.0, inf)
    assert found.an_hour == round(40 * 3600 / 3130)
    assert burden(rows(*[(1_999, 1)] * 30), 3, 3).an_hour is None
    assert burden(rows(*[(2_000, 1)] * 30), 3, 3).an_hour == 1_800


@pytest.mark.parametrize(
    ("scores", "classes", "teachers"),
    [
        (LEAST_SCORES - 1, LEAST_CLASSES, LEAST_TEACHERS),
        (LEAST_SCORES, LEAST_CLASSES - 1, LEAST_TEACHERS),
        (LEAST_SCORES, LEAST_CLASSES, LEAST_TEACHERS - 1),
        (0, 0, 0),
    ],
)
def test_of_too_few_nothing_is_said(scores, classes, teachers):
    measured = [Measured(3, 1, scores, 9_000)]
    assert burden(measured, classes, teachers) is None
    assert burden([Measured(3, 1, LEAST_SCORES, 9_000)], LEAST_CLASSES, LEAST_TEACHERS) is not None


@given(
    st.lists(st.tuples(st.integers(0, 700_000), st.integers(0, 300)), min_size=LEAST_SCORES, max_size=60),
    st.integers(1, 5),
)
def test_a_burden_does_not_depend_on_how_rows_are_put_together(values, every):
    apart = rows(*values)
    together: dict[tuple[int, int], Measured] = {}
    for place, one in enumerate(apart):
        key = one.seconds, one.taps, place % every
        old = together.get(key[:2], Measured(one.seconds, one.taps, 0, 0))
        together[key[:2]] = old._replace(scores=old.scores + 1, spent=old.spent + one.spent)
    assert burden(apart, 3, 3) == burden(together.values(), 3, 3)
    found = burden(apart, 3, 3)
    assert found is not None
    assert found.seconds <= found.most_seconds
    assert found.taps <= found.most_taps


def test_the_trend_compares_only_what_may_be_said():
    slow, fast = (burden([Measured(place, 1, 50, 1)], 3, 3) for place in (9, 4))
    assert trend(fast, slow) == -1
    assert trend(slow, fast) == 1
    assert trend(slow, slow) == 0
    assert trend(slow, None) is None
    assert trend(None, slow) is None


@pytest.mark.parametrize(
    ("group", "expected"),
    [
        (Alike(1, 0, 0), Doubled()),
        (Alike(0, 1, 1), Doubled()),
        (Alike(2, 0, 0), Doubled(typed=1)),
        (Alike(2, 0, 1), Doubled(typed=1)),
        (Alike(2, 0, 2), Doubled()),  # two pieces of work
        (Alike(3, 0, 2), Doubled(typed=1)),
        (Alike(1, 1, 1), Doubled(beside_file=1)),
        (Alike(2, 1, 1), Doubled(beside_file=2)),
        (Alike(1, 2, 1, times=4), Doubled(beside_file=4, by_files=4)),
        (Alike(0, 2, 0), Doubled(by_files=1)),
        (Alike(1, 1, 2), Doubled()),
    ],
)
def test_what_was_too_much(group, expected):
    assert doubled([group]) == expected


alike = st.builds(Alike, st.integers(0, 5), st.integers(0, 5), st.integers(0, 5), st.integers(1, 5))


@given(st.lists(alike))
def test_never_more_is_doubled_than_was_entered_and_the_order_does_not_matter(groups):
    found = doubled(groups)
    assert min(found) >= 0
    assert found.total <= sum(max(0, group.typed + group.filed - 1) * group.times for group in groups)
    assert found.beside_file <= sum(group.typed * group.times for group in groups if group.filed)
    assert found.typed <= sum(group.typed * group.times for group in groups if not group.filed)
    assert doubled(reversed(groups)) == found
    one_by_one = [doubled([group._replace(times=1)]) for group in groups for _ in range(group.times)]
    assert found == Doubled(*(sum(column) for column in zip(Doubled(), *one_by_one, strict=True)))


def test_evidence_is_old_after_a_cycle_or_by_its_policy():
    on = date(2026, 11, 29)
    assert fresh_since(on) == date(2026, 11, 8)
    assert fresh_since(on, 7) == date(2026, 11, 22)
