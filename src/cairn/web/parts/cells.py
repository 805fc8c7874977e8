"""How is a class grid of up to two thousand cells drawn within a few milliseconds? Joined as escaped strings, here only.

A template would take some thirty milliseconds for what takes one here. Every word that comes from data passes
`escape`; equal cells are drawn once. Cells carry no attributes of their own: row and column say what they are, and one
handler in grid.js serves all of them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from html import escape
from typing import Literal

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from cairn.learning.mastery.queries import Standing
from cairn.learning.plans.planned import Planned
from cairn.learning.plans.readings import QUIET, Line, Part, Reckoned
from cairn.web.parts import words
from cairn.web.parts.progress_view import labels_for

Show = Literal["levels", "change", "count"]
SHOWS: tuple[Show, ...] = ("levels", "change", "count")
NEW = timedelta(days=7)
CHANGE = timedelta(days=21)
NAME_FITS = 16  # letters of a student's name beside the bars
NAME_MOST = 36  # two upright lines of a heading
LEFT = 3  # columns before the first target: name, met, last evidence


@dataclass(frozen=True, slots=True)
class Drawing:
    """The parts of a grid's table, ready for its template."""

    strands: SafeString
    headings: SafeString
    counts: SafeString
    body: SafeString
    columns: int


class Painter:
    """Draws the cells, rows and columns of one class grid; one per request."""

    def __init__(self, reckoned: Reckoned, show: Show, parts: Sequence[Part] | None = None) -> None:
        self._reckoned = reckoned
        self._parts = reckoned.parts if parts is None else parts
        self._planned = sum(len(part.targets) for part in reckoned.parts)
        self._on = reckoned.grid.on
        self._show = show
        self._made: dict[tuple[object, ...], str] = {}
        self._columns = [
            (target.target, target.framework, place == 0)
            for part in self._parts
            for place, target in enumerate(part.targets)
        ]
        self._labels = {pk: labels_for(use, "staff") for pk, use in reckoned.grid.scales.items()}
        self._ages: dict[date | None, tuple[str, bool]] = {}
        self._none = (
            f'<i class="c l0"><b aria-hidden="true">·</b>{_hidden(words.no_score_word("", "staff"))}</i>'
        )

    # Cells.

    def cell(self, framework: int, standing: Standing | None) -> str:
        """What stands inside one cell."""
        if standing is None:
            return self._none
        if self._show == "count":
            key: tuple[object, ...] = ("count", standing.count)
        elif self._show == "change":
            moved = standing.changed_on >= self._on - CHANGE
            key = (
                "change",
                framework,
                moved,
                standing.level,
                standing.previous_level,
                standing.no_score if moved else "",
            )
        else:
            fresh = standing.changed_on > self._on - NEW
            key = (framework, standing.level, standing.no_score, fresh, standing.overruled)
        html = self._made.get(key)
        if html is None:
            html = self._made[key] = self._make(framework, standing)
        return html

    def _make(self, framework: int, standing: Standing) -> str:
        if self._show == "count":
            said = ngettext("piece of evidence", "pieces of evidence", standing.count)
            return f'<i class="c flat">{standing.count}{_hidden(said)}</i>'
        if self._show == "change":
            return self._change(framework, standing)
        use = self._reckoned.grid.scales[framework]
        level = words.shown(
            use.scale,
            standing.level,
            "staff",
            no_score=standing.no_score,
            labels=self._labels[framework],
        )
        classes = f"c l{level.fill}" + (" h" if level.half else "")
        said = level.word
        if standing.changed_on > self._on - NEW and level.text:
            classes += " new"
            said = _("%(level)s, new this week") % {"level": said}
        if standing.overruled:
            classes += " hand"
            said = _("%(level)s, set by hand") % {"level": said}
        if level.text:
            return f'<i class="{classes}">{escape(level.text)}{_hidden(said)}</i>'
        mark = no_score_mark(level.no_score)
        return f'<i class="c l0 ns"><b aria-hidden="true">{escape(mark)}</b>{_hidden(said)}</i>'

    def _change(self, framework: int, standing: Standing) -> str:
        scale = self._reckoned.grid.scales[framework].scale
        if standing.level is None or standing.changed_on < self._on - CHANGE:
            return f'<i class="c l0"><b aria-hidden="true">·</b>{_hidden(_("No change"))}</i>'
        if standing.previous_level is None:
            return f'<i class="c flat up"><b aria-hidden="true">{escape(pgettext("first level", "new"))}</b>{_hidden(_("First level"))}</i>'
        difference = standing.level - standing.previous_level
        sign, text = ("+" if difference > 0 else "−"), f"{abs(difference):.1f}".replace(".0", "")
        if scale.kind == "numeric" and abs(difference) % 1 == 0.5:
            text = f"{int(abs(difference)) or ''}½"
        said = _("up") if difference > 0 else _("down")
        return f'<i class="c flat {"up" if difference > 0 else "down"}">{sign}{text}{_hidden(said)}</i>'

    # Rows.

    def line_cells(self, line: Line) -> list[str]:
        """The insides of all cells of one row, in the order of the columns."""
        cells = line.row.cells
        return [self.cell(framework, cells.get(target)) for target, framework, _first in self._columns]

    def met(self, line: Line) -> str:
        """The bar and the number of targets met."""
        width = round(24 * line.met / self._planned) if self._planned else 0
        return f'<svg class="mb" width="24" height="6" aria-hidden="true"><rect width="{width}" height="6"/></svg>{line.met}'

    def age(self, line: Line) -> tuple[str, bool]:
        """How long ago the last evidence was shown, and whether that is more than two weeks."""
        shown_on = line.row.last_shown_on
        if shown_on not in self._ages:
            self._ages[shown_on] = self._age(shown_on)
        return self._ages[shown_on]

    def _age(self, shown_on: date | None) -> tuple[str, bool]:
        if shown_on is None:
            return pgettext("last evidence", "none"), True
        days = (self._on - shown_on).days
        if days <= 0:
            return _("today"), False
        return pgettext("days ago, short", "%(days)s d") % {"days": days}, shown_on < self._on - QUIET

    def _row(self, line: Line) -> str:
        student = line.row.student
        age, old = self.age(line)
        cells = line.row.cells
        inside = "".join(
            f'<td class="g">{self.cell(framework, cells.get(target))}'
            if first
            else f"<td>{self.cell(framework, cells.get(target))}"
            for target, framework, first in self._columns
        )
        return (
            f'<tr data-s="{student.public_id}"><th scope="row" class="stu">'
            f'<a href="/students/{student.public_id}" tabindex="-1"{_full(student.name)}>{escape(student.name)}</a></th>'
            f'<td class="met">{self.met(line)}<td class="ev{" old" if old else ""}">{escape(age)}{inside}</tr>'
        )

    def body(self, groups: Sequence[tuple[Planned | None, Sequence[Line]]], *, by_next: bool) -> str:
        """All rows; by next target each group has its heading."""
        columns = LEFT + len(self._columns)
        made = []
        for target, lines in groups:
            made.append(f'<tbody data-n="{target.public_id if target else ""}">' if by_next else "<tbody>")
            if by_next:
                name = _("Next: %(target)s") % {"target": target.name} if target else _("All targets met")
                count = ngettext("%(count)s student", "%(count)s students", len(lines)) % {
                    "count": len(lines)
                }
                made.append(
                    f'<tr class="grp"><th scope="rowgroup" colspan="{columns}"><span class="gname">{escape(name)}</span>'
                    f' <span class="gn">{escape(count)}</span></th></tr>'
                )
            made.extend(self._row(line) for line in lines)
            made.append("</tbody>")
        return "".join(made)

    # Columns.

    def strands(self) -> str:
        """The first row of headings: one per strand."""
        return "".join(
            f'<th scope="colgroup" colspan="{len(part.targets)}" class="st g"'
            f' title="{escape(part.name)}"><span><b>{escape(part.name)}</b></span></th>'
            for part in self._parts
        )

    def headings(self) -> str:
        """The second row: one upright name per target."""
        made = []
        for part in self._parts:
            for place, target in enumerate(part.targets):
                name = heading(target.name)
                full = "" if name == target.name else f' title="{escape(target.name)}"'
                made.append(
                    f'<th scope="col" class="tg{"" if place else " g"}" data-t="{target.public_id}"'
                    f' data-f="{self.scale_place(target.framework)}"{full}><span>{escape(name)}</span></th>'
                )
        return f"<tr>{''.join(made)}</tr>"

    def scale_place(self, framework: int) -> int:
        """Which of the page's scales a framework uses: their places, since ids stay here."""
        return list(self._reckoned.grid.scales).index(framework)

    def column(self, target: Planned) -> str:
        """The bar of a class on one target, and how many have met it."""
        bands = dict.fromkeys((4, 3, 2, 1), 0)
        scale = self._reckoned.grid.scales[target.framework].scale
        met = 0
        for line in self._reckoned.lines:
            cell = line.row.cells.get(target.target)
            if cell is None or cell.level is None:
                continue
            bands[max(self._band(scale, cell.level), 1)] += 1
            met += cell.met
        everyone = len(self._reckoned.lines) or 1
        bottom, bars = 34.0, []
        for band, count in bands.items():
            if count:
                height = 34 * count / everyone
                bottom -= height
                bars.append(f'<rect class="f{band}" y="{bottom:.1f}" width="16" height="{height:.1f}"/>')
        return f'<svg class="vb" width="16" height="34" aria-hidden="true">{"".join(bars)}</svg>{met}'

    def _band(self, scale: object, level: float) -> int:
        key = ("band", id(scale), level)
        if key not in self._made:
            self._made[key] = str(scale.fill_of(level).band)  # type: ignore[attr-defined]
        return int(self._made[key])

    def columns(self) -> list[str]:
        """The insides of the row of bars, in the order of the columns."""
        return [self.column(target) for part in self._parts for target in part.targets]

    def counts(self) -> str:
        """The third row: a bar and a number per target."""
        inside = "".join(
            f'<td class="cl{" g" if first else ""}">{html}'
            for html, (_target, _framework, first) in zip(self.columns(), self._columns, strict=True)
        )
        names = (("", _("Student")), (" r", _("Met")), (" r", _("Last evidence")))
        left = "".join(
            f'<th scope="col" class="corner{side}"><span>{escape(name)}</span></th>' for side, name in names
        )
        return f"<tr>{left}{inside}</tr>"


