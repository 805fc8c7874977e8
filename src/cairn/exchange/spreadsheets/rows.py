"""How is a sheet read that is small enough to be applied whole?"""

from datetime import date
from typing import Any

from cairn.exchange.intake.actions import Staging
from cairn.exchange.spreadsheets.columns import KINDS
from cairn.exchange.spreadsheets.mapping import SheetMap
from cairn.exchange.spreadsheets.read import Sheet
from cairn.exchange.spreadsheets.scores import Bad
from cairn.exchange.spreadsheets.values import Days

__all__ = ["Bad", "Rows"]


class Rows:
    """Reads row by row; a row that `take` refuses with `Bad` is set aside."""

    def __init__(self, sheet: Sheet, mapping: SheetMap, staging: Staging, on: date) -> None:
        self.sheet, self.mapping, self.staging, self.on = sheet, mapping, staging, on
        self.days = Days(mapping.dates)

    def read(self) -> int:
        """Takes every row; how many there are. Inside a step of the staging file."""
        count = 0
        for line, cells in self.sheet.open():
            count += 1
            row = {name: "" for kind in KINDS.values() for name in kind.columns} | dict(self.mapping.fixed)
            for name, place in self.sheet.places.items():
                if place < len(cells) and (text := cells[place].strip()):
                    row[name] = text
            try:
                self.take(line, row)
            except Bad as bad:
                self.staging.bad(
                    bad.code, self.sheet.name, line, bad.field, bad.value[:500], self.sheet.row(cells)
                )
        return count

    def take(self, line: int, row: dict[str, str]) -> None:
        """Understands one row, by our column names. Raises `Bad`."""
        raise NotImplementedError

    def day(self, row: dict[str, str], name: str) -> date | None:
        """The day in a column, None when it is empty."""
        text = row[name]
        if not text:
            return None
        day = self.days.day(text)
        if not day:
            raise Bad("date_unreadable", name, text)
        return date.fromisoformat(day)

    def first(self) -> list[dict[str, Any]]:
        """The first rows as understood."""
        return []
