"""Does a framework leave as it came, changed only where CASE 1.1 leaves no choice, and is every change told?"""

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from cairn.exchange.case.routes import export_package, import_package
from cairn.exchange.case.write import package_bytes
from cairn.exchange.intake.outcome import Refused
from cairn.learning.models import Framework
from tests.exchange.case import packages
from tests.exchange.case.official import faults

pytestmark = pytest.mark.django_db


def bring(folder: Path, package: dict[str, Any]) -> str:
    path = folder / "package.json"
    path.write_text(json.dumps(package, ensure_ascii=False), encoding="utf-8")
    outcome = import_package(str(path))
    assert outcome.state == "done"
    return outcome.framework


def as_sets(package: dict[str, Any]) -> dict[str, Any]:
    """A package whose lists have no order: rows by identifier."""
    found = {name: package.get(name) for name in ("CFDocument", "extensions")}
    for name in ("CFItems", "CFAssociations", "CFRubrics"):
        found[name] = {row["identifier"]: row for row in package.get(name, [])}
    for name, rows in package.get("CFDefinitions", {}).items():
        found[name] = {row["identifier"]: row for row in rows}
    return found


@pytest.mark.parametrize("package", [packages.english(), packages.spanish()], ids=["english", "spanish"])
def test_a_right_package_leaves_exactly_as_it_came(tmp_path: Path, package: dict[str, Any]) -> None:
    out, report = export_package(bring(tmp_path, package))
    assert as_sets(out) == as_sets(package)
    assert (report.added, report.dropped, report.reshaped, report.kept) == ([], [], [], [])


def test_it_is_found_by_either_id_and_nothing_else(tmp_path: Path) -> None:
    bring(tmp_path, packages.english())
    framework = Framework.objects.get()
    assert export_package(framework.public_id) == export_package(framework.identifier)
    with pytest.raises(Refused):
        export_package("absent")


def defective() -> dict[str, Any]:
    """What real servers send."""
    package = copy.deepcopy(packages.english())
    echo = {"title": "Number sense", "identifier": package["CFDocument"]["identifier"], "uri": "x"}
    package["CFDocument"] |= {"CFPackageURI": echo, "caseVersion": "1.0"}
    for row in package["CFItems"] + package["CFAssociations"]:
        row["CFDocumentURI"] = echo
    first, second, third, *_rest = package["CFItems"]
    for name in ("identifier", "uri", "lastChangeDateTime"):
        del third[name]
    first |= {"educationLevel": "KG", "notes": None, "licenseURI": {"uri": first["licenseURI"]["uri"]}}
    second |= {"lastChangeDateTime": "2026-08-01 08:00:00", "abbreviatedStatement": ["Count to 20"]}
    package["CFAssociations"][0] |= {"sequenceNumber": "1", "associationType": "ischildof"}
    package["CFAssociations"][5]["associationType"] = "comes before"
    for row in package["CFDefinitions"]["CFItemTypes"]:
        del row["description"]
    package["CFRubrics"][0]["CFRubricCriteria"][0]["CFRubricCriterionLevels"][0]["score"] = "1.0"
    package["vendor"] = {"x": 1}
    return package


def test_a_defective_package_leaves_right_by_the_official_schema(tmp_path: Path) -> None:
    package = defective()
    out, report = export_package(bring(tmp_path, package))
    assert faults(out) == []
    added = {(edit.where, edit.member) for edit in report.added}
    assert {
        ("CFItems", "identifier"),
        ("CFItems", "uri"),
        ("CFItems", "lastChangeDateTime"),
        ("CFItems", "licenseURI.title"),
        ("CFItems", "licenseURI.identifier"),
        ("CFItemTypes", "description"),
    } == added
    assert {(edit.where, edit.member) for edit in report.dropped} == {
        ("CFDocument", "CFPackageURI"),
        ("CFDocument", "caseVersion"),
        ("CFItems", "CFDocumentURI"),
        ("CFItems", "notes"),
        ("CFAssociations", "CFDocumentURI"),
        ("CFPackage", "vendor"),
    }
    assert {(edit.where, edit.member) for edit in report.reshaped} == {
        ("CFItems", "educationLevel"),
        ("CFItems", "lastChangeDateTime"),
        ("CFItems", "abbreviatedStatement"),
        ("CFAssociations", "sequenceNumber"),
        ("CFAssociations", "associationType"),
        ("CFRubricCriterionLevels", "score"),
    }
    kinds = [row["associationType"] for row in out["CFAssociations"]]
    assert sorted(set(kinds)) == ["ext:comes_before", "isChildOf"]


def test_what_we_export_of_a_server_echo_changes_nothing_here(tmp_path: Path) -> None:
    package = copy.deepcopy(packages.english())
    for row in package["CFItems"]:
        row["CFDocumentURI"] = {"title": "", "identifier": "x", "uri": "y"}
    del package["CFDefinitions"]["CFItemTypes"][0]["description"]
    out, _report = export_package(bring(tmp_path, package))
    (tmp_path / "out.json").write_bytes(package_bytes(out))
    again = import_package(str(tmp_path / "out.json"))
    assert all(c.added == c.changed == c.ended == 0 for c in again.changes.values())


def test_identifiers_that_are_no_uuids_leave_as_they_came_and_are_told(tmp_path: Path) -> None:
    package = copy.deepcopy(packages.spanish())
    package["CFItems"][0]["identifier"] = "M.1"
    out, report = export_package(bring(tmp_path, package))
    assert out["CFItems"][0]["identifier"] == "M.1"
    assert [(edit.where, edit.identifier) for edit in report.kept] == [("CFItems", "M.1")]
