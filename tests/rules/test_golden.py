"""Do our methods give the numbers that other systems publish and test?

The cases are facts collected from other systems; they are third-party material and stay outside the repository.
"""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from cairn.rules.conditions import Conditions
from cairn.rules.mastery import Method, Score, decide
from cairn.rules.scale import shown, to_step
from tests.rules.golden import MISSING, every_case

OURS = {
    "latest": "latest",
    "highest": "highest",
    "mean": "mean",
    "average": "mean",
    "decaying_average": "decaying_average",
    "canvas.latest": "latest",
    "canvas.highest": "highest",
    "canvas.average": "mean",
    "canvas.weighted_average": "weighted_latest",
    "canvas.decaying_average": "decaying_average",
    "canvas.n_mastery": "n_mastery",
    "power_law": "power_law",
    "mode": "mode",
    "median_of_recent": "median_of_recent",
    "average_of_highest_k": "mean_of_best",
}
# Counted in the file by hand: a case that silently disappears must fail here.
EXPECTED_COUNTS = {
    "latest": 1,
    "highest": 1,
    "mean": 6,
    "average": 5,
    "decaying_average": 5,
    "canvas.latest": 3,
    "canvas.highest": 9,
    "canvas.average": 3,
    "canvas.weighted_average": 10,
    "canvas.decaying_average": 5,
    "canvas.n_mastery": 9,
    "power_law": 9,
    "mode": 3,
    "median_of_recent": 2,
    "average_of_highest_k": 1,
}
OUR_PARAMETER = {"weight_latest_pct": "percent", "decay_pct": "percent", "n": "n", "k": "k", "window": "k"}
EVERY_CASE = every_case()
if not EVERY_CASE:
    pytest.skip(MISSING, allow_module_level=True)
CASES = [case for case in EVERY_CASE if case["method"] in OURS]
ESTIMATES = [case for case in EVERY_CASE if case["method"] == "empower.true_score"]
WINDOWS = [case for case in EVERY_CASE if case["method"] == "m_of_n"]
QUIZZES = [case for case in EVERY_CASE if case["method"].endswith("+quiz_scaling")]
CATEGORIES = [case for case in EVERY_CASE if case["method"] == "category_weighted_average"]
HALVES = [case for case in EVERY_CASE if case["method"] == "round_to_half"]


def rows(inputs: Any) -> list[Score]:
    if isinstance(inputs, dict):  # two user reports give the mean of the earlier scores instead of the scores
        inputs = [inputs["mean_of_others"], inputs["latest"]]
    made = []
    for place, value in enumerate(inputs):
        day = date(2026, 9, 1) + timedelta(days=place)
        judged = datetime(2026, 10, 1, tzinfo=UTC)
        if value is None:
            made.append(Score(place, None, "missing", day, judged))
        else:
            # A score of ours has two decimals (canvas-015 brings 2.123).
            made.append(Score(place, to_step(value, 1), "", day, judged))
    return made


def test_no_golden_case_has_been_lost():
    assert Counter(case["method"] for case in CASES) == EXPECTED_COUNTS
    assert (len(HALVES), len(ESTIMATES), len(WINDOWS)) == (4, 3, 4)
    assert (len(QUIZZES), len(CATEGORIES)) == (14, 3)


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_golden_case_is_reproduced_exactly(case):
    given = case["params"]
    params = {OUR_PARAMETER[name]: given[name] for name in OUR_PARAMETER if given.get(name) is not None}
    if "clamp" in given:
        params |= {"low": given["clamp"][0] * 100, "high": given["clamp"][1] * 100}
    if given.get("tie") == "no score":
        params["none_on_tie"] = 1
    goal = given.get("mastery_points", 3) * 100

    mastery = decide(rows(case["inputs"]), Method(OURS[case["method"]], params), goal)

    level = mastery.level
    if level is not None and given.get("round") is not None:
        level = shown(level, given["round"])
    assert level == case["expected"]
    assert (level is None) == (case["expected"] is None)


