"""What does a page promise of the next score, and does it keep it?"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cairn.rules.ahead import ahead
from cairn.rules.formulas import FORMULAS
from cairn.rules.mastery import Method, Score, decide
from cairn.rules.scale import BUILT_IN
from tests.rules.rows import AT, DAY, row

SCALE = BUILT_IN["0-4"]


@pytest.mark.parametrize(
    ("name", "params", "values", "enough", "times", "loses"),
    [
        ("latest", {}, [200], 300, 1, None),
        ("latest", {}, [300], None, 0, 250),
        ("highest", {}, [300], None, 0, None),  # nothing can take it away
        ("mean", {}, [200, 200], 400, 2, None),  # one 4 makes 2.67 only
        ("mean", {}, [0] * 40, None, 0, None),  # ten of 4 are not enough
        ("n_mastery", {"n": 3}, [300], 300, 2, None),
        ("latest", {}, [], 300, 1, None),
    ],
)
def test_the_fewest_and_lowest_scores_that_reach_the_goal(name, params, values, enough, times, loses):
    found = ahead(row(*values), Method(name, params), SCALE, on=DAY, at=AT)
    assert (found.enough, found.times, found.loses) == (enough, times, loses)


def test_each_score_of_the_scale_with_the_level_it_would_make():
    found = ahead(row(200), Method("mean"), SCALE, on=DAY, at=AT)
    assert [step.value for step in found.steps] == list(range(0, 401, 50))
    assert found.steps[-1].level == 3.0
    assert [step.met for step in found.steps] == [False] * 8 + [True]


@given(
    st.sampled_from(sorted(FORMULAS)),
    st.lists(st.sampled_from(range(0, 401, 50)), max_size=6),
)
def test_what_is_promised_happens(name, values):
    scores, method = row(*values), Method(name)
    found = ahead(scores, method, SCALE, on=DAY, at=AT)
    if found.enough is not None:
        more = [Score(100 + n, found.enough, "", DAY, AT) for n in range(found.times)]
        assert decide([*scores, *more], method, SCALE.goal).met
        assert not decide([*scores, *more[:-1]], method, SCALE.goal).met
    if found.loses is not None:
        assert decide(scores, method, SCALE.goal).met
        assert not decide([*scores, Score(100, found.loses, "", DAY, AT)], method, SCALE.goal).met
