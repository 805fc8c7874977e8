"""Given a student's evidence rows on a target, which mastery row follows? One place for recording and for recompute."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from cairn.rules.mastery import Method, level_of

WITHDRAWN = "withdrawn"


@dataclass(slots=True)
class Piece:
    """What deciding needs of one evidence row."""

    id: int
    value: int | None
    no_score: str
    shown_on: date
    supersedes: int | None


@dataclass(slots=True)
class Decided:
    """The mastery row to keep; all None and zero when nothing is left to decide from."""

    level: float | None
    met: bool
    no_score: str
    count: int
    last_shown_on: date | None
    changed_on: date | None
    previous_level: float | None


def decide_cell(pieces: Sequence[Piece], method: Method, goal: int) -> Decided:
    """Mastery from all evidence of one student on one target, given in the method's order; goal in hundredths.

    `changed_on` is the day shown of the piece with which the level last became another, read from the evidence
    alone, so that recomputing tells the same story.
    """
    gone = {piece.supersedes for piece in pieces if piece.supersedes is not None}
    standing = [piece for piece in pieces if piece.id not in gone and piece.no_score != WITHDRAWN]
    if not standing:
        return Decided(None, False, "", 0, None, None, None)
    scored = [piece for piece in standing if piece.value is not None]
    if not scored:
        last = standing[-1]
        return Decided(None, False, last.no_score, 0, last.shown_on, last.shown_on, None)
    values = [piece.value for piece in scored if piece.value is not None]
    level = level_of(values, method, goal)
    place, before = len(values) - 1, None
    while place > 0:
        before = level_of(values[:place], method, goal)
        if before != level:
            break
        place, before = place - 1, None
    changed_on = scored[place].shown_on
    met = level is not None and level >= goal / 100
    return Decided(level, met, "", len(values), standing[-1].shown_on, changed_on, before)
