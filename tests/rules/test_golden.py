"""Do our methods give the numbers that other systems publish and test?

The cases are facts collected from other systems; they are third-party material and stay outside the repository.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from cairn.rules.mastery import decide
from cairn.rules.scale import shown, to_step
from tests.rules.golden import MISSING, NOT_OURS, OURS, QUIZ, every_case, posed

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
EVERY_CASE = every_case()
if not EVERY_CASE:
    pytest.skip(MISSING, allow_module_level=True)
CASES = [case for case in EVERY_CASE if case["method"] in OURS]
ESTIMATES = [case for case in EVERY_CASE if case["method"] == "empower.true_score"]
WINDOWS = [case for case in EVERY_CASE if case["method"] == "m_of_n"]
QUIZZES = [case for case in EVERY_CASE if case["method"].endswith(QUIZ)]
CATEGORIES = [case for case in EVERY_CASE if case["method"] == "category_weighted_average"]
HALVES = [case for case in EVERY_CASE if case["method"] == "round_to_half"]


def test_no_golden_case_has_been_lost():
    assert Counter(case["method"] for case in CASES) == EXPECTED_COUNTS
    assert (len(HALVES), len(ESTIMATES), len(WINDOWS)) == (4, 3, 4)
    assert (len(QUIZZES), len(CATEGORIES)) == (14, 3)


def test_every_golden_case_is_reproduced_or_named_with_its_reason():
    """`cases` of golden.py gives a test all cases of a method but those named, so a method in a test's text is covered."""
    tests = "".join(path.read_text("utf-8") for path in Path(__file__).parent.glob("test_*.py"))
    ids = [case["id"] for case in EVERY_CASE]
    assert len(ids) == len(set(ids)) == 216
    assert set(NOT_OURS) <= set(ids) and all(NOT_OURS.values())
    here = {*OURS, *(case["method"] for case in QUIZZES)}
    lost = [
        case["id"]
        for case in EVERY_CASE
        if case["id"] not in NOT_OURS and case["method"] not in here and f'"{case["method"]}"' not in tests
    ]
    assert not lost


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_golden_case_is_reproduced_exactly(case):
    mastery, given = decide(*posed(case)), case["params"]
    level = mastery.level
    if level is not None and given.get("round") is not None:
        level = shown(level, given["round"])
    assert level == case["expected"]
    assert (level is None) == (case["expected"] is None)


@pytest.mark.parametrize("case", ESTIMATES, ids=[case["id"] for case in ESTIMATES])
def test_golden_estimate_is_reproduced_with_the_losing_lines(case):
    """Their order by each task's own goal score is not: a piece of evidence has one target, so it has no other goal."""
    mastery = decide(*posed(case))
    told, expected = mastery.because.values, case["expected"]
    names = {"linear": "linear", "power": "power_law", "average": "mean"}
    assert mastery.level == expected["true_score"]
    assert told["winner"] == names[expected["model"]]
    for theirs, missed in expected["deltas"].items():
        assert shown(told["lines"][names[theirs]][1], 3) == missed


@pytest.mark.parametrize("case", WINDOWS, ids=[case["id"] for case in WINDOWS])
def test_golden_window_is_met_where_theirs_is_complete(case):
    assert decide(*posed(case)).met == (case["expected"] == 1.0)


# A quiz with several questions on a target weighs as often in Canvas' weighted average as it has questions; ours weighs once.
OURS_DIFFERS = {"canvas-050": 2.95, "canvas-051": 2.04}


@pytest.mark.parametrize("case", QUIZZES, ids=[case["id"] for case in QUIZZES])
def test_golden_quiz_is_pooled_into_one_piece(case):
    level = decide(*posed(case)).level
    expected = OURS_DIFFERS.get(case["id"], case["expected"])
    assert (level if level is None else shown(level, 2)) == expected
    if case["id"] in OURS_DIFFERS:
        assert expected != case["expected"]


@pytest.mark.parametrize("case", CATEGORIES, ids=[case["id"] for case in CATEGORIES])
def test_golden_categories_share_out_an_empty_one(case):
    assert shown(decide(*posed(case)).level, case["params"]["round"]) == case["expected"]


@pytest.mark.parametrize("case", HALVES, ids=[case["id"] for case in HALVES])
def test_golden_half_step_is_reproduced_exactly(case):
    assert to_step(case["inputs"], 50) / 100 == case["expected"]
