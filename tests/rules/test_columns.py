"""What do the kernels over columns refuse, where do they change their way, and who loads them? That they agree: tests/agree, and here."""

import subprocess
import sys
from datetime import date, timedelta

import numpy as np
import pytest

from cairn.rules import column_kept, column_series
from cairn.rules.columns import (
    MET,
    NOT_MET,
    UNDECIDED,
    GroupColumns,
    Series,
    decide_block,
    decide_columns,
    history_columns,
    roll_up_columns,
)
from cairn.rules.conditions import POOLS, Conditions
from cairn.rules.mastery import Method, Score
from cairn.rules.rollups import Rule
from cairn.rules.scale import snap
from tests.agree.series import FIRST, JUDGED, NAMES, agree, by_one, or_none, plain

STEPS = [0, 50, 100, 150, 200, 250, 300, 350, 400]
ON = FIRST + timedelta(50)


def some(seed: int) -> list[list[Score]]:
    """Forty series with everything that conditions ask for, the empty one among them."""
    chance = np.random.default_rng(seed)
    return [
        [
            Score(
                number,
                int(chance.choice(STEPS)),
                "",
                FIRST + timedelta(int(day)),
                JUDGED,
                task=str(chance.choice(["", "quiz", "essay"])),
                category=str(chance.choice(["", "a", "b", "c"])),
                weight=int(chance.choice([0, 100, 300])),
            )
            for number, day in enumerate(sorted(chance.choice(50, length, replace=False)))
        ]
        for length in chance.integers(0, 12, 40)
    ]


class TestAgreement:
    @pytest.mark.parametrize("name", NAMES)
    @pytest.mark.parametrize("which", ["low", "default", "high"])
    def test_each_formula_with_its_extreme_parameters(self, name, which):
        params = {key: getattr(one, which) for key, one in Method(name).formula.parameters.items()}
        agree(some(1), Method(name, params), 300, ON)

    @pytest.mark.parametrize("name", ["mean", "decaying_average"])
    @pytest.mark.parametrize("pool", POOLS)
    @pytest.mark.parametrize("categories", [{}, {"b": 1, "a": 3}])
    @pytest.mark.parametrize("weighted", [False, True])
    def test_conditions_together(self, name, pool, categories, weighted):
        conditions = Conditions(2, pool, 30, cut=250, categories=categories, weighted=weighted)
        agree(some(2), Method(name, conditions=conditions), 300, ON)

    @pytest.mark.parametrize("none_on_tie", [0, 1])
    def test_a_window_that_moves(self, none_on_tie):
        agree(some(5), Method("mode", {"recent": 3, "none_on_tie": none_on_tie}), 300, ON)

    @pytest.mark.parametrize("name", NAMES)
    def test_each_formula_on_pooled_scores(self, name):
        agree(some(6), Method(name, conditions=Conditions(pool="mean")), 300, ON)

    def test_a_pool_that_weighs_nothing_needs_no_weights(self):
        series = plain([[100, 300, 200]])._replace(tasks=np.array([1, 1, 0], np.int32))
        method = Method("mean", conditions=Conditions(pool="highest"))
        assert decide_columns(series, method, 300).level.tolist() == [2.5]

    def test_nothing_at_all(self):
        for method in (Method("mean"), Method("mean", conditions=Conditions(expires_after=3, pool="last"))):
            nobody = Series(np.array([0]), *(np.array([], kind) for kind in (np.int16, np.int32, np.int32)))
            levels, history = history_columns(nobody, method, 300, 20_000)
            assert [len(column) for column in (*levels, *history)] == [0] * 6

    def test_an_empty_series_has_no_place(self):
        levels, history = history_columns(plain([[], [300]]), Method("latest"), 300)
        assert np.isnan(levels.level[0])
        assert (levels.met.tolist(), levels.count.tolist()) == ([False, True], [0, 1])
        assert (history.changed.tolist(), history.met_since.tolist()) == ([-1, 0], [-1, 0])

    def test_what_has_expired_altogether_never_changed(self):
        series = plain([[300, 400]])._replace(days=np.array([10, 11], np.int32))
        method = Method("latest", conditions=Conditions(expires_after=1))
        levels, history = history_columns(series, method, 300, 40)
        assert (levels.count[0], history.changed[0], history.met_since[0]) == (2, 0, -1)

    def test_places_are_told_among_all_scores_also_the_expired(self):
        series = plain([[400, 200, 300]])._replace(days=np.array([10, 20, 21], np.int32))
        method = Method("latest", conditions=Conditions(expires_after=5))
        _levels, history = history_columns(series, method, 300, 22)
        assert (history.changed[0], history.previous[0], history.met_since[0]) == (2, 2.0, 2)


