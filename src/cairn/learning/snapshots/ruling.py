"""Which rules decide the evidence of a snapshot? `rules.json` beside it says so, written last: without it a folder is no snapshot."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from cairn.learning.mastery.pieces import NONE, Rule
from cairn.rules.conditions import read
from cairn.rules.mastery import Method

RULES = "rules.json"
FORMAT = 1


class Absent(Exception):
    """pyarrow is not installed, or the folder is no export."""


def write_rules(
    folder: Path,
    rules: Mapping[int, Rule | None],
    on: int,
    categories: tuple[str, ...] = (),
    digest: str = "",
) -> None:
    """Say what the codes of rules mean, and on which day (since 1970-01-01) they were in force."""
    told = {
        code: {
            "policy": rule.policy,
            "method": rule.method.name,
            "params": dict(rule.method.params),
            "version": rule.method.version,
            "order": rule.method.order,
            "conditions": rule.method.conditions.as_json(),
            "goal": rule.goal,
            "counts_from": rule.counts_from,
        }
        for code, rule in sorted(rules.items())
        if rule is not None
    }
    whole = {
        "format": FORMAT,
        "on": str(np.datetime64(on, "D")),
        "in_force": digest,
        "categories": categories,
        "rules": told,
    }
    text = json.dumps(whole, indent=1, default=dict)
    (folder / RULES).write_text(text, encoding="utf-8")  # last: a folder without it is no export


def _told(folder: Path) -> dict[str, Any]:
    path = folder / RULES
    if not path.exists():
        raise Absent(f"There is no finished export in {folder}.")
    told: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    if told["format"] != FORMAT:
        raise Absent(f"The export in {folder} was written by another version of Cairn.")
    return told


def in_force(folder: Path) -> tuple[int, str]:
    """The day (since 1970-01-01) on which an export was written, and the digest of all that was in force. Raises Absent."""
    told = _told(folder)
    return int(np.datetime64(told["on"], "D").astype(np.int64)), told["in_force"]


def read_rules(folder: Path) -> tuple[dict[int, Rule | None], tuple[str, ...]]:
    """The rules of an export by their codes, and its categories. Raises Absent where the folder is none."""
    told = _told(folder)
    rules: dict[int, Rule | None] = {NONE: None}
    for code, one in told["rules"].items():
        conditions = read(one["conditions"])
        method = Method(one["method"], one["params"], one["version"], one["order"], conditions)
        rules[int(code)] = Rule(one["policy"], method, one["goal"], one["counts_from"])
    return rules, tuple(told["categories"])
