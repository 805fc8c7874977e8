"""What do the files of a roster say, row by row, however they were written?

Tolerant: each defect that can be read through is one notice, each row that cannot be used goes to `defects.bad` with its
line, field and value. Streams: memory does not grow with the file. Knows no database and writes nothing.
"""

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from django.utils.translation import gettext as _

from cairn.exchange.intake.outcome import Refused
from cairn.exchange.oneroster import values
from cairn.exchange.oneroster.bundle import Bundle, Member, open_bundle
from cairn.exchange.oneroster.header import Defects, read_header
from cairn.exchange.oneroster.tables import BY_NAME, NOT_USED, ROSTER, Field, Table

__all__ = ["Bundle", "Defects", "Part", "Roster", "open_bundle", "open_roster", "raw_rows", "read_rows"]

Reader = Callable[[str], tuple[str, str]]
SEPARATORS = ",;\t|"
csv.field_size_limit(2**20)


@dataclass(frozen=True, slots=True)
class Part:
    """One file that will be read. `mode`: bulk (what is absent has ended) or delta (only changes)."""

    table: Table
    member: Member
    mode: str


@dataclass(frozen=True, slots=True)
class Roster:
    """A bundle whose manifest has been understood."""

    bundle: Bundle
    version: str  # 1.1 or 1.2
    system: str
    parts: dict[str, Part]


def _lines(member: Member) -> Iterator[tuple[int, list[str], str]]:
    """Line number on which the row begins, its cells, and the separator. Blank lines are skipped."""
    with member.open() as text:
        first = text.readline()
        separator = max(SEPARATORS, key=first.count) if "," not in first else ","
        if not any(mark in first for mark in SEPARATORS):
            separator = ","
    with member.open() as text:
        reader = csv.reader(text, delimiter=separator)
        begun = 1
        try:
            for cells in reader:
                if cells and any(cells):
                    yield begun, cells, separator
                begun = reader.line_num + 1
        except csv.Error as error:
            raise Refused(
                _("%(file)s cannot be read from line %(line)s on: %(error)s.")
                % {"file": member.name, "line": begun, "error": error},
                _("Often a double quote is opened there and never closed. Correct that line."),
                "file_unreadable",
            ) from error


def _manifest(bundle: Bundle, defects: Defects) -> dict[str, str]:
    """Property -> value, as written; empty when there is no manifest."""
    member = bundle.members.get("manifest.csv")
    if member is None:
        defects.notice("manifest_missing", "manifest.csv")
        return {}
    properties = {
        cells[0].strip().lstrip("\ufeff"): cells[1].strip()
        for _l, cells, _s in _lines(member)
        if len(cells) > 1
    }
    if not any(name.casefold().startswith("file.") for name in properties):
        defects.notice("manifest_unreadable", "manifest.csv", 1)
    return properties


def _table_of(name: str) -> str | None:
    """`userprofiles.csv` -> userProfiles; a misspelled or decorated file name is understood when it is close."""
    stem = name.casefold().removesuffix(".csv").strip()
    known = {table.casefold(): table for table in (*BY_NAME, *NOT_USED)}
    for form in (stem, stem.replace("_", "").replace("-", "").replace(" ", "")):
        if form in known:
            return known[form]
    close = get_close_matches(stem, known, n=1, cutoff=0.88)
    return known[close[0]] if close else None


def _members(bundle: Bundle, defects: Defects) -> dict[str, Member]:
    """Table name -> file. Reports what is not used."""
    found: dict[str, Member] = {}
    exact = {f"{table}.csv".casefold() for table in (*BY_NAME, *NOT_USED)}
    for low, member in sorted(bundle.members.items(), key=lambda pair: pair[0] not in exact):
        if low == "manifest.csv":
            continue
        table = _table_of(member.name)
        if table is None or table in found:
            defects.notice("file_unknown", member.name, value=member.name)
        elif table in NOT_USED:
            defects.notice("file_not_used", member.name, value=member.name)
        else:
            found[table] = member
            if member.name != f"{table}.csv":
                defects.notice("file_name", f"{table}.csv", value=member.name)
            if member.encoding not in ("utf-8", "utf-8-sig"):
                defects.notice("encoding", member.name, value=member.encoding)
    return found


