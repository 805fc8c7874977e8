"""When does a level that a teacher set stand, and when does the evidence speak again?"""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cairn.rules.override import Override, changes_on, is_over, stands

DAY = date(2026, 11, 2)


def override(**more) -> Override:
    return Override(1, 300, DAY, 10, **more)


@pytest.mark.parametrize(
    ("piece", "standing"),
    [
        ((9, DAY), True),  # known when it was set
        ((11, DAY - timedelta(days=1)), True),  # entered later, but shown before
        ((11, DAY), False),  # new evidence of the same day
        ((11, DAY + timedelta(days=5)), False),
    ],
)
def test_newer_evidence_ends_an_override_that_is_not_locked(piece, standing):
    assert stands(override(), [piece], DAY + timedelta(days=7)) is standing
    assert stands(override(locked=True), [piece], DAY + timedelta(days=7))


def test_it_holds_through_its_last_day_and_says_when_it_ends():
    until = override(until=DAY + timedelta(days=3), locked=True)
    assert stands(until, [], DAY + timedelta(days=3))
    assert changes_on(until, DAY) == DAY + timedelta(days=4)
    assert is_over(until, DAY + timedelta(days=4))
    assert not stands(until, [], DAY + timedelta(days=4))
    assert changes_on(until, DAY + timedelta(days=4)) is None
    assert changes_on(override(), DAY) is None


@given(
    st.lists(st.tuples(st.integers(1, 20), st.dates(DAY - timedelta(9), DAY + timedelta(9)))),
    st.booleans(),
)
def test_taking_back_evidence_never_ends_an_override(scored, locked):
    one = override(locked=locked)
    if stands(one, scored, DAY):
        assert all(stands(one, scored[:place], DAY) for place in range(len(scored)))
