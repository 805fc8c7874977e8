"""Does a framework come in whole, once, with its versions, its links to others and its other languages?"""

import copy
import json
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from django.core import serializers
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cairn.exchange.case.routes import PackageOutcome, import_package
from cairn.exchange.case.write import build_package, package_bytes
from cairn.exchange.intake.models import Problem, Run
from cairn.exchange.intake.outcome import Refused
from cairn.learning.models import (
    Association,
    CalculationPolicy,
    Framework,
    FrameworkVersion,
    Item,
    ItemAncestor,
    ItemMapping,
    Rubric,
    RubricCriterion,
    RubricCriterionLevel,
    ScaleUse,
    Wording,
)
from cairn.people.models import DemoMark
from cairn.trail.models import Change
from tests.exchange.case import packages

pytestmark = pytest.mark.django_db
TABLES = (
    Framework, FrameworkVersion, Item, ItemAncestor, Association, Rubric, RubricCriterion, RubricCriterionLevel,
    Wording, ItemMapping, ScaleUse, CalculationPolicy, Change,
)  # fmt: skip


@pytest.fixture
def bring(tmp_path: Path) -> Any:
    """Writes a package to a file and imports it."""

    def bring(package: dict[str, Any], *, mapping: str | None = None, **options: Any) -> PackageOutcome:
        path = tmp_path / "package.json"
        path.write_bytes(package_bytes(package))
        if mapping is not None:
            (tmp_path / "map.toml").write_text(mapping, encoding="utf-8")
            options["mapping"] = tmp_path / "map.toml"
        return import_package(str(path), **options)

    return bring


def everything() -> str:
    return "\n".join(serializers.serialize("json", table.objects.order_by("pk")) for table in TABLES)


def newer(package: dict[str, Any], at: str = "2026-09-01T08:00:00+00:00") -> dict[str, Any]:
    again = copy.deepcopy(package)
    again["CFDocument"]["lastChangeDateTime"] = at
    return again


def by_code(code: str) -> Item:
    return Item.objects.get(code=code)


def counts(outcome: PackageOutcome, name: str) -> tuple[int, int, int, int]:
    found = outcome.changes[name]
    return found.added, found.changed, found.ended, found.same


def test_a_package_comes_in_whole(bring: Any) -> None:
    outcome = bring(packages.english())
    assert (outcome.state, outcome.quarantined, outcome.notices) == ("done", 0, 0)
    assert counts(outcome, "items") == (5, 0, 0, 0)
    framework = Framework.objects.get()
    assert (framework.subject, framework.language) == ("Mathematics", "en")
    rows = [
        (item.code, item.kind, item.scorable, item.depth, item.level and item.level.code, item.strand and item.strand.code)
        for item in Item.objects.order_by("position")
    ]  # fmt: skip
    assert rows == [
        ("L1", "level", False, 0, None, None),
        ("S1", "strand", False, 1, "L1", None),
        ("T3", "target", True, 2, "L1", "S1"),  # by sequence, not by code
        ("T2", "target", True, 2, "L1", "S1"),
        ("T1", "target", True, 2, "L1", "S1"),
    ]
    assert ItemAncestor.objects.filter(item=by_code("T1")).count() == 2
    before = Association.objects.get(kind="precedes")
    assert (before.origin, before.destination) == (by_code("T1"), by_code("T2"))


def test_a_rubric_says_what_each_score_looks_like(bring: Any) -> None:
    bring(packages.english())
    words = Wording.objects.filter(item=by_code("T1"), language="en").order_by("value")
    assert [(word.value, word.text) for word in words] == [
        (100, "Counts with help."),
        (250, "Counts alone to 15."),
        (300, "Counts alone to 20."),
        (400, "Counts on."),
    ]


