"""Given a student's evidence rows on a target, which mastery row follows? One place for recording and for recompute."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from cairn.learning.evidence.chains import standing
from cairn.rules.conditions import Item
from cairn.rules.mastery import Method, level_of, level_under
from cairn.rules.override import Override, changes_on, stands
from cairn.rules.scale import snap


@dataclass(slots=True)
class Piece:
    """What deciding needs of one evidence row."""

    id: int
    value: int | None
    no_score: str
    shown_on: date
    supersedes_id: int | None
    other_scale: bool = False  # given before the scale now in use
    # Read only where the method's conditions ask for them.
    task: str = ""
    category: str = ""
    weight: int = 100


@dataclass(slots=True)
class Decided:
    """The mastery row to keep; all None and zero when nothing is left to decide from."""

    level: float | None
    met: bool
    no_score: str
    count: int
    last_shown_on: date | None  # of the newest piece with a score; without any, of the newest piece
    changed_on: date | None
    previous_level: float | None
    met_on: date | None = None  # since when it has been met without a break; None: it is not met
    override: int | None = (
        None  # the override that sets the level; then computed_level is what the evidence alone says
    )
    computed_level: float | None = None
    due_on: date | None = None  # the first day that changes this though nothing is recorded


def decide_cell(pieces: Sequence[Piece], method: Method, goal: int, on: date) -> Decided:
    """Mastery on a day from all evidence of one student on one target, in the method's order; goal in hundredths.

    `changed_on` is the day shown of the piece with which the level last became another, read from the evidence
    alone, so that recomputing tells the same story.
    """
    # Thousands of times per import, so it goes through the pieces in plain loops.
    pieces = _standing(pieces)
    last: Piece | None = None
    values: list[int] = []
    days: list[date] = []
    for piece in pieces:
        if not piece.other_scale:
            last = piece
            if piece.value is not None:
                values.append(piece.value)
                days.append(piece.shown_on)
    if last is None:
        return Decided(None, False, "", 0, None, None, None)
    if not values:
        return Decided(None, False, last.no_score, 0, last.shown_on, last.shown_on, None)
    if method.conditions:
        return _under_conditions(pieces, method, goal, on, max(days))
    level = level_of(values, method, goal)
    met = level is not None and level >= goal / 100
    if len(values) == 1:
        return Decided(level, met, "", 1, days[0], days[0], None, days[0] if met else None)
    changed_on, before, met_on = _history(values, days, method, goal, level)
    return Decided(level, met, "", len(values), max(days), changed_on, before, met_on if met else None)


def _under_conditions(pieces: Sequence[Piece], method: Method, goal: int, on: date, newest: date) -> Decided:
    items = [
        Item(piece.id, piece.value, piece.shown_on, piece.task, piece.category, piece.weight)
        for piece in pieces
        if piece.value is not None and not piece.other_scale
    ]
    conditions = method.conditions
    levels = [level_under(items[:count], method, goal, on) for count in range(len(items), 0, -1)]
    met = [level is not None and level >= conditions.goal(goal) / 100 for level in levels]
    moved = next((place for place, level in enumerate(levels) if level != levels[0]), None)
    unmet = next((place for place, at_goal in enumerate(met) if not at_goal), len(items))
    expired = levels[0] is None and not conditions.left(items, on)
    return Decided(
        levels[0],
        met[0],
        "expired" if expired else "",
        len(items),
        newest,
        items[0].shown_on if moved is None else items[len(items) - moved].shown_on,
        None if moved is None else levels[moved],
        items[len(items) - unmet].shown_on if met[0] else None,
        due_on=conditions.expires_on(items, on),
    )


def _standing(pieces: Sequence[Piece]) -> Sequence[Piece]:
    for piece in pieces:
        if piece.supersedes_id is not None:
            stand = standing(pieces)
            return [piece for piece in pieces if piece.id in stand]
    return pieces


def overrule(decided: Decided, pieces: Sequence[Piece], override: Override, goal: int, on: date) -> Decided:
    """What is decided on a day, where an adult set the level: theirs, as long as it stands and there is any evidence."""
    scored = [(piece.id, piece.shown_on) for piece in _standing(pieces) if piece.value is not None]
    if decided.last_shown_on is None or not stands(override, scored, on):
        return decided
    level = snap(override.level / 100)
    met = override.level >= goal
    same = level == decided.level
    return replace(
        decided,
        level=level,
        met=met,
        no_score="",
        changed_on=decided.changed_on if same else override.set_on,
        previous_level=decided.previous_level if same else decided.level,
        met_on=None if not met else decided.met_on if decided.met else override.set_on,
        override=override.id,
        computed_level=decided.level,
        due_on=min(filter(None, (decided.due_on, changes_on(override, on))), default=None),
    )


def _history(
    values: list[int], days: list[date], method: Method, goal: int, level: float | None
) -> tuple[date, float | None, date]:
    """When the level last became what it is, what it was before, and since when it has been at the goal without a break."""
    changed_on = previous = met_on = None
    for place in range(len(values) - 1, 0, -1):
        before = level_of(values[:place], method, goal)
        if changed_on is None and before != level:
            changed_on, previous = days[place], before
        if met_on is None and (before is None or before < goal / 100):
            met_on = days[place]
        if changed_on is not None and met_on is not None:
            break
    return changed_on or days[0], previous, met_on or days[0]
