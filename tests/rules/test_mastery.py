"""Does evidence become the right level, with the right reasons? Worked examples of our own."""

from __future__ import annotations

import pickle
from datetime import UTC, date, datetime

import pytest

from cairn.rules.formulas import FORMULAS
from cairn.rules.mastery import LEFT_OUT_REASONS, Method, Score, decide, level_of
from cairn.rules.refusal import Refusal

GOAL = 300


def shown(number: int, value: int | None, day: int, **more) -> Score:
    """Evidence shown on a day of September and judged the same day, unless told otherwise."""
    more.setdefault("recorded_at", datetime(2026, 9, day, 15, tzinfo=UTC))
    return Score(number, value, more.pop("no_score", ""), date(2026, 9, day), **more)


class TestLatest:
    def test_the_score_shown_last_counts_and_the_earlier_ones_are_named(self):
        mastery = decide([shown(1, 400, 3), shown(2, 250, 10)], Method("latest"), GOAL)
        assert (mastery.level, mastery.met, mastery.count) == (2.5, False, 2)
        assert mastery.used == (2,)
        assert mastery.left_out == ((1, "earlier"),)
        assert mastery.because.code == "latest"
        assert mastery.because.values == {
            "count": 2,
            "goal": 300,
            "method": "latest",
            "version": 1,
            "order": "shown_on",
            "value": 250,
            "on": "2026-09-10",
        }

    def test_work_judged_late_keeps_the_day_it_was_shown(self):
        late = shown(1, 200, 3, recorded_at=datetime(2026, 9, 30, tzinfo=UTC))
        assert decide([late, shown(2, 300, 10)], Method("latest"), GOAL).level == 3.0

    def test_a_policy_may_order_by_the_day_it_was_judged(self):
        late = shown(1, 200, 3, recorded_at=datetime(2026, 9, 30, tzinfo=UTC))
        by_recorded = Method("latest", order="recorded_at")
        assert decide([late, shown(2, 300, 10)], by_recorded, GOAL).level == 2.0

    def test_a_policy_may_order_by_due_day_and_the_day_shown_serves_where_none_is_known(self):
        scores = [
            shown(1, 200, 10, due_on=date(2026, 9, 1)),  # make-up work: due first, shown last
            shown(2, 300, 5),
        ]
        assert decide(scores, Method("latest", order="due_on"), GOAL).level == 3.0
        assert decide(scores, Method("latest"), GOAL).level == 2.0

    def test_on_one_day_the_score_judged_later_counts(self):
        morning = shown(2, 200, 3, recorded_at=datetime(2026, 9, 3, 9, tzinfo=UTC))
        noon = shown(1, 300, 3, recorded_at=datetime(2026, 9, 3, 12, tzinfo=UTC))
        assert decide([noon, morning], Method("latest"), GOAL).used == (1,)

    def test_at_the_same_moment_the_higher_id_counts(self):
        assert decide([shown(8, 200, 3), shown(7, 300, 3)], Method("latest"), GOAL).used == (8,)


class TestHighest:
    def test_the_best_score_counts_each_time_it_was_reached(self):
        scores = [shown(1, 300, 1), shown(2, 150, 2), shown(3, 300, 3), shown(4, 299, 4)]
        mastery = decide(scores, Method("highest"), GOAL)
        assert (mastery.level, mastery.met) == (3.0, True)
        assert mastery.used == (1, 3)
        assert mastery.left_out == ((2, "lower"), (4, "lower"))
        assert mastery.because.values["times"] == 2
        assert mastery.because.values["value"] == 300
        assert mastery.because.values["on"] == "2026-09-03"

    def test_a_scored_zero_is_a_score(self):
        mastery = decide([shown(1, 0, 1)], Method("highest"), GOAL)
        assert (mastery.level, mastery.met, mastery.count) == (0.0, False, 1)


