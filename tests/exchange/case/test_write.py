"""Is what we write a CASE 1.1 package by the official schema, and is nothing else written?"""

import copy
from pathlib import Path
from typing import Any

import pytest

from cairn.exchange.case.write import Malformed, build_package, package_bytes, write_package
from tests.exchange.case import packages
from tests.exchange.case.official import faults


@pytest.mark.parametrize("package", [packages.english(), packages.spanish()], ids=["english", "spanish"])
def test_a_package_of_right_rows_passes_the_official_schema(package: dict[str, Any]) -> None:
    assert faults(package) == []


def test_the_same_rows_give_the_same_bytes_whatever_the_order_of_their_members() -> None:
    package = packages.english()
    turned = copy.deepcopy(package)
    turned["CFDocument"] = dict(reversed(turned["CFDocument"].items()))
    again = build_package(turned["CFDocument"], turned["CFItems"], turned["CFAssociations"])
    plain = build_package(package["CFDocument"], package["CFItems"], package["CFAssociations"])
    assert package_bytes(again) == package_bytes(plain)


def test_words_are_written_as_themselves(tmp_path: Path) -> None:
    write_package(tmp_path / "math.json", packages.spanish())
    assert "Sentido numérico".encode() in (tmp_path / "math.json").read_bytes()
    assert [path.name for path in tmp_path.iterdir()] == ["math.json"]


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"fullStatement": None}, "fullStatement is not a text"),
        ({"CFDocumentURI": {}}, "no member CFDocumentURI"),
        ({"identifier": "T1"}, "identifier is not a uuid"),
        ({"educationLevel": "KG"}, "educationLevel is not a texts"),
        ({"lastChangeDateTime": "2026-08-01"}, "lastChangeDateTime is not a moment"),
        ({"licenseURI": {"title": "x"}}, "licenseURI is not a link"),
    ],
)
def test_a_wrong_row_is_not_written(change: dict[str, Any], fault: str) -> None:
    with pytest.raises(Malformed, match=fault):
        build_package(packages.document(), [packages.item("T1") | change])


def test_every_fault_is_named() -> None:
    one = packages.item("T1")
    two = packages.item("T2")
    del two["uri"]
    scale = packages.rubric("T1", one, {1.0: "Yes"})
    scale["CFRubricCriteria"][0]["CFRubricCriterionLevels"][0]["score"] = "3"
    with pytest.raises(Malformed) as caught:
        build_package(packages.document(), [one, one, two], rubrics=[scale])
    assert [fault.split(": ")[1] for fault in caught.value.faults] == [
        "uri is missing.",
        "two rows have this identifier.",
        "score is not a number",
    ]
