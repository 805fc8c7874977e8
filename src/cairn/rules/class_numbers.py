"""What do the levels of several students come to: how many at each level, the mean, the median, and parts of a hundred?

For adults who plan for a class; no page shows them to a student or a family. Whoever has no level is counted apart and enters
neither mean nor median, as in Canvas' class figures. Canvas rounds every part by itself, so that three thirds come to 99; ours are
rounded by the largest remainder and always come to 100.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from cairn.rules.scale import snap


class ClassNumbers(NamedTuple):
    """counts: students at each cut, in the order of the cuts. without: students without a level. Level units; None: no levels."""

    counts: tuple[int, ...]
    without: int
    mean: float | None
    median: float | None


def reached(level: float, cuts: Sequence[int]) -> int:
    """The place of the cut (hundredths, the highest first) that a level (level units) has reached; below all: the last."""
    held = snap(level)
    return next((place for place, cut in enumerate(cuts) if held >= cut / 100), len(cuts) - 1)


def class_numbers(levels: Iterable[float | None], cuts: Sequence[int]) -> ClassNumbers:
    """The numbers of a class on one target. `levels`: one per student; `cuts`: where each level begins, the highest first."""
    every = list(levels)
    held = sorted(level for level in every if level is not None)
    counts = [0] * len(cuts)
    for level in held:
        counts[reached(level, cuts)] += 1
    mean = snap(sum(held) / len(held)) if held else None
    return ClassNumbers(tuple(counts), len(every) - len(held), mean, median(held))


def median(held: Sequence[float]) -> float | None:
    """The middle one of levels in rising order; of two middle ones their mean."""
    if not held:
        return None
    half = len(held) // 2
    return snap(held[half] if len(held) % 2 else (held[half - 1] + held[half]) / 2)


def percents(counts: Sequence[int]) -> tuple[int, ...]:
    """Whole parts of a hundred that add up to 100, by the largest remainder, among equals the first; empty: nothing counted."""
    total = sum(counts)
    if not total:
        return ()
    parts = [count * 100 // total for count in counts]
    order = sorted(range(len(counts)), key=lambda place: (-(counts[place] * 100 % total), place))
    for place in order[: 100 - sum(parts)]:
        parts[place] += 1
    return tuple(parts)