class TestAverages:
    def test_mean(self):
        mastery = decide([shown(1, 200, 1), shown(2, 300, 2), shown(3, 300, 3)], Method("mean"), GOAL)
        assert mastery.level == 2.666666667
        assert mastery.used == (1, 2, 3)
        assert mastery.left_out == ()
        assert mastery.because.values["total"] == 800

    def test_a_mean_just_below_the_goal_is_not_met(self):
        scores = [shown(day, 300, day) for day in range(1, 20)] + [shown(20, 299, 20)]
        mastery = decide(scores, Method("mean"), GOAL)
        assert mastery.level == 2.9995
        assert not mastery.met

    def test_weighted_latest_by_hand(self):
        # 3.5 * 65 % + mean(2, 3) * 35 % = 2.275 + 0.875
        mastery = decide(
            [shown(1, 200, 1), shown(2, 300, 2), shown(3, 350, 3)], Method("weighted_latest"), GOAL
        )
        assert mastery.level == 3.15
        assert mastery.met
        figures = mastery.because.values
        assert (figures["percent"], figures["value"]) == (65, 350)
        assert (figures["earlier"], figures["earlier_total"]) == (2, 500)

    def test_weighted_latest_of_one_score_is_that_score(self):
        assert level_of([250], Method("weighted_latest", {"percent": 1})) == 2.5

    def test_decaying_average_by_hand(self):
        # 2; 2*.25 + 4*.75 = 3.5; 3.5*.25 + 3*.75 = 3.125
        scores = [shown(1, 200, 1), shown(2, 400, 2), shown(3, 300, 3)]
        mastery = decide(scores, Method("decaying_average", {"percent": 75}), GOAL)
        assert mastery.level == 3.125
        assert mastery.because.values["percent"] == 75
        assert mastery.because.values["value"] == 300

    def test_the_two_averages_that_canvas_calls_decaying_differ(self):
        scores = [100, 200, 300]
        assert level_of(scores, Method("weighted_latest")) == 2.475
        assert level_of(scores, Method("decaying_average")) == 2.5275


@pytest.mark.parametrize("name", FORMULAS)
def test_no_scores_make_no_level(name):
    assert level_of([], Method(name)) is None


class TestNMastery:
    def test_enough_scores_at_goal_give_their_mean(self):
        scores = [shown(1, 300, 1), shown(2, 100, 2), shown(3, 400, 3)]
        mastery = decide(scores, Method("n_mastery", {"n": 2}), GOAL)
        assert (mastery.level, mastery.met) == (3.5, True)
        assert mastery.used == (1, 3)
        assert mastery.left_out == ((2, "below_goal"),)
        assert mastery.because.code == "n_mastery"
        assert mastery.because.values["reached"] == 2

    def test_too_few_scores_at_goal_give_no_level_and_say_how_many_count_so_far(self):
        mastery = decide([shown(1, 300, 1), shown(2, 250, 2)], Method("n_mastery", {"n": 2}), GOAL)
        assert (mastery.level, mastery.met) == (None, False)
        assert mastery.because.code == "not_enough_at_goal"
        assert (mastery.because.values["reached"], mastery.because.values["n"]) == (1, 2)
        assert mastery.used == (1,)
        assert mastery.count == 2

    def test_no_score_at_goal_rests_on_nothing(self):
        mastery = decide([shown(1, 250, 1)], Method("n_mastery", {"n": 1}), GOAL)
        assert mastery.used == ()
        assert "on" not in mastery.because.values

    def test_the_goal_is_the_scale_s_own(self):
        assert level_of([200, 200], Method("n_mastery", {"n": 2}), 200) == 2.0
        assert level_of([200, 200], Method("n_mastery", {"n": 2})) is None


class TestWhatDoesNotCount:
    def test_a_superseded_score_is_left_out_and_named(self):
        scores = [shown(1, 100, 9, superseded=True), shown(2, 300, 1)]
        mastery = decide(scores, Method("latest"), GOAL)
        assert mastery.level == 3.0
        assert mastery.left_out == ((1, "superseded"),)
        assert mastery.count == 1

    @pytest.mark.parametrize("kind", ["not_taught", "missing", "exempt", "hidden"])
    def test_no_score_is_never_zero(self, kind):
        mastery = decide([shown(1, 300, 1), shown(2, None, 2, no_score=kind)], Method("mean"), GOAL)
        assert mastery.level == 3.0
        assert mastery.left_out == ((2, kind),)
        assert mastery.count == 1

    def test_nothing_at_all_is_no_evidence(self):
        mastery = decide([], Method("mean"), GOAL)
        assert (mastery.level, mastery.met, mastery.used, mastery.left_out) == (None, False, (), ())
        assert mastery.because.code == "no_evidence"
        assert mastery.because.values == {"count": 0, "goal": 300}

    def test_without_a_score_the_newest_kind_of_no_score_speaks(self):
        rows = [shown(1, None, 9, no_score="not_taught"), shown(2, None, 3, no_score="missing")]
        mastery = decide(rows, Method("latest"), GOAL)
        assert mastery.because.code == "not_taught"
        assert mastery.left_out == ((2, "missing"), (1, "not_taught"))

    def test_a_withdrawn_score_leaves_no_evidence(self):
        mastery = decide([shown(1, 300, 1, superseded=True)], Method("latest"), GOAL)
        assert mastery.because.code == "no_evidence"
        assert mastery.left_out == ((1, "superseded"),)

    def test_a_score_corrected_into_exempt_reads_exempt(self):
        rows = [shown(1, 300, 1, superseded=True), shown(2, None, 1, no_score="exempt")]
        assert decide(rows, Method("latest"), GOAL).because.code == "exempt"

    def test_every_reason_given_is_a_listed_one(self):
        given = {
            Method(name).formula.account([100, 200], 200, Method(name).arguments).unused for name in FORMULAS
        } - {""}
        assert given == {"earlier", "lower", "below_goal", "not_most_frequent"}
        assert given < set(LEFT_OUT_REASONS)


