"""What is taught in the demo district? Its own frameworks, read from `frameworks/*.toml`."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "frameworks"
# The order of subjects on every page; habits come last and are never averaged with academics.
ORDER = ("math", "literacy", "science", "social", "arts")
HABITS = "habits"
Text = Mapping[str, str]  # language -> words


@dataclass(frozen=True, slots=True)
class Target:
    """A scorable target. `scale`: score -> what it looks like; `needs`: codes of targets that come before."""

    code: str
    name: Text
    says: Text
    scale: Mapping[int, Text]
    needs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Strand:
    """A part of a level."""

    title: Text
    targets: tuple[Target, ...]


@dataclass(frozen=True, slots=True)
class Level:
    """A performance level with its strands."""

    number: int
    about: Text
    strands: tuple[Strand, ...]

    @property
    def targets(self) -> tuple[Target, ...]:
        return tuple(target for strand in self.strands for target in strand.targets)


@dataclass(frozen=True, slots=True)
class Subject:
    """A framework. `line`: the codes of all its targets in learning order; every level has `per_level` of them."""

    key: str
    title: Text
    short: Text
    levels: tuple[Level, ...]
    line: tuple[str, ...]
    per_level: int

    @property
    def is_academic(self) -> bool:
        return self.key != HABITS

    @property
    def mark(self) -> str:
        """What the codes begin with: MA of MA.6.3."""
        return self.line[0].split(".")[0]

    def plan(self, level: int, levels: int = 1) -> tuple[str, ...]:
        """The codes of some levels in a row, in order."""
        return self.line[(level - 1) * self.per_level : (level - 1 + levels) * self.per_level]


def _target(row: dict[str, object]) -> Target:
    scale = {int(score): words for score, words in row["scale"].items()}  # type: ignore[attr-defined]
    return Target(row["code"], row["name"], row["says"], scale, tuple(row.get("needs", ())))  # type: ignore[arg-type]


def read_subject(path: Path) -> Subject:
    """One framework file. Raises ValueError when its levels are not equally long or a code stands twice."""
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    levels = tuple(
        Level(
            level["number"],
            level["about"],
            tuple(
                Strand(strand["title"], tuple(map(_target, strand["target"]))) for strand in level["strand"]
            ),
        )
        for level in data["level"]
    )
    line = tuple(target.code for level in levels for target in level.targets)
    sizes = {len(level.targets) for level in levels}
    if len(sizes) != 1 or len(set(line)) != len(line):
        raise ValueError(
            f"{path.name}: levels of {sorted(sizes)} targets, {len(line) - len(set(line))} codes twice"
        )
    head = data["subject"]
    return Subject(head["key"], head["title"], head["short"], levels, line, sizes.pop())


@cache
def subjects() -> tuple[Subject, ...]:
    """Every framework there is, in the order of the pages."""
    found = {subject.key: subject for subject in map(read_subject, sorted(FOLDER.glob("*.toml")))}
    known = [key for key in (*ORDER, HABITS) if key in found]
    return tuple(found[key] for key in (*known, *sorted(set(found) - set(known))))
