"""How are our own sheets written? As CSV in UTF-8 with CRLF line ends. Knows no database."""

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path

from cairn.exchange.spreadsheets.columns import KINDS


def write_sheet(path: Path, kind: str, rows: Iterable[Sequence[str]], *, header: bool = True) -> int:
    """Writes one sheet, and gives the number of its rows. `header` False: a part to be joined to another.

    Rows hold texts in the order of `columns.py`. Raises ValueError when a row is too short or too long.
    """
    columns = KINDS[kind].columns
    width, count = len(columns), 0
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\r\n")
        if header:
            writer.writerow(columns)
        for row in rows:
            if len(row) != width:
                raise ValueError(f"{path.name}, row {count + 1}: {len(row)} cells, not {width}")
            writer.writerow(row)
            count += 1
    return count
