"""At which performance level does a sheet say that students work, since when?"""

from datetime import date
from typing import Any

from cairn.exchange.intake.actions import Counts, Staging
from cairn.exchange.spreadsheets.mapping import SheetMap
from cairn.exchange.spreadsheets.read import Sheet
from cairn.exchange.spreadsheets.rows import Bad, Rows
from cairn.learning.frameworks.lookup import frameworks_by_name, levels_by
from cairn.learning.mastery.levels import LevelFrom, set_levels
from cairn.learning.mastery.levelups import propose
from cairn.people.lookup import student_ids


class Levels(Rows):
    """Reads and applies a sheet of levels."""

    def __init__(self, sheet: Sheet, mapping: SheetMap, staging: Staging, on: date) -> None:
        super().__init__(sheet, mapping, staging, on)
        self.students = student_ids(mapping.student_id)
        self.levels = levels_by("identifier" if mapping.target_id == "identifier" else "code")
        self.frameworks = frameworks_by_name()
        self.rows: dict[tuple[int, int, date], LevelFrom] = {}

    def take(self, line: int, row: dict[str, str]) -> None:
        student = self.students.get(row["student"])
        if not student:
            code = (
                "student_missing"
                if not row["student"]
                else "student_unknown"
                if student is None
                else "student_ambiguous"
            )
            raise Bad(code, "student", row["student"])
        level, framework = self._level(row)
        begin = self.day(row, "from") or self.on
        if begin > self.on:
            raise Bad("date_future", "from", row["from"])
        key = (student, framework, begin)
        if key in self.rows and self.rows[key].level != level:
            raise Bad("level_twice", "level", row["level"])
        self.rows[key] = LevelFrom(student, framework, level, begin)

    def _level(self, row: dict[str, str]) -> tuple[int, int]:
        found = self.levels.get(row["level"], [])
        if row["framework"]:
            framework = self.frameworks.get(row["framework"].casefold())
            found = [one for one in found if one.framework == framework]
        if len(found) != 1:
            raise Bad("level_ambiguous" if found else "level_unknown", "level", row["level"])
        return found[0].id, found[0].framework

    def apply(self, *, run: int | None) -> dict[str, Counts]:
        """Writes what differs."""
        added, changed, same = set_levels(list(self.rows.values()), by=None, run=run or 0)
        students = sorted({row.student for row in self.rows.values()})
        for begin in range(0, len(students), 1_000):
            propose(students[begin : begin + 1_000])  # complete already on the day the level came in
        return {"levels": Counts(added=added, changed=changed, same=same)}

    def first(self) -> list[dict[str, Any]]:
        return [
            {"student": one.student, "level": one.level, "from": one.begin_on}
            for one in list(self.rows.values())[:10]
        ]
