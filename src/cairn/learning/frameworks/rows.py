"""What does a reader of framework files hand over to the tables? CASE's rows with their main members drawn out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from cairn.learning.frameworks.mapping import MappingRow, Proposed
from cairn.rules.mastery import Method

Case = Mapping[str, Any]  # the object as it came


@dataclass(frozen=True, slots=True)
class ItemRow:
    identifier: str
    uri: str
    statement: str
    short_name: str
    code: str
    item_type: str
    case: Case


@dataclass(frozen=True, slots=True)
class AssociationRow:
    identifier: str
    kind: str
    origin_identifier: str
    origin_uri: str
    destination_identifier: str
    destination_uri: str
    sequence: int | None
    case: Case


@dataclass(frozen=True, slots=True)
class DefinitionRow:
    kind: str
    identifier: str
    title: str
    position: int
    case: Case


@dataclass(frozen=True, slots=True)
class LevelRow:
    identifier: str
    score: int | None  # hundredths
    position: int
    case: Case


@dataclass(frozen=True, slots=True)
class CriterionRow:
    identifier: str
    item_identifier: str
    position: int
    case: Case  # without its levels
    levels: Sequence[LevelRow]


@dataclass(frozen=True, slots=True)
class RubricRow:
    identifier: str
    title: str
    position: int
    case: Case  # without its criteria
    criteria: Sequence[CriterionRow]


@dataclass(frozen=True, slots=True)
class FrameworkRows:
    """One package. `package`: what it says beyond its lists."""

    identifier: str
    uri: str
    title: str
    language: str
    subject: str
    version: str
    last_change_at: datetime | None
    case: Case
    package: Case
    items: Sequence[ItemRow]
    associations: Sequence[AssociationRow]
    definitions: Sequence[DefinitionRow] = ()
    rubrics: Sequence[RubricRow] = ()


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a mapping file asks for. None: not said. `scale`: its key, or "none" for standards alone."""

    rows: Sequence[MappingRow] = ()
    scale: str | None = None
    stage: str | None = None
    since: date | None = None
    method: Method | None = None
    subject: str | None = None
    position: int | None = None
    academic: bool | None = None


@dataclass(slots=True)
class Tally:
    """How many rows of one kind were, or would be, added, changed, ended and found as they were."""

    added: int = 0
    changed: int = 0
    ended: int = 0
    same: int = 0


@dataclass(frozen=True, slots=True)
class Preview:
    """What the confirmed or proposed mapping makes of a framework. `scale` None: standards only."""

    title: str
    rows: Sequence[Proposed]
    proposed: bool  # used as proposed; nobody has confirmed it
    scorable: int
    scale: str | None
    stage: str
    translates: bool  # says another framework in another language; it gets no scale of its own


@dataclass(slots=True)
class Applied:
    """What an import did, or would do."""

    framework: int | None
    tallies: dict[str, Tally] = field(default_factory=dict)
    preview: Preview | None = None
    version: int | None = None

    @property
    def changed(self) -> bool:
        return any(one.added or one.changed or one.ended for one in self.tallies.values())
