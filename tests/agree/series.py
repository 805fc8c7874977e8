"""How is the same evidence given to the scalar rules and to the columns, and when do both say the same?"""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import chain

import numpy as np
from hypothesis import strategies as st

from cairn.learning.mastery.decide import Piece, decide_cell
from cairn.rules.columns import Levels, Series, decide_columns, history_columns
from cairn.rules.conditions import POOLS, Conditions
from cairn.rules.formulas import FORMULAS
from cairn.rules.mastery import ORDERS, Method, Score, decide, level_of

EPOCH = date(1970, 1, 1)
FIRST = date(2026, 9, 1)
JUDGED = datetime(2026, 12, 1, tzinfo=UTC)
NAMES = tuple(FORMULAS)
Rows = Sequence[Sequence[Score]]


def in_days(day: date) -> int:
    return (day - EPOCH).days


def column_of(rows: Rows, method: Method) -> Series:
    """All series, each in the method's order, with every column that conditions may ask for."""
    ordered = [sorted(row, key=ORDERS[method.order]) for row in rows]
    every = [score for row in ordered for score in row]
    tasks = {"": 0}
    categories = tuple(method.conditions.categories)
    return Series(
        np.cumsum([0, *map(len, ordered)]),
        np.array([score.value for score in every], np.int16),
        np.array([in_days(score.shown_on) for score in every], np.int32),
        np.array([tasks.setdefault(score.task, len(tasks)) for score in every], np.int32),
        np.array(
            [categories.index(score.category) if score.category in categories else -1 for score in every],
            np.int16,
        ),
        np.array([score.weight for score in every], np.int32),
    )


def or_none(level: float) -> float | None:
    return None if np.isnan(level) else float(level)


def same_levels(levels: Levels, rows: Rows, method: Method, goal: int, on: date) -> None:
    """Every level by `decide`, which explains, to the last bit."""
    for place, row in enumerate(rows):
        mastery = decide(row, method, goal, on)
        told = (or_none(levels.level[place]), bool(levels.met[place]), int(levels.count[place]))
        assert told == (mastery.level, mastery.met, len(row)), (method, goal, on, row)


def same_history(rows: Rows, method: Method, goal: int, on: date) -> None:
    """Level, days of change and of being met by `decide_cell`, which writes the kept row. Days of a series are distinct,
    so that a day tells a place."""
    series = column_of(rows, method)
    levels, history = history_columns(series, method, goal, in_days(on))
    days = series.days
    assert days is not None

    def day(place: int, number: int) -> date | None:
        return None if place < 0 else EPOCH + timedelta(int(days[series.offsets[number] + place]))

    for number, row in enumerate(rows):
        pieces = [
            Piece(s.id, s.value, "", s.shown_on, None, False, s.task, s.category, s.weight)
            for s in sorted(row, key=ORDERS[method.order])
        ]
        cell = decide_cell(pieces, method, goal, on)
        told = (
            or_none(levels.level[number]),
            bool(levels.met[number]),
            int(levels.count[number]),
            day(history.changed[number], number),
            or_none(history.previous[number]),
            day(history.met_since[number], number),
        )
        kept = (cell.level, cell.met, cell.count, cell.changed_on, cell.previous_level, cell.met_on)
        assert told == kept, (method, goal, on, pieces)


def agree(rows: Rows, method: Method, goal: int, on: date) -> None:
    """Levels and history, by all roads."""
    same_levels(decide_columns(column_of(rows, method), method, goal, in_days(on)), rows, method, goal, on)
    same_history(rows, method, goal, on)


def plain(values: Sequence[Sequence[int]]) -> Series:
    """Series of values alone."""
    flat = np.fromiter(chain.from_iterable(values), np.int16)
    return Series(np.cumsum([0, *map(len, values)]), flat)


def by_one(values: Sequence[Sequence[int]], method: Method, goal: int) -> list[float | None]:
    """The scalar levels; equal rows are decided once."""
    known = {row: level_of(row, method, goal) for row in set(map(tuple, values))}
    return [known[tuple(row)] for row in values]


# --- What Hypothesis draws. ---

hundredths = st.integers(0, 8).map(lambda half: half * 50) | st.integers(0, 1_000)
goals = st.sampled_from([100, 250, 300, 400]) | st.integers(1, 1_000)
days_asked = st.integers(0, 60).map(lambda days: FIRST + timedelta(days))


@st.composite
def conditions(draw: Callable) -> Conditions:
    """Any of them, together too."""
    return Conditions(
        minimum=draw(st.integers(1, 4)),
        pool=draw(st.sampled_from(POOLS)),
        expires_after=draw(st.none() | st.integers(1, 40)),
        cut=draw(st.none() | st.integers(1, 1_000)),
        categories=draw(st.dictionaries(st.sampled_from("abc"), st.integers(1, 1_000))),
        weighted=draw(st.booleans()),
    )


@st.composite
def methods(draw: Callable, names: Sequence[str] = NAMES, *, under: bool = False) -> Method:
    """Any method with any parameters and order, under conditions if asked."""
    name = draw(st.sampled_from(names))
    params = {key: draw(st.integers(one.low, one.high)) for key, one in FORMULAS[name].parameters.items()}
    order = draw(st.sampled_from(tuple(ORDERS)))
    around = draw(conditions()) if under else Conditions(minimum=draw(st.sampled_from([1, 1, 1, 3])))
    return Method(name, params, order=order, conditions=around)


_piece = st.tuples(
    hundredths,
    st.integers(0, 50),
    st.integers(0, 50),
    st.integers(0, 9),
    st.sampled_from(["", "", "quiz", "essay"]),
    st.sampled_from(["", "a", "b", "c"]),
    st.sampled_from([0, 50, 100, 300]),
)
_series = st.lists(_piece, max_size=9, unique_by=lambda piece: piece[1])


@st.composite
def evidence(draw: Callable) -> list[list[Score]]:
    """Up to six series, each of up to nine scores on days of their own."""
    return [
        [
            Score(
                number,
                value,
                "",
                FIRST + timedelta(shown),
                JUDGED + timedelta(hours=judged),
                due_on=FIRST + timedelta(due) if due < 40 else None,
                task=task,
                category=category,
                weight=weight,
            )
            for number, (value, shown, due, judged, task, category, weight) in enumerate(row)
        ]
        for row in draw(st.lists(_series, min_size=1, max_size=6))
    ]
