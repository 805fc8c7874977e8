"""How does a CASE row become a row of our tables, and back? Everything the tables have no column for stays in `case`."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from cairn.exchange.case import shape
from cairn.exchange.case.read import Defects, Package, Row, cells, end_of, text
from cairn.exchange.case.strict import ExportReport, Strict, mended, moment
from cairn.exchange.case.write import assemble
from cairn.learning.frameworks.rows import (
    AssociationRow,
    CriterionRow,
    DefinitionRow,
    FrameworkRows,
    ItemRow,
    LevelRow,
    RubricRow,
)
from cairn.learning.frameworks.standing import circles_in

LARGEST = 2**31 - 1


def base_of(uri: str) -> str:
    """The address before /CFDocuments/..., from which the addresses of rows without one are made."""
    before, found, _rest = uri.partition("/CFDocuments/")
    return before if found else ""


def _uri(base: str, one: shape.Shape, row: Row) -> str:
    return text(row.case, "uri") or (
        f"{base}/{one.name}/{row.identifier}" if base else f"urn:uuid:{row.identifier}"
    )


def _whole(value: object, otherwise: int | None) -> int | None:
    """A whole number that the tables can hold."""
    read = value if isinstance(value, int) and not isinstance(value, bool) else mended("integer", value)
    return read if isinstance(read, int) and -LARGEST <= read <= LARGEST else otherwise


def _place(value: object, otherwise: int) -> int:
    read = _whole(value, otherwise)
    return read if read is not None and read >= 0 else otherwise


def hundredths(value: object) -> int | None:
    """A level's score in hundredths: 2.5 is 250. None where it is no number, or no number of hundredths."""
    read = mended("number", value) if isinstance(value, str) else value
    if isinstance(read, bool) or not isinstance(read, int | float) or not 0 <= read <= 10_000:
        return None
    made = round(read * 100)
    return made if abs(read * 100 - made) < 1e-6 else None


def rows_of_package(package: Package, defects: Defects) -> FrameworkRows:
    """The rows that the tables take. Associations that would put an item above itself go to `defects`."""
    case = package.document.case
    base = base_of(text(case, "uri"))
    associations = {row.identifier: row for row in package.associations}
    rows = FrameworkRows(
        identifier=package.document.identifier,
        uri=_uri(base, shape.Shape("CFDocuments", {}, ()), package.document),
        title=text(case, "title"),
        language=text(case, "language"),
        subject=_subject(case),
        version=text(case, "version"),
        last_change_at=moment(case.get("lastChangeDateTime")),
        case=case,
        package=package.leftovers,
        items=[_item(row, base) for row in package.items],
        associations=[_association(row) for row in package.associations],
        definitions=[
            DefinitionRow(kind, row.identifier, text(row.case, "title"), place, row.case)
            for kind, listed in package.definitions.items()
            for place, row in enumerate(listed)
        ],
        rubrics=[_rubric(row, place, defects) for place, row in enumerate(package.rubrics)],
    )
    circles = dict(circles_in(rows))
    for identifier, item in circles.items():
        row = associations[identifier]
        defects.bad(
            "cycle", "CFAssociations", row.place, "destinationNodeURI", item, cells(row.case), identifier
        )
    if not circles:
        return rows
    left = [one for one in rows.associations if one.identifier not in circles]
    return replace(rows, associations=left)


def _subject(case: dict[str, Any]) -> str:
    """The name students know: the document's subject, else the title of its subject's address, else its own title."""
    links = case.get("subjectURI")
    link = links[0] if isinstance(links, list) and links else links
    named = text(link, "title") if isinstance(link, dict) else ""
    return text(case, "subject") or named or text(case, "title")


def _item(row: Row, base: str) -> ItemRow:
    case = row.case
    link = case.get("CFItemTypeURI")
    named = text(link, "title") if isinstance(link, dict) else ""
    return ItemRow(
        identifier=row.identifier,
        uri=_uri(base, shape.ITEM, row),
        statement=text(case, "fullStatement") or text(case, "abbreviatedStatement"),
        short_name=text(case, "abbreviatedStatement"),
        code=text(case, "humanCodingScheme"),
        item_type=text(case, "CFItemType") or named,
        case=case,
    )


