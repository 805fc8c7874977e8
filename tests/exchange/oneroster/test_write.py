"""Is what we write strictly OneRoster 1.2, and does it come back as it was?"""

import csv
import tempfile
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cairn.exchange.oneroster import read
from cairn.exchange.oneroster.tables import BY_NAME
from cairn.exchange.oneroster.write import BadRow, check_row, write_bundle

ORG = {"sourcedId": "s1", "name": "Aspen", "type": "school", "identifier": "1"}


class Nothing:
    """A reader of our own files finds nothing wrong."""

    def notice(self, *said: Any, **more: Any) -> None:
        raise AssertionError(said)

    bad = notice


def test_manifest_names_every_file(tmp_path: Path) -> None:
    assert write_bundle(tmp_path / "out", {"orgs": [ORG]}) == {"orgs": 1}
    data = (tmp_path / "out/manifest.csv").read_bytes()
    assert data.startswith(b"propertyName,value\r\nmanifest.version,1.0\r\noneroster.version,1.2\r\n")
    rows = dict(csv.reader(data.decode().splitlines()))
    assert rows["file.orgs"] == "bulk"
    assert sum(1 for name in rows if name.startswith("file.")) == 21
    assert rows["file.users"] == rows["file.scoreScales"] == "absent"


def test_cells_are_strict(tmp_path: Path) -> None:
    rows = [
        {"sourcedId": "d1", "birthDate": date(2015, 3, 4), "asian": True, "white": False, "sex": "female"}
    ]
    write_bundle(tmp_path / "out", {"demographics": rows})
    assert (tmp_path / "out/demographics.csv").read_bytes().splitlines(keepends=True)[1] == (
        b"d1,,,2015-03-04,female,,true,,,false,,,,,,\r\n"
    )


def test_a_zip_is_stored_and_the_same_each_time(tmp_path: Path) -> None:
    for name in ("a.zip", "b.zip"):
        write_bundle(tmp_path / name, {"orgs": [ORG]})
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        assert {info.compress_type for info in archive.infolist()} == {zipfile.ZIP_STORED}


@pytest.mark.parametrize(
    ("file", "row", "why"),
    [
        ("orgs", {**ORG, "type": "castle"}, "type must be one of"),
        ("orgs", {**ORG, "name": ""}, "name is required"),
        ("orgs", {**ORG, "status": "active"}, "must be empty in a bulk file"),
        ("orgs", {**ORG, "colour": "red"}, "no such column"),
        ("orgs", {**ORG, "name": " Aspen"}, "outer spaces"),
        ("orgs", {**ORG, "name": "x" * 201}, "longer than"),
        ("demographics", {"sourcedId": "a", "asian": "TRUE"}, "true or false"),
        ("demographics", {"sourcedId": "a", "birthDate": "3/4/2015"}, "no date"),
        ("courses", {"sourcedId": "a", "title": "T", "orgSourcedId": "s", "grades": ["1"]}, "CEDS"),
        ("courses", {"sourcedId": "a", "title": "T", "orgSourcedId": "s", "subjects": ["a,b"]}, "comma"),
        ("users", {"sourcedId": "a", "enabledUser": True, "givenName": "A", "familyName": "B", "role": "student"}, "no such column"),
        ("users", {"sourcedId": "a", "enabledUser": True, "givenName": "A", "familyName": "B", "password": "x"}, "never written"),
        ("users", {"sourcedId": "a", "enabledUser": True, "givenName": "A", "familyName": "B", "userIds": "state:1"}, "userIds must"),
        ("enrollments", {"sourcedId": "a", "classSourcedId": "k", "schoolSourcedId": "s", "userSourcedId": "u", "role": "aide"}, "role must"),
        ("roles", {"sourcedId": "a", "userSourcedId": "u", "roleType": "primary", "role": "student", "orgSourcedId": "s",
                   "beginDate": "2026-02-01", "endDate": "2026-01-01"}, "before"),
    ],
)  # fmt: skip
def test_a_row_that_breaks_the_standard_stops_the_writing(file: str, row: dict[str, Any], why: str) -> None:
    with pytest.raises(BadRow, match=why):
        check_row(BY_NAME[file], row)


def test_an_id_twice_stops_the_writing(tmp_path: Path) -> None:
    with pytest.raises(BadRow, match="already used"):
        write_bundle(tmp_path / "out", {"orgs": [ORG, ORG]})


WORDS = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zs", "Zl", "Zp", "Co", "Cn"], exclude_characters="\ufffd\ufeff"),
    min_size=1, max_size=30,
)  # fmt: skip
IDS = st.text("abcdefghijklmnopqrstuvwxyz0123456789-", min_size=1, max_size=20)
DAYS = st.dates(date(1990, 1, 1), date(2050, 1, 1))
USERS = st.lists(
    st.fixed_dictionaries(
        {"sourcedId": IDS, "enabledUser": st.booleans(), "givenName": WORDS, "familyName": WORDS},
        optional={
            "middleName": WORDS, "pronouns": WORDS, "agentSourcedIds": st.lists(IDS, min_size=1, max_size=3),
            "grades": st.lists(st.sampled_from(["PK", "KG", "01", "12"]), min_size=1, max_size=3),
            "metadata.personalizedLearning": st.booleans(), "metadata.personalizedLearningBeginDate": DAYS,
        },
    ),
    max_size=8, unique_by=lambda row: row["sourcedId"],
)  # fmt: skip


@given(rows=USERS)
def test_what_is_written_comes_back(rows: list[dict[str, Any]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "out.zip"
        used = ["metadata.personalizedLearning", "metadata.personalizedLearningBeginDate"]
        write_bundle(path, {"users": rows}, metadata=used)
        roster = read.open_roster(path, Nothing())
        part = roster.parts["users"]
        back = [
            dict(zip(part.table.columns, texts, strict=True))
            for _line, texts in read.read_rows(part, Nothing())
        ]
    assert len(back) == len(rows)
    for row, found in zip(rows, back, strict=True):
        assert (found["sourcedId"], found["givenName"]) == (row["sourcedId"], row["givenName"])
        assert found["familyName"] == row["familyName"]
        assert found["enabledUser"] == ("1" if row["enabledUser"] else "0")
        assert found["middleName"] == row.get("middleName", "")
        begin = row.get("metadata.personalizedLearningBeginDate")
        assert found["metadata.personalizedLearningBeginDate"] == (begin.isoformat() if begin else "")
        assert found["agentSourcedIds"] == (_json(row["agentSourcedIds"]) if "agentSourcedIds" in row else "")


def _json(texts: list[str]) -> str:
    return "[" + ", ".join(f'"{text}"' for text in texts) + "]"
