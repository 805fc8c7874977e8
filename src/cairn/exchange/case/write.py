"""How are rows written as a CASE 1.1 package? Strictly: what breaks the standard is not written. Knows no database.

`build_package` takes rows that are meant to be right (the demo's own) and raises on any fault. For rows that came from
elsewhere and leave again, see `strict.py`.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from cairn.exchange.case.shape import (
    ASSOCIATION,
    CRITERION,
    DEFINITIONS,
    DOCUMENT,
    FORMS,
    ITEM,
    LEVEL,
    RUBRIC,
    Shape,
    derived,
)

Row = Mapping[str, Any]
NESTED = {"CFRubricCriteria": CRITERION, "CFRubricCriterionLevels": LEVEL}

__all__ = ["Malformed", "associate", "build_package", "derived", "link", "package_bytes", "write_package"]


class Malformed(ValueError):
    """A row that CASE 1.1 does not allow. Lists every fault, not only the first."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("\n".join(faults[:50]))
        self.faults = tuple(faults)


def link(row: Row, title: str = "") -> dict[str, str]:
    """A LinkURI to a row that has identifier and uri. Its title: as given, else the row's title, code or name."""
    words = (title, *(row.get(name, "") for name in ("title", "humanCodingScheme", "abbreviatedStatement")))
    return {
        "title": next((word for word in words if word), ""),
        "identifier": row["identifier"],
        "uri": row["uri"],
    }


def associate(
    kind: str,
    origin: Row,
    destination: Row,
    *,
    base: str,
    at: str,
    sequence: int | None = None,
    grouping: Row | None = None,
) -> dict[str, Any]:
    """A CFAssociation between two rows (CFItem or CFDocument), with an identifier derived from its ends and kind.

    `base`: the address before `/CFAssociations/...`. `at`: lastChangeDateTime.
    """
    identifier = derived("association", kind, origin["identifier"], destination["identifier"])
    row: dict[str, Any] = {
        "identifier": identifier,
        "uri": f"{base}/CFAssociations/{identifier}",
        "associationType": kind,
        "originNodeURI": link(origin),
        "destinationNodeURI": link(destination),
        "lastChangeDateTime": at,
    }
    if sequence is not None:
        row["sequenceNumber"] = sequence
    if grouping is not None:
        row["CFAssociationGroupingURI"] = link(grouping)
    return row


def ordered(shape: Shape, row: Row) -> dict[str, Any]:
    """The members in the order of the standard; rows inside it too."""
    return {
        name: [ordered(NESTED[name], inner) for inner in row[name]] if name in NESTED else row[name]
        for name in shape.members
        if name in row
    }


def faults_of(shape: Shape, row: Row) -> Iterable[str]:
    """Everything that the standard does not allow in this row, each as one sentence."""
    where = f"{shape.name} {row.get('identifier', '')}".strip()
    for name in shape.required:
        if name not in row:
            yield f"{where}: {name} is missing."
    for name, value in row.items():
        form = shape.members.get(name)
        if form is None:
            yield f"{where}: CASE 1.1 has no member {name} here."
        elif not FORMS[form](value):
            yield f"{where}: {name} is not a {form.replace('_', ' ')}: {str(value)[:80]!r}."
        elif name in NESTED:
            for inner in value:
                yield from faults_of(NESTED[name], inner)


def _twice(shape: Shape, rows: Iterable[Row]) -> Iterable[str]:
    seen: set[str] = set()
    for row in rows:
        identifier = str(row.get("identifier", ""))
        if identifier in seen:
            yield f"{shape.name} {identifier}: two rows have this identifier."
        seen.add(identifier)


def build_package(
    document: Row,
    items: Sequence[Row],
    associations: Sequence[Row] = (),
    *,
    rubrics: Sequence[Row] = (),
    concepts: Sequence[Row] = (),
    subjects: Sequence[Row] = (),
    licenses: Sequence[Row] = (),
    item_types: Sequence[Row] = (),
    groupings: Sequence[Row] = (),
    extensions: Row | None = None,
) -> dict[str, Any]:
    """A CFPackage of plain rows, each a mapping of CASE member names. Raises Malformed, naming every fault.

    Rubrics hold their criteria in CFRubricCriteria, and those their levels in CFRubricCriterionLevels. Nothing is
    added, left out or mended; only the order of members is made the standard's, so equal rows give equal bytes.
    """
    definitions = dict(zip(DEFINITIONS, (concepts, subjects, licenses, item_types, groupings), strict=True))
    lists = [(ITEM, items), (ASSOCIATION, associations), (RUBRIC, rubrics)]
    lists += [(DEFINITIONS[kind], rows) for kind, rows in definitions.items()]
    faults = list(faults_of(DOCUMENT, document))
    for shape, rows in lists:
        for row in rows:
            faults += faults_of(shape, row)
        faults += _twice(shape, rows)
    if faults:
        raise Malformed(faults)
    return assemble(document, items, associations, rubrics, definitions, extensions or {})


def assemble(
    document: Row,
    items: Sequence[Row],
    associations: Sequence[Row],
    rubrics: Sequence[Row],
    definitions: Mapping[str, Sequence[Row]],
    extensions: Row,
    definition_extensions: Row | None = None,
) -> dict[str, Any]:
    """The package of rows that are already strict. Empty lists of definitions are left out, as are no rubrics."""
    package: dict[str, Any] = {
        "CFDocument": ordered(DOCUMENT, document),
        "CFItems": [ordered(ITEM, row) for row in items],
        "CFAssociations": [ordered(ASSOCIATION, row) for row in associations],
    }
    defined: dict[str, Any] = {
        DEFINITIONS[kind].name: [ordered(DEFINITIONS[kind], row) for row in rows]
        for kind, rows in definitions.items()
        if rows
    }
    if definition_extensions:
        defined["extensions"] = dict(definition_extensions)
    if defined:
        package["CFDefinitions"] = defined
    if rubrics:
        package["CFRubrics"] = [ordered(RUBRIC, row) for row in rubrics]
    if extensions:
        package["extensions"] = dict(extensions)
    return package


def package_bytes(package: Row) -> bytes:
    """The file: UTF-8, every character as itself, one line per member so that people can compare two versions."""
    return (json.dumps(package, ensure_ascii=False, indent=1, allow_nan=False) + "\n").encode()


def write_package(path: Path, package: Row) -> None:
    """Writes a package to a file, whole or not at all."""
    part = path.with_name(path.name + ".part")
    part.write_bytes(package_bytes(package))
    part.replace(path)
