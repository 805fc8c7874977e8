"""How do the demo district's frameworks become CASE 1.1 packages? One document per subject and language, our own writing.

Identifiers are derived from codes, so they never change. The Spanish items point to the English ones by isTranslationOf.
"""

import uuid
from collections.abc import Iterator
from typing import Any

from cairn.demo.subjects import HABITS, Strand, Subject, Target
from cairn.exchange.case.write import associate, build_package, link

SITE = "https://frameworks.cairn-schools.example"
BASE = f"{SITE}/ims/case/v1p1"
AT = "2025-06-16T12:00:00+00:00"
VERSION = "2025"
LANGUAGES = ("en", "es")
NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, SITE)
CREATOR = {"en": "Cairn demo district", "es": "Distrito de demostración Cairn"}
LEVEL = {"en": "Level {number}", "es": "Nivel {number}"}
QUALITY = {
    "en": {0: "With help", 1: "Starting", 2: "Getting there", 3: "Got it", 4: "Going further"},
    "es": {0: "Con ayuda", 1: "Empezando", 2: "En camino", 3: "¡Logrado!", 4: "Más allá"},
}
TYPES = {
    "Content Area": ("1", "A subject."),
    "Level": ("2", "A performance level. Students move on when they are ready, at any time of the year."),
    "Strand": ("3", "Targets that belong together."),
    "Target": ("4", "What a student can show. Scored from 0 to 4; 3 is the goal."),
}
GRADES = ("KG", *(f"{grade:02}" for grade in range(1, 13)))
Row = dict[str, Any]


def identifier(*parts: str) -> str:
    """The same parts always give the same identifier."""
    return str(uuid.uuid5(NAMESPACE, "/".join(parts)))


def document_id(subject: Subject, language: str) -> str:
    """The identifier of a subject's document."""
    return identifier(language, subject.key)


def _row(kind: str, own: str) -> Row:
    return {"identifier": own, "uri": f"{BASE}/{kind}/{own}", "lastChangeDateTime": AT}


def grades_of(level: int, levels: int) -> list[str]:
    """The grades in which a level is usual; levels are not grades, so this is only a hint for readers."""
    share = 13 / levels
    first, last = round((level - 1) * share), round(level * share) - 1
    return list(GRADES[first : max(first, last) + 1])


class Package:
    """The rows of one subject in one language."""

    def __init__(self, subject: Subject, language: str) -> None:
        self.subject, self.language = subject, language
        self.items: list[Row] = []
        self.associations: list[Row] = []
        self.rubrics: list[Row] = []
        self.by_code: dict[str, Row] = {}
        self.types = {
            name: {**_row("CFItemTypes", identifier("type", name)), "title": name, "description": says,
                   "hierarchyCode": code}
            for name, (code, says) in TYPES.items()
        }  # fmt: skip
        self.document: Row = {
            **_row("CFDocuments", document_id(subject, language)),
            "creator": CREATOR[language], "title": subject.title[language], "subject": [subject.title[language]],
            "language": language, "version": VERSION, "adoptionStatus": "Adopted", "caseVersion": "1.1",
        }  # fmt: skip

    def _id(self, *parts: str) -> str:
        return identifier(self.language, self.subject.key, *parts)

    def _relate(self, kind: str, origin: Row, destination: Row, sequence: int | None = None) -> None:
        self.associations.append(associate(kind, origin, destination, base=BASE, at=AT, sequence=sequence))

    def _item(
        self, kind: str, code: str, statement: str, short: str, parent: Row, place: int, **more: Any
    ) -> Row:
        row = {
            **_row("CFItems", self._id("item", code)), "fullStatement": statement, "CFItemType": kind,
            "CFItemTypeURI": link(self.types[kind]), "language": self.language, **more,
        }  # fmt: skip
        if kind != "Strand":
            row["humanCodingScheme"] = code
        if short:
            row["abbreviatedStatement"] = short
        self.items.append(row)
        self._relate("isChildOf", row, parent, place)
        if self.language != "en":
            own = identifier("en", self.subject.key, "item", code)
            self._relate("isTranslationOf", row, {**_row("CFItems", own), "title": code})
        return row

    def build(self) -> dict[str, Any]:
        """The whole package. Raises Malformed when a row breaks the standard."""
        subject, language = self.subject, self.language
        area = self._item(
            "Content Area", subject.mark, subject.title[language], subject.short[language], self.document, 1
        )
        for level in subject.levels:
            name = LEVEL[language].format(number=level.number)
            above = self._item(
                "Level", f"{subject.mark}.{level.number}", level.about[language], name, area, level.number,
                educationLevel=grades_of(level.number, len(subject.levels)),
            )  # fmt: skip
            found = [
                target
                for place, strand in enumerate(level.strands, 1)
                for target in self._strand(strand, above, level.number, place)
            ]
            self._rubric(f"{subject.mark}.{level.number}", f"{subject.title[language]}, {name}", found)
        self._order()
        if language != "en":
            self._relate("isTranslationOf", self.document, _row("CFDocuments", document_id(subject, "en")))
        return build_package(
            self.document,
            self.items,
            self.associations,
            rubrics=self.rubrics,
            item_types=list(self.types.values()),
        )

    def _strand(self, strand: Strand, above: Row, level: int, place: int) -> Iterator[Target]:
        code = f"{self.subject.mark}.{level}/{place}"
        parent = self._item("Strand", code, strand.title[self.language], "", above, place)
        for number, target in enumerate(strand.targets, 1):
            words = (target.says[self.language], target.name[self.language])
            self.by_code[target.code] = self._item("Target", target.code, *words, parent, number)
            yield target

    def _order(self) -> None:
        """What comes before what."""
        for level in self.subject.levels:
            for target in level.targets:
                for before in target.needs:
                    if before in self.by_code:
                        self._relate("precedes", self.by_code[before], self.by_code[target.code])

    def _rubric(self, code: str, title: str, targets: list[Target]) -> None:
        rubric = {**_row("CFRubrics", self._id("rubric", code)), "title": title, "CFRubricCriteria": []}
        for place, target in enumerate(targets, 1):
            item = self.by_code[target.code]
            criterion = {
                **_row("CFRubricCriteria", self._id("criterion", target.code)), "category": target.name[self.language],
                "description": target.says[self.language], "CFItemURI": link(item), "position": place,
                "rubricId": rubric["identifier"],
            }  # fmt: skip
            criterion["CFRubricCriterionLevels"] = [
                {
                    **_row("CFRubricCriterionLevels", self._id("level", target.code, str(score))),
                    "quality": QUALITY[self.language][score], "description": words[self.language], "score": score,
                    "position": number, "rubricCriterionId": criterion["identifier"],
                }
                for number, (score, words) in enumerate(sorted(target.scale.items()), 1)
            ]  # fmt: skip
            rubric["CFRubricCriteria"].append(criterion)
        self.rubrics.append(rubric)


def build(subject: Subject, language: str) -> dict[str, Any]:
    """The CASE package of a subject in a language."""
    return Package(subject, language).build()


def method_of(subject: Subject) -> str:
    """By which method the demo district decides mastery in a subject."""
    return "decaying_average" if subject.key == "literacy" else "latest"


def position_of(subject: Subject, place: int) -> int:
    """Its place among the subjects; habits stand last."""
    return 99 if subject.key == HABITS else place
