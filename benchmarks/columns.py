"""How long do the kernels over columns take for a whole state, beside only reading the same bytes, and how much memory?

`python -m benchmarks columns --scores N` makes up series block by block, mostly of one to eight scores, four on the average, on half steps, packed
by length as a snapshot on disk holds them, and times `decide_block` alone; nothing but one block is ever held. Seconds are per
520 million scores, whatever number was asked for.
"""

import json
import resource
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict

import numpy as np
from numpy.typing import NDArray

from benchmarks import table
from cairn.rules.columns import decide_block
from cairn.rules.mastery import Method

STATE = 520_000_000
SERIES = 4_000_000  # in a block: more bytes than the cache holds
# How many of a thousand series have so many scores.
LENGTHS = {1: 120, 2: 160, 3: 180, 4: 170, 5: 140, 6: 100, 7: 60, 8: 43, 12: 20, 20: 7}
# Seconds of a compiled kernel on this kind of machine; the budget is twice that.
LIMITS = {
    "latest": 0.21,
    "highest": 1.25,
    "decaying_average": 1.15,
    "weighted_latest": 1.3,
    "power_law": 1.65,
    "mean": None,
}
Matrix = NDArray[np.int16]


def made(scores: int) -> Iterator[list[Matrix]]:
    """Blocks of matrices by length, until there are as many scores."""
    chance = np.random.default_rng(2026)
    while scores > 0:
        series = min(SERIES, scores // 4 + 1)
        block = []
        for length, share in LENGTHS.items():
            steps = chance.integers(0, 9, (length, series * share // 1_000), np.int16)
            steps *= 50
            block.append(steps)
            scores -= steps.size
        yield block


class Clock:
    """Seconds on the wall and of the processor, added up. They differ where others use the machine."""

    def __init__(self) -> None:
        self.wall = self.processor = 0.0

    def time(self, job: Callable[[], object]) -> None:
        wall, processor = time.perf_counter(), time.process_time()
        job()
        self.wall += time.perf_counter() - wall
        self.processor += time.process_time() - processor


def halves(block: list[Matrix]) -> list[list[Matrix]]:
    middles = [matrix.shape[1] // 2 for matrix in block]
    return [
        [matrix[:, :middle] for matrix, middle in zip(block, middles, strict=True)],
        [matrix[:, middle:] for matrix, middle in zip(block, middles, strict=True)],
    ]


def main(scores: int) -> None:
    """One pass over the block warms up; then floor and methods in turn, block by block."""
    floor, one, two = Clock(), {name: Clock() for name in LIMITS}, {name: Clock() for name in LIMITS}
    done = 0

    def decide(method: Method, block: list[Matrix]) -> None:
        for matrix in block:
            decide_block(matrix, method, 300)

    def stream(block: list[Matrix]) -> None:
        for matrix in block:
            matrix.reshape(-1)[: matrix.size // 4 * 4].view(np.int64).sum()

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    with ThreadPoolExecutor(2) as threads:
        for block in made(scores):
            if not done:
                stream(block)
                for name in LIMITS:
                    decide(Method(name), block)
            done += sum(matrix.size for matrix in block)
            floor.time(lambda block=block: stream(block))
            for name in LIMITS:
                method = Method(name)
                one[name].time(lambda method=method, block=block: decide(method, block))
                both = halves(block)
                two[name].time(lambda method=method, both=both: list(threads.map(decide, [method] * 2, both)))
    scale = STATE / done
    print(f"  {done:,} scores decided; seconds per {STATE:,}", flush=True)
    for name, limit in LIMITS.items():
        alone, threaded = one[name], two[name]
        table.add(
            f"{name} of 520 M scores",
            f"{alone.wall * scale:.2f} s ({alone.processor * scale:.2f} s of the processor), "
            f"two threads {threaded.wall * scale:.2f} s",
            f"{floor.wall * scale:.2f} s ({floor.processor * scale:.2f} s), reading the bytes",
            f"{alone.processor / floor.processor:.1f}",
            "" if limit is None else f"<= {2 * limit:.2f} s",
        )
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    table.add("  memory at most", f"{peak:.0f} MB", f"{before:.0f} MB before the first block")
    print("ROWS " + json.dumps([asdict(row) for row in table.ROWS]))


if __name__ == "__main__":
    main(int(sys.argv[-1]))
