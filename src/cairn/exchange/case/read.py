"""What does a CASE 1.0 or 1.1 package say, row by row, however it was written?

Tolerant: what can be read through is a notice, what cannot be used goes to `defects.bad` with its list and place. A row's
`case` is the object as it came. Knows no database and writes nothing.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from django.utils.translation import gettext as _

from cairn.exchange.case import shape
from cairn.exchange.case.document import open_package
from cairn.exchange.case.shape import FORMS, Shape, derived
from cairn.exchange.case.strict import last_part, mended
from cairn.exchange.intake.outcome import Refused

LONGEST_IDENTIFIER = 100
_PLAIN_FORMS = ("uuid", "moment")  # odd identifiers and dates are common and harmless


class Defects(Protocol):
    """Where the reader puts what it finds: `file` is the list (CFItems ...), `line` the place in it, from 1."""

    def notice(self, code: str, file: str, line: int = 0, field: str = "", value: str = "") -> None: ...

    def bad(
        self, code: str, file: str, line: int, field: str, value: str, row: Mapping[str, str], key: str = ""
    ) -> None: ...


@dataclass(slots=True)
class Row:
    """One object of a list. `identifier`: its own, or derived where it has none; `parts`: criteria or levels."""

    identifier: str
    case: dict[str, Any]
    place: int
    parts: "list[Row]" = field(default_factory=list)


@dataclass(slots=True)
class Package:
    """The bare rows of a package. `leftovers`: members of the package itself that are none of its lists."""

    document: Row
    items: list[Row]
    associations: list[Row]
    rubrics: list[Row]
    definitions: dict[str, list[Row]]  # by kind: concept, subject, license, item_type, association_grouping
    leftovers: dict[str, Any]


def text(case: Mapping[str, Any], name: str) -> str:
    """A member as text, also where it is a number or a list of one; anything else is no text."""
    found = mended("text", case.get(name))
    value = found if found is not None else case.get(name)
    return value if isinstance(value, str) else ""


def end_of(case: Mapping[str, Any], name: str) -> tuple[str, str]:
    """Identifier and URI of a link, also where it is only an address or lacks its identifier."""
    link = case.get(name)
    if isinstance(link, str):
        return last_part(link), link
    if not isinstance(link, dict):
        return "", ""
    uri = text(link, "uri")
    return text(link, "identifier") or last_part(uri), uri


def read_package(data: bytes, name: str, defects: Defects) -> Package:
    """The rows of a package. Raises `Refused` when this is no package, with the reason and what to import instead."""
    raw, wrapped = open_package(data, name)
    if wrapped:
        defects.notice("wrapped", "CFDocument")
    try:
        return _Reader(defects, _may_hold_oddities(data)).package(raw, name)
    except RecursionError as error:
        raise Refused(
            _("%(name)s is nested too deeply.") % {"name": name}, _("Download it again."), "not_json"
        ) from error


def _may_hold_oddities(data: bytes) -> bool:
    """Escapes that can spell a NUL or half a character: rare, so that rows are searched for them only then."""
    low = data.lower()
    return b"\\u0000" in low or b"\\ud" in low or data[:1] in (b"\xff", b"\xfe")


def _keepable(value: Any) -> bool:
    """Can both databases keep this text? They refuse NUL, and UTF-8 has no half characters."""
    if isinstance(value, str):
        return "\0" not in value and not any("\ud800" <= mark <= "\udfff" for mark in value)
    if isinstance(value, dict):
        return all(_keepable(key) and _keepable(one) for key, one in value.items())
    return all(_keepable(one) for one in value) if isinstance(value, list) else True


def cells(case: Mapping[str, Any]) -> dict[str, str]:
    """A row as columns of text, for the file of quarantined rows."""
    return {
        str(key).encode(errors="replace").decode().replace("\0", "?"): (
            value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        )
        .encode(errors="replace")
        .decode()
        .replace("\0", "?")
        for key, value in case.items()
    }


class _Reader:
    """Reads the lists of one package, with one eye on its oddities."""

    def __init__(self, defects: Defects, odd: bool) -> None:
        self.defects, self.odd, self.document = defects, odd, ""

    def package(self, raw: dict[str, Any], name: str) -> Package:
        document = self._document(raw["CFDocument"], name)
        self.document = document.identifier
        defined = raw.get("CFDefinitions")
        defined = defined if isinstance(defined, dict) else {}
        definitions = {
            kind: list(self._named(one, defined.get(one.name))) for kind, one in shape.DEFINITIONS.items()
        }
        known = {"CFDocument", "CFItems", "CFAssociations", "CFDefinitions", "CFRubrics"}
        leftovers = {key: value for key, value in raw.items() if key not in known}
        lists = {one.name for one in shape.DEFINITIONS.values()}
        if rest := {key: value for key, value in defined.items() if key not in lists}:
            leftovers["CFDefinitions"] = rest
        if self.odd and not _keepable(leftovers):
            self.defects.bad("bad_character", "CFPackage", 1, "", "", cells(leftovers))
            leftovers = {}
        if "CFItems" not in raw:
            self.defects.notice("list_missing", "CFItems")
        return Package(
            document=document,
            items=list(self._items(raw.get("CFItems"))),
            associations=list(self._associations(raw.get("CFAssociations"))),
            rubrics=list(self._rubrics(raw.get("CFRubrics"))),
            definitions=definitions,
            leftovers=leftovers,
        )

    def _document(self, case: dict[str, Any], name: str) -> Row:
        identifier = text(case, "identifier") or last_part(text(case, "uri"))
        words = text(case, "title")
        if not _keepable(case) or len(identifier) > LONGEST_IDENTIFIER or not (identifier or words):
            raise Refused(
                _("The CFDocument of %(name)s has no identifier or title that can be kept.") % {"name": name},
                _("Ask the publisher for a correct package."),
                "no_document",
            )
        if not identifier:
            self.defects.notice("identifier_made", "CFDocument", field="identifier")
            identifier = derived("document", text(case, "creator"), words)
        self._look(shape.DOCUMENT, case, 0)
        return Row(identifier, case, 0)

    def _listed(self, one: Shape, rows: Any) -> Iterator[tuple[int, dict[str, Any]]]:
        """The objects of a list with their places; everything else is put aside."""
        if rows is None:
            return
        if not isinstance(rows, list):
            self.defects.notice("list_not_a_list", one.name)
            return
        for place, case in enumerate(rows, start=1):
            if not isinstance(case, dict):
                odd = cells({"value": case})
                self.defects.bad("not_an_object", one.name, place, "", odd["value"][:100], odd)
            elif self.odd and not _keepable(case):
                self.defects.bad("bad_character", one.name, place, "", "", cells(case))
            else:
                self._look(one, case, place)
                yield place, case

    def _look(self, one: Shape, case: Mapping[str, Any], place: int) -> None:
        """Notices for what the schema of 1.1 would not allow; the row comes in all the same."""
        for name in one.required:
            if name not in case:
                self.defects.notice("member_missing", one.name, place, name)
        for name, value in case.items():
            form = one.members.get(name)
            if form is None:
                self.defects.notice("member_unknown", one.name, place, name)
            elif form not in _PLAIN_FORMS and not FORMS[form](value):
                said = json.dumps(value, ensure_ascii=False)[:100]
                self.defects.notice("member_form", one.name, place, name, said)

    def _identified(
        self, one: Shape, rows: Iterator[tuple[int, dict[str, Any], tuple[str, ...]]]
    ) -> Iterator[Row]:
        """Gives each row its identifier. The second row with one identifier is read once, or put aside if it differs."""
        seen: dict[str, Row] = {}
        for place, case, says in rows:
            own = text(case, "identifier") or last_part(text(case, "uri"))
            if not own:
                self.defects.notice("identifier_made", one.name, place, "identifier")
            identifier = own or derived(self.document, one.name, *says)
            earlier = seen.get(identifier)
            if len(identifier) > LONGEST_IDENTIFIER:
                self.defects.bad(
                    "identifier_too_long", one.name, place, "identifier", identifier, cells(case)
                )
            elif earlier is None:
                seen[identifier] = row = Row(identifier, case, place)
                yield row
            elif earlier.case == case:
                self.defects.notice("repeated", one.name, place, "identifier", identifier)
            else:
                self.defects.bad(
                    "duplicate_identifier", one.name, place, "identifier", identifier, cells(case), identifier
                )

    def _items(self, rows: Any) -> Iterator[Row]:
        def with_words() -> Iterator[tuple[int, dict[str, Any], tuple[str, ...]]]:
            for place, case in self._listed(shape.ITEM, rows):
                statement = text(case, "fullStatement")
                if not statement:
                    statement = text(case, "abbreviatedStatement")
                    if not statement:
                        self.defects.bad("no_statement", "CFItems", place, "fullStatement", "", cells(case))
                        continue
                    self.defects.notice(
                        "statement_from_name", "CFItems", place, "fullStatement", statement[:100]
                    )
                yield place, case, (text(case, "humanCodingScheme"), statement)

        return self._identified(shape.ITEM, with_words())

    def _associations(self, rows: Any) -> Iterator[Row]:
        def with_ends() -> Iterator[tuple[int, dict[str, Any], tuple[str, ...]]]:
            for place, case in self._listed(shape.ASSOCIATION, rows):
                kind = text(case, "associationType")
                ends = [end_of(case, name)[0] for name in ("originNodeURI", "destinationNodeURI")]
                if not kind:
                    self.defects.bad("no_kind", "CFAssociations", place, "associationType", "", cells(case))
                elif not all(ends):
                    missing = "destinationNodeURI" if ends[0] else "originNodeURI"
                    self.defects.bad("no_end", "CFAssociations", place, missing, "", cells(case))
                else:
                    yield place, case, (kind, *ends, end_of(case, "CFAssociationGroupingURI")[0])

        return self._identified(shape.ASSOCIATION, with_ends())

    def _named(self, one: Shape, rows: Any) -> Iterator[Row]:
        def with_titles() -> Iterator[tuple[int, dict[str, Any], tuple[str, ...]]]:
            for place, case in self._listed(one, rows):
                if text(case, "title") or text(case, "identifier") or text(case, "uri"):
                    yield place, case, (text(case, "title"),)
                else:
                    self.defects.bad("no_title", one.name, place, "title", "", cells(case))

        return self._identified(one, with_titles())

    def _rubrics(self, rows: Any) -> Iterator[Row]:
        for rubric in self._parts(shape.RUBRIC, rows, ""):
            rubric.parts = list(
                self._parts(shape.CRITERION, rubric.case.get("CFRubricCriteria"), rubric.identifier)
            )
            for criterion in rubric.parts:
                levels = criterion.case.get("CFRubricCriterionLevels")
                criterion.parts = list(self._parts(shape.LEVEL, levels, criterion.identifier))
            yield rubric

    def _parts(self, one: Shape, rows: Any, above: str) -> Iterator[Row]:
        found = self._listed(one, rows)
        return self._identified(
            one, ((place, case, (above, json.dumps(case, sort_keys=True))) for place, case in found)
        )
