"""What do the conditions around a formula leave out, put together and ask for?"""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cairn.rules.conditions import NONE, Conditions, Item, pooled, read
from cairn.rules.formulas import FORMULAS
from cairn.rules.mastery import Method, Score, decide, item_of, level_of, level_under
from cairn.rules.refusal import Refusal

DAY = date(2026, 11, 2)
AT = datetime(2026, 11, 2, 12, tzinfo=UTC)


def piece(number: int, value: int | None, days_ago: int = 0, **more) -> Score:
    kind = "" if value is not None else "missing"
    return Score(number, value, kind, DAY - timedelta(days=days_ago), AT, **more)


def decided(scores, name="mean", **conditions):
    return decide(scores, Method(name, conditions=Conditions(**conditions)), 300, DAY)


class TestMinimum:
    def test_there_is_no_level_before_there_is_enough(self):
        two = decided([piece(1, 300), piece(2, 400)], minimum=3)
        assert (two.level, two.met, two.because.code) == (None, False, "not_enough")
        assert (two.because.values["count"], two.because.values["needed"]) == (2, 3)
        assert decided([piece(1, 300), piece(2, 400), piece(3, 200)], minimum=3).level == 3.0


class TestExpiry:
    def test_what_was_shown_too_long_ago_is_left_out(self):
        mastery = decided([piece(1, 400, 31), piece(2, 200, 30)], expires_after=30)
        assert (mastery.level, mastery.used, mastery.left_out) == (2.0, (2,), ((1, "expired"),))

    def test_nothing_left_is_no_evidence_and_not_zero(self):
        mastery = decided([piece(1, 400, 31)], expires_after=30)
        assert (mastery.level, mastery.count, mastery.because.code) == (None, 0, "no_evidence")
        assert mastery.left_out == ((1, "expired"),)

    def test_without_a_day_it_cannot_be_asked(self):
        with pytest.raises(ValueError, match="asked for a day"):
            decide([piece(1, 400)], Method("latest", conditions=Conditions(expires_after=30)), 300)

    def test_the_next_day_on_which_something_expires(self):
        conditions = Conditions(expires_after=30)
        items = [Item(1, 300, DAY - timedelta(days=31)), Item(2, 300, DAY - timedelta(days=10))]
        assert conditions.expires_on(items, DAY) == DAY + timedelta(days=21)
        assert conditions.expires_on(items[:1], DAY) is None
        assert NONE.expires_on(items, DAY) is None

    def test_stale_is_only_said(self):
        conditions = Conditions(stale_after=30)
        assert not conditions
        assert conditions.is_stale(DAY - timedelta(days=31), DAY)
        assert not conditions.is_stale(DAY - timedelta(days=30), DAY)
        assert not NONE.is_stale(date(1999, 1, 1), DAY)


class TestPooling:
    def test_a_quiz_of_three_questions_counts_once(self):
        """Canvas gives every question the pooled value, so the quiz would weigh three times: (3 * 2 + 4) / 4."""
        quiz = [piece(n, value, 3, task="quiz") for n, value in ((1, 100), (2, 200), (3, 300))]
        mastery = decided([*quiz, piece(4, 400)], pool="mean")
        assert (mastery.level, mastery.count) == (3.0, 2)
        assert mastery.used == (3, 4)
        assert dict(mastery.left_out) == {1: "pooled", 2: "pooled"}
        assert (mastery.because.values["pieces"], mastery.because.values["counted"]) == (4, 2)

    @pytest.mark.parametrize(("pool", "level"), [("mean", 2.5), ("last", 1.0), ("highest", 3.0)])
    def test_by_points_by_the_last_or_by_the_best(self, pool, level):
        quiz = [piece(1, 300, task="q", weight=300), piece(2, 100, task="q", weight=100)]
        assert decided(quiz, "latest", pool=pool).level == level

    def test_pieces_without_any_weight_count_the_same(self):
        quiz = [piece(1, 300, task="q", weight=0), piece(2, 100, task="q", weight=0)]
        assert decided(quiz, "latest", pool="mean").level == 2.0

    def test_a_task_stands_where_its_newest_piece_does(self):
        scores = [piece(1, 100, 9, task="q"), piece(2, 400, 5), piece(3, 300, 1, task="q")]
        assert decided(scores, "latest", pool="mean").level == 2.0


class TestCategories:
    WEIGHTS = {"practice": 10, "formative": 20, "summative": 70}

    def test_an_empty_category_is_shared_out_openly(self):
        scores = [piece(1, 250, category="formative"), piece(2, 300, category="summative")]
        mastery = decided(scores, categories=self.WEIGHTS)
        assert mastery.level == pytest.approx(2.888888889)
        assert mastery.because.code == "by_category"
        assert mastery.because.values["categories"] == {
            "formative": [2.5, 0.222222222],
            "summative": [3.0, 0.777777778],
        }

    def test_what_is_in_no_category_is_left_out_with_that_reason(self):
        mastery = decided([piece(1, 400), piece(2, 300, category="practice")], categories=self.WEIGHTS)
        assert (mastery.level, dict(mastery.left_out)) == (3.0, {1: "other_category"})

    def test_a_category_that_makes_no_level_yet_is_shared_out_too(self):
        """n-mastery withholds a level within a category as it does without."""
        method = Method("n_mastery", {"n": 2}, conditions=Conditions(categories=self.WEIGHTS))
        scores = [piece(n, 300, category="summative") for n in (1, 2)] + [piece(3, 400, category="practice")]
        assert decide(scores, method, 300, DAY).level == 3.0
        assert decide(scores[1:], method, 300, DAY).level is None

    def test_the_figures_are_those_that_make_the_level(self):
        """Within a category the pieces' own weights count too; a category without a level takes no share."""
        scores = [
            piece(1, 400, category="test", weight=300),
            piece(2, 0, category="test", weight=100),
            piece(3, 200, category="home"),
        ]
        found = decided(scores, categories={"test": 80, "home": 20}, weighted=True)
        assert found.because.values["categories"] == {"test": [3.0, 0.8], "home": [2.0, 0.2]}
        assert found.level == 2.8
        method = Method("n_mastery", {"n": 1}, conditions=Conditions(categories={"test": 80, "home": 20}))
        found = decide(scores, method, 300, DAY)
        assert found.because.values["categories"] == {"test": [4.0, 1.0]}
        assert dict(found.left_out) == {3: "other_category"}


