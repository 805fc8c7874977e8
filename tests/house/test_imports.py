"""Does every import keep to the order of the house, and do the rules stay free of clock, chance and files?"""

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.tree import ROOT, SOURCE, files_ending, name_of, parsed

# What an import contract cannot see: names reached through an allowed module, and Python's own functions.
CLOCKS = {"now", "today", "utcnow", "fromtimestamp", "localtime", "perf_counter", "monotonic"}
LINT = Path(sys.executable).with_name("lint-imports")
DOORS_OUT = {"open", "print", "input", "exec", "eval", "__import__"}


def test_the_import_contracts_are_kept() -> None:
    done = subprocess.run(
        [LINT, "--no-cache"],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT / "src"), "PYTHONWARNINGS": "ignore"},
        capture_output=True,
        text=True,
    )
    if done.returncode:
        pytest.fail(done.stdout.rpartition("Broken contracts")[2] + done.stderr, pytrace=False)


def test_rules_ask_no_clock_and_open_nothing() -> None:
    found = []
    for path in (SOURCE / "rules").rglob("*.py"):
        for node in ast.walk(parsed(path)):
            if not isinstance(node, ast.Call):
                continue
            called = node.func
            if (isinstance(called, ast.Attribute) and called.attr in CLOCKS) or (
                isinstance(called, ast.Name) and called.id in DOORS_OUT
            ):
                found.append(f"{name_of(path)}:{node.lineno} {ast.unparse(called)}")
    assert not found, f"Time and chance are arguments of a rule, and rules read and write nothing: {found}"


def test_evidence_is_appended_by_the_recording_action_alone() -> None:
    """Tests may append too; in the product only learning/mastery does, also behind another name or a late import."""
    found = [
        name_of(path)
        for path in files_ending(".py")
        if SOURCE in path.parents
        and not {SOURCE / "learning" / "mastery", SOURCE / "learning" / "evidence"} & set(path.parents)
        and (
            "Evidence.objects.create" in (text := path.read_text("utf-8")) or "Evidence.objects.bulk" in text
        )
    ]
    assert not found, f"Call learning.mastery.actions.record_scores: {found}"


def test_tests_import_nothing_private_of_another_test() -> None:
    found = [
        f"{name_of(path)}:{node.lineno}"
        for path in files_ending(".py")
        if ROOT / "tests" in path.parents
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.ImportFrom) and (node.module or "").rpartition(".")[2].startswith("test_")
    ]
    assert not found, f"Move what these share into a module of its own: {found}"
