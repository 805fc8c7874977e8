"""What is in a framework today, as rows that a writer can take? The newest version: what is retired stays here."""

from collections import defaultdict

from django.db.models import Q

from cairn.learning.frameworks.models import (
    Association,
    Definition,
    Framework,
    FrameworkVersion,
    Item,
    Rubric,
    RubricCriterion,
    RubricCriterionLevel,
)
from cairn.learning.frameworks.rows import (
    AssociationRow,
    CriterionRow,
    DefinitionRow,
    FrameworkRows,
    ItemRow,
    LevelRow,
    RubricRow,
)


def rows_of_framework(public_id_or_identifier: str) -> FrameworkRows | None:
    """The framework with this opaque id or CASE identifier; None: there is none. Eight queries, whatever its size."""
    framework = Framework.objects.filter(
        Q(public_id=public_id_or_identifier) | Q(identifier=public_id_or_identifier)
    ).first()
    if framework is None:
        return None
    newest = FrameworkVersion.objects.filter(framework=framework).order_by("-number").first()
    definitions = Definition.objects.filter(framework=framework).order_by("kind", "position", "pk")
    return FrameworkRows(
        identifier=framework.identifier,
        uri=framework.uri,
        title=framework.title,
        language=framework.language,
        subject=framework.subject,
        version=newest.label if newest else "",
        last_change_at=newest.last_change_at if newest else None,
        case=framework.case,
        package=framework.package,
        items=_items(framework),
        associations=_associations(framework),
        definitions=[
            DefinitionRow(one.kind, one.identifier, one.title, one.position, one.case) for one in definitions
        ],
        rubrics=_rubrics(framework),
    )


def _items(framework: Framework) -> list[ItemRow]:
    names = ("identifier", "uri", "statement", "short_name", "code", "item_type", "case")
    rows = Item.objects.filter(framework=framework, retired_at=None).order_by("position", "pk")
    return [ItemRow(*row) for row in rows.values_list(*names)]


def _associations(framework: Framework) -> list[AssociationRow]:
    names = (
        "identifier",
        "kind",
        "origin_identifier",
        "origin_uri",
        "destination_identifier",
        "destination_uri",
        "sequence",
        "case",
    )
    rows = Association.objects.filter(framework=framework, retired_at=None).order_by("pk")
    return [AssociationRow(*row) for row in rows.values_list(*names)]


def _rubrics(framework: Framework) -> list[RubricRow]:
    levels: dict[int, list[LevelRow]] = defaultdict(list)
    for level in RubricCriterionLevel.objects.filter(criterion__rubric__framework=framework).order_by(
        "position", "pk"
    ):
        levels[level.criterion_id].append(LevelRow(level.identifier, level.score, level.position, level.case))
    criteria: dict[int, list[CriterionRow]] = defaultdict(list)
    rows = RubricCriterion.objects.filter(rubric__framework=framework).select_related("item")
    for one in rows.order_by("position", "pk"):
        judged = one.item.identifier if one.item else ""
        criteria[one.rubric_id].append(
            CriterionRow(one.identifier, judged, one.position, one.case, levels[one.pk])
        )
    return [
        RubricRow(one.identifier, one.title, one.position, one.case, criteria[one.pk])
        for one in Rubric.objects.filter(framework=framework).order_by("position", "pk")
    ]
