"""Which cases do other systems publish and test, and how does each ask ours? Third-party facts; they stay outside the repository."""

import json
import os
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from cairn.rules.conditions import Conditions
from cairn.rules.mastery import Method, Score
from cairn.rules.scale import to_step

SHARED = Path(os.environ.get("CAIRN_SHARED", Path(__file__).resolve().parents[3] / "shared"))
GOLDEN = SHARED / "golden" / "mastery.json"
MISSING = "golden cases not found; set CAIRN_SHARED"

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
QUIZ = "+quiz_scaling"
_OUR_PARAMETER = {"weight_latest_pct": "percent", "decay_pct": "percent", "n": "n", "k": "k", "window": "k"}
_JUDGED = datetime(2026, 10, 1, tzinfo=UTC)


@cache
def every_case() -> list[dict[str, Any]]:
    """All of them; empty where the file is absent."""
    return json.loads(GOLDEN.read_text())["cases"] if GOLDEN.exists() else []


def posed(case: dict[str, Any]) -> tuple[list[Score], Method, int] | None:
    """The evidence, our method and the goal of a case; None where we offer no such method."""
    name, given, inputs = case["method"], case["params"], case["inputs"]
    if name == "empower.true_score":
        return _rows(inputs), Method("least_error"), 300
    if name == "m_of_n":
        # Theirs counts right answers and shows a share, 0.001 once begun; ours is a level, met when k of the last m are.
        params = {"k": given["m"], "m": given["n"], "kept": int(given["sticky_once_mastered"])}
        return _rows([3 if right else 0 for right in inputs]), Method("k_of_last_m", params), 300
    if name == "category_weighted_average":
        method = Method("mean", conditions=Conditions(categories=given["weights"]))
        return _by_category(inputs), method, 300
    if name.endswith(QUIZ):
        return _quiz(case)
    if name not in OURS:
        return None
    params = _params(given)
    if "clamp" in given:
        params |= {"low": given["clamp"][0] * 100, "high": given["clamp"][1] * 100}
    if given.get("tie") == "no score":
        params["none_on_tie"] = 1
    return _rows(inputs), Method(OURS[name], params), given.get("mastery_points", 3) * 100


def _params(given: dict[str, Any]) -> dict[str, int]:
    return {ours: given[theirs] for theirs, ours in _OUR_PARAMETER.items() if given.get(theirs) is not None}


def _rows(inputs: Any) -> list[Score]:
    if isinstance(inputs, dict):  # two user reports give the mean of the earlier scores instead of the scores
        inputs = [inputs["mean_of_others"], inputs["latest"]]
    made = []
    for place, value in enumerate(inputs):
        day = date(2026, 9, 1) + timedelta(days=place)
        if value is None:
            made.append(Score(place, None, "missing", day, _JUDGED))
        else:
            # A score of ours has two decimals (canvas-015 brings 2.123).
            made.append(Score(place, to_step(value, 1), "", day, _JUDGED))
    return made


def _by_category(inputs: dict[str, float]) -> list[Score]:
    return [
        Score(place, round(value * 100), "", date(2026, 9, 1), _JUDGED, category=name)
        for place, (name, value) in enumerate(inputs.items())
    ]


def _quiz(case: dict[str, Any]) -> tuple[list[Score], Method, int]:
    """Results of quizzes (a share of the points, pooled by quiz) and of other work."""
    given, name = case["params"], case["method"].removesuffix(QUIZ)
    scale = given["points_possible"] or given["mastery_points"]
    made = []
    for place, one in enumerate(sorted(case["inputs"], key=lambda one: one["t"])):
        value = one["score"] if one.get("score") is not None else one["percent"] * scale
        task = f"quiz {one['association_id']}" if one["artifact"] == "quiz" else ""
        weight = int((one.get("possible") or 1) * 100)
        day = date(2026, 9, 20) + timedelta(days=one["t"])
        made.append(Score(place, round(value * 100), "", day, _JUDGED, task=task, weight=weight))
    pool = "" if name in ("canvas.highest", "canvas.n_mastery") else "mean"
    method = Method(OURS[name], _params(given), conditions=Conditions(pool=pool))
    return made, method, given["mastery_points"] * 100
