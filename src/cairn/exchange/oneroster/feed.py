"""How do the rows that differ reach the database? From the staging file, with their references resolved to object ids."""

import json
import sqlite3
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from cairn.exchange.oneroster.diff import FILE_OF, REFS
from cairn.people.roster.feed import Row
from cairn.people.roster.sections import BY_NAME, PERSONS, Section


class StagedFeed:
    """Gives `people/roster` the rows of the staging file that differ, with their references resolved."""

    def __init__(self, db: sqlite3.Connection, on: date) -> None:
        self.db, self.on = db, on
        entities = db.execute("SELECT DISTINCT entity, kind FROM known").fetchall()
        self.known_before = set(entities)  # sections that came before: what is new in them begins today

    def adding(self, section: str) -> int:
        return int(
            self.db.execute(
                "SELECT count(*) FROM want WHERE section = ? AND state IN ('add', 'move', 'back')", (section,)
            ).fetchone()[0]
        )

    def took(self, section: str, ids: Iterable[int]) -> None:
        keys = self.db.execute(
            "SELECT key FROM want WHERE section = ? AND state IN ('add', 'move', 'back') ORDER BY key",
            (section,),
        ).fetchall()
        pairs = [(object_id, section, key) for object_id, (key,) in zip(ids, keys, strict=True)]
        self.db.executemany("UPDATE want SET object_id = ? WHERE section = ? AND key = ?", pairs)
        if section in FILE_OF and not BY_NAME[section].dated:
            self.db.execute(
                "INSERT OR IGNORE INTO known SELECT ?, 'sourcedId', key, object_id, 'new', 1, NULL, NULL, begin, end, '' "
                "FROM want WHERE section = ? AND state = 'add'",
                (BY_NAME[section].entity, section),
            )

    def adopted(self) -> Iterator[tuple[int, str, str]]:
        yield from self.db.execute(
            "SELECT object_id, key, digest FROM want WHERE section = 'agencies' AND state = 'adopt'"
        ).fetchall()

    def _rows(self, section: str, states: str) -> Iterator[tuple[object, ...]]:
        joins, picked = "", ["NULL", "NULL"]
        for at, entity in enumerate(REFS.get(section, ())):
            joins += f" LEFT JOIN known k{at} ON k{at}.entity = '{entity}' AND k{at}.kind = 'sourcedId' AND k{at}.key = w.r{at + 1}"
            picked[at] = f"k{at}.object_id"
        new_holder = "k1.digest = 'new'" if len(REFS.get(section, ())) == 2 else "0"
        yield from self.db.execute(
            f"SELECT w.object_id, w.key, w.digest, w.body, w.begin, w.end, w.old_id, w.state, {', '.join(picked)}, {new_holder} "
            f"FROM want w{joins} WHERE w.section = ? AND w.state IN {states}",
            (section,),
        )

    def _row(self, section: Section, cells: tuple[object, ...]) -> Row:
        object_id, key, digest, body, begin, end, old_id, state, first, second, new_holder = cells
        values = json.loads(str(body))
        extra: Any = None
        if section.name in PERSONS:
            extra = (bool(values[10]), values[11])
            values = values[:10]
        elif section.name == "classes":
            extra = self._sessions(values[7])
            values = values[:7]
        row = Row(
            object_id, key, digest, values, (first, second)[: len(section.refs)],  # type: ignore[arg-type]
            date.fromisoformat(str(begin)) if begin else None, date.fromisoformat(str(end)) if end else None,
            extra, old_id, state == "move",  # type: ignore[arg-type]
        )  # fmt: skip
        if section.dated and state in ("add", "move", "back"):
            self._begin(section, row, str(state), bool(new_holder))
        return row

    def _begin(self, section: Section, row: Row, state: str, new_holder: bool) -> None:
        """A new row without a first day began today, if its kind came before today; at a first import nobody knows."""
        again = state in ("move", "back")
        old = None
        if again:
            found = self.db.execute(
                "SELECT begin, end FROM known WHERE entity = ? AND object_id = ?",
                (section.entity, row.old_id),
            ).fetchone()
            old = (found[1] if state == "back" else found[0]) if found else None
        late = again and (row.begin is None or (old is not None and row.begin <= date.fromisoformat(old)))
        new_today = (
            row.begin is None
            and (section.entity, section.kind) in self.known_before
            and section.name != "family_ties"
            and not (section.klass and new_holder)
        )
        if late or new_today:
            row.begin = self.on
        if row.begin and row.end and row.end < row.begin:
            row.begin = row.end

    def _sessions(self, keys: list[str]) -> list[int]:
        marks = ", ".join("?" * len(keys))
        rows = self.db.execute(
            f"SELECT object_id FROM known WHERE entity = 'session' AND kind = 'sourcedId' AND key IN ({marks})",
            keys,
        )
        return [object_id for (object_id,) in rows]

    def added(self, section: str) -> Iterator[Row]:
        for cells in self._rows(section, "('add', 'move', 'back')"):
            yield self._row(BY_NAME[section], cells)

    def changed(self, section: str) -> Iterator[Row]:
        for cells in self._rows(section, "('change')"):
            yield self._row(BY_NAME[section], cells)

    def ended(self, section: str) -> Iterator[tuple[int, str]]:
        yield from self.db.execute("SELECT object_id, key FROM gone WHERE section = ?", (section,))

    def same(self, section: str) -> int:
        return int(
            self.db.execute(
                "SELECT count(*) FROM want WHERE section = ? AND state = 'same'", (section,)
            ).fetchone()[0]
        )