def test_without_a_file_it_is_scored_from_today_as_proposed(bring: Any) -> None:
    outcome = bring(packages.english())
    assert outcome.preview is not None
    assert (outcome.preview.scorable, outcome.preview.scale, outcome.preview.stage) == (3, "0-4", "recording")
    use = ScaleUse.objects.get()
    assert (use.scale.key, use.stage, use.school) == ("0-4", "recording", None)
    assert {(row.value, row.kind, row.proposed) for row in ItemMapping.objects.all()} == {
        ("Level", "level", True),
        ("Strand", "strand", True),
        ("Target", "target", True),
    }


def test_the_second_time_nothing_changes(bring: Any) -> None:
    bring(packages.english())
    before = everything()
    outcome = bring(packages.english())
    assert everything() == before
    assert all(c.added == c.changed == c.ended == 0 for c in outcome.changes.values())
    assert Run.objects.count() == 2


def test_a_dry_run_shows_everything_and_writes_only_its_run(bring: Any) -> None:
    before = everything()
    outcome = bring(packages.english(), dry_run=True)
    assert (outcome.state, counts(outcome, "items")) == ("dry_run", (5, 0, 0, 0))
    assert outcome.preview is not None
    assert [
        (row.row.value, row.count, row.examples[:1]) for row in outcome.preview.rows if row.row.scorable
    ] == [("Target", 3, ("Count to 30",))]
    assert everything() == before
    assert Run.objects.get().dry_run


def test_a_newer_version_retires_what_it_lacks_and_keeps_what_stood_on_it(bring: Any) -> None:
    package = packages.english()
    bring(package)
    first = {item.code: item.pk for item in Item.objects.all()}
    again = newer(package)
    lost = again["CFItems"].pop(0)  # T1, with all that hangs on it
    again["CFAssociations"] = [
        row for row in again["CFAssociations"] if lost["identifier"] not in json.dumps(row)
    ]
    again["CFItems"][0]["fullStatement"] = "I can count further."
    del again["CFRubrics"]
    outcome = bring(again)
    assert counts(outcome, "items") == (0, 1, 1, 3)
    assert counts(outcome, "rubrics") == (0, 0, 1, 0)
    gone = by_code("T1")
    assert gone.retired_at is not None
    assert (gone.pk, gone.kind) == (first["T1"], "target")
    assert ItemAncestor.objects.filter(item=gone).count() == 2
    assert by_code("T2").statement == "I can count further."
    assert Wording.objects.count() == 0
    assert list(FrameworkVersion.objects.values_list("number", flat=True)) == [1, 2]
    said = {(change.action, change.entity) for change in Change.objects.exclude(action="use_scale")}
    assert ("change", "item") in said
    assert ("retire", "item") in said
    assert ("remove", "rubriccriterionlevel") in said
    change = Change.objects.get(action="change", entity="item")
    assert change.after["statement"] == "I can count further."


def test_a_retired_item_that_comes_again_is_the_same_row(bring: Any) -> None:
    package = packages.english()
    bring(package)
    pk = by_code("T1").pk
    without = newer(package)
    without["CFItems"] = without["CFItems"][1:]
    bring(without)
    outcome = bring(newer(package, "2026-10-01T08:00:00+00:00"))
    assert counts(outcome, "items") == (0, 1, 0, 4)
    assert (by_code("T1").pk, by_code("T1").retired_at) == (pk, None)
    assert Change.objects.filter(action="bring_back").count() == 1


def test_an_older_package_is_refused_unless_told(bring: Any) -> None:
    bring(newer(packages.english()))
    before = everything()
    outcome = bring(packages.english())
    assert (outcome.state, outcome.refusal.code) == ("refused", "older")
    assert "2026-08-01" in outcome.refusal.reason
    assert everything() == before
    assert bring(packages.english(), allow_older=True).state == "done"


def test_circles_are_put_aside_with_the_reason(bring: Any) -> None:
    package = packages.english()
    strand, level = (
        next(row for row in package["CFItems"] if row["humanCodingScheme"] == key) for key in ("S1", "L1")
    )
    package["CFAssociations"].append(packages.child(strand, level))
    outcome = bring(package)
    assert (outcome.state, outcome.quarantined) == ("done", 1)
    problem = Problem.objects.get(severity="quarantined")
    assert (problem.code, problem.file, problem.line) == ("cycle", "CFAssociations", 7)
    assert by_code("L1").depth == 0
    assert counts(bring(package), "associations") == (0, 0, 0, 6)


