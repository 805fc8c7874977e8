"""Do the numbers of a class add up, whatever its levels are?"""

from hypothesis import given
from hypothesis import strategies as st

from cairn.rules.class_numbers import class_numbers, median, percents, reached

CUTS = [400, 300, 200, 100]
levels = st.lists(st.none() | st.floats(0, 4.0), max_size=30)


def test_a_class_of_five():
    found = class_numbers([4.0, 3.0, 2.5, None, 0.5], CUTS)
    assert found == ((1, 1, 1, 1), 1, 2.5, 2.75)


def test_nobody_has_a_level():
    assert class_numbers([None, None], CUTS) == ((0, 0, 0, 0), 2, None, None)
    assert percents((0, 0)) == () and median([]) is None


def test_nothing_is_rounded_up_to_a_level():
    assert reached(2.999999999, CUTS) == 2 and reached(3 - 1e-12, CUTS) == 1


@given(levels)
def test_everybody_is_counted_once(of_class):
    found = class_numbers(of_class, CUTS)
    assert sum(found.counts) + found.without == len(of_class)
    held = [level for level in of_class if level is not None]
    assert (found.mean is None) == (found.median is None) == (not held)
    if held:
        for figure in (found.mean, found.median):
            assert min(held) - 1e-9 <= figure <= max(held) + 1e-9


@given(st.lists(st.integers(0, 500), min_size=1, max_size=9))
def test_parts_come_to_a_hundred_and_miss_by_less_than_one(counts):
    found, total = percents(counts), sum(counts)
    assert sum(found) == (100 if total else 0)
    for part, count in zip(found, counts, strict=False):
        assert abs(part - count * 100 / total) < 1