class TestWeights:
    def test_a_piece_counts_as_often_as_its_weight_says(self):
        scores = [piece(1, 400, weight=100), piece(2, 200, weight=300)]
        assert decided(scores, weighted=True).level == 2.5
        assert (
            decided([piece(1, 400, weight=0)], weighted=True).level == 4.0
        )  # all weigh nothing: all the same

    def test_what_weighs_nothing_is_left_out_with_that_reason(self):
        found = decided([piece(1, 400), piece(2, 0, weight=0)], weighted=True)
        assert (found.level, found.because.code, found.used) == (4.0, "weighted_mean", (1,))
        assert dict(found.left_out) == {2: "no_weight"}


class TestCut:
    def test_what_is_met_is_said_apart_from_the_scale(self):
        mastery = decided([piece(1, 250)], cut=250)
        assert (mastery.level, mastery.met, mastery.because.values["goal"]) == (2.5, True, 250)
        assert not decided([piece(1, 300)], cut=350).met


@pytest.mark.parametrize(
    "wrong",
    [
        {"minimum": 0},
        {"minimum": True},
        {"pool": "median"},
        {"expires_after": 0},
        {"stale_after": 1.5},
        {"cut": 0},
        {"categories": {"": 10}},
        {"categories": {"practice": 0}},
        {"categories": {str(n): 1 for n in range(13)}},
        {"weighted": 1},
        {"colour": 3},
    ],
)
def test_what_is_no_condition_is_refused_by_name(wrong):
    with pytest.raises(Refusal) as refused:
        read(wrong)
    assert refused.value.values["condition"] == next(iter(wrong))
    assert refused.value.remedy


some = st.fixed_dictionaries(
    {},
    optional={
        "minimum": st.integers(1, 5),
        "pool": st.sampled_from(["", "mean", "last", "highest"]),
        "expires_after": st.integers(1, 60),
        "cut": st.integers(1, 400),
        "categories": st.dictionaries(st.sampled_from("abc"), st.integers(1, 100), max_size=3),
        "weighted": st.booleans(),
    },
)


@st.composite
def works(draw):
    return [
        piece(
            number,
            draw(st.none() | st.integers(0, 400)),
            draw(st.integers(0, 70)),
            task=draw(st.sampled_from(["", "x", "y"])),
            category=draw(st.sampled_from(["", "a", "b"])),
            weight=draw(st.integers(0, 300)),
            superseded=draw(st.booleans()),
        )
        for number in range(draw(st.integers(0, 8)))
    ]


@given(works(), some, st.sampled_from(sorted(FORMULAS)))
def test_every_piece_is_used_or_left_out_and_both_ways_to_decide_agree(scores, sent, name):
    method = Method(name, conditions=read(sent))
    mastery = decide(scores, method, 300, DAY)
    left_out = dict(mastery.left_out)
    assert sorted([*mastery.used, *left_out]) == sorted(score.id for score in scores)
    assert all(left_out.values())
    rows = sorted(scores, key=lambda score: (score.shown_on, score.recorded_at, score.id))
    items = [item_of(row) for row in rows if row.value is not None and not row.superseded]
    assert mastery.level == (
        level_under(items, method, 300, DAY)
        if method.conditions
        else level_of([item.value for item in items], method, 300)
    )
    assert mastery.met == (mastery.level is not None and mastery.level >= method.conditions.goal(300) / 100)
    assert read(method.conditions.as_json()) == method.conditions


@given(works(), st.sampled_from(["mean", "last", "highest"]))
def test_pooling_what_stands_alone_changes_nothing(scores, how):
    items = [item_of(score)._replace(task="") for score in scores if score.value is not None]
    assert pooled(items, how) == items


@given(works(), some)
def test_a_minimum_never_makes_a_level(scores, sent):
    less, more = read({**sent, "minimum": 1}), read({**sent, "minimum": 4})
    items = [item_of(score) for score in scores if score.value is not None]
    high = level_under(items, Method("mean", conditions=more), 300, DAY)
    assert high is None or high == level_under(items, Method("mean", conditions=less), 300, DAY)


def test_what_a_method_says_is_compared_without_its_version():
    one = Method("mean", version=1, conditions=Conditions(minimum=2))
    assert one.is_same(Method("mean", version=2, conditions=Conditions(minimum=2)))
    assert not one.is_same(Method("mean"))


def test_only_some_conditions_look_at_the_work_itself():
    assert [
        Conditions(**one).asks_for_work for one in ({"pool": "mean"}, {"weighted": True}, {"minimum": 3})
    ] == [
        True,
        True,
        False,
    ]


def test_without_expiry_no_day_is_needed():
    assert decide([piece(1, 300)], Method("mean", conditions=Conditions(cut=200)), 300).met
