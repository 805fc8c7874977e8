"""What must change in a row that came from elsewhere before CASE 1.1 allows it, and how is that told?

A member the schema forbids is dropped, one it demands is added (an identifier by uuid5, an empty description), one of
the wrong form is written in the right one when nothing is lost by it. Each such step is an Edit. Knows no database.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from cairn.exchange.case.shape import (
    ASSOCIATION_TYPES,
    CRITERION,
    END,
    FORMS,
    LEVEL,
    LINK,
    Shape,
    derived,
)

NESTED = {"CFRubricCriteria": CRITERION, "CFRubricCriterionLevels": LEVEL}
_EMPTY: Mapping[str, object] = {"text": "", "uuid": "", "association_type": "ext:other"}


@dataclass(frozen=True, slots=True)
class Edit:
    """One member that an export writes otherwise than it came. `value` as JSON text, shortened."""

    where: str  # the list, e.g. CFItems
    identifier: str
    member: str
    value: str

    def __str__(self) -> str:
        return f"{self.where} {self.identifier}: {self.member} = {self.value}"


@dataclass(slots=True)
class ExportReport:
    """What an export added because the schema demands it, dropped because it forbids it, and wrote in another form.

    `kept`: identifiers that are no UUIDs; other systems know the rows by them, so they leave as they came.
    """

    added: list[Edit] = field(default_factory=list)
    dropped: list[Edit] = field(default_factory=list)
    reshaped: list[Edit] = field(default_factory=list)
    kept: list[Edit] = field(default_factory=list)


def _short(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)[:200]


def moment(value: object) -> datetime | None:
    """A lastChangeDateTime, also without a zone (then UTC) or with a day only; None when it cannot be read."""
    if not isinstance(value, str):
        return None
    try:
        read = datetime.fromisoformat(value.strip())
        return (read if read.tzinfo else read.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _as_text(value: object) -> object:
    one = value[0] if isinstance(value, list) and len(value) == 1 else value
    if isinstance(one, int | float) and not isinstance(one, bool):
        return str(one)
    return one if isinstance(one, str) else None


def _as_texts(value: object) -> object:
    if isinstance(value, str | int | float) and not isinstance(value, bool):
        return [str(value)]
    return [str(one) for one in value if one is not None] if isinstance(value, list) else None


def _as_integer(value: object) -> object:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    text = value.strip() if isinstance(value, str) else ""
    return int(text) if re.fullmatch(r"-?\d{1,9}", text, re.ASCII) else None


def _as_number(value: object) -> object:
    text = value.strip() if isinstance(value, str) else ""
    if not re.fullmatch(r"-?\d{1,9}(\.\d{1,9})?", text, re.ASCII):
        return None
    return float(text) if "." in text else int(text)


def _as_moment(value: object) -> object:
    read = moment(value)
    return read.isoformat() if read else None


def _as_date(value: object) -> object:
    return value[:10] if isinstance(value, str) else None


def _as_association_type(value: object) -> object:
    said = _as_text(value)
    if not isinstance(said, str):
        return None
    known = {kind.casefold(): kind for kind in ASSOCIATION_TYPES}
    return known.get(said.strip().casefold()) or "ext:" + re.sub(r"[^a-zA-Z0-9._]+", "_", said.strip())


_MENDED: Mapping[str, Callable[[Any], object]] = {
    "text": _as_text,
    "texts": _as_texts,
    "integer": _as_integer,
    "number": _as_number,
    "moment": _as_moment,
    "date": _as_date,
    "association_type": _as_association_type,
    "objects": lambda value: [value] if isinstance(value, dict) else None,
}


def mended(form: str, value: object) -> object:
    """The value in this form, when it only stands in another one ("3" for 3, "03" for ["03"]); else None."""
    mend = _MENDED.get(form)
    made = mend(value) if mend else None
    return made if made is not None and FORMS[form](made) else None


class Strict:
    """Writes rows of one package in the form of CASE 1.1 and keeps the report. `base`: the address before /CFItems/...;
    `at`: the document's lastChangeDateTime, for rows without one."""

    def __init__(self, base: str, at: str) -> None:
        self.base, self.at, self.report = base, at, ExportReport()

    def row(self, shape: Shape, case: Mapping[str, Any], identifier: str) -> dict[str, Any]:
        """The row as the schema allows it. `identifier`: what our tables know it by."""
        made: dict[str, Any] = {}
        for name, form in shape.members.items():
            if name in case:
                value = self._member(shape, name, form, case[name], identifier)
                if value is not None:
                    made[name] = value
            if name not in made and name in shape.required:
                made[name] = self._demanded(shape, name, form, identifier)
                self._note(self.report.added, shape, identifier, name, made[name])
        for name in case:
            if name not in shape.members:
                self._note(self.report.dropped, shape, identifier, name, case[name])
        return made

    def drop(self, where: str, identifier: str, member: str, value: object) -> None:
        """Tells of a member that is left out."""
        self.report.dropped.append(Edit(where, identifier, member, _short(value)))

    def _note(self, to: list[Edit], shape: Shape, identifier: str, member: str, value: object) -> None:
        to.append(Edit(shape.name, identifier, member, _short(value)))

    def _demanded(self, shape: Shape, name: str, form: str, identifier: str) -> object:
        if name == "identifier":
            return identifier
        if name == "uri":
            lists = "CFDocuments" if shape.name == "CFDocument" else shape.name
            return f"{self.base}/{lists}/{identifier}" if self.base else f"urn:uuid:{identifier}"
        if name == "lastChangeDateTime":
            return self.at
        if form == "end":
            return {"title": "", "identifier": "", "uri": ""}
        return _EMPTY[form]

    def _member(self, shape: Shape, name: str, form: str, value: Any, identifier: str) -> object:
        if name in NESTED and isinstance(value, list):
            return [self._inner(NESTED[name], row, identifier) for row in value if isinstance(row, dict)]
        if form in ("link", "links", "end"):
            return self._links(shape, name, form, value, identifier)
        if FORMS[form](value):
            return value
        if form == "uuid" and isinstance(value, str) and value:
            self._note(self.report.kept, shape, identifier, name, value)
            return value
        made = mended(form, value)
        self._note(
            self.report.dropped if made is None else self.report.reshaped, shape, identifier, name, value
        )
        return made

    def _inner(self, shape: Shape, row: Mapping[str, Any], above: str) -> dict[str, Any]:
        own = row.get("identifier")
        return self.row(shape, row, own if isinstance(own, str) and own else derived(above, _short(row)))

    def _links(self, shape: Shape, name: str, form: str, value: Any, identifier: str) -> object:
        if form == "links":
            listed = value if isinstance(value, list) else [value]
            links = [self._link(shape, LINK, name, one, identifier) for one in listed]
            found: list[object] = [one for one in links if one is not None]
            return found if found or not listed else None
        if isinstance(value, list) and len(value) == 1:
            self._note(self.report.reshaped, shape, identifier, name, value)
            value = value[0]
        return self._link(shape, END if form == "end" else LINK, name, value, identifier)

    def _link(
        self, shape: Shape, link: Shape, name: str, value: Any, identifier: str
    ) -> dict[str, Any] | None:
        if isinstance(value, str):
            self._note(self.report.reshaped, shape, identifier, name, value)
            value = {"uri": value, "identifier": last_part(value)}
        if not isinstance(value, dict):
            self._note(self.report.dropped, shape, identifier, name, value)
            return None
        made: dict[str, Any] = {}
        for member, form in link.members.items():
            if member in value:
                one = self._member(shape, f"{name}.{member}", form, value[member], identifier)
                if one is not None:
                    made[member] = one
            if member not in made and member in link.required:
                made[member] = self._of_link(member, made, value)
                self._note(self.report.added, shape, identifier, f"{name}.{member}", made[member])
        for member in value:
            if member not in link.members:
                self._note(self.report.dropped, shape, identifier, f"{name}.{member}", value[member])
        return made

    def _of_link(self, member: str, made: Mapping[str, Any], value: Mapping[str, Any]) -> str:
        """What a link lacks, from what it has: its identifier from its URI, its URI from its identifier."""
        if member == "identifier":
            return last_part(str(value.get("uri", ""))) or derived("link", _short(value))
        if member == "uri" and made.get("identifier"):
            return f"urn:uuid:{made['identifier']}"
        return ""


def last_part(uri: str) -> str:
    """The last part of an address, where CASE puts the identifier."""
    return uri.rstrip("/").rpartition("/")[2].removeprefix("urn:uuid:")[:200]
