"""Is a roster understood however it was written, and is nothing dangerous opened?"""

import io
import zipfile
from pathlib import Path
from typing import Any

import pytest

from cairn.exchange.intake.outcome import Refused
from cairn.exchange.oneroster import read, values
from cairn.exchange.oneroster.bundle import open_bundle
from cairn.exchange.oneroster.tables import BY_NAME

ORGS = "sourcedId,status,dateLastModified,name,type,identifier,parentSourcedId\n"


class Found:
    """Collects what a reader finds."""

    def __init__(self) -> None:
        self.notices: list[tuple[str, str, str, str]] = []
        self.rows: list[tuple[str, int, str, str]] = []
        self.raw: list[dict[str, str]] = []

    def notice(self, code: str, file: str, line: int = 0, field: str = "", value: str = "") -> None:
        self.notices.append((code, file, field, value))

    def bad(
        self, code: str, file: str, line: int, field: str, value: str, row: dict[str, str], key: str = ""
    ) -> None:
        self.rows.append((code, line, field, value))
        self.raw.append(row)

    @property
    def codes(self) -> set[str]:
        return {notice[0] for notice in self.notices}


def read_file(tmp_path: Path, name: str, text: str | bytes) -> tuple[list[dict[str, str]], Found]:
    """One file alone in a bundle without a manifest."""
    data = text if isinstance(text, bytes) else text.encode()
    (tmp_path / name).write_bytes(data)
    found = Found()
    roster = read.open_roster(tmp_path, found)
    (part,) = roster.parts.values()
    rows = [dict(zip(part.table.columns, texts, strict=True)) for _line, texts in read.read_rows(part, found)]
    return rows, found


def test_plain_file(tmp_path: Path) -> None:
    rows, found = read_file(tmp_path, "orgs.csv", ORGS + "a,,,Aspen,school,1,\n")
    assert rows[0]["name"] == "Aspen"
    assert found.codes == {"manifest_missing"}
    assert not found.rows


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_line_ends_and_byte_order_mark_are_no_defect(tmp_path: Path, newline: str, mark: bytes) -> None:
    text = (ORGS + "a,,,Peña,school,1,\n").replace("\n", newline)
    rows, found = read_file(tmp_path, "orgs.csv", mark + text.encode())
    assert [(row["sourcedId"], row["name"]) for row in rows] == [("a", "Peña")]
    assert found.codes == {"manifest_missing"}


def test_windows_text_is_read_with_a_notice(tmp_path: Path) -> None:
    rows, found = read_file(tmp_path, "orgs.csv", (ORGS + "a,,,Peña,school,1,\n").encode("cp1252"))
    assert rows[0]["name"] == "Peña"
    assert "encoding" in found.codes


def test_misspelled_headers_are_understood(tmp_path: Path) -> None:
    text = (
        "SourcedID,status,dataLastModified,enabledUser, givenName ,familyName,prefferedGivenName,role,orgSourcedIds,shoeSize\n"
        "u1,,,TRUE,José,Ruiz,Pepe,student,s1,38\n"
    )
    rows, found = read_file(tmp_path, "users.csv", text)
    assert (rows[0]["givenName"], rows[0]["preferredGivenName"], rows[0]["enabledUser"]) == (
        "José",
        "Pepe",
        "1",
    )
    spelled = {(field, value) for code, _f, field, value in found.notices if code == "header_spelling"}
    assert spelled == {
        ("sourcedId", "SourcedID"), ("givenName", " givenName "), ("dateLastModified", "dataLastModified"),
        ("preferredGivenName", "prefferedGivenName"),
    }  # fmt: skip
    assert ("header_unknown", "users.csv", "", "shoeSize") in found.notices
    assert "bool_spelling" in found.codes


def test_file_names_are_understood(tmp_path: Path) -> None:
    (tmp_path / "userprofiles.csv").write_text(
        "sourcedId,userSourcedId,profileType,vendorId,credentialType,username\n"
    )
    (tmp_path / "ORGS.CSV").write_text(ORGS)
    (tmp_path / "lineItems.csv").write_text("sourcedId\n")
    (tmp_path / "lunch.csv").write_text("x\n")
    found = Found()
    roster = read.open_roster(tmp_path, found)
    assert set(roster.parts) == {"orgs", "userProfiles"}
    assert {
        ("file_name", "userProfiles.csv"),
        ("file_not_used", "lineItems.csv"),
        ("file_unknown", "lunch.csv"),
    } <= {notice[:2] for notice in found.notices}