@pytest.mark.parametrize("case", ESTIMATES, ids=[case["id"] for case in ESTIMATES])
def test_golden_estimate_is_reproduced_with_the_losing_lines(case):
    """Their order by each task's own goal score is not: a piece of evidence has one target, so it has no other goal."""
    mastery = decide(rows(case["inputs"]), Method("least_error"), 300)
    told, expected = mastery.because.values, case["expected"]
    names = {"linear": "linear", "power": "power_law", "average": "mean"}
    assert mastery.level == expected["true_score"]
    assert told["winner"] == names[expected["model"]]
    for theirs, missed in expected["deltas"].items():
        assert shown(told["lines"][names[theirs]][1], 3) == missed


@pytest.mark.parametrize("case", WINDOWS, ids=[case["id"] for case in WINDOWS])
def test_golden_window_is_met_where_theirs_is_complete(case):
    """Theirs counts right answers and shows a share, 0.001 once begun; ours is a level, met when k of the last m are."""
    given = case["params"]
    method = Method(
        "k_of_last_m", {"k": given["m"], "m": given["n"], "kept": int(given["sticky_once_mastered"])}
    )
    scores = rows([3 if right else 0 for right in case["inputs"]])
    assert decide(scores, method, 300).met == (case["expected"] == 1.0)


# A quiz with several questions on a target weighs as often in Canvas' weighted average as it has questions; ours weighs once.
OURS_DIFFERS = {"canvas-050": 2.95, "canvas-051": 2.04}


def worked(inputs, scale: float) -> list[Score]:
    """Results of quizzes (a share of the points, pooled by quiz) and of other work."""
    made = []
    for place, one in enumerate(sorted(inputs, key=lambda one: one["t"])):
        value = one["score"] if one.get("score") is not None else one["percent"] * scale
        task = f"quiz {one['association_id']}" if one["artifact"] == "quiz" else ""
        weight = int((one.get("possible") or 1) * 100)
        day = date(2026, 9, 20) + timedelta(days=one["t"])
        judged = datetime(2026, 10, 1, tzinfo=UTC)
        made.append(Score(place, round(value * 100), "", day, judged, task=task, weight=weight))
    return made


@pytest.mark.parametrize("case", QUIZZES, ids=[case["id"] for case in QUIZZES])
def test_golden_quiz_is_pooled_into_one_piece(case):
    given, name = case["params"], case["method"].removesuffix("+quiz_scaling")
    scale = given["points_possible"] or given["mastery_points"]
    pool = "" if name in ("canvas.highest", "canvas.n_mastery") else "mean"
    params = {OUR_PARAMETER[key]: given[key] for key in OUR_PARAMETER if given.get(key) is not None}
    method = Method(OURS[name], params, conditions=Conditions(pool=pool))
    level = decide(worked(case["inputs"], scale), method, given["mastery_points"] * 100).level
    expected = OURS_DIFFERS.get(case["id"], case["expected"])
    assert (level if level is None else shown(level, 2)) == expected
    if case["id"] in OURS_DIFFERS:
        assert expected != case["expected"]


@pytest.mark.parametrize("case", CATEGORIES, ids=[case["id"] for case in CATEGORIES])
def test_golden_categories_share_out_an_empty_one(case):
    judged = datetime(2026, 10, 1, tzinfo=UTC)
    scores = [
        Score(place, round(value * 100), "", date(2026, 9, 1), judged, category=name)
        for place, (name, value) in enumerate(case["inputs"].items())
    ]
    method = Method("mean", conditions=Conditions(categories=case["params"]["weights"]))
    assert shown(decide(scores, method, 300).level, case["params"]["round"]) == case["expected"]


@pytest.mark.parametrize("case", HALVES, ids=[case["id"] for case in HALVES])
def test_golden_half_step_is_reproduced_exactly(case):
    assert to_step(case["inputs"], 50) / 100 == case["expected"]
