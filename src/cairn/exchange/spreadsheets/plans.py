"""Which targets does a sheet plan for a course or a class, in which order, for which week?"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from cairn.exchange.intake.actions import Counts, Staging
from cairn.exchange.spreadsheets.mapping import SheetMap
from cairn.exchange.spreadsheets.read import Sheet
from cairn.exchange.spreadsheets.rows import Bad, Rows
from cairn.learning.frameworks.lookup import targets_by
from cairn.learning.plans.actions import Choice, choose_targets
from cairn.people.lookup import classes_of, courses_of, ids_of


@dataclass(frozen=True, slots=True)
class Planned:
    """One understood row."""

    order: float
    line: int
    target: int
    week: date | None
    begin: date


class Plans(Rows):
    """Reads and applies a sheet of plans. Rows without an order keep the order of the file."""

    def __init__(self, sheet: Sheet, mapping: SheetMap, staging: Staging, on: date) -> None:
        super().__init__(sheet, mapping, staging, on)
        self.targets = targets_by(mapping.target_id)
        self.courses, self.classes = ids_of("course"), ids_of("class")
        self.plans: dict[tuple[str, int], list[Planned]] = {}
        self._seen: set[tuple[str, int, int]] = set()

    def take(self, line: int, row: dict[str, str]) -> None:
        owner = self._owner(row)
        name = row["target"]
        target = self.targets.get(name)
        if target is None or target.many or not target.scorable:
            code = (
                "target_missing" if not name else "target_unknown" if target is None else "target_ambiguous"
            )
            raise Bad(code if target is None or target.many else "not_scorable", "target", name)
        if (*owner, target.id) in self._seen:
            raise Bad("target_twice", "target", name)
        try:
            order = float(row["order"] or line)
        except ValueError:
            raise Bad("order_unreadable", "order", row["order"]) from None
        week = self.day(row, "planned_week")
        self._seen.add((*owner, target.id))
        self.plans.setdefault(owner, []).append(
            Planned(order, line, target.id, week, self.day(row, "from") or self.on)
        )

    def _owner(self, row: dict[str, str]) -> tuple[str, int]:
        if bool(row["course"]) == bool(row["class"]):
            raise Bad("course_or_class", "course", row["course"])
        kind = "course" if row["course"] else "class"
        found = (self.courses if kind == "course" else self.classes).get(row[kind])
        if not found:
            raise Bad(f"{kind}_unknown", kind, row[kind])
        return kind, found

    def apply(self, *, run: int | None) -> dict[str, Counts]:
        """Writes the plans that differ. `run` None: only to see what would change."""
        counts = Counts()
        courses = courses_of(pk for kind, pk in self.plans if kind == "course")
        classes = classes_of(pk for kind, pk in self.plans if kind == "class")
        for (kind, pk), rows in self.plans.items():
            rows.sort(key=lambda one: (one.order, one.line))
            changed = choose_targets(
                [Choice(one.target, one.week) for one in rows],
                by=None,
                course=courses[pk] if kind == "course" else None,
                klass=classes[pk] if kind == "class" else None,
                on=rows[0].begin,
                run=run or 0,
            )
            counts.changed += changed > 0
            counts.same += changed == 0
        return {"plans": counts}

    def first(self) -> list[dict[str, Any]]:
        return [
            {"of": owner, "targets": [one.target for one in rows][:5]}
            for owner, rows in list(self.plans.items())[:5]
        ]
