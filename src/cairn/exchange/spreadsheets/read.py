"""What stands in a sheet, CSV or XLSX, row by row? Knows no database and writes nothing.

CSV: UTF-8 or Windows' own encoding, comma, semicolon or tab. XLSX: the first sheet or the one that the mapping names.
Columns that we do not know are kept for the report; cells come as texts, without spaces at the ends.
"""

import codecs
import csv
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from itertools import dropwhile
from pathlib import Path
from typing import Any

import python_calamine
from django.utils.translation import gettext as _

from cairn.exchange.intake.outcome import Refused
from cairn.exchange.spreadsheets.columns import KINDS, plain
from cairn.exchange.spreadsheets.mapping import SheetMap

ADDED = (
    "cairn_problem",
    "cairn_remedy",
    "cairn_file",
    "cairn_line",
)  # what we write beside rows that did not come in
SEPARATORS = ",;\t|"
BLOCK = 1 << 20
csv.field_size_limit(1 << 20)
Cells = Sequence[str]


@dataclass(slots=True)
class Sheet:
    """A sheet whose header is understood. `places`: our column -> place of its cell; `wide`: place -> target, where each
    target has a column of its own; `unused`: columns nobody asked for. `at`: how many of `size` are read."""

    path: Path
    header: list[str]
    places: dict[str, int]
    wide: dict[int, str]
    unused: list[str]
    size: int
    open: Callable[[], Iterator[tuple[int, Cells]]]
    at: Callable[[], int] = field(default=lambda: 0)

    @property
    def name(self) -> str:
        return self.path.name

    def row(self, cells: Cells) -> dict[str, str]:
        """The row as it stands in the file, by its own column names, without what we added to it earlier."""
        return {
            name: cell for name, cell in zip(self.header, cells, strict=False) if name and name not in ADDED
        }


def open_sheet(path: Path, kind: str, mapping: SheetMap) -> Sheet:
    """Opens a sheet and understands its header. Raises `Refused` when it cannot be read or lacks a column."""
    if not path.is_file():
        raise Refused(_("There is no file %(path)s.") % {"path": path}, _("Check the name."), "absent")
    rows = (
        _Workbook(path, mapping)
        if path.suffix.casefold() in (".xlsx", ".xlsm", ".xls", ".ods")
        else _Text(path)
    )
    header: list[str] = []
    for line, cells in rows.open():
        if line >= mapping.header:
            header = [cell.strip().lstrip("\ufeff") for cell in cells]
            break
    if not any(header):
        raise Refused(_("%(name)s is empty.") % {"name": path.name}, _("Export it again."), "empty")
    places, wide, unused = _understood(header, kind, mapping)
    _hold_needed(path, kind, places, wide, mapping, header)

    def body() -> Iterator[tuple[int, Cells]]:
        return dropwhile(lambda row: row[0] <= mapping.header, rows.open())

    return Sheet(path, header, places, wide, unused, rows.size, body, rows.at)


def _understood(
    header: list[str], kind: str, mapping: SheetMap
) -> tuple[dict[str, int], dict[int, str], list[str]]:
    sheet = KINDS[kind]
    places: dict[str, int] = {}
    wide = {place: mapping.targets[name] for place, name in enumerate(header) if name in mapping.targets}
    by_name = {plain(name): place for place, name in reversed(list(enumerate(header))) if place not in wide}
    for ours in sheet.columns:
        names = (mapping.columns[ours],) if ours in mapping.columns else (ours, *sheet.also.get(ours, ()))
        place = next((by_name[plain(name)] for name in names if plain(name) in by_name), None)
        if place is not None and place not in places.values():
            places[ours] = place
    used = {*places.values(), *wide}
    unused = [name for place, name in enumerate(header) if name and place not in used and name not in ADDED]
    return places, wide, unused


def _hold_needed(
    path: Path, kind: str, places: dict[str, int], wide: dict[int, str], mapping: SheetMap, header: list[str]
) -> None:
    needed = [name for name in KINDS[kind].needed if not (wide and name in ("target", "score"))]
    lost = [
        mapping.columns.get(name, name) for name in needed if name not in places and name not in mapping.fixed
    ]
    lost += [
        name
        for name in mapping.columns.values()
        if plain(name) not in map(plain, header) and name not in lost
    ]
    lost += [name for name in mapping.targets if name not in header]
    if lost:
        raise Refused(
            _("%(name)s has no column %(lost)s. Its columns are: %(header)s.")
            % {"name": path.name, "lost": ", ".join(lost), "header": ", ".join(filter(None, header))},
            _("Correct the first line, or name the columns in a mapping file."),
            "columns",
        )


class _Text:
    """A CSV file."""

    def __init__(self, path: Path) -> None:
        self.path, self.size = path, path.stat().st_size
        self.encoding = _encoding(path)
        self._file: Any = None
        self._done = 0

    def at(self) -> int:
        """Bytes read so far."""
        return self._file.buffer.tell() if self._file is not None and not self._file.closed else self._done

    def open(self) -> Iterator[tuple[int, Cells]]:
        with self.path.open(encoding=self.encoding, newline="") as self._file:
            first = self._file.readline()
            self._file.seek(0)
            separator = max(SEPARATORS, key=first.count)
            reader = csv.reader(self._file, delimiter=separator)
            begun = 1
            try:
                for cells in reader:
                    if any(cells):
                        yield begun, cells
                    begun = reader.line_num + 1
            except csv.Error as error:
                raise Refused(
                    _("%(file)s cannot be read from line %(line)s on: %(error)s.")
                    % {"file": self.path.name, "line": begun, "error": error},
                    _("Often a double quote is opened there and never closed. Correct that line."),
                    "file_unreadable",
                ) from error


def _encoding(path: Path) -> str:
    decoder = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as file:
        try:
            while block := file.read(BLOCK):
                decoder.decode(block)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return "cp1252"
    return "utf-8-sig"


class _Workbook:
    """A sheet of a workbook. The library holds a whole sheet; a sheet has at most 1,048,576 rows."""

    def __init__(self, path: Path, mapping: SheetMap) -> None:
        try:
            book = python_calamine.CalamineWorkbook.from_path(str(path))
            names = book.sheet_names
            if mapping.sheet and mapping.sheet not in names:
                raise Refused(
                    _("%(name)s has no sheet %(sheet)s. It has: %(names)s.")
                    % {"name": path.name, "sheet": mapping.sheet, "names": ", ".join(names)},
                    _("Correct the name in the mapping file."),
                    "sheet",
                )
            self.sheet = book.get_sheet_by_name(mapping.sheet or names[0])
        except (python_calamine.CalamineError, OSError, IndexError) as error:
            raise Refused(
                _("%(name)s cannot be read: %(error)s") % {"name": path.name, "error": error},
                _("Save it again as XLSX or CSV."),
                "file_unreadable",
            ) from error
        self.size = self.sheet.total_height
        self._line = 0

    def at(self) -> int:
        return self._line

    def open(self) -> Iterator[tuple[int, Cells]]:
        begin = self.sheet.start[0] if self.sheet.start else 0
        for line, values in enumerate(self.sheet.iter_rows(), begin + 1):
            self._line = line
            cells = [cell_text(value) for value in values]
            if any(cells):
                yield line, cells


def cell_text(value: Any) -> str:
    """A cell of a workbook as a CSV would hold it."""
    if isinstance(value, str):
        return value
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time(0) else value.isoformat(timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else str(value)
