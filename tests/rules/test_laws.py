"""Which laws hold for every row of scores, not only for the examples?"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cairn.rules.formulas import FORMULAS
from cairn.rules.mastery import Method, Score, decide, level_of
from cairn.rules.pace import pace
from cairn.rules.scale import letters, one_to_four, pass_fail, shown, snap, to_step, zero_to_four
from cairn.rules.trends import straight

GOAL = 300
START = datetime(2026, 9, 1, tzinfo=UTC)
hundredths = st.integers(0, 400)
rows_of_values = st.lists(hundredths, min_size=1, max_size=12)
levels = st.floats(0, 4, allow_nan=False)
scales = st.sampled_from([zero_to_four(), zero_to_four(halves=False), one_to_four(), pass_fail(), letters()])


@st.composite
def methods(draw, names=tuple(FORMULAS)):
    name = draw(st.sampled_from(names))
    params = {key: draw(st.integers(one.low, one.high)) for key, one in FORMULAS[name].parameters.items()}
    return Method(name, params)


@st.composite
def evidence(draw):
    """Rows with unique ids in any order, some superseded, some without a score."""
    made = []
    for number in draw(st.lists(st.integers(1, 99), unique=True, max_size=10)):
        value = draw(st.none() | hundredths)
        kind = draw(st.sampled_from(["not_taught", "missing", "exempt", "hidden"])) if value is None else ""
        day = date(2026, 9, 1) + timedelta(days=draw(st.integers(0, 5)))
        judged = START + timedelta(hours=draw(st.integers(0, 5)))
        made.append(Score(number, value, kind, day, judged, superseded=draw(st.booleans())))
    return made


@given(rows_of_values, st.randoms(), methods(names=[n for n, f in FORMULAS.items() if not f.ordered]))
def test_methods_without_order_give_the_same_level_in_any_order(values, random, method):
    mixed = values.copy()
    random.shuffle(mixed)
    assert level_of(mixed, method) == level_of(values, method)


SIX = ("latest", "highest", "mean", "weighted_latest", "decaying_average", "n_mastery")
TRENDS = ("linear", "power_law", "least_error")
NEVER_FALL = ("highest", "high_water", "k_of_last_m")


@given(rows_of_values, methods(names=[name for name in FORMULAS if name not in TRENDS]))
def test_a_level_lies_between_the_lowest_and_the_highest_score(values, method):
    level = level_of(values, method)
    assert level is None or min(values) / 100 <= level <= max(values) / 100


@given(rows_of_values, methods(names=["latest", "highest", "mean", "weighted_latest", "decaying_average"]))
def test_only_n_mastery_may_withhold_a_level(values, method):
    assert level_of(values, method) is not None


@given(hundredths, methods(names=["latest", "highest", "mean", "weighted_latest", "decaying_average"]))
def test_one_score_is_its_own_level(value, method):
    assert level_of([value], method) == value / 100


@given(rows_of_values, st.lists(hundredths), hundredths)
def test_latest_forgets_the_past(values, others, last):
    latest = Method("latest")
    assert level_of([*values, last], latest) == level_of([*others, last], latest) == last / 100


@given(rows_of_values, hundredths, methods(names=NEVER_FALL))
def test_what_is_kept_never_falls(values, more, method):
    if method.name == "k_of_last_m":
        method = Method("k_of_last_m", method.params | {"kept": 1})
    before, after = level_of(values, method), level_of([*values, more], method)
    assert before is None or (after is not None and after >= before)


@given(rows_of_values, methods(names=TRENDS))
def test_a_line_ends_where_its_scale_does(values, method):
    level = level_of(values, method)
    low, high = method.params["low"], method.params["high"]
    step = method.params.get("step", 0)
    assert level is None or low > high or low - step / 2 <= round(level * 100, 7) <= high + step / 2


@given(st.integers(-40, 40), st.integers(0, 400), st.integers(2, 10))
def test_scores_on_a_straight_line_lead_where_it_leads(slope, start, n):
    values = [start + slope * x for x in range(n)]
    if all(0 <= value <= 1_000 for value in values):
        assert level_of(values, Method("linear", {"high": 1_000})) == values[-1] / 100
        assert straight(values)(n + 1) == pytest.approx(values[-1] + slope, abs=1e-6)


@given(st.floats(0.2, 3), st.floats(-1, 1), st.integers(3, 10))
def test_scores_on_a_power_law_lead_where_it_leads(a, b, n):
    values = [round(100 * a * x**b) for x in range(1, n + 1)]
    if min(values) >= 25:
        level = level_of(values, Method("power_law", {"high": 1_000}))
        assert level == pytest.approx(min(10.0, a * n**b), abs=0.06)  # the scores are whole hundredths


@given(rows_of_values)
def test_the_line_that_misses_least_is_chosen_and_the_others_are_told(values):
    told = decide(
        [Score(n, v, "", date(2026, 9, 1) + timedelta(days=n), START) for n, v in enumerate(values)],
        Method("least_error", {"step": 0}),
        GOAL,
    ).because.values
    lines, winner = told["lines"], told["winner"]
    assert lines[winner][1] == min(missed for _level, missed in lines.values())
    assert ("power_law" in lines) == (len(values) >= 3)
    assert level_of(values, Method("least_error", {"step": 0})) == lines[winner][0]


@given(rows_of_values, methods(names=SIX))
def test_the_level_equals_an_exact_calculation(values, method):
    """The same formulas in exact decimal fractions, to the last place kept."""
    scores = [Decimal(value) / 100 for value in values]
    share = Decimal(method.params.get("percent", 0)) / 100
    level: Decimal | None
    if method.name == "weighted_latest":
        earlier = scores[:-1] or [scores[-1]]
        level = scores[-1] * share + sum(earlier) / len(earlier) * (1 - share)
    elif method.name == "decaying_average":
        level = scores[0]
        for score in scores[1:]:
            level = level * (1 - share) + score * share
    elif method.name == "n_mastery":
        reached = [score for score in scores if score >= 3]
        level = sum(reached, Decimal(0)) / len(reached) if len(reached) >= method.params["n"] else None
    else:
        level = {"latest": scores[-1], "highest": max(scores), "mean": sum(scores) / len(scores)}[method.name]
    ours = level_of(values, method, GOAL)
    assert (ours is None) == (level is None)
    if ours is not None and level is not None:
        assert abs(Decimal(ours) - level) <= Decimal("0.00000000051")


@given(evidence(), st.randoms(), methods())
def test_decide_does_not_depend_on_the_order_rows_arrive_in(rows, random, method):
    mixed = rows.copy()
    random.shuffle(mixed)
    assert decide(mixed, method, GOAL) == decide(rows, method, GOAL)


@given(evidence(), methods())
def test_every_row_is_either_used_or_left_out_with_a_reason(rows, method):
    mastery = decide(rows, method, GOAL)
    left_out = dict(mastery.left_out)
    assert sorted([*mastery.used, *left_out]) == sorted(row.id for row in rows)
    assert all(left_out.values())
    assert mastery.count == sum(row.value is not None and not row.superseded for row in rows)


@given(evidence(), methods())
def test_the_used_rows_alone_give_the_same_level(rows, method):
    mastery = decide(rows, method, GOAL)
    again = decide([row for row in rows if row.id in mastery.used], method, GOAL)
    assert (again.level, again.met) == (mastery.level, mastery.met)


@given(evidence(), methods(), hundredths)
def test_a_superseded_score_changes_nothing_but_its_own_mention(rows, method, value):
    extra = Score(100, value, "", date(2026, 9, 3), START, superseded=True)
    before, after = decide(rows, method, GOAL), decide([*rows, extra], method, GOAL)
    assert (after.level, after.met, after.because, after.used, after.count) == (
        before.level,
        before.met,
        before.because,
        before.used,
        before.count,
    )
    assert set(after.left_out) - set(before.left_out) == {(100, "superseded")}


@given(evidence(), methods(), st.integers(0, 400))
def test_met_says_the_level_is_at_the_goal_exactly(rows, method, goal):
    mastery = decide(rows, method, goal)
    assert mastery.met == (mastery.level is not None and round(mastery.level * 10**9) >= goal * 10**7)


@given(levels)
def test_snapping_twice_is_snapping_once(level):
    once = snap(level)
    assert snap(once) == once
    assert abs(once - level) <= 0.5000001e-9


@given(hundredths)
def test_a_score_stands_on_the_grid_already(value):
    assert snap(value / 100) == value / 100


@given(st.integers(-4 * 10**9, 4 * 10**9), st.integers(0, 9))
def test_shown_rounds_as_decimal_half_up(nano, places):
    exact = Decimal(nano).scaleb(-9).quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    assert shown(nano / 10**9, places) == float(exact)


@given(st.integers(0, 4 * 10**9), st.sampled_from([1, 5, 10, 25, 50, 100]))
def test_to_step_rounds_as_decimal_half_up(nano, step):
    steps = (Decimal(nano) / (step * 10**7)).quantize(Decimal(1), rounding=ROUND_HALF_UP)
    assert to_step(nano / 10**9, step) == steps * step


@given(scales, st.integers(0, 400))
def test_what_a_scale_prints_it_reads_back(scale, value):
    if scale.is_valid(value):
        assert scale.parse(scale.format(value)) == value
        assert scale.text_of(value / 100) == scale.format(value)


@given(scales, st.text(max_size=6))
def test_what_a_scale_reads_is_one_of_its_scores(scale, text):
    try:
        value = scale.parse(text)
    except ValueError:
        return
    assert scale.is_valid(value)


@given(scales, levels)
def test_color_and_printed_number_agree_with_met(scale, level):
    assert (scale.fill_of(level).band >= 3) == scale.met(level)
    if scale.kind == "numeric":
        printed = scale.text_of(level)
        assert (float(printed.replace("½", ".5")) * 100 >= scale.goal) == scale.met(level)


@given(scales, levels, levels)
def test_color_never_falls_as_the_level_rises(scale, one, other):
    low, high = sorted([one, other])
    assert scale.fill_of(low).band <= scale.fill_of(high).band


@given(
    st.lists(st.tuples(st.integers(1, 20), st.none() | st.dates(date(2026, 9, 1), date(2026, 12, 1)))),
    st.sets(st.integers(1, 20)),
    st.dates(date(2026, 8, 1), date(2027, 1, 1)),
    st.integers(1, 20),
)
def test_meeting_one_more_target_never_slows_the_pace_and_time_never_quickens_it(plan, met, on, more):
    now = pace(plan, met, on)
    if now is None:
        assert all(day is None for _, day in plan)
        return
    assert {"behind": -1, "on": 0, "ahead": 1}[now.word] == (now.difference > 0) - (now.difference < 0)
    assert pace(plan, met | {more}, on).difference >= now.difference
    assert pace(plan, met, on + timedelta(days=7)).difference <= now.difference
