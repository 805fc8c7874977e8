"""How are rows written as a OneRoster 1.2 CSV bundle? Strictly: a row that breaks the standard stops the writing.

Knows no database. Give `write_bundle` an iterable of dicts per file, keyed by column names of `tables.py`; columns left out
are empty. Values may be text, bool (written `true`/`false`), date, int, or a list of texts (written comma separated).
Lines end with CRLF, text is UTF-8 without a mark, the manifest names every file of the standard. A ZIP is written in STORE mode
with fixed times, so the same rows give the same bytes. In bulk files `status` and `dateLastModified` must stay empty
(1.2 CSV binding).
"""

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from datetime import date
from pathlib import Path
from typing import Any, TextIO

from cairn.exchange.oneroster.tables import (
    BY_NAME,
    ENROLLMENT_ROLES_1_2,
    MANIFEST_FILES_1_2,
    USER_ROLES_1_2,
    WRITE_REQUIRED,
    Field,
    Table,
)
from cairn.exchange.oneroster.values import GRADES

_STAMP = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z")
_EXT = re.compile(r"ext:[a-zA-Z0-9._-]+")
_LATE_ROLES = {"roles": USER_ROLES_1_2, "enrollments": ENROLLMENT_ROLES_1_2}


class BadRow(ValueError):
    """This row may not be written. Says which file, row and column, and why."""


