"""What does a class grid tell at a glance: in which order to read it, and which three things stand out?

Everything here is counted from one `ClassGrid`; nothing asks the database.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from cairn.learning.mastery.queries import Standing
from cairn.learning.plans.planned import Planned
from cairn.learning.plans.queries import ClassGrid, GridRow
from cairn.rules.progress import next_target

QUIET = timedelta(days=14)
CLOSE_BAND = 2  # the color just below the goal's, on any scale
Sort = Literal["next", "name", "met", "evidence"]
SORTS: tuple[Sort, ...] = ("next", "name", "met", "evidence")


@dataclass(frozen=True, slots=True)
class Part:
    """A strand (or level, or subject) of the plan, with its targets in order."""

    name: str
    targets: tuple[Planned, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """One thing that stands out: which students (ids), and what it is about."""

    kind: Literal["finish", "close", "quiet"]
    about: str
    students: frozenset[int]


@dataclass(frozen=True, slots=True)
class Line:
    """One row as it is drawn: the next target and the count over the targets that are recorded."""

    row: GridRow
    next: int | None
    met: int


@dataclass(frozen=True, slots=True)
class Reckoned:
    """A class grid, read: its parts, its lines by family name, and what is planned but not recorded yet."""

    grid: ClassGrid
    parts: tuple[Part, ...]
    lines: tuple[Line, ...]
    waiting: tuple[Planned, ...]

    @property
    def targets(self) -> list[Planned]:
        """The targets in the order of the columns."""
        return [target for part in self.parts for target in part.targets]


def reckon(grid: ClassGrid) -> Reckoned:
    """Read a grid. A framework without a scale in use has no columns: there is nothing to show in them."""
    with_scale = {pk for pk, use in grid.scales.items() if use.stage == "recording"}
    drawn = [target for target in grid.targets if target.framework in with_scale]
    waiting = tuple(target for target in grid.targets if target.framework not in with_scale)
    order = [target.target for target in drawn]
    lines = []
    for row in grid.rows:
        met = {target for target in order if (cell := row.cells.get(target)) is not None and cell.met}
        lines.append(Line(row, next_target(order, met), len(met)))
    return Reckoned(grid, _parts(drawn), tuple(lines), waiting)


def under_an_earlier_rule(reckoned: Reckoned) -> int:
    """How many levels of the grid were decided by another version of a rule than the one in force now."""
    wanted = {target.target: target.policy for target in reckoned.targets}
    return sum(
        standing.policy != wanted[target]
        for line in reckoned.lines
        for target, standing in line.row.cells.items()
        if target in wanted and standing.policy is not None
    )


def _parts(targets: Sequence[Planned]) -> tuple[Part, ...]:
    """Strands in the order in which the plan first comes to them; two of the same name get their level's name too."""
    found: dict[tuple[int, int | None, int | None], list[Planned]] = {}
    for target in targets:
        found.setdefault((target.framework, target.level, target.strand), []).append(target)
    names = Counter(_name(members[0]) for members in found.values())
    parts = []
    for members in found.values():
        name = _name(members[0])
        if names[name] > 1 and members[0].level_name and members[0].level_name != name:
            name = f"{name}, {members[0].level_name}"
        parts.append(Part(name, tuple(members)))
    return tuple(parts)


def _name(target: Planned) -> str:
    return target.strand_name or target.level_name or target.subject


def arrange(reckoned: Reckoned, sort: Sort) -> list[tuple[Planned | None, list[Line]]]:
    """The lines in reading order; sorted by next target they come in groups, those furthest on first.

    A group without a target has met everything that is planned. Any other sort is one group.
    """
    lines = list(reckoned.lines)
    if sort == "met":
        return [(None, sorted(lines, key=lambda line: -line.met))]
    if sort == "evidence":
        return [(None, sorted(lines, key=lambda line: line.row.last_shown_on or date.min))]
    if sort == "name":
        return [(None, lines)]
    planned = {target.target: target for target in reckoned.targets}
    # By the order of the plan, which need not be that of the columns.
    places = {target.target: place for place, target in enumerate(reckoned.grid.targets)}
    groups: dict[int | None, list[Line]] = {}
    for line in sorted(lines, key=lambda line: -line.met):
        groups.setdefault(line.next, []).append(line)
    ordered = sorted(groups, key=lambda pk: -1 if pk is None else len(places) - places[pk])
    return [(planned[pk] if pk is not None else None, groups[pk]) for pk in ordered]


def readings(reckoned: Reckoned) -> list[Reading]:
    """The three readings, always in this order; one that nobody is in has no students."""
    return [_finish(reckoned), _close(reckoned), _quiet(reckoned)]


def _met(cells: dict[int, Standing], target: int) -> bool:
    cell = cells.get(target)
    return cell is not None and cell.met


def _finish(reckoned: Reckoned) -> Reading:
    best = Reading("finish", "", frozenset())
    for part in reckoned.parts:
        if len(part.targets) < 2:
            continue
        near = frozenset(
            line.row.student.pk
            for line in reckoned.lines
            if sum(not _met(line.row.cells, target.target) for target in part.targets) == 1
        )
        if len(near) > len(best.students):
            best = Reading("finish", part.name, near)
    return best


def _close(reckoned: Reckoned) -> Reading:
    near: dict[int, set[int]] = {}
    planned = {target.target: target for target in reckoned.targets}
    for line in reckoned.lines:
        cell = line.row.cells.get(line.next) if line.next is not None else None
        if cell is None or cell.level is None or line.next is None:
            continue
        scale = reckoned.grid.scales[planned[line.next].framework].scale
        if scale.fill_of(cell.level).band == CLOSE_BAND:
            near.setdefault(line.next, set()).add(line.row.student.pk)
    if not near:
        return Reading("close", "", frozenset())
    target = max(near, key=lambda pk: len(near[pk]))
    return Reading("close", planned[target].name, frozenset(near[target]))


def _quiet(reckoned: Reckoned) -> Reading:
    since = reckoned.grid.on - QUIET
    return Reading(
        "quiet",
        "",
        frozenset(
            line.row.student.pk
            for line in reckoned.lines
            if line.row.last_shown_on is None or line.row.last_shown_on < since
        ),
    )
