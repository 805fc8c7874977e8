"""Does all of it hold? Every run of the tests, one after the other, with its seconds, and one closing line."""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
AGREE = sorted((ROOT / "tests/agree").glob("test_*.py"))

from tests.postgres import newest_binaries  # noqa: E402

# What never touches a database, or is asked for once, on SQLite.
ONCE = [
    "rules",
    "house",
    "browser",
    "demo",
    *(f"agree/{path.name}" for path in AGREE if "engines" not in path.name),
]
COVERED = ["tests/rules", "tests/access"]
COVERAGE = ["--cov", "--cov-report=term-missing:skip-covered", "--cov-fail-under=100"]


@dataclass(frozen=True)
class Run:
    """One call of pytest."""

    title: str
    database: str
    arguments: list[str] = field(default_factory=list)
    most: int = 8  # workers; a browser keeps more than one core busy by itself


def planned(*, with_postgres: bool, with_coverage: bool) -> list[Run]:
    """The runs, in order. Rules, house checks and browser once, on SQLite; the rest on both databases."""
    runs = []
    if with_postgres:
        others = [f"--ignore=tests/{name}" for name in ONCE]
        runs.append(Run("tests on PostgreSQL", "postgres", others))
    if any((ROOT / "tests/browser").rglob("test_*.py")):
        runs.append(Run("tests in the browser", "sqlite", ["tests/browser"], most=2))
    rest = ["--ignore=tests/browser"]
    if with_coverage:  # apart, because counting branches makes all tests slower, and these must reach every branch by themselves
        runs.append(Run("every branch of rules and access", "sqlite", [*COVERED, *COVERAGE]))
        rest += [f"--ignore={folder}" for folder in COVERED]
    runs.append(Run("tests on SQLite", "sqlite", rest))
    return runs


def perform(run: Run, workers: int) -> tuple[int, dict[str, int], float]:
    """The exit code of pytest, its counts by outcome, the seconds."""
    with tempfile.TemporaryDirectory() as folder:
        counts = Path(folder) / "counts.json"
        environment = os.environ | {"CAIRN_TEST_DATABASE": run.database, "CAIRN_TEST_COUNTS": str(counts)}
        workers = min(workers, run.most)
        parallel = ["-n", str(workers), "--dist", "worksteal"] if workers > 1 else []
        command = [sys.executable, "-m", "pytest", "-q", *parallel, *run.arguments]
        begun = time.monotonic()
        code = subprocess.run(command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL).returncode
        seconds = time.monotonic() - begun
        return code, json.loads(counts.read_text()) if counts.exists() else {}, seconds


def main() -> int:
    """Exit code 0 only when every run passed."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--coverage", action="store_true", help="rules and access must be covered whole")
    options.add_argument("--workers", type=int, default=min(os.cpu_count() or 1, 4))
    asked = options.parse_args()

    with_postgres = newest_binaries() is not None
    total: dict[str, int] = {}
    refused = []
    seconds_in_all = 0.0
    stages = []
    for run in planned(with_postgres=with_postgres, with_coverage=asked.coverage):
        print(f"\n== {run.title}", flush=True)
        code, counts, seconds = perform(run, asked.workers)
        stages.append(f"[{seconds:5.0f} s] {run.title}")
        seconds_in_all += seconds
        if code:
            refused.append(run.title)
        for kind, count in counts.items():
            total[kind] = total.get(kind, 0) + count

    print("\n" + "\n".join(stages))
    if not with_postgres:
        print("SKIPPED: the tests on PostgreSQL, which is not installed here (apt install postgresql).")
    if refused:
        print(f"Not in order: {', '.join(refused)}.")
    print(closing_line(total, seconds_in_all), flush=True)
    return 1 if refused else 0


def closing_line(total: dict[str, int], seconds: float) -> str:
    """All runs in one line, in pytest's own words."""
    failed = total.get("failed", 0) + total.get("error", 0)
    parts = [f"{total.get('passed', 0)} passed", f"{failed} failed"]
    parts += [f"{total[kind]} {kind}" for kind in ("skipped", "xfailed") if total.get(kind)]
    return f"{', '.join(parts)} in {seconds:.2f}s"


if __name__ == "__main__":
    sys.exit(main())
