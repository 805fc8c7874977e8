"""Which ties of adults does a sheet bring that the roster lacks: mentors, counselors of a student, who leads?"""

from datetime import date
from typing import Any

from cairn.exchange.intake.actions import Counts, Staging, source_id
from cairn.exchange.spreadsheets.mapping import SheetMap
from cairn.exchange.spreadsheets.read import Sheet
from cairn.exchange.spreadsheets.rows import Bad, Rows
from cairn.people.lookup import ids_of, student_ids
from cairn.people.tying import AGENCY, CLASS, STUDENT, NewAdult, TieRow, tie_adults


class Ties(Rows):
    """Reads and applies a sheet of ties."""

    def __init__(self, sheet: Sheet, mapping: SheetMap, staging: Staging, on: date) -> None:
        super().__init__(sheet, mapping, staging, on)
        self.adults = ids_of("adult")
        self.known = {
            "student": student_ids(mapping.student_id),
            "class": ids_of("class"),
            "agency": ids_of("agency"),
        }
        self.new: dict[str, NewAdult] = {}
        self.rows: dict[str, TieRow] = {}

    def take(self, line: int, row: dict[str, str]) -> None:
        adult, kind = row["adult"], row["kind"].casefold()
        if not adult:
            raise Bad("adult_missing", "adult", "")
        column = (
            "student" if kind in STUDENT else "class" if kind in CLASS else "agency" if kind in AGENCY else ""
        )
        if not column:
            raise Bad("kind_unknown", "kind", row["kind"])
        if not row[column]:
            raise Bad("to_whom", column, kind)
        whom = self.known[column].get(row[column])
        if not whom:
            raise Bad(f"{column}_unknown", column, row[column])
        begin, end = self.day(row, "begin_on"), self.day(row, "end_on")
        if begin and end and end < begin:
            raise Bad("ends_before_begin", "end_on", row["end_on"])
        key = f"{adult}|{kind}|{row[column]}|{begin or ''}"[:200]
        if key in self.rows:
            raise Bad("tie_twice", "adult", adult)
        if not self.adults.get(adult):
            if not (row["given_name"] and row["family_name"]):
                raise Bad("adult_unknown", "adult", adult)
            self.new.setdefault(
                adult,
                NewAdult(
                    adult, row["given_name"][:100], row["family_name"][:100], row["email"], row["language"]
                ),
            )
        self.rows[key] = TieRow(key, adult, kind, column, whom, row["relation"][:40], begin, end)

    def apply(self, *, run: int | None) -> dict[str, Counts]:
        """Writes what differs."""
        source = source_id(self.mapping.source, name=self.mapping.source)
        made, ties = tie_adults(
            list(self.rows.values()),
            list(self.new.values()),
            known=self.adults,
            source=source,
            by=None,
            run=run or 0,
        )
        return {"adults": Counts(added=made), "ties": Counts(*ties)}

    def first(self) -> list[dict[str, Any]]:
        return [
            {"adult": one.adult, "kind": one.kind, one.column: one.whom}
            for one in list(self.rows.values())[:10]
        ]
