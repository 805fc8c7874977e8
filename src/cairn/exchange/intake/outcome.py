"""What does an import answer, and how does it say no? (No tables here: readers use it too.)"""

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from cairn.exchange.intake.models import Run


class Refused(Exception):
    """Nothing was changed, and this is why. `reason` and `remedy` are plain sentences for the person who imports."""

    def __init__(self, reason: str, remedy: str = "", code: str = "refused") -> None:
        super().__init__(reason)
        self.reason, self.remedy, self.code = reason, remedy, code


@dataclass(frozen=True, slots=True)
class Refusal:
    """A refusal as kept with the run."""

    reason: str
    remedy: str
    code: str = "refused"

    @classmethod
    def of(cls, refused: Refused) -> "Refusal":
        return cls(refused.reason, refused.remedy, refused.code)

    def as_json(self) -> dict[str, str]:
        return asdict(self)


@dataclass(slots=True)
class Counts:
    """How many rows of one kind an import added, changed, ended, and found as they were."""

    added: int = 0
    changed: int = 0
    ended: int = 0
    same: int = 0

    def as_json(self) -> dict[str, int]:
        return asdict(self)


@dataclass(slots=True)
class Outcome:
    """The end of an import. `state`: done, refused, or dry_run (what would have changed)."""

    run: "Run"
    state: Literal["done", "refused", "dry_run"]
    changes: dict[str, Counts] = field(default_factory=dict)
    quarantined: int = 0
    notices: int = 0
    refusal: Refusal | None = None
