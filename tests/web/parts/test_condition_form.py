"""Do the fields of a rule's conditions make exactly the conditions that were typed, and refuse nonsense at its field?"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cairn.rules.conditions import MOST_DAYS, POOLS, Conditions
from cairn.web.parts.condition_form import ConditionForm

days = st.none() | st.integers(1, MOST_DAYS)
names = st.text("abcdefghij -", min_size=1, max_size=8).map(str.strip).filter(bool)


def typed(conditions: Conditions) -> dict[str, str]:
    """How a person types these conditions."""
    found = {
        "minimum": str(conditions.minimum),
        "pool": conditions.pool,
        "expires_after": str(conditions.expires_after or ""),
        "stale_after": str(conditions.stale_after or ""),
        "cut": "" if conditions.cut is None else f"{conditions.cut / 100:.2f}",
        "categories": "\n".join(f"{name}: {weight}" for name, weight in conditions.categories.items()),
    }
    return found | ({"weighted": "1"} if conditions.weighted else {})


@given(
    st.builds(
        Conditions,
        minimum=st.integers(1, 20),
        pool=st.sampled_from(POOLS),
        expires_after=days,
        stale_after=days,
        cut=st.none() | st.integers(1, 10_000),
        categories=st.dictionaries(names, st.integers(1, 1_000), max_size=12),
        weighted=st.booleans(),
    )
)
def test_what_is_typed_is_what_is_made(conditions):
    form = ConditionForm(typed(conditions), "mean")
    assert (form.problems, form.conditions) == ([], conditions)
    assert form.conditions.categories == conditions.categories


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("minimum", "0"),
        ("minimum", "21"),
        ("minimum", "two"),
        ("minimum", "²"),
        ("pool", "median"),
        ("expires_after", "-1"),
        ("expires_after", "9999999999"),
        ("stale_after", "1.5"),
        ("cut", "0"),
        ("cut", "nan"),
        ("cut", "inf"),
        ("cut", "2.555"),
        ("cut", "1e9"),
        ("cut", "three"),
        ("categories", "Test"),
        ("categories", "Test: 0"),
        ("categories", "Test: 1001"),
        ("categories", ": 5"),
        ("categories", "Test: 5\nTest: 6"),
        ("categories", "\n".join(f"Kind {n}: 1" for n in range(13))),
    ],
)
def test_nonsense_is_refused_at_its_field(name, value):
    form = ConditionForm({name: value}, "mean")
    assert [problem.anchor for problem in form.problems] == [name]
    assert form.conditions == Conditions()


def test_weights_count_only_where_they_are_defined():
    assert [one.anchor for one in ConditionForm({"weighted": "1"}, "latest").problems] == ["weighted"]


@given(
    st.fixed_dictionaries(
        {}, optional=dict.fromkeys(["minimum", "cut", "categories", "pool"], st.text(max_size=12))
    )
)
def test_whatever_is_typed_makes_conditions_or_problems(sent):
    form = ConditionForm(sent, "mean")
    assert not form.problems or form.conditions == Conditions()


def test_it_stands_open_only_where_something_is_filled_in():
    assert not ConditionForm({"minimum": "1"}, "mean").any
    assert ConditionForm({"minimum": "2"}, "mean").any