def test_an_item_with_two_parents_stands_under_both(bring: Any) -> None:
    package = packages.english()
    second = packages.item("S2", "Shapes", CFItemType="Strand")
    package["CFItems"].append(second)
    package["CFAssociations"].append(packages.child(second, package["CFItems"][0]))
    bring(package)
    above = ItemAncestor.objects.filter(item=by_code("T1")).values_list("ancestor__code", flat=True)
    assert sorted(above) == ["L1", "S1", "S2"]


@pytest.mark.parametrize("first", ["origin", "destination"])
def test_a_link_to_another_package_waits_for_it(bring: Any, first: str) -> None:
    here, there = packages.item("here"), packages.item("there")
    with_link = build_package(packages.document("a"), [here], [packages.linked("exactMatchOf", here, there)])
    other = build_package(packages.document("b"), [there], [packages.linked("isRelatedTo", here, there)])
    order = [with_link, other] if first == "origin" else [other, with_link]
    bring(order[0])
    assert Association.objects.filter(origin__isnull=False, destination__isnull=False).count() == 0
    bring(order[1])
    for link in Association.objects.all():
        assert (link.origin.code, link.destination.code) == ("here", "there")


@pytest.mark.parametrize("order", ["english first", "spanish first"])
def test_a_translation_gives_words_in_either_order(bring: Any, order: str) -> None:
    both = [packages.english(), packages.spanish()]
    for package in both if order == "english first" else reversed(both):
        bring(package)
    words = Wording.objects.filter(item=by_code("T1"), language="es", item__framework__language="en")
    assert {word.value: (word.name, word.text) for word in words} == {
        None: ("Contar hasta 10", "Puedo contar hasta 10."),
        100: ("", "Cuenta con ayuda."),
        300: ("", "Cuenta solo hasta 20."),
    }
    spanish = Framework.objects.get(language="es")
    assert spanish.translates == Framework.objects.get(language="en")
    assert not ScaleUse.objects.filter(framework=spanish, stage="recording").exists()


def test_words_follow_a_corrected_translation(bring: Any) -> None:
    bring(packages.english())
    bring(packages.spanish())
    corrected = newer(packages.spanish())
    corrected["CFItems"][0]["fullStatement"] = "Sé contar hasta 10."
    bring(corrected)
    assert Wording.objects.get(language="es", value=None).text == "Sé contar hasta 10."


def test_a_translation_in_the_same_package_gives_words_and_is_never_scored(bring: Any) -> None:
    package = packages.english()
    said = packages.item("T1-es", "Puedo contar.", language="es-MX", CFItemType="Target")
    package["CFItems"].append(said)
    package["CFAssociations"].append(packages.linked("isTranslationOf", said, package["CFItems"][0]))
    package["CFRubrics"].append(packages.rubric("T1-es", said, {3.0: "Cuenta solo."}))
    outcome = bring(package)
    assert outcome.preview is not None
    assert outcome.preview.scorable == 3
    assert (by_code("T1-es").kind, by_code("T1-es").scorable) == ("other", False)
    words = Wording.objects.filter(item=by_code("T1"), language="es")
    assert {word.value: word.text for word in words} == {None: "Puedo contar.", 300: "Cuenta solo."}


def test_a_rubric_of_another_package_speaks_its_own_language(bring: Any) -> None:
    package = packages.spanish()
    target = packages.item("T1")
    package["CFRubrics"] = [packages.rubric("T1-es", target, {3.0: "Cuenta solo."})]
    for one in (package, packages.english()):
        bring(one)
    words = Wording.objects.filter(item=by_code("T1"), value=300)
    assert {word.language: word.text for word in words} == {"en": "Counts alone to 20.", "es": "Cuenta solo."}


MAPPING = """
scale = "1-4"
stage = "scales"
from = 2026-08-24
subject = "Math"
position = 3
[[type]]
value = "Target"
kind = "indicator"
scorable = true
[method]
name = "highest"
"""


