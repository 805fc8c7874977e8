"""What must a roster tell us, so that it can be applied? The shape of its rows, whatever file they came from."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol


@dataclass(slots=True)
class Row:
    """One row to write. References are resolved to object ids already.

    `extra`: of a person, whether they may sign in and their other ids; of a class, its sessions' object ids.
    `old_id`: a dated row that this one follows (the same key moved to another school, or came back): `ends_old` says whether that
    row is still running and ends the day before.
    """

    object_id: int
    key: str
    digest: str
    values: Sequence[Any]
    refs: Sequence[int | None]
    begin: date | None = None
    end: date | None = None
    extra: Any = None
    old_id: int | None = None
    ends_old: bool = False


class Feed(Protocol):
    """A roster compared with what is known. Section names as in `sections.py`."""

    def adding(self, section: str) -> int:
        """How many rows are new in this section."""
        ...

    def took(self, section: str, ids: Iterable[int]) -> None:
        """The new rows get these ids, in the order of their keys."""
        ...

    def adopted(self) -> Iterator[tuple[int, str, str]]:
        """Agencies that another source brought already: object id, key, digest."""
        ...

    def added(self, section: str) -> Iterator[Row]: ...

    def changed(self, section: str) -> Iterator[Row]: ...

    def ended(self, section: str) -> Iterator[tuple[int, str]]:
        """Object id and key of each row that is there no longer."""
        ...

    def same(self, section: str) -> int: ...