@pytest.mark.parametrize(
    ("text", "day", "defect"),
    [
        ("2026-08-24", "2026-08-24", ""),
        ("2026-08-24T00:00:00.000Z", "2026-08-24", "date_with_time"),
        ("20260824", "2026-08-24", "date_format"),
        ("2026/8/24", "2026-08-24", "date_format"),
        ("8/24/2026", "2026-08-24", "date_format"),
        ("24/8/2026", "2026-08-24", "date_format"),
        ("24.08.2026", "2026-08-24", "date_format"),
        ("4/4/2026", "2026-04-04", "date_format"),
        ("Aug 24, 2026", "2026-08-24", "date_format"),
    ],
)
def test_dates_people_write(text: str, day: str, defect: str) -> None:
    assert values.read_date(text) == (day, defect)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("03/04/2026", "date_ambiguous"),
        ("2026-02-30", "date_impossible"),
        ("8/24/26", "date_unreadable"),
        ("46258", "date_unreadable"),
    ],
)
def test_a_date_is_never_guessed(text: str, code: str) -> None:
    with pytest.raises(values.Unreadable) as caught:
        values.read_date(text)
    assert caught.value.code == code


def test_rows_that_cannot_be_used_are_set_aside_one_by_one(tmp_path: Path) -> None:
    text = (
        "sourcedId,classSourcedId,schoolSourcedId,userSourcedId,role,primary,beginDate,endDate\n"
        "e1,k,s,u,student,,03/04/2026,\n"
        "e2,k,s,u,wizard,,,\n"
        "e3,,s,u,student,,,\n"
        "e4,k,s,u,student,,,,,extra\n"
        "e5,k\n"
        "e6,k,s,u,student\n"
        "e7,k,s,u,student,,,,,\n"
        "\n"
        "e8,k,s,u,student,maybe,,\n"
    )
    rows, found = read_file(tmp_path, "enrollments.csv", text)
    assert [row["sourcedId"] for row in rows] == ["e6", "e7", "e8"]
    assert found.rows == [
        ("date_ambiguous", 2, "beginDate", "03/04/2026"),
        ("choice_unknown", 3, "role", "wizard"),
        ("required_empty", 4, "classSourcedId", ""),
        ("row_too_long", 5, "", ",extra"),
        ("row_too_short", 6, "userSourcedId", ""),
    ]
    assert found.raw[0]["beginDate"] == "03/04/2026"
    assert {"row_short", "row_long", "left_out"} <= found.codes
    assert rows[2]["primary"] == ""


def test_lines_are_counted_as_an_editor_counts_them(tmp_path: Path) -> None:
    rows, found = read_file(tmp_path, "orgs.csv", ORGS + 'a,,,"Aspen\nAnnex",school,1,\nb,,,,school,1,\n')
    assert rows[0]["name"] == "Aspen\nAnnex"
    assert found.rows == [("required_empty", 4, "name", "")]


def test_passwords_are_never_read(tmp_path: Path) -> None:
    rows, found = read_file(
        tmp_path, "users.csv", "sourcedId,givenName,familyName,role,password\nu,A,B,student,hunter2\n"
    )
    assert "hunter2" not in str(rows)
    assert "password" in found.codes
    assert "hunter2" not in str(found.notices)


def test_modes_of_the_manifest(tmp_path: Path) -> None:
    (tmp_path / "manifest.csv").write_text(
        "propertyName,value\noneroster.version,1.2\nfile.orgs,bulk\nfile.users,delta\nfile.classes,absent\nfile.roles,bulk\n"
    )
    (tmp_path / "orgs.csv").write_text(ORGS)
    for name in ("users", "classes", "enrollments"):
        (tmp_path / f"{name}.csv").write_text("sourcedId\n")
    found = Found()
    roster = read.open_roster(tmp_path, found)
    # Not named in a manifest of mixed modes: delta, which can end nothing.
    assert {name: part.mode for name, part in roster.parts.items()} == {
        "orgs": "bulk", "users": "delta", "enrollments": "delta",
    }  # fmt: skip
    assert {"manifest_row_missing", "manifest_says_absent", "manifest_file_missing"} <= found.codes