def draw(
    reckoned: Reckoned,
    groups: Sequence[tuple[Planned | None, Sequence[Line]]],
    *,
    show: Show,
    by_next: bool,
    parts: Sequence[Part] | None = None,
) -> Drawing:
    """The table of a class grid, or of some of its parts."""
    painter = Painter(reckoned, show, parts)
    return Drawing(
        strands=mark_safe(painter.strands()),  # noqa: S308 -- every word of it is escaped above
        headings=mark_safe(painter.headings()),  # noqa: S308
        counts=mark_safe(painter.counts()),  # noqa: S308
        body=mark_safe(painter.body(groups, by_next=by_next)),  # noqa: S308
        columns=sum(len(part.targets) for part in parts or reckoned.parts),
    )


def heading(name: str) -> str:
    """A target's name as it fits upright in two lines."""
    return name if len(name) <= NAME_MOST else name[: NAME_MOST - 1].rsplit(" ", 1)[0].rstrip(",;:") + "…"


def no_score_mark(kind: str) -> str:
    """The short sign of a "no score" in a cell. Never 0."""
    return {
        "not_taught": pgettext("mark in a cell: not taught", "nt"),
        "missing": pgettext("mark in a cell: missing", "M"),
        "exempt": pgettext("mark in a cell: exempt", "Ex"),
        "hidden": pgettext("mark in a cell: hidden", "hid"),
        "expired": pgettext("mark in a cell: expired", "exp"),
    }.get(kind, "·")


def _hidden(text: str) -> str:
    """Words for those who hear the page; the space keeps them apart from the number."""
    return f'<span class="vh"> {escape(text)}</span>'


def _full(name: str) -> str:
    """A name too long for its column also stands where the pointer rests."""
    return f' class="long" title="{escape(name)}"' if len(name) > NAME_FITS else ""


def legend(scales: Mapping[int, object]) -> list[words.LevelShown]:
    """The levels of the page's scales, for the key; equal ones once."""
    found: dict[tuple[str, str], words.LevelShown] = {}
    for use in scales.values():
        labels = labels_for(use, "staff")  # type: ignore[arg-type]
        for step in use.scale.levels:  # type: ignore[attr-defined]
            level = words.shown(use.scale, step.value / 100, "staff", labels=labels)  # type: ignore[attr-defined]
            found.setdefault((level.text, level.word), level)
    return list(found.values())
