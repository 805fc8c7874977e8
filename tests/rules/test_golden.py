"""Do our methods give the numbers that other systems publish and test?

The cases are facts collected from other systems; they are third-party material and stay outside the repository.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from cairn.rules.mastery import Method, Score, decide
from cairn.rules.scale import shown, to_step

SHARED = Path(os.environ.get("CAIRN_SHARED", Path(__file__).resolve().parents[3] / "shared"))
GOLDEN = SHARED / "golden" / "mastery.json"
if not GOLDEN.exists():
    pytest.skip(f"golden cases not found at {GOLDEN}; set CAIRN_SHARED", allow_module_level=True)

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
}
OUR_PARAMETER = {"weight_latest_pct": "percent", "decay_pct": "percent", "n": "n"}
EVERY_CASE: list[dict[str, Any]] = json.loads(GOLDEN.read_text())["cases"]
CASES = [case for case in EVERY_CASE if case["method"] in OURS]
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
    assert len(HALVES) == 4


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_golden_case_is_reproduced_exactly(case):
    given = case["params"]
    params = {OUR_PARAMETER[name]: given[name] for name in OUR_PARAMETER if given.get(name) is not None}
    goal = given.get("mastery_points", 3) * 100

    mastery = decide(rows(case["inputs"]), Method(OURS[case["method"]], params), goal)

    level = mastery.level
    if level is not None and given.get("round") is not None:
        level = shown(level, given["round"])
    assert level == case["expected"]
    assert (level is None) == (case["expected"] is None)


@pytest.mark.parametrize("case", HALVES, ids=[case["id"] for case in HALVES])
def test_golden_half_step_is_reproduced_exactly(case):
    assert to_step(case["inputs"], 50) / 100 == case["expected"]
