"""Which small packages do these tests read and write? Our own words, right by CASE 1.1 unless a test breaks them."""

from typing import Any

from cairn.exchange.case.write import associate, build_package, derived, link

AT = "2026-08-01T08:00:00+00:00"
BASE = "https://example.org/ims/case/v1p1"


def row(kind: str, key: str, **members: Any) -> dict[str, Any]:
    """A row of a list such as CFItems with an identifier made of its key."""
    identifier = derived("test", kind, key)
    return {
        "identifier": identifier,
        "uri": f"{BASE}/{kind}/{identifier}",
        "lastChangeDateTime": AT,
        **members,
    }


def document(key: str = "math", **members: Any) -> dict[str, Any]:
    """A CFDocument."""
    return row("CFDocuments", key, **{"creator": "Us", "title": "Number sense", "language": "en", **members})


def item(key: str, statement: str = "", **members: Any) -> dict[str, Any]:
    """A CFItem; its code is its key."""
    return row(
        "CFItems", key, fullStatement=statement or f"I can do {key}.", humanCodingScheme=key, **members
    )


def child(of: dict[str, Any], one: dict[str, Any], sequence: int | None = None) -> dict[str, Any]:
    """`one` isChildOf `of`."""
    return associate("isChildOf", one, of, base=BASE, at=AT, sequence=sequence)


def linked(kind: str, origin: dict[str, Any], destination: dict[str, Any]) -> dict[str, Any]:
    """Any association."""
    return associate(kind, origin, destination, base=BASE, at=AT)


def rubric(key: str, judged: dict[str, Any], texts: dict[float, str]) -> dict[str, Any]:
    """A CFRubric with one criterion that says what each score of an item looks like."""
    levels = [
        row("CFRubricCriterionLevels", f"{key}.{score}", description=said, score=score, position=place)
        for place, (score, said) in enumerate(texts.items())
    ]
    criterion = row(
        "CFRubricCriteria", key, CFItemURI=link(judged), position=0, CFRubricCriterionLevels=levels
    )
    return row("CFRubrics", key, title=f"Scale of {key}", CFRubricCriteria=[criterion])


LEVELS = {1.0: "Counts with help.", 2.5: "Counts alone to 15.", 3.0: "Counts alone to 20.", 4.0: "Counts on."}


def english() -> dict[str, Any]:
    """Two levels, a strand, three targets of which one comes first, a rubric, and one definition of each kind."""
    top = document(subject=["Mathematics"], version="1", caseVersion="1.1", notes="Ours")
    kinds = [row("CFItemTypes", kind, title=kind, description="", hierarchyCode=kind) for kind in TYPES]
    by_kind = {one["title"]: {"CFItemType": one["title"], "CFItemTypeURI": link(one)} for one in kinds}
    subject = row("CFSubjects", "m", title="Mathematics", hierarchyCode="1")
    grouping = row("CFAssociationGroupings", "g", title="Order of teaching")
    license_ = row("CFLicenses", "l", title="CC BY 4.0", licenseText="Share alike, name us.")
    concept = row("CFConcepts", "c", title="Counting", keywords="count", hierarchyCode="1")
    level = item("L1", "Level 1", abbreviatedStatement="Level 1", **by_kind["Level"])
    strand = item("S1", "Counting and number", **by_kind["Strand"])
    targets = [
        item(f"T{n}", f"I can count to {n}0 — *all* of them.", abbreviatedStatement=f"Count to {n}0",
             educationLevel=["KG"], conceptKeywords=["count"], licenseURI=link(license_), **by_kind["Target"])
        for n in (1, 2, 3)
    ]  # fmt: skip
    associations = [
        child(top, level, 1),
        child(level, strand, 1),
        *(child(strand, one, 4 - n) for n, one in enumerate(targets, start=1)),
        associate("precedes", targets[0], targets[1], base=BASE, at=AT, grouping=grouping),
    ]
    return build_package(
        top, [*targets, level, strand], associations,
        rubrics=[rubric("T1", targets[0], LEVELS)], concepts=[concept], subjects=[subject], licenses=[license_],
        item_types=kinds, groupings=[grouping],
        extensions={"ours": {"kept": True}},
    )  # fmt: skip


TYPES = ("Level", "Strand", "Target")


def spanish() -> dict[str, Any]:
    """The translation of the first target and of its rubric, with isTranslationOf into the English package."""
    top = document("math-es", title="Sentido numérico", language="es")
    origin = item("T1")
    said = item("T1-es", "Puedo contar hasta 10.", abbreviatedStatement="Contar hasta 10", language="es")
    associations = [child(top, said, 1), linked("isTranslationOf", said, origin)]
    scale = rubric("T1-es", said, {1.0: "Cuenta con ayuda.", 3.0: "Cuenta solo hasta 20."})
    return build_package(top, [said], associations, rubrics=[scale])
