"""Which members does each class of a CASE 1.1 package have, in which form, and which may not be missing?

Source: 1EdTech, Competencies and Academic Standards Exchange 1.1, JSON Schema of the CFPackage. Knows no database.
"""

import math
import re
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

# The namespace of identifiers that we derive where a package has none: always the same, so the second import finds
# the rows of the first.
OURS = uuid.uuid5(uuid.NAMESPACE_DNS, "case.cairn-schools.example")

_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)
_DATE = re.compile(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])", re.ASCII)
_MOMENT = re.compile(
    r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?"
    r"(Z|[+-]([01]\d|2[0-3]):[0-5]\d)",
    re.ASCII,
)
# The schema's own pattern means to allow a hyphen and, as written, does not allow it at the beginning.
_EXTENSION = re.compile(r"ext:[a-zA-Z0-9.|_][a-zA-Z0-9.|_-]*", re.ASCII)
ASSOCIATION_TYPES = (
    "isChildOf", "isPeerOf", "isPartOf", "exactMatchOf", "precedes", "isRelatedTo", "replacedBy", "exemplar",
    "hasSkillLevel", "isTranslationOf",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Shape:
    """One class: its members in the order of the standard, each with the name of its form, and the required ones."""

    name: str
    members: Mapping[str, str]
    required: tuple[str, ...]


def _shape(name: str, required: str, **members: str) -> Shape:
    forms = {
        "identifier": "uuid",
        "uri": "text",
        **members,
        "lastChangeDateTime": "moment",
        "extensions": "object",
    }
    return Shape(name, forms, ("identifier", "uri", *required.split(), "lastChangeDateTime"))


LINK = Shape(
    "LinkURI", {"title": "text", "identifier": "uuid", "uri": "text"}, ("title", "identifier", "uri")
)
END = Shape(
    "LinkGenURI",
    {"title": "text", "identifier": "text", "uri": "text", "targetType": "target_type"},
    ("title", "identifier", "uri"),
)
DOCUMENT = _shape(
    "CFDocument", "creator title", frameworkType="text", caseVersion="version", creator="text", title="text",
    officialSourceURL="text", publisher="text", description="text", subject="texts", subjectURI="links",
    language="text", version="text", adoptionStatus="text", statusStartDate="date", statusEndDate="date",
    licenseURI="link", notes="text",
)  # fmt: skip
ITEM = _shape(
    "CFItems", "fullStatement", fullStatement="text", alternativeLabel="text", CFItemType="text",
    humanCodingScheme="text", listEnumeration="text", abbreviatedStatement="text", conceptKeywords="texts",
    conceptKeywordsURI="link", notes="text", subject="texts", subjectURI="links", language="text",
    educationLevel="texts", CFItemTypeURI="link", licenseURI="link", statusStartDate="date", statusEndDate="date",
)  # fmt: skip
ASSOCIATION = _shape(
    "CFAssociations", "associationType originNodeURI destinationNodeURI", associationType="association_type",
    sequenceNumber="integer", originNodeURI="end", destinationNodeURI="end", CFAssociationGroupingURI="link",
    notes="text",
)  # fmt: skip
CONCEPT = _shape(
    "CFConcepts",
    "title hierarchyCode",
    title="text",
    keywords="text",
    hierarchyCode="text",
    description="text",
)
SUBJECT = _shape("CFSubjects", "title hierarchyCode", title="text", hierarchyCode="text", description="text")
LICENSE = _shape("CFLicenses", "title licenseText", title="text", description="text", licenseText="text")
ITEM_TYPE = _shape(
    "CFItemTypes", "title description hierarchyCode", title="text", description="text", hierarchyCode="text",
    typeCode="text",
)  # fmt: skip
GROUPING = _shape("CFAssociationGroupings", "title", title="text", description="text")
RUBRIC = _shape("CFRubrics", "", title="text", description="text", CFRubricCriteria="rows")
CRITERION = _shape(
    "CFRubricCriteria", "", category="text", description="text", CFItemURI="link", weight="number",
    position="integer", rubricId="uuid", CFRubricCriterionLevels="rows",
)  # fmt: skip
# The standard gives the extensions of a level as a list of objects, unlike everywhere else.
LEVEL = Shape(
    "CFRubricCriterionLevels",
    {
        **_shape(
            "", "", description="text", quality="text", score="number", feedback="text", position="integer",
            rubricCriterionId="uuid",
        ).members,
        "extensions": "objects",
    },
    ("identifier", "uri", "lastChangeDateTime"),
)  # fmt: skip

# The lists of CFDefinitions, by the word with which our tables name their kind.
DEFINITIONS: Mapping[str, Shape] = {
    "concept": CONCEPT,
    "subject": SUBJECT,
    "license": LICENSE,
    "item_type": ITEM_TYPE,
    "association_grouping": GROUPING,
}
# Members of the standard's other calls that servers put into packages; the schema of a package forbids them.
ECHOES = ("CFDocumentURI", "CFPackageURI")


def is_uuid(value: object) -> bool:
    """Is this a UUID in its usual writing?"""
    return isinstance(value, str) and _UUID.fullmatch(value) is not None


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _is_integer(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_link(shape: Shape, value: object) -> bool:
    return (
        isinstance(value, dict)
        and set(shape.required) <= set(value) <= set(shape.members)
        and all(FORMS[shape.members[name]](member) for name, member in value.items())
    )


def _all(check: Callable[[object], bool], value: object) -> bool:
    return isinstance(value, list) and all(check(one) for one in value)


def _word(known: tuple[str, ...], value: object) -> bool:
    return isinstance(value, str) and (value in known or _EXTENSION.fullmatch(value) is not None)


FORMS: Mapping[str, Callable[[Any], bool]] = {
    "text": _is_text,
    "texts": lambda value: _all(_is_text, value),
    "uuid": is_uuid,
    "moment": lambda value: isinstance(value, str) and _MOMENT.fullmatch(value) is not None,
    "date": lambda value: isinstance(value, str) and _DATE.fullmatch(value) is not None,
    "integer": _is_integer,
    "number": _is_number,
    "object": lambda value: isinstance(value, dict),
    "objects": lambda value: _all(lambda one: isinstance(one, dict), value),
    "rows": lambda value: isinstance(value, list),
    "link": lambda value: _is_link(LINK, value),
    "links": lambda value: _all(lambda one: _is_link(LINK, one), value),
    "end": lambda value: _is_link(END, value),
    "version": lambda value: value == "1.1",
    "association_type": lambda value: _word(ASSOCIATION_TYPES, value),
    "target_type": lambda value: _word(("CASE",), value),
}


def derived(*parts: str) -> str:
    """An identifier made of what a row says, where it has none: the same parts always give the same UUID."""
    return str(uuid.uuid5(OURS, "\0".join(parts)))