def test_a_missing_column_or_header_refuses_with_a_remedy(tmp_path: Path) -> None:
    with pytest.raises(Refused, match=r"no column sourcedId, type"):
        read_file(tmp_path, "orgs.csv", "name\nAspen\n")
    with pytest.raises(Refused, match="empty"):
        read_file(tmp_path, "orgs.csv", "")


def test_a_quote_that_never_closes_refuses_with_the_line(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="from line 3 on"):
        read_file(tmp_path, "orgs.csv", ORGS + 'a,,,Aspen,school,1,\nb,,,"Birch,school,1,\n' + "x" * 2**21)


# --- Hostile and broken archives ---


def archive(path: Path, files: dict[str, str], **options: Any) -> Path:
    with zipfile.ZipFile(path, "w", options.get("compression", zipfile.ZIP_STORED)) as target:
        for name, text in files.items():
            target.writestr(name, text)
    return path


def test_one_folder_around_the_files_is_fine(tmp_path: Path) -> None:
    path = archive(
        tmp_path / "x.zip", {"export/orgs.csv": ORGS, "__MACOSX/._orgs.csv": "junk", "export/.DS_Store": ""}
    )
    assert set(open_bundle(path).members) == {"orgs.csv"}
    inner = tmp_path / "folder" / "inner"
    inner.mkdir(parents=True)
    (inner / "orgs.csv").write_text(ORGS)
    assert set(open_bundle(tmp_path / "folder").members) == {"orgs.csv"}


@pytest.mark.parametrize(
    "name", ["../orgs.csv", "/etc/orgs.csv", "a/../../orgs.csv", "C:/orgs.csv", "a\\orgs.csv"]
)
def test_unsafe_names_are_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(Refused, match="unsafe name"):
        open_bundle(archive(tmp_path / "x.zip", {name: ORGS}))


def test_a_link_is_refused(tmp_path: Path) -> None:
    info = zipfile.ZipInfo("orgs.csv")
    info.external_attr = 0o120777 << 16
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as target:
        target.writestr(info, "/etc/passwd")
    with pytest.raises(Refused, match="link"):
        open_bundle(tmp_path / "x.zip")


def test_a_bomb_is_refused(tmp_path: Path) -> None:
    path = archive(
        tmp_path / "x.zip", {"orgs.csv": ORGS + "0" * (70 * 2**20)}, compression=zipfile.ZIP_DEFLATED
    )
    with pytest.raises(Refused, match="grows far too much"):
        open_bundle(path)


def test_an_encrypted_archive_is_refused(tmp_path: Path) -> None:
    path = archive(tmp_path / "x.zip", {"orgs.csv": ORGS})
    data = bytearray(path.read_bytes())
    for signature, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(signature) + at] |= 1
    path.write_bytes(data)
    with pytest.raises(Refused, match="password"):
        open_bundle(path)


def test_names_twice_and_several_folders_are_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="twice"):
        open_bundle(archive(tmp_path / "x.zip", {"orgs.csv": ORGS, "Orgs.csv": ORGS}))
    with pytest.raises(Refused, match="more than one folder"):
        open_bundle(archive(tmp_path / "y.zip", {"a/orgs.csv": ORGS, "b/users.csv": ORGS}))


@pytest.mark.parametrize("data", [b"", b"no zip at all", b"PK\x03\x04 broken"])
def test_what_is_no_archive_is_refused(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "x.zip").write_bytes(data)
    with pytest.raises(Refused, match="cannot be opened as a ZIP"):
        open_bundle(tmp_path / "x.zip")


def test_a_cut_archive_is_refused(tmp_path: Path) -> None:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as target:
        target.writestr("orgs.csv", ORGS * 1_000)
    data = bytearray(whole.getvalue())
    data[60:80] = bytes(20)
    (tmp_path / "x.zip").write_bytes(data)
    with pytest.raises(Refused, match="cannot be opened"):
        open_bundle(tmp_path / "x.zip")


def test_nothing_there(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="no file or folder"):
        open_bundle(tmp_path / "none")
    with pytest.raises(Refused, match="no CSV file"):
        open_bundle(tmp_path)
    (tmp_path / "lunch.csv").write_text("x\n")
    with pytest.raises(Refused, match="no OneRoster file"):
        read.open_roster(tmp_path, Found())


def test_every_field_is_declared_once() -> None:
    for table in BY_NAME.values():
        names = [field.name for field in table.fields]
        assert len(names) == len(set(names))