class TestScore:
    @pytest.mark.parametrize(("value", "kind"), [(None, ""), (None, "zero"), (300, "missing")])
    def test_a_row_has_a_value_or_a_kind_of_no_score(self, value, kind):
        with pytest.raises(Refusal) as refused:
            shown(7, value, 1, no_score=kind)
        assert refused.value.code == "score"
        assert "Evidence 7" in refused.value.reason


class TestMethod:
    def test_parameters_left_out_take_their_default(self):
        assert Method("weighted_latest").params == {"percent": 65}
        assert Method("decaying_average").params == {"percent": 65}
        assert Method("n_mastery").params == {"n": 5}
        assert Method("mean").params == {}

    def test_an_unknown_method_is_refused_with_the_known_ones(self):
        with pytest.raises(Refusal) as refused:
            Method("decaying")
        assert refused.value.code == "unknown_method"
        assert "“decaying”" in refused.value.reason
        assert "decaying_average" in refused.value.remedy

    def test_an_unknown_order_is_refused(self):
        with pytest.raises(Refusal) as refused:
            Method("latest", order="entered_at")
        assert refused.value.code == "unknown_order"
        assert "shown_on, due_on, recorded_at" in refused.value.remedy

    def test_an_unknown_parameter_is_refused(self):
        with pytest.raises(Refusal) as refused:
            Method("n_mastery", {"percent": 65})
        assert refused.value.code == "unknown_parameter"
        assert refused.value.remedy == "Use one of: n."
        with pytest.raises(Refusal) as refused:
            Method("latest", {"percent": 65})
        assert refused.value.remedy == "This method takes no parameters."

    @pytest.mark.parametrize(
        ("name", "params", "limits"),
        [
            ("weighted_latest", {"percent": 0}, "1 to 99"),
            ("weighted_latest", {"percent": 100}, "1 to 99"),
            ("decaying_average", {"percent": 49}, "50 to 100"),
            ("decaying_average", {"percent": 101}, "50 to 100"),
            ("n_mastery", {"n": 0}, "1 to 10"),
            ("n_mastery", {"n": 11}, "1 to 10"),
            ("n_mastery", {"n": True}, "1 to 10"),
            ("n_mastery", {"n": 2.0}, "1 to 10"),
        ],
    )
    def test_a_parameter_out_of_range_is_refused_with_its_limits(self, name, params, limits):
        with pytest.raises(Refusal) as refused:
            Method(name, params)
        assert refused.value.code == "parameter_out_of_range"
        assert refused.value.remedy == f"Use a whole number from {limits}."

    @pytest.mark.parametrize(
        ("name", "edge"),
        [
            ("weighted_latest", 1),
            ("weighted_latest", 99),
            ("decaying_average", 50),
            ("decaying_average", 100),
        ],
    )
    def test_the_limits_themselves_are_allowed(self, name, edge):
        assert Method(name, {"percent": edge}).arguments == (edge,)

    def test_equal_methods_are_one_key_and_survive_a_trip_to_another_process(self):
        method = Method("n_mastery", {"n": 3}, version=2)
        assert {Method("n_mastery", {"n": 3}, version=2): "found"}[method] == "found"
        assert method != Method("n_mastery", {"n": 4}, version=2)
        assert method != Method("n_mastery", {"n": 3}, version=3)
        assert level_of([300, 400, 300], pickle.loads(pickle.dumps(method))) == level_of(
            [300, 400, 300], method
        )

    def test_the_caller_s_dict_is_not_kept(self):
        params = {"n": 3}
        method = Method("n_mastery", params)
        params["n"] = 9
        assert method.params == {"n": 3}

    def test_the_registry_says_which_methods_depend_on_the_order(self):
        assert {name for name, formula in FORMULAS.items() if formula.ordered} == {
            "latest",
            "weighted_latest",
            "decaying_average",
            "linear",
            "power_law",
            "least_error",
            "mode",
            "median_of_recent",
            "k_of_last_m",
        }