def _modes(properties: dict[str, str], found: dict[str, Member], defects: Defects) -> dict[str, str]:
    """Table name -> bulk, delta or absent, for each file that is there. Unsure means delta: it ends nothing."""
    said: dict[str, str] = {}
    for name, value in properties.items():
        if not name.casefold().startswith("file."):
            continue
        table, mode = _table_of(name[5:]), value.casefold()
        if mode not in ("bulk", "delta", "absent"):
            defects.notice("manifest_value", "manifest.csv", field=name, value=value)
        elif table is not None:
            said[table] = mode
            if table in BY_NAME and mode != "absent" and table not in found:
                defects.notice("manifest_file_missing", "manifest.csv", field=name, value=f"{table}.csv")
    spoken = {mode for table, mode in said.items() if table in found and mode != "absent"}
    default = "bulk" if not said or spoken == {"bulk"} else "delta"
    modes = {}
    for table in found:
        if table in said:
            modes[table] = said[table]
            if said[table] == "absent":
                defects.notice("manifest_says_absent", "manifest.csv", value=f"{table}.csv")
        else:
            modes[table] = default
            if properties:
                defects.notice("manifest_row_missing", "manifest.csv", field=default, value=f"{table}.csv")
    return modes


def open_roster(path: Path, defects: Defects) -> Roster:
    """Opens the bundle and understands its manifest. Raises `Refused` when there is no roster in it."""
    return understand(open_bundle(path), defects)


def understand(bundle: Bundle, defects: Defects) -> Roster:
    """The manifest of an opened bundle. Raises `Refused` when no roster is in it."""
    properties = _manifest(bundle, defects)
    found = _members(bundle, defects)
    modes = _modes(properties, found, defects)
    parts = {
        table.name: Part(table, found[table.name], modes[table.name])
        for table in ROSTER
        if modes.get(table.name, "absent") != "absent"
    }
    if not parts:
        raise Refused(
            _("%(name)s holds no OneRoster file to read.") % {"name": bundle.path.name},
            _("Point to a folder or ZIP with users.csv, classes.csv, enrollments.csv and so on."),
            "no_roster",
        )
    version = properties.get("oneroster.version", "")
    if version not in ("1.1", "1.2"):
        version = "1.2" if "roles" in parts else "1.1"
    return Roster(bundle, version, properties.get("source.systemName", ""), parts)


class _Plan:
    """How the cells of one file become texts, decided once from its header."""

    def __init__(self, table: Table, found: dict[str, int], width: int) -> None:
        self.table, self.width = table, width
        secret = [field.name for field in table.fields if field.kind in ("secret", "stamp")]
        self.cells = [-1 if name in secret else found.get(name, -1) for name in table.columns]
        here = [(at, field) for at, field in enumerate(table.fields) if self.cells[at] >= 0]
        self.required = [(at, field) for at, field in here if field.required]
        self.readers: list[tuple[int, Field, Reader | None]] = [
            (at, field, values.READERS.get(field.kind)) for at, field in here
            if field.kind == "choice" or field.kind in values.READERS
        ]  # fmt: skip
        free = ("ids", "texts", "grades", "user_ids")
        self.lengths = [(at, field, field.most) for at, field in here if field.kind not in free]
        self.secrets = [found[name] for name in secret if name == "password" and name in found]


def _bad(
    defects: Defects,
    plan: _Plan,
    header: list[str],
    part: Part,
    line: int,
    cells: list[str],
    what: tuple[str, str, str],
) -> None:
    code, field, value = what
    row = dict(zip(header, cells, strict=False))
    at = plan.cells[0]
    key = cells[at].strip() if 0 <= at < len(cells) else ""
    defects.bad(code, part.member.name, line, field, value[:200], row, key)