class TestBits:
    def test_a_whole_hundredth_stands_on_the_grid_already(self):
        """So the kernels do not snap it."""
        assert all(snap(value / 100) == value / 100 for value in range(1 << 15))

    @pytest.mark.parametrize("height", [1_000, 30_000])
    @pytest.mark.parametrize("length", [2, 40, 300])
    def test_sums_do_not_overflow(self, height, length):
        rows = [[height] * length, [0] * length, [height, *[0] * (length - 1)]]
        for name in ("mean", "weighted_latest", "n_mastery", "mean_of_best"):
            levels = decide_columns(plain(rows), Method(name), 300)
            assert [or_none(level) for level in levels.level] == by_one(rows, Method(name), 300)

    def test_another_exp_changes_no_level(self, monkeypatch):
        """numpy's own may be one bit off; where that could show, math.exp decides."""
        chance = np.random.default_rng(3)
        rows = [chance.choice(np.arange(401), 6).tolist() for _ in range(3_000)]
        exp = np.exp

        def off(power, out=None):
            return np.nextafter(exp(power, out=out), np.inf, out=out)

        for name in ("power_law", "least_error"):
            method = Method(name, {"step": 0} if name == "least_error" else {})
            expected = by_one(rows, method, 300)
            with monkeypatch.context() as patch:
                patch.setattr("cairn.rules.column_trends.np.exp", off)
                levels = decide_columns(plain(rows), method, 300)
            assert [or_none(level) for level in levels.level] == expected

    def test_no_negative_zero_comes_out(self):
        levels = decide_columns(plain([[0, 0], [400, 0, 0]]), Method("linear"), 300)
        assert not np.signbit(levels.level).any()

    def test_modes_are_counted_the_same_by_comparing_and_by_sorting(self, monkeypatch):
        matrix = np.random.default_rng(4).choice(STEPS, (20, 50)).astype(np.int16)
        compared = column_kept._seen(matrix)
        monkeypatch.setattr(column_kept, "PAIRS", 0)
        assert np.array_equal(compared, column_kept._seen(matrix))


class TestBlocks:
    def test_long_series_are_taken_few_at_a_time(self, monkeypatch):
        monkeypatch.setattr(column_series, "MOST", 100)
        rows = [[300] * 40, [100] * 40, [200] * 40, [50] * 200, [250]]
        widths = [matrix.shape for _lanes, matrix in column_series.blocks(plain(rows))]
        assert widths == [(1, 1), (40, 2), (40, 1), (200, 1)]
        levels = decide_columns(plain(rows), Method("mean"), 300)
        assert levels.level.tolist() == [3.0, 1.0, 2.0, 0.5, 2.5]

    def test_a_block_without_scores_has_no_level(self):
        levels = decide_block(np.zeros((0, 3), np.int16), Method("mean"), 300)
        assert np.isnan(levels.level).all()
        assert (levels.met.tolist(), levels.count.tolist()) == ([False] * 3, [0] * 3)

    def test_a_block_longer_than_the_cache(self):
        matrix = np.arange(40_000, dtype=np.int16).reshape(1, -1) % 400
        levels = decide_block(matrix, Method("mean"), 300)
        assert np.array_equal(levels.level, matrix[0] / 100)
        assert np.array_equal(levels.met, matrix[0] >= 300)


