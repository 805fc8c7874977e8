"""Do the frameworks that others have published come in, and leave by the official schema with every word?"""

import json
from pathlib import Path
from typing import Any

import pytest

from cairn.exchange.case.routes import export_package, import_package
from cairn.exchange.case.write import associate, build_package, derived, write_package
from cairn.learning.frameworks.queries import neighbors
from cairn.learning.models import Association, Framework, Item, ItemAncestor
from tests.exchange.case.official import PACKAGES, faults, shared

pytestmark = pytest.mark.django_db
MATH = "255adad7-2854-47d7-9aa4-c5e1750eb8ca"
FILES = sorted(PACKAGES.glob("*.json")) if PACKAGES.exists() else []
AT = "2026-08-01T00:00:00+00:00"
BASE = "https://example.org/ims/case/v1p1"


def test_the_packages_are_there() -> None:
    assert len(list(shared("specs", "case", "packages_smarterbalanced").glob("*.json"))) == 11


@pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])
def test_every_published_package_comes_in_and_leaves(path: Path, tmp_path: Path) -> None:
    came = json.loads(path.read_text("utf-8"))
    outcome = import_package(str(path))
    if "CFDocuments" in came:
        assert (outcome.state, outcome.refusal and outcome.refusal.code) == ("refused", "list_of_documents")
        assert outcome.refusal is not None
        assert f"{len(came['CFDocuments'])} frameworks" in outcome.refusal.reason
        return
    assert outcome.state == "done"
    assert outcome.changes["items"].added + outcome.quarantined == len(came["CFItems"])
    out, report = export_package(outcome.framework)
    assert faults(out) == []
    assert {edit.member for edit in report.dropped} <= {"CFDocumentURI", "CFPackageURI"}
    assert report.reshaped == report.kept == []
    _every_word_survived(came, out)
    write_package(tmp_path / "out.json", out)
    again = import_package(str(tmp_path / "out.json"))
    assert all(c.added == c.changed == c.ended == 0 for c in again.changes.values())


def _every_word_survived(came: dict[str, Any], out: dict[str, Any]) -> None:
    """Every member of every row that is ours to keep, byte for byte. The first of two rows with one identifier counts."""
    lists = [(came[name], out[name]) for name in ("CFItems", "CFAssociations")]
    lists += [(rows, out["CFDefinitions"][name]) for name, rows in came["CFDefinitions"].items() if rows]
    for before, after in lists:
        kept = {row["identifier"]: row for row in after}
        seen: set[str] = set()
        for row in before:
            identifier = row.get("identifier") or next(
                key for key, one in kept.items() if one.get("fullStatement") == row["fullStatement"]
            )
            if identifier in seen:
                continue
            seen.add(identifier)
            for name, value in row.items():
                assert name == "CFDocumentURI" or kept[identifier][name] == value
        assert seen == kept.keys()


def test_the_math_specification_stands_as_it_is_meant() -> None:
    shared("specs", "case", "packages_smarterbalanced")
    outcome = import_package(str(PACKAGES / f"{MATH}.json"))
    assert outcome.preview is not None
    assert {row.row.value: row.row.kind for row in outcome.preview.rows if row.row.by == "type"} == {
        "Grade": "level",
        "Claim": "strand",
        "Conceptual Category": "domain",
        "Domain": "domain",
        "Target": "target",
        "Measured Skill": "indicator",
    }
    assert outcome.preview.scorable == 205
    target = Item.objects.get(code="M.G3.C1OA.TA")
    assert (target.level.code, target.strand.code) == ("M.G3", "M.G3.C1OA")
    assert list(Item.objects.filter(kind="level").order_by("position").values_list("code", flat=True)) == [
        "M.G3", "M.G4", "M.G5", "M.G6", "M.G7", "M.G8", "M.GHS",
    ]  # fmt: skip
    assert Association.objects.filter(destination=None).count() > 1_000  # other packages may bring these


def _common_core(folder: Path) -> dict[str, Any]:
    """The Common Core mathematics standards and what they rest on, as a CASE package."""
    rows = [
        row
        for name in ("k8", "hs")
        for row in json.loads((folder / f"ccssm-{name}.json").read_text())["standards"]
    ]

    def row(kind: str, key: str, **members: Any) -> dict[str, Any]:
        identifier = derived("ccssm", kind, key)
        return {
            "identifier": identifier,
            "uri": f"{BASE}/{kind}/{identifier}",
            "lastChangeDateTime": AT,
            **members,
        }

    top = row(
        "CFDocuments", "ccssm", creator="CCSSO", title="Mathematics", language="en", subject=["Mathematics"]
    )
    items: dict[str, dict[str, Any]] = {}
    links: list[dict[str, Any]] = []

    def hang(key: str, above: str, says: str, kind: str) -> None:
        if key not in items:
            items[key] = row("CFItems", key, fullStatement=says, humanCodingScheme=key, CFItemType=kind)
            links.append(associate("isChildOf", items[key], items.get(above, top), base=BASE, at=AT))

    for one in rows:
        grade, category = one["grade_level_code"], one.get("category_code")
        domain = f"{category}-{one['domain_code']}" if category else f"{grade}.{one['domain_code']}"
        cluster = f"{domain}.{one['cluster_code']}"
        standard = f"{cluster}.{one['standard_counter']}"
        hang(grade, "", f"Grade {grade}", "Grade")
        hang(domain, grade, domain, "Domain")
        hang(cluster, domain, cluster, "Cluster")
        if one["substandard_counter"]:
            hang(standard, cluster, standard, "Standard")
            hang(f"{standard}.{one['substandard_counter']}", standard, one["description"], "Component")
        else:
            hang(standard, cluster, one["description"], "Standard")
    edges = json.loads((folder / "ccssm-dependencies.json").read_text())["dependencies"]
    known = {(edge["source"], edge["target"]) for edge in edges if edge["relationship"] == "dependency"}
    for source, target in sorted(known):
        if source in items and target in items:
            links.append(associate("precedes", items[source], items[target], base=BASE, at=AT))
    return build_package(top, list(items.values()), links)


def test_the_common_core_comes_in_with_what_precedes_what(tmp_path: Path) -> None:
    package = _common_core(shared("data", "ccssm-graph"))
    assert faults(package) == []
    write_package(tmp_path / "ccssm.json", package)
    outcome = import_package(str(tmp_path / "ccssm.json"))
    assert (outcome.state, outcome.quarantined, outcome.notices) == ("done", 0, 0)
    framework = Framework.objects.get()
    before = Association.objects.filter(kind="precedes", origin__isnull=False, destination__isnull=False)
    assert (
        before.count() == sum(row["associationType"] == "precedes" for row in package["CFAssociations"]) > 100
    )
    first = Item.objects.get(code="K.CC.A.1")
    assert first.scorable
    assert Item.objects.get(code="1.NBT.A.1").pk in neighbors(first)[1]
    above = ItemAncestor.objects.filter(item=first).values_list("ancestor__code", flat=True)
    assert sorted(above) == ["K", "K.CC", "K.CC.A"]
    grades = Item.objects.filter(framework=framework, kind="level").order_by("position")
    assert [item.code for item in grades] == ["K", "1", "2", "3", "4", "5", "6", "7", "8", "HS"]