def _fit(
    plan: _Plan, part: Part, defects: Defects, line: int, cells: list[str]
) -> tuple[str, str, str] | None:
    """Too short or too long a row, made as wide as the header in place; or why it cannot be."""
    if len(cells) > plan.width:
        if any(cell.strip() for cell in cells[plan.width :]):
            return "row_too_long", "", ",".join(cells[plan.width :])
        defects.notice("row_long", part.member.name, line)
        del cells[plan.width :]
    else:
        missing = [field.name for at, field in plan.required if plan.cells[at] >= len(cells)]
        if missing:
            return "row_too_short", missing[0], ""
        defects.notice("row_short", part.member.name, line)
        cells.extend([""] * (plan.width - len(cells)))
    return None


def _convert(
    plan: _Plan, part: Part, defects: Defects, line: int, texts: list[str]
) -> tuple[str, str, str] | None:
    """Brings the texts into normal form in place; or says why the row cannot be used."""
    for at, field in plan.required:
        if not texts[at]:
            return "required_empty", field.name, ""
    for at, field, most in plan.lengths:
        if len(texts[at]) > most:
            return "too_long", field.name, texts[at]
    for at, field, reader in plan.readers:
        if not (text := texts[at]):
            continue
        try:
            texts[at], defect = reader(text) if reader else values.read_choice(field, text)
        except values.Unreadable as error:
            if not field.lenient and field.kind != "language":
                return error.code, field.name, text
            texts[at] = ""
            defect = _left_out(field, error.code)
        if defect:
            defects.notice(defect, part.member.name, line, field.name, text[:200])
    return None


def _left_out(field: Field, code: str) -> str:
    if field.kind == "language":
        return "language_unknown"
    return "left_out_date_ambiguous" if code == "date_ambiguous" else "left_out"


def read_rows(part: Part, defects: Defects) -> Iterator[tuple[int, list[str]]]:
    """Each usable row: its line and its texts in the order of `part.table.columns`, in normal form.

    Dates are YYYY-MM-DD, booleans 1 or 0, lists JSON. Passwords are never read.
    """
    lines = _lines(part.member)
    first = next(lines, None)
    if first is None:
        raise Refused(
            _("%(file)s is empty: it has not even a header.") % {"file": part.member.name},
            _("Export the file again, or leave it out."),
            "file_empty",
        )
    _line, header, separator = first
    if separator != ",":
        defects.notice("separator", part.member.name, 1, value=separator)
    plan = _Plan(part.table, read_header(part.table, header, defects, part.member.name), len(header))
    for line, cells, _separator in lines:
        wrong = _fit(plan, part, defects, line, cells) if len(cells) != plan.width else None
        texts: list[str] = []
        if wrong is None:
            stripped = [cell.strip() for cell in cells]
            if stripped != cells:
                defects.notice("spaces", part.member.name, line)
            joined = "".join(stripped)
            if "\0" in joined or "\ufffd" in joined:
                wrong = "bad_character", "", ""
            if any(stripped[at] for at in plan.secrets):
                defects.notice("password", part.member.name, line, "password")
            texts = [stripped[at] if at >= 0 else "" for at in plan.cells]
            wrong = wrong or _convert(plan, part, defects, line, texts)
        if wrong is None:
            yield line, texts
        else:
            _bad(defects, plan, header, part, line, cells, wrong)


def raw_rows(member: Member, wanted: set[int]) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows that begin on these lines, as they stand in the file (for the quarantine)."""
    lines = _lines(member)
    first = next(lines, None)
    if first is None or not wanted:
        return
    last = max(wanted)
    for line, cells, _separator in lines:
        if line in wanted:
            yield line, dict(zip(first[1], cells, strict=False))
        if line >= last:
            return