class TestRefusals:
    @pytest.mark.parametrize(
        ("series", "words"),
        [
            (Series(np.array([], int), np.array([], np.int16)), "one more than there are series"),
            (Series(np.array([0.0, 1.0]), np.array([300], np.int16)), "row of whole numbers"),
            (Series(np.array([[0, 1]]), np.array([300], np.int16)), "row of whole numbers"),
            (Series(np.array([1, 1]), np.array([300], np.int16)), "rise from 0"),
            (Series(np.array([0, 2]), np.array([300], np.int16)), "to the number of values"),
            (Series(np.array([0, 2, 1, 2]), np.array([300, 300], np.int16)), "offsets rise"),
            (Series(np.array([0, 1]), np.array([300], np.int64)), "int16 or of float64"),
            (Series(np.array([0, 1]), np.array([[300]], np.int16)), "int16 or of float64"),
            (Series(np.array([0, 1]), np.array([np.nan])), "no value is no score"),
            (plain([[300]])._replace(days=np.array([1, 2], np.int32)), "days are one row"),
            (plain([[300]])._replace(weights=np.array([1.0])), "weights are one row"),
        ],
    )
    def test_series_that_do_not_fit_together(self, series, words):
        for decide in (decide_columns, history_columns):
            with pytest.raises(ValueError, match=words):
                decide(series, Method("mean"), 300)

    @pytest.mark.parametrize(
        ("conditions", "words"),
        [
            (Conditions(expires_after=3), "for days"),
            (Conditions(pool="last"), "for tasks"),
            (Conditions(categories={"a": 1}), "for categories"),
            (Conditions(weighted=True), "for weights"),
        ],
    )
    def test_columns_that_the_conditions_ask_for(self, conditions, words):
        with pytest.raises(ValueError, match=words):
            decide_columns(plain([[300]]), Method("mean", conditions=conditions), 300, 20_000)

    def test_expiry_without_a_day(self):
        series = plain([[300]])._replace(days=np.array([1], np.int32))
        with pytest.raises(ValueError, match="asked for a day"):
            decide_columns(series, Method("mean", conditions=Conditions(expires_after=3)), 300)

    def test_blocks(self):
        with pytest.raises(ValueError, match="a matrix"):
            decide_block(np.zeros(3, np.int16), Method("mean"), 300)
        with pytest.raises(ValueError, match="a matrix"):
            decide_block(np.zeros((3, 1), np.int8), Method("mean"), 300)
        with pytest.raises(ValueError, match="no conditions"):
            decide_block(np.zeros((3, 1), np.int16), Method("mean", conditions=Conditions(2)), 300)


class TestRollUps:
    GROUPS = GroupColumns(
        np.array([0, 3, 3, 5, 6]),  # two of three met; nothing in it; nothing scored; met but weightless
        np.array([4.0, 3.0, 2.0, np.nan, np.nan, 3.0]),
        np.array([True, True, False, False, False, True]),
        np.array([1, 1, 2, 1, 1, 0], np.int32),
        np.array([True, False, False, False, False, False]),
    )

    @pytest.mark.parametrize(
        ("rule", "first", "last"),
        [
            (Rule("all"), NOT_MET, MET),
            (Rule("points", {"base": 2}), MET, NOT_MET),
            (Rule("k_of_n", {"k": 2}), MET, MET),
            (Rule("share", {"percent": 66, "floor": 200}), MET, MET),
            (Rule("share", {"percent": 66, "floor": 201}), NOT_MET, MET),
            (Rule("weighted", {"cut": 275}), MET, UNDECIDED),
            (Rule("weighted", {"cut": 276}), NOT_MET, UNDECIDED),
            (Rule("conjunctive", of=(Rule("all"), Rule("k_of_n"))), NOT_MET, MET),
            (Rule("conjunctive", of=(Rule("weighted"), Rule("all"))), NOT_MET, UNDECIDED),
        ],
    )
    def test_each_rule(self, rule, first, last):
        assert roll_up_columns(self.GROUPS, rule).tolist() == [first, UNDECIDED, UNDECIDED, last]

    def test_a_mean_that_is_the_cut_but_for_its_last_bits_reaches_it(self):
        groups = self.GROUPS._replace(
            offsets=np.array([0, 2]),
            level=np.array([2.0, 2.1]),
            met=np.ones(2, bool),
            weight=np.ones(2, np.int32),
            required=np.zeros(2, bool),
        )
        assert (2.0 + 2.1) / 2 * 100 < 205
        assert roll_up_columns(groups, Rule("weighted", {"cut": 205})).tolist() == [MET]

    def test_columns_that_do_not_fit_together(self):
        with pytest.raises(ValueError, match="offsets rise"):
            roll_up_columns(self.GROUPS._replace(offsets=np.array([0, 3, 2, 6])), Rule("all"))
        with pytest.raises(ValueError, match="one for each member"):
            roll_up_columns(self.GROUPS._replace(weight=np.ones(2, np.int32)), Rule("all"))


def test_who_decides_one_score_at_a_time_does_not_pay_for_numpy():
    """A web process never recomputes by columns."""
    loads = "import sys, cairn.rules.mastery, cairn.rules.rollups; print('numpy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", loads], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_days_are_counted_from_1970():
    series = plain([[300]])._replace(days=np.array([(date(2026, 9, 1) - date(1970, 1, 1)).days], np.int32))
    method = Method("latest", conditions=Conditions(expires_after=30))
    assert decide_columns(series, method, 300, 20_697 + 30).level.tolist() == [3.0]
    assert np.isnan(decide_columns(series, method, 300, 20_697 + 31).level[0])
