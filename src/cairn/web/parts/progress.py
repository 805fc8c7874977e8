"""What stands on the progress page of a student, whoever reads it?

The same page serves the student (S1), the family (F2) and, region by region, the staff (T6). It is filled from
queries by `parts/progress_view.py`; templates draw it and decide nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from cairn.learning.frameworks.queries import ScaleInUse
from cairn.rules.pace import Pace
from cairn.web.parts.how_view import How
from cairn.web.parts.words import LevelShown

Audience = Literal["student", "family", "staff"]
SHAPES = "abc"  # three outlines of stones in turn, so that a row looks laid by hand
CAIRN_MOST = 4  # stones in the picture; the words beside it say the whole number
_STACK = ((242, 312), (172, 237), (110, 169), (57, 109), (12, 52))  # top and bottom of each stone's place


@dataclass(frozen=True, slots=True)
class Stone:
    """One target in a row of stones. `shape` names a symbol of parts/stone_shapes.html."""

    name: str
    url: str
    level: LevelShown
    shape: str
    is_new: bool = False
    flag: bool = False  # the plan's flag stands after this stone
    strand: str = ""

    @property
    def marks(self) -> str:
        """The classes of its place in the row."""
        return " ".join(mark for mark, here in (("flag", self.flag), ("new", self.is_new)) if here)

    @property
    def said(self) -> str:
        """Name and level in one line."""
        number = f" ({self.level.text})" if self.level.text else ""
        return f"{self.name}: {self.level.word}{number}"


@dataclass(frozen=True, slots=True)
class SubjectRow:
    """One subject: its stones in learning order, met of planned, and the pace where the plan has weeks."""

    key: str  # opaque; the anchor on the page
    name: str
    where: str  # "Math 7, Ms. Okafor"
    level_name: str  # the performance level the student works at: "Level 7"
    stones: Sequence[Stone]
    met: int
    planned: int
    pace: Pace | None = None
    flag_at_start: bool = False
    pace_note: str = ""  # who set it by hand, until when, why
    growth: str = ""  # one sentence; empty: not known

    # A page has a hundred stones, and templates look names up faster in tuples than in objects.

    @property
    def drawn(self) -> list[tuple[str, str, str, str, bool]]:
        """For each stone: its marks (classes), address, name and level, shape, and whether the flag follows."""
        return [(stone.marks, stone.url, stone.said, stone.shape, stone.flag) for stone in self.stones]

    @property
    def listed(self) -> list[tuple[str, str, str, str]]:
        """For each stone: address, name, number and word."""
        return [(stone.url, stone.name, stone.level.text, stone.level.word) for stone in self.stones]


@dataclass(frozen=True, slots=True)
class NextStep:
    """A target that comes next, and what would show it."""

    where: str  # "Math, expressions"
    name: str
    url: str
    level: LevelShown
    to_get_it: str  # what the goal looks like, in the framework's words; may be empty


@dataclass(frozen=True, slots=True)
class NewsItem:
    """A level that moved."""

    on: date
    name: str
    url: str
    before: LevelShown | None
    after: LevelShown
    comment: str = ""
    by: str = ""


@dataclass(frozen=True, slots=True)
class Cairn:
    """The picture: one stone for each target met in the last weeks, and the next one, outlined and filling."""

    met: int
    days: int
    next_name: str = ""
    next_share: int = 0  # of 100, how far the next stone is filled

    @property
    def drawn(self) -> int:
        """How many whole stones the picture has."""
        return min(self.met, CAIRN_MOST)

    @property
    def fill_height(self) -> int:
        """Height of the filling in the next stone, in the picture's units."""
        top, bottom = _STACK[self.drawn]
        return (bottom - top) * self.next_share // 100

    @property
    def fill_top(self) -> int:
        """Where the filling begins."""
        return _STACK[self.drawn][1] - self.fill_height


@dataclass(frozen=True, slots=True)
class FamilyStrip:
    """On a family's page, above the student's own."""

    new: Sequence[str]
    working_on: Sequence[str]
    help_with: str = ""
    help_how: str = ""


@dataclass(frozen=True, slots=True)
class ProgressPage:
    """The whole page. met and planned are the sums over the subjects; near: next targets one step from the goal."""

    audience: Audience
    name: str
    met: int
    planned: int
    new: int
    near: int
    on: date
    subjects: Sequence[SubjectRow]
    steps: Sequence[NextStep]
    news: Sequence[NewsItem]
    cairn: Cairn
    log_url: str
    levels_url: str
    counts_url: str
    key: Sequence[LevelShown] = field(default_factory=list)
    strip: FamilyStrip | None = None
    new_reader: bool = False  # PreK to grade 1: larger stones, pictures, few words
    school: str = ""

    @property
    def is_empty(self) -> bool:
        """Nothing planned and nothing shown yet."""
        return not self.planned and not self.met


@dataclass(frozen=True, slots=True)
class ScaleStep:
    """One step of a target's scale: what it looks like, and whether the student stands on it."""

    level: LevelShown
    looks_like: str
    is_goal: bool
    is_here: bool


@dataclass(frozen=True, slots=True)
class EvidenceRow:
    """One piece of evidence, as its reader may see it."""

    on: date
    title: str
    level: LevelShown
    comment: str
    by: str
    counts: bool
    why_not: str = ""


@dataclass(frozen=True, slots=True)
class TargetPage:
    """A target's scale with the student on it, the evidence, and how the level is set."""

    audience: Audience
    name: str  # the student's
    title: str
    statement: str
    where: str
    level: LevelShown
    scale: Sequence[ScaleStep]
    evidence: Sequence[EvidenceRow]
    how: How
    use: ScaleInUse | None
    back_url: str
    planned_on: date | None = None
    code: str = ""


@dataclass(frozen=True, slots=True)
class ChildCard:
    """One child on the family's first page: one honest sentence, one thing to ask about tonight."""

    name: str
    url: str
    school: str
    grade: str
    met: int
    planned: int
    sentence: str
    ask_about: str


@dataclass(frozen=True, slots=True)
class LookRow:
    """The looks of one person at one page on one day. at: the newest of them, in local time."""

    at: datetime
    who: str
    what: str
    because: str
    times: int = 1


@dataclass(frozen=True, slots=True)
class LogDay:
    """All looks of one day, the newest first."""

    on: date
    rows: Sequence[LookRow]


@dataclass(frozen=True, slots=True)
class LogPage:
    """Who has looked at a student's record."""

    audience: Audience
    name: str
    days: Sequence[LogDay]
    back_url: str
    older_url: str = ""