def test_a_mapping_file_decides_and_confirms(bring: Any) -> None:
    outcome = bring(packages.english(), mapping=MAPPING)
    assert outcome.state == "done"
    assert by_code("T1").kind == "indicator"
    assert by_code("L1").kind == "level"  # the file says nothing of it: proposed
    assert set(ItemMapping.objects.values_list("value", "proposed")) == {
        ("Target", False),
        ("Level", True),
        ("Strand", True),
    }
    use = ScaleUse.objects.get()
    assert (use.scale.key, use.stage, use.valid_from) == ("1-4", "scales", date(2026, 8, 24))
    framework = Framework.objects.get()
    assert (framework.subject, framework.position) == ("Math", 3)
    assert CalculationPolicy.objects.get(framework=framework).method == "highest"


def test_the_same_mapping_again_changes_nothing_and_no_file_leaves_it(bring: Any) -> None:
    bring(packages.english(), mapping=MAPPING)
    before = everything()
    bring(packages.english(), mapping=MAPPING)
    bring(packages.english())
    assert everything() == before


def test_a_later_mapping_is_a_new_one_with_its_date(bring: Any) -> None:
    bring(packages.english())
    outcome = bring(packages.english(), mapping=MAPPING)
    assert counts(outcome, "mappings") == (0, 1, 0, 2)
    assert by_code("T1").kind == "indicator"
    assert ItemMapping.objects.filter(value="Target").count() == 2


def test_an_unknown_scale_is_refused_before_anything_is_written(bring: Any) -> None:
    outcome = bring(packages.english(), mapping="scale = '0-5'")
    assert (outcome.state, outcome.refusal.code) == ("refused", "unknown_scale")
    assert not Framework.objects.exists()


def test_standards_alone_need_no_scale(bring: Any) -> None:
    bring(packages.english(), mapping="scale = 'none'")
    use = ScaleUse.objects.get()
    assert (use.scale, use.stage) == (None, "standards")


def test_a_demo_takes_only_its_own_files(bring: Any) -> None:
    DemoMark.objects.create(size="school", seed=1, digests=["0" * 64])
    with pytest.raises(Refused):
        bring(packages.english())
    assert not Framework.objects.exists()


def test_no_package_is_a_refused_run(tmp_path: Path) -> None:
    (tmp_path / "list.json").write_text('{"CFDocuments": []}')
    outcome = import_package(str(tmp_path / "list.json"))
    assert (outcome.state, outcome.refusal.code) == ("refused", "list_of_documents")
    assert Run.objects.get().refusal["reason"] == outcome.refusal.reason


def test_progress_is_told(bring: Any) -> None:
    told: list[tuple[int, int]] = []
    bring(packages.english(), progress=lambda done, total, _label: told.append((done, total)))
    assert told == [(0, 3), (1, 3), (2, 3), (3, 3)]


def large(size: int) -> dict[str, Any]:
    """A strand with many targets, each after the one before, with a rubric."""
    top, strand = packages.document("large"), packages.item("S", CFItemType="Strand")
    targets = [packages.item(f"T{n}", CFItemType="Target") for n in range(size)]
    links = [packages.child(top, strand), *(packages.child(strand, one, n) for n, one in enumerate(targets))]
    links += [packages.linked("precedes", one, two) for one, two in pairwise(targets)]
    rubrics = [packages.rubric(f"T{n}", one, {1.0: "a", 3.0: "b"}) for n, one in enumerate(targets)]
    return build_package(top, [strand, *targets], links, rubrics=rubrics)


def test_the_number_of_queries_does_not_grow_with_the_framework(bring: Any) -> None:
    def queries(package: dict[str, Any]) -> int:
        with CaptureQueriesContext(
            connection,
        ) as caught:
            assert bring(package).state == "done"
        return len(caught)

    few = queries(large(3)), queries(large(3))
    Framework.objects.all().delete()
    many = queries(large(400)), queries(large(400))
    assert many == few