def _text(value: Any) -> str:
    """The text of a cell."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date):
        return value.isoformat()[:10]
    if isinstance(value, (list, tuple)):
        parts = [_text(part) for part in value]
        if any("," in part or not part for part in parts):
            raise ValueError("an entry of a list is empty or holds a comma")
        return ",".join(parts)
    return str(value)


def _choices(table: Table, field: Field) -> tuple[str, ...]:
    return _LATE_ROLES.get(table.name, field.choices) if field.name == "role" else field.choices


def _wrong(table: Table, field: Field, text: str, mode: str) -> str:
    """Why this text may not stand in that column; empty when it may."""
    if field.name in ("status", "dateLastModified"):
        if mode == "bulk":
            return "must be empty in a bulk file" if text else ""
        if field.name == "status":
            return (
                "" if text in ("active", "tobedeleted") else "must be active or tobedeleted in a delta file"
            )
        return "" if _STAMP.fullmatch(text) else "must be a UTC time such as 2026-08-24T00:00:00.000Z"
    if not text:
        demanded = field.required or field.name in WRITE_REQUIRED.get(table.name, ())
        return "is required" if demanded else ""
    if field.kind == "secret":
        return "passwords are never written"
    if any(ord(letter) < 32 for letter in text) or text != text.strip():
        return "holds control characters or outer spaces"
    if len(text) > field.most and field.kind not in ("ids", "texts", "grades", "user_ids"):
        return f"is longer than {field.most} characters"
    return _wrong_kind(table, field, text)


def _wrong_kind(table: Table, field: Field, text: str) -> str:
    if field.kind == "choice" and text not in _choices(table, field) and not _EXT.fullmatch(text):
        return f"must be one of {', '.join(_choices(table, field))} or ext:..."
    if field.kind == "bool" and text not in ("true", "false"):
        return "must be true or false"
    if field.kind == "date":
        try:
            if date.fromisoformat(text).isoformat() != text:
                return "must be written YYYY-MM-DD"
        except ValueError:
            return "is no date YYYY-MM-DD"
    if field.kind == "year" and not re.fullmatch(r"\d{4}", text):
        return "must be a year of four digits"
    if field.kind == "grades" and any(grade not in GRADES for grade in text.split(",")):
        return f"must hold grades of CEDS 000100: {', '.join(GRADES)}"
    if field.kind == "user_ids" and not re.fullmatch(r"\{[^:{},]+:[^{},]+\}(,\{[^:{},]+:[^{},]+\})*", text):
        return "must be written {type:id},{type:id}"
    return ""


def check_row(table: Table, row: Mapping[str, Any], mode: str = "bulk", number: int = 0) -> dict[str, str]:
    """The row as texts. Raises `BadRow` when it breaks the standard."""
    allowed = {field.name: field for field in table.fields if field.only != "1.1"}
    where = f"{table.file}, row {number}"
    if unknown := set(row) - set(allowed):
        raise BadRow(f"{where}: no such column in OneRoster 1.2: {', '.join(sorted(unknown))}")
    texts = {}
    for name, field in allowed.items():
        try:
            texts[name] = _text(row.get(name))
        except ValueError as error:
            raise BadRow(f"{where}, {name}: {error}") from None
        if wrong := _wrong(table, field, texts[name], mode):
            raise BadRow(f"{where}, {name} {wrong} (it is {texts[name]!r})")
    begin, end = (texts.get(name, "") for name in ("beginDate", "endDate"))
    begin = begin or texts.get("startDate", "")
    if begin and end and end < begin:
        raise BadRow(f"{where}: endDate {end} is before {begin}")
    return texts


class _Out(AbstractContextManager["_Out"]):
    """A folder or a STORE-mode zip to write text files into."""

    def __init__(self, path: Path) -> None:
        self.zip = zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) if path.suffix.lower() == ".zip" else None
        self.folder = path
        if self.zip is None:
            path.mkdir(parents=True, exist_ok=True)

    def open(self, name: str) -> TextIO:
        if self.zip is None:
            return (self.folder / name).open("w", encoding="utf-8", newline="")
        info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
        info.external_attr = 0o644 << 16
        return io.TextIOWrapper(self.zip.open(info, "w", force_zip64=True), encoding="utf-8", newline="")

    def __exit__(self, *exc: object) -> None:
        if self.zip is not None:
            self.zip.close()


def _write_table(
    out: _Out, table: Table, rows: Iterable[Mapping[str, Any]], mode: str, metadata: frozenset[str]
) -> int:
    header = table.header(metadata)
    seen: set[str] = set()
    with out.open(table.file) as file:
        writer = csv.writer(file, lineterminator="\r\n")
        writer.writerow(header)
        count = 0
        for count, row in enumerate(rows, 1):
            texts = check_row(table, row, mode, count)
            if texts["sourcedId"] in seen:
                raise BadRow(f"{table.file}, row {count}: sourcedId {texts['sourcedId']!r} is already used")
            seen.add(texts["sourcedId"])
            for name, text in texts.items():
                if text and name not in header:
                    raise BadRow(f"{table.file}, row {count}: name {name} in `metadata` to write it")
            writer.writerow([texts[name] for name in header])
    return count


def write_bundle(
    path: Path,
    files: Mapping[str, Iterable[Mapping[str, Any]]],
    *,
    mode: str = "bulk",
    system_name: str = "Cairn",
    system_code: str = "cairn",
    metadata: Iterable[str] = (),
) -> dict[str, int]:
    """Writes a folder, or a zip when `path` ends in .zip, and gives the number of rows per file.

    `files`: rows per file name without .csv (`users`, `roles` ...). `mode`: bulk or delta. `metadata`: the metadata columns
    in use, for example `metadata.homeLanguage`. Raises `BadRow` at the first row that breaks the standard.
    """
    if unknown := set(files) - set(BY_NAME):
        raise BadRow(f"no such roster file in OneRoster 1.2: {', '.join(sorted(unknown))}")
    counts = {}
    with _Out(path) as out:
        for name, rows in files.items():
            counts[name] = _write_table(out, BY_NAME[name], rows, mode, frozenset(metadata))
        with out.open("manifest.csv") as file:
            writer = csv.writer(file, lineterminator="\r\n")
            writer.writerow(["propertyName", "value"])
            writer.writerow(["manifest.version", "1.0"])
            writer.writerow(["oneroster.version", "1.2"])
            for name in MANIFEST_FILES_1_2:
                writer.writerow([f"file.{name}", mode if name in counts else "absent"])
            writer.writerow(["source.systemName", system_name])
            writer.writerow(["source.systemCode", system_code])
    return counts
