"""How are the scores of many students held at once, and how are series of one length taken together?

A series is what one student has shown on one target. Series of one length make a matrix, one score per row, oldest first, so
that a formula is a loop over a few rows and not over millions of students. A matrix is taken in blocks that stay in the cache.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from cairn.rules.scale import NANO

Scores = NDArray[Any]  # int16 or float64, in hundredths
Floats = NDArray[np.float64]
Whole = NDArray[np.integer[Any]]
Flags = NDArray[np.bool_]

# Series per block: a row of floats is 125 KiB and some rows fit the cache; no power of two, or all rows would claim the same lines of it.
LANES = 16_000
MOST = 1 << 20  # scores per block, where series are long


class Series(NamedTuple):
    """Series i is values[offsets[i]:offsets[i + 1]], in the method's order, oldest first.

    What a method's conditions do not ask for may be left out.
    """

    offsets: NDArray[np.int64]  # n + 1, from 0
    values: Scores  # hundredths; int16 from 0, or float64
    days: NDArray[np.int32] | None = None  # days since 1970-01-01 of shown_on; for expires_after
    tasks: NDArray[np.int32] | None = None  # 0: no task; for pool
    categories: NDArray[np.int16] | None = None  # place in tuple(conditions.categories), -1: none
    weights: Whole | None = None  # hundredths; for weighted, and for pool by mean


def checked(series: Series) -> Series:
    """The same series. Raises ValueError where its arrays do not fit together."""
    offsets, values = series.offsets, series.values
    if offsets.ndim != 1 or not len(offsets) or offsets.dtype.kind != "i":
        raise ValueError("offsets are one row of whole numbers, one more than there are series")
    if offsets[0] != 0 or offsets[-1] != len(values) or np.any(offsets[1:] < offsets[:-1]):
        raise ValueError("offsets rise from 0 to the number of values")
    if values.ndim != 1 or values.dtype not in (np.int16, np.float64):
        raise ValueError("values are one row of int16 or of float64")
    if values.dtype == np.float64 and not np.all(np.isfinite(values)):
        raise ValueError("values are numbers; what has no value is no score")
    for name in ("days", "tasks", "categories", "weights"):
        column = getattr(series, name)
        if column is not None and (column.shape != values.shape or column.dtype.kind != "i"):
            raise ValueError(f"{name} are one row of whole numbers, one for each value")
    return series


def picked(series: Series, which: Flags | Whole, offsets: NDArray[np.int64]) -> Series:
    """Some of the scores, under offsets of their own."""
    columns = (None if column is None else column[which] for column in series[1:])
    return Series(offsets, *columns)  # type: ignore[arg-type]


def chosen(series: Series, keep: Flags) -> Series:
    """As many series, with only the scores that are kept."""
    before = np.concatenate(([0], np.cumsum(keep)))
    return picked(series, keep, before[series.offsets])


def shortened(series: Series, which: Whole, counts: NDArray[np.int64]) -> Series:
    """Some of the series, each with only its first scores, as many as `counts` says."""
    offsets = np.concatenate(([0], np.cumsum(counts)))
    places = np.repeat(series.offsets[which] - offsets[:-1], counts) + np.arange(offsets[-1])
    return picked(series, places, offsets)


def owners(series: Series) -> NDArray[np.int64]:
    """Of each score, the number of its series."""
    return np.repeat(np.arange(len(series.offsets) - 1), np.diff(series.offsets))


def width(length: int) -> int:
    """How many series of a length make a block."""
    return max(1, min(LANES, MOST // length))


def blocks(series: Series) -> Iterator[tuple[NDArray[np.int64], Scores]]:
    """All series that hold a score, by length: their numbers, and the matrix (length, series) of their values."""
    lengths = np.diff(series.offsets)
    sizes = np.bincount(lengths)
    # Sorting whole numbers of 16 bits is linear, and hardly any series is longer.
    order = np.argsort(lengths.astype(np.uint16) if len(sizes) <= 1 << 16 else lengths, kind="stable")
    end = 0
    for length, size in enumerate(sizes.tolist()):
        first, end = end, end + size
        if length:
            step = width(length)
            for begin in range(first, end, step):
                lanes = order[begin : min(begin + step, end)]
                yield lanes, _gathered(series, lanes, length)


def _gathered(series: Series, lanes: NDArray[np.int64], length: int) -> Scores:
    places = series.offsets[lanes]
    matrix = np.empty((length, len(lanes)), series.values.dtype)
    for row in matrix:
        np.take(series.values, places, out=row, mode="clip")
        places += 1
    return matrix


def snap(level: Floats, out: Floats) -> None:
    """As scale.snap: multiply, round half-even to a whole number, divide."""
    np.multiply(level, NANO, out=out)
    np.rint(out, out=out)
    np.divide(out, NANO, out=out)


def differ(one: Floats, other: Floats) -> Flags:
    """Where two columns of levels are not the same; no level is the same as no level."""
    differs: Flags = (one != other) & ~(np.isnan(one) & np.isnan(other))
    return differs
