"""Do columns and scalar rules agree to the last bit, whatever the scores, the method, its parameters and conditions?"""

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cairn.rules.columns import (
    GroupColumns,
    Series,
    decide_block,
    decide_columns,
    history_columns,
    roll_up_columns,
)
from cairn.rules.conditions import Conditions, Item
from cairn.rules.mastery import Method, level_of, level_under
from cairn.rules.rollups import RULES, Member, Rule, roll_up
from tests.agree.series import (
    FIRST,
    NAMES,
    agree,
    by_one,
    days_asked,
    evidence,
    goals,
    hundredths,
    in_days,
    methods,
    or_none,
    plain,
)


@given(evidence(), methods(), goals, days_asked)
def test_a_method_alone(rows, method, goal, on):
    agree(rows, method, goal, on)


@given(evidence(), methods(under=True), goals, days_asked)
def test_a_method_under_conditions(rows, method, goal, on):
    agree(rows, method, goal, on)


@pytest.mark.parametrize("name", NAMES)
def test_many_series_of_each_method(name):
    """More than Hypothesis would draw: ties of averages, levels at the goal, scores of half steps and of all hundredths."""
    chance = np.random.default_rng(NAMES.index(name))
    values = [
        chance.choice(steps, length).tolist()
        for length in chance.integers(0, 14, 400)
        for steps in ([0, 50, 100, 150, 200, 250, 300, 350, 400], np.arange(1_001))
    ]
    for method in (
        Method(name),
        Method(name, {key: one.high for key, one in Method(name).formula.parameters.items()}),
    ):
        levels = decide_columns(plain(values), method, 300)
        assert [or_none(level) for level in levels.level] == by_one(values, method, 300)


@given(st.lists(st.lists(st.floats(0, 1_000), max_size=7), max_size=5), methods(), goals)
def test_scores_that_were_pooled_before(values, method, goal):
    """float64 in, as after pooling; the plain order of additions matters here."""
    series = Series(
        np.cumsum([0, *map(len, values)]), np.array([v for row in values for v in row], np.float64)
    )
    method = Method(method.name, method.params)
    levels = decide_columns(series, method, goal)
    assert [or_none(level) for level in levels.level] == [level_of(row, method, goal) for row in values]


@given(st.data(), st.integers(1, 12), methods(), goals)
def test_a_block_is_the_same_as_its_series(data, length, method, goal):
    rows = data.draw(st.lists(st.lists(hundredths, min_size=length, max_size=length), max_size=5))
    method = Method(method.name, method.params)
    levels = decide_block(np.array(rows, np.int16).reshape(-1, length).T, method, goal)
    assert [or_none(level) for level in levels.level] == by_one(rows, method, goal)
    assert levels.met.tolist() == [
        level is not None and level >= goal / 100 for level in by_one(rows, method, goal)
    ]
    assert levels.count.tolist() == [length] * len(rows)


@pytest.mark.parametrize("name", NAMES)
def test_long_series(name):
    """Beyond what a window or an int16 sum holds, and beyond the rows up to which modes are counted by comparing."""
    chance = np.random.default_rng(7)
    values = [chance.choice([0, 250, 300, 1_000], length).tolist() for length in (30, 33, 60, 60, 90)]
    for method in (
        Method(name),
        Method(name, {key: one.low for key, one in Method(name).formula.parameters.items()}),
    ):
        series = plain(values)
        levels, history = history_columns(series, method, 300)
        assert [or_none(level) for level in levels.level] == by_one(values, method, 300)
        for place, row in enumerate(values):
            prefixes = [level_of(row[:count], method, 300) for count in range(1, len(row) + 1)]
            changes = [n for n in range(1, len(row)) if prefixes[n] != prefixes[n - 1]]
            assert history.changed[place] == max(changes, default=0)


def test_long_series_under_conditions():
    chance = np.random.default_rng(8)
    values = chance.integers(0, 401, 80).tolist()
    tasks = chance.integers(0, 30, 80).tolist()
    days = [in_days(FIRST) + n for n in range(80)]
    method = Method("decaying_average", conditions=Conditions(pool="mean", expires_after=60))
    series = Series(
        np.array([0, 80]),
        np.array(values, np.int16),
        np.array(days, np.int32),
        np.array(tasks, np.int32),
        weights=np.full(80, 100, np.int32),
    )
    items = [
        Item(n, value, FIRST + timedelta(n), str(task or ""))
        for n, (value, task) in enumerate(zip(values, tasks, strict=True))
    ]
    on: date = FIRST + timedelta(80)
    levels, history = history_columns(series, method, 300, in_days(on))
    told = [level_under(items[:count], method, 300, on) for count in range(1, 81)]
    assert levels.level[0] == told[-1]
    assert history.changed[0] == max(n for n in range(1, 80) if told[n] != told[n - 1])


members = st.builds(
    Member,
    id=st.just(0),
    level=st.none() | st.integers(0, 4 * 10**9).map(lambda nano: nano / 10**9) | st.sampled_from([2.0, 3.0]),
    met=st.booleans(),
    weight=st.integers(0, 5),
    required=st.booleans(),
)


@st.composite
def rules(draw, deep=True):
    name = draw(st.sampled_from([one for one in RULES if deep or one != "conjunctive"]))
    drawn = {
        key: draw(st.integers(low, min(high, 400))) for key, (low, high, _) in RULES[name].limits.items()
    }
    of = tuple(draw(st.lists(rules(deep=False), min_size=1, max_size=3))) if name == "conjunctive" else ()
    return Rule(name, drawn, of)


@given(st.lists(st.lists(members, max_size=6), max_size=6), rules())
def test_roll_ups(groups, rule):
    groups = [[one._replace(id=n) for n, one in enumerate(group)] for group in groups]
    every = [member for group in groups for member in group]
    columns = GroupColumns(
        np.cumsum([0, *map(len, groups)]),
        np.array([np.nan if member.level is None else member.level for member in every]),
        np.array([member.met for member in every], bool),
        np.array([member.weight for member in every], np.int32),
        np.array([member.required for member in every], bool),
    )
    words = ("undecided", "not_met", "met")
    states = [words[state] for state in roll_up_columns(columns, rule)]
    assert states == [roll_up(group, rule).state for group in groups]
