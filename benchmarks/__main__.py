"""Which figures are there, and where does each run? Every stage in a process and a database of its own, then one table.

`python -m benchmarks` takes all; `python -m benchmarks recording pages` takes some. `--growth 1000 10000` names the
district sizes for the growth rows (default 1000 10000 100000), `--scores` how many the columns decide (default 520 million).
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

import psycopg

from benchmarks.table import ROWS, Row, add, printed

STAGES = ("recording", "postgres", "pages", "files", "start", "growth", "columns", "recompute", "state")


def stage(
    jobs: str, size: int, home: Path, module: str = "benchmarks.stage", **environment: str
) -> list[Row]:
    """Run one stage and give its rows."""
    (home / "static").mkdir(exist_ok=True)  # WhiteNoise warns about a missing folder
    env = (
        os.environ
        | {"DJANGO_SETTINGS_MODULE": "cairn.project.settings", "CAIRN_HOME": str(home)}
        | environment
    )
    done = subprocess.run(
        [sys.executable, "-m", module, jobs, str(size)],
        env=env,
        stdout=subprocess.PIPE,
        text=True,
    )
    rows = [line for line in done.stdout.splitlines() if line.startswith("ROWS ")]
    print("\n".join(line for line in done.stdout.splitlines() if not line.startswith("ROWS ")), flush=True)
    if done.returncode or not rows:
        raise SystemExit(f"the stage {jobs} failed")
    return [Row(**row) for row in json.loads(rows[0].removeprefix("ROWS "))]


def growth(sizes: list[int]) -> None:
    """The same figures in districts of several sizes, and the largest over the smallest."""
    found: dict[str, list[tuple[int, float]]] = {}
    for size in sizes:
        with tempfile.TemporaryDirectory(prefix="cairn-bench-") as home:
            for row in stage("growth", size, Path(home)):
                ROWS.append(row)
                name = row.name.partition(", district of")[0]
                if row.ours.endswith(" ms"):
                    found.setdefault(name, []).append((size, float(row.ours.split()[0])))
    for name, figures in found.items():
        times = [ms for _, ms in figures]
        spread = max(times) / min(times)
        add(
            f"growth of {name}",
            " / ".join(f"{ms:.2f}" for ms in times) + " ms",
            "",
            f"{spread:.2f}",
            "flat: within 1.5 x",
        )


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("stages", nargs="*", choices=[*STAGES, []], default=list(STAGES))
    parser.add_argument("--growth", nargs="*", type=int, default=[1_000, 10_000, 100_000])
    parser.add_argument("--files", choices=["school", "district"], default="district")
    parser.add_argument("--scores", type=int, default=520_000_000)
    asked = parser.parse_args()
    with ExitStack() as stack:
        for name in asked.stages or STAGES:
            print(f"{name}:", flush=True)
            home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="cairn-bench-")))
            if name in ("recording", "pages"):
                ROWS.extend(stage(name, 10_000, home))
            elif name == "postgres":
                from tests.postgres import private_server

                with private_server(durable=True) as url:
                    with psycopg.connect(url.replace("/cairn", "/postgres"), autocommit=True) as server:
                        server.execute("CREATE DATABASE cairn")
                    ROWS.extend(stage("recording", 3_000, home, DATABASE_URL=url))
            elif name == "files":
                ROWS.extend(stage("files", 1 if asked.files == "district" else 0, home))
            elif name == "start":
                from benchmarks.start import start

                start(home)
            elif name == "growth":
                growth(asked.growth)
            elif name == "columns":
                ROWS.extend(stage(name, asked.scores, home, "benchmarks.columns"))
            elif name == "recompute":
                size = 1 if asked.files == "district" else 0
                ROWS.extend(stage(name, size, home, "benchmarks.recomputing"))
            elif name == "state":
                ROWS.extend(stage(name, asked.scores, home, "benchmarks.state"))
    print("\n" + printed())


if __name__ == "__main__":
    main()
