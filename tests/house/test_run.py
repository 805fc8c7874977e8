"""Does the task runner do what its list says?"""

import re
import subprocess

import pytest

from tests.everything import ONCE, closing_line, planned
from tests.house.tree import ROOT

RUN = (ROOT / "run").read_text("utf-8")


def test_the_list_names_every_task_and_no_other() -> None:
    shown = subprocess.run(["sh", "run"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    listed = set(re.findall(r"^  ([a-z-]+)  ", shown, re.MULTILINE))
    cases = RUN[RUN.index('case "$task" in') :]
    known = {
        name for line in re.findall(r"^    ([a-z| -]+)\)", cases, re.MULTILINE) for name in line.split(" | ")
    }
    assert listed == known - {"help"}


def test_an_unknown_task_fails_and_shows_the_list() -> None:
    done = subprocess.run(["sh", "run", "dance"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 1
    assert "There is no task 'dance'." in done.stderr


@pytest.mark.parametrize(("shell", "script"), [("sh", "run"), ("bash", ".ci/run")])
def test_scripts_parse(shell: str, script: str) -> None:
    subprocess.run([shell, "-n", script], cwd=ROOT, check=True)


def test_what_touches_the_database_runs_on_both() -> None:
    runs = planned(with_postgres=True, with_coverage=True)
    on_postgres = next(run for run in runs if run.database == "postgres")
    assert on_postgres.arguments == [f"--ignore=tests/{name}" for name in ONCE]
    assert runs[-1].database == "sqlite"


def test_the_closing_line_adds_all_runs_up() -> None:
    assert closing_line({"passed": 7, "error": 1, "failed": 1, "skipped": 2}, 1.5) == (
        "7 passed, 2 failed, 2 skipped in 1.50s"
    )
