"""Is a package read through the defects that real ones have, and anything else refused with a reason?"""

import json
from typing import Any

import pytest

from cairn.exchange.case.defects import BAD, NOTICES
from cairn.exchange.case.read import Package, read_package
from cairn.exchange.intake.outcome import Refused
from tests.exchange.case import packages


class Found:
    """What a reader found."""

    def __init__(self) -> None:
        self.notices: list[tuple[str, str, str]] = []
        self.put_aside: list[tuple[str, str, int]] = []

    def notice(self, code: str, file: str, line: int = 0, field: str = "", value: str = "") -> None:
        assert code in NOTICES
        self.notices.append((code, file, field))

    def bad(self, code: str, file: str, line: int, field: str, value: str, row: Any, key: str = "") -> None:
        assert code in BAD
        assert all(isinstance(cell, str) for cell in row.values())
        self.put_aside.append((code, file, line))


def read(package: Any) -> tuple[Package, Found]:
    found = Found()
    return read_package(json.dumps(package).encode(), "x.json", found), found


def refused(data: bytes) -> Refused:
    with pytest.raises(Refused) as caught:
        read_package(data, "x.json", Found())
    assert caught.value.remedy
    return caught.value


def test_a_right_package_has_nothing_to_tell() -> None:
    package, found = read(packages.english())
    assert (found.notices, found.put_aside) == ([], [])
    assert len(package.items) == 5
    assert package.leftovers == {"extensions": {"ours": {"kept": True}}}
    assert [len(part.parts) for rubric in package.rubrics for part in rubric.parts] == [4]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b"<!doctype html><html>", "web_page"),
        (b"{", "not_json"),
        (b'{"CFDocument": NaN}', "not_json"),
        (b'{"CFDocument": 1e999}', "not_json"),
        (b"[" * 100_000, "not_json"),
        (b"\xe9", "not_utf8"),
        (b"[]", "a_list"),
        (b"3", "no_package"),
        (b"{}", "no_package"),
        (
            b'{"CFDocuments": [{"CFPackageURI": {"uri": "https://x.example/CFPackages/1"}}]}',
            "list_of_documents",
        ),
        (b'{"creator": "a", "title": "b"}', "single_document"),
        (b'{"CFItems": []}', "no_document"),
        (b'{"CFDocument": {}}', "no_document"),
        (b'{"imsx_codeMajor": "failure", "imsx_description": "unknown object"}', "server_error"),
    ],
)
def test_anything_else_is_refused_with_its_reason(data: bytes, code: str) -> None:
    assert refused(data).code == code


def test_a_list_of_documents_names_a_package_to_import() -> None:
    documents = {"CFDocuments": [{"CFPackageURI": {"uri": "https://x.example/CFPackages/1"}}, {}]}
    error = refused(json.dumps(documents).encode())
    assert "2 frameworks" in error.reason
    assert "https://x.example/CFPackages/1" in error.remedy


def test_echoes_of_servers_are_kept_and_told() -> None:
    package = packages.english()
    package["CFDocument"]["CFPackageURI"] = {"uri": "x"}
    for row in package["CFItems"]:
        row["CFDocumentURI"] = {"uri": "x"}
    came, found = read(package)
    assert set(found.notices) == {
        ("member_unknown", "CFDocument", "CFPackageURI"),
        ("member_unknown", "CFItems", "CFDocumentURI"),
    }
    assert came.items[0].case["CFDocumentURI"] == {"uri": "x"}


def test_a_package_may_stand_inside_another_object() -> None:
    came, found = read({"CFPackage": packages.english()})
    assert len(came.items) == 5
    assert found.notices == [("wrapped", "CFDocument", "")]


def test_an_item_without_identifier_gets_the_same_one_every_time() -> None:
    package = packages.english()
    for name in ("identifier", "uri"):
        del package["CFItems"][0][name]
    first, found = read(package)
    again, _found = read(package)
    assert ("identifier_made", "CFItems", "identifier") in found.notices
    assert first.items[0].identifier == again.items[0].identifier != ""
    assert "identifier" not in first.items[0].case


def test_an_identifier_is_found_in_the_address() -> None:
    package = packages.english()
    identifier = package["CFItems"][0].pop("identifier")
    assert read(package)[0].items[0].identifier == identifier


def test_rows_that_cannot_be_used_are_put_aside_with_their_place() -> None:
    package = packages.english()
    items, links = package["CFItems"], package["CFAssociations"]
    items += ["text", {"humanCodingScheme": "x"}, {**items[0], "fullStatement": "Other words"}]
    items += [packages.item("long") | {"identifier": "x" * 101, "uri": "y"}]
    items += [packages.item("nul", "a\0b"), packages.item("half", "a\ud800")]
    links += [{**packages.linked("precedes", items[0], items[1]), "identifier": "1", "associationType": ""}]
    links += [{**packages.linked("precedes", items[0], items[1]), "identifier": "2", "originNodeURI": {}}]
    came, found = read(package)
    assert found.put_aside == [
        ("not_an_object", "CFItems", 6),
        ("no_statement", "CFItems", 7),
        ("duplicate_identifier", "CFItems", 8),
        ("identifier_too_long", "CFItems", 9),
        ("bad_character", "CFItems", 10),
        ("bad_character", "CFItems", 11),
        ("no_kind", "CFAssociations", 7),
        ("no_end", "CFAssociations", 8),
    ]
    assert (len(came.items), len(came.associations)) == (5, 6)


def test_the_same_row_twice_is_read_once() -> None:
    package = packages.english()
    package["CFItems"].append(dict(package["CFItems"][0]))
    came, found = read(package)
    assert len(came.items) == 5
    assert found.notices == [("repeated", "CFItems", "identifier")]


def test_a_short_name_stands_in_for_a_missing_statement() -> None:
    package = packages.english()
    package["CFItems"][0] = {**packages.item("T1"), "fullStatement": "", "abbreviatedStatement": "Count"}
    assert ("statement_from_name", "CFItems", "fullStatement") in read(package)[1].notices


def test_text_for_a_list_and_a_list_for_text_are_read_through() -> None:
    package = packages.english()
    package["CFItems"][0] |= {"educationLevel": "KG", "abbreviatedStatement": ["Count"], "notes": None}
    found = read(package)[1]
    assert set(found.notices) == {
        ("member_form", "CFItems", name) for name in ("educationLevel", "abbreviatedStatement", "notes")
    }
