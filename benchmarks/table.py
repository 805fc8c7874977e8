"""How is a figure taken and printed? Medians of interleaved runs, the baseline beside it, the ratio, the budget."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from django.db import connection
from django.test.utils import CaptureQueriesContext


@dataclass
class Row:
    """One line of the table. Times in ms; `budget` in words; `queries` as counted in one more call."""

    name: str
    ours: str
    baseline: str
    ratio: str
    budget: str
    queries: str = ""


ROWS: list[Row] = []


def once(job: Callable[[], object]) -> float:
    """Milliseconds that one call takes."""
    begin = time.perf_counter()
    job()
    return (time.perf_counter() - begin) * 1000


def paired(
    ours: Callable[[], object], baseline: Callable[[], object], *, runs: int, warm: int = 5
) -> tuple[float, float]:
    """Medians (ms) of both, run in turn, so that a machine that slows down slows both."""
    for _ in range(warm):
        ours(), baseline()
    pairs = [(once(ours), once(baseline)) for _ in range(runs)]
    return statistics.median(a for a, _ in pairs), statistics.median(b for _, b in pairs)


def count(job: Callable[[], object]) -> int:
    """How many statements a call runs."""
    with CaptureQueriesContext(connection) as captured:
        job()
    return len(captured)


def add(
    name: str, ours: str, baseline: str = "", ratio: str = "", budget: str = "", queries: str = ""
) -> None:
    """Keep a row, and print it at once: a long run shows where it is."""
    row = Row(name, ours, baseline, ratio, budget, queries)
    ROWS.append(row)
    print(
        f"  {row.name}: {row.ours}  baseline {row.baseline}  ratio {row.ratio}  queries {row.queries}",
        flush=True,
    )


def add_pair(name: str, ours: float, baseline: float, budget: str, queries: int | str = "") -> None:
    """Keep a row of two medians in ms."""
    add(name, f"{ours:.2f} ms", f"{baseline:.2f} ms", f"{ours / baseline:.1f}", budget, str(queries))


def printed() -> str:
    """All rows as a table."""
    heads = ("job", "ours", "baseline", "ratio", "budget", "queries")
    rows = [heads, *((r.name, r.ours, r.baseline, r.ratio, r.budget, r.queries) for r in ROWS)]
    widths = [max(len(row[i]) for row in rows) for i in range(len(heads))]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    ]
    return "\n".join([lines[0], "  ".join("-" * width for width in widths), *lines[1:]])


def memory_peak(process: str = "self") -> float:
    """MB that this process, or another by its id, held at most."""
    for line in Path(f"/proc/{process}/status").read_text().splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1]) / 1024
    return 0.0