def _association(row: Row) -> AssociationRow:
    origin, origin_uri = end_of(row.case, "originNodeURI")
    destination, destination_uri = end_of(row.case, "destinationNodeURI")
    return AssociationRow(
        identifier=row.identifier,
        kind=text(row.case, "associationType"),
        origin_identifier=origin,
        origin_uri=origin_uri,
        destination_identifier=destination,
        destination_uri=destination_uri,
        sequence=_whole(row.case.get("sequenceNumber"), None),
        case=row.case,
    )


def _rubric(row: Row, place: int, defects: Defects) -> RubricRow:
    def level(one: Row, at: int) -> LevelRow:
        score = hundredths(one.case.get("score"))
        if score is None:
            said = str(one.case.get("score"))[:100]
            defects.notice("scores_unread", shape.LEVEL.name, one.place + 1, "score", said)
        return LevelRow(one.identifier, score, _place(one.case.get("position"), at), one.case)

    def criterion(one: Row, at: int) -> CriterionRow:
        judged, _uri_of_it = end_of(one.case, "CFItemURI")
        case = {name: value for name, value in one.case.items() if name != "CFRubricCriterionLevels"}
        levels = [level(part, place) for place, part in enumerate(one.parts)]
        return CriterionRow(one.identifier, judged, _place(case.get("position"), at), case, levels)

    case = {name: value for name, value in row.case.items() if name != "CFRubricCriteria"}
    criteria = [criterion(part, at) for at, part in enumerate(row.parts)]
    return RubricRow(row.identifier, text(case, "title"), place, case, criteria)


def package_of_rows(rows: FrameworkRows) -> tuple[dict[str, Any], ExportReport]:
    """The package as CASE 1.1 allows it, and what that took."""
    at = rows.last_change_at.isoformat() if rows.last_change_at else "1970-01-01T00:00:00+00:00"
    strict = Strict(base_of(rows.uri), at)

    def made(one: shape.Shape, listed: Iterable[Any]) -> list[dict[str, Any]]:
        return [strict.row(one, row.case, row.identifier) for row in listed]

    document = strict.row(shape.DOCUMENT, rows.case, rows.identifier)
    definitions = {
        kind: made(one, [row for row in rows.definitions if row.kind == kind])
        for kind, one in shape.DEFINITIONS.items()
    }
    extensions, inner = _leftovers(rows, strict)
    package = assemble(
        document,
        [strict.row(shape.ITEM, _with_statement(row), row.identifier) for row in rows.items],
        made(shape.ASSOCIATION, rows.associations),
        [strict.row(shape.RUBRIC, _whole_rubric(row), row.identifier) for row in rows.rubrics],
        definitions,
        extensions,
        inner,
    )
    return package, strict.report


def _with_statement(row: ItemRow) -> dict[str, Any]:
    """An item that had only a short name leaves with that as its statement; all others leave as they came."""
    return dict(row.case) if row.case.get("fullStatement") else {**row.case, "fullStatement": row.statement}


def _whole_rubric(rubric: RubricRow) -> dict[str, Any]:
    """A rubric with its criteria and levels inside, each under the identifier that we know it by."""
    criteria = [
        {
            "identifier": criterion.identifier,
            **criterion.case,
            "CFRubricCriterionLevels": [
                {"identifier": level.identifier, **level.case} for level in criterion.levels
            ],
        }
        for criterion in rubric.criteria
    ]
    return {**rubric.case, "CFRubricCriteria": criteria}


def _leftovers(rows: FrameworkRows, strict: Strict) -> tuple[dict[str, Any], dict[str, Any]]:
    """Extensions of the package and of its definitions; whatever else stood there is dropped, and told."""
    inner = dict(rows.package.get("CFDefinitions") or {})
    outer = {name: value for name, value in rows.package.items() if name != "CFDefinitions"}
    found = []
    for where, members in (("CFPackage", outer), ("CFDefinitions", inner)):
        extensions = members.pop("extensions", None) or {}
        found.append(extensions if isinstance(extensions, dict) else {"extensions": extensions})
        for name, value in members.items():
            strict.drop(where, rows.identifier, name, value)
    return found[0], found[1]
