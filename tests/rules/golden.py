"""Which cases do other systems publish and test, how does each ask ours, and which are not ours? They stay outside the repository."""

import json
import os
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest

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
LISTED = "a rule of ours lists no targets: they are read from the framework, each once, with the weight they have there"
# Every case that our tests do not reproduce, and why not. All others are.
NOT_OURS = {
    "canvas-069": "a score is given on the target's own scale; one of an earlier scale makes no level (decision 12)",
    "canvas-076": "two services are not merged after the fact: a piece that comes twice has one key and is one row",
    "moodle-025": LISTED,
    "moodle-026": LISTED,
    "moodle-027": LISTED,
    "moodle-029": LISTED,
    "moodle-043": "a machine's rating that never replaces a person's is no evidence; with us a level set by hand is locked for that",
    "moodle-050": "a scale on which a lower value is proficient and a higher one is not has no goal; ours must have one",
    "moodle-064": "a parent holds no evidence of its own; it counts its targets",
    "moodle-065": "a level without a rule is a level that nobody can complete; ours always has one",
}


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


def cases(method: str, count: int) -> list[dict[str, Any]]:
    """Those of a method that are ours, of whom there must be so many. A case that silently disappears must fail."""
    if not every_case():
        pytest.skip(MISSING)
    found = [case for case in every_case() if case["method"] == method and case["id"] not in NOT_OURS]
    assert len(found) == count, (method, len(found))
    return found
