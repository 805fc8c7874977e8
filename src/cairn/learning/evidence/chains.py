"""Which of these pieces of evidence stand, after corrections and withdrawals?

Corrections of one piece form a chain, because a row is superseded at most once. It reads like a stack: a correction
stands in the place of what stood before, a withdrawal gives that place back. So undoing a correction brings the
corrected score back, and undoing a score leaves nothing.
"""

from collections.abc import Iterable
from typing import Protocol

WITHDRAWN = "withdrawn"


class Link(Protocol):
    """What a chain needs of a row: its id, its kind of no score, and the id of the row it supersedes."""

    @property
    def id(self) -> int: ...
    @property
    def no_score(self) -> str: ...
    @property
    def supersedes_id(self) -> int | None: ...


def standing(rows: Iterable[Link]) -> dict[int, int]:
    """Id of each row that stands -> id of the last row of its chain, where the next correction is attached.

    `rows` are all rows of one cell, or of several whole cells, in any order.
    """
    known = {row.id: row for row in rows}
    after = {row.supersedes_id: row.id for row in known.values() if row.supersedes_id is not None}
    found: dict[int, int] = {}
    for row in known.values():
        if row.supersedes_id is not None and row.supersedes_id in known:
            continue  # not the beginning of a chain
        stack: list[int] = []
        last = place = row.id
        while True:
            if known[place].no_score == WITHDRAWN:
                stack = stack[:-1]
            else:
                stack.append(place)
            last = place
            if place not in after:
                break
            place = after[place]
        if stack:
            found[stack[-1]] = last
    return found
