"""How is a roster applied? Everything good in one transaction: what is new, what changed, what has ended.

Nothing is ever deleted. What is no longer there ends: dated rows on the day before, others become inactive. A row whose key now
stands for another person or place (a move to another school), or comes back after it had ended, is a second dated row.
Every change of a row leaves its before and after in the trail, with the run. New rows leave none: the run's counts, its
file and the ids kept per source say where they came from, and a first import would otherwise double every table.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import models, transaction

from cairn.people.accounts.actions import curtail_accounts
from cairn.people.accounts.models import Account
from cairn.people.agencies import Class, ClassSession
from cairn.people.persons import Adult, Student
from cairn.people.roster import columns
from cairn.people.roster.ancestors import rebuild_ancestors
from cairn.people.roster.feed import Feed, Row
from cairn.people.roster.ids import reserve
from cairn.people.roster.sections import PERSONS, SECTIONS, Section
from cairn.people.ties import ClassEnrollment
from cairn.trail.actions import record_changes

__all__ = ["Account", "Tally", "apply_roster"]

ENDED = "ended"  # the digest of what has ended
READ = 400
WRITE = 2_000
KEEP_IF_BLANK = ("begin_on", "grade_level")  # the file may leave these out; then what we know stays


@dataclass(slots=True)
class Tally:
    """What became of the rows of one section."""

    added: int = 0
    changed: int = 0
    ended: int = 0
    same: int = 0


class _Applying:
    """One roster being applied."""

    def __init__(self, feed: Feed, *, source: int, by: int | None, run: int | None, on: date) -> None:
        self.feed, self.source, self.by, self.run, self.on = feed, source, by, run, on
        self.classes: set[int] = set()  # whose pages change
        self.new_students: list[int] = []

    def section(self, section: Section) -> Tally:
        how = columns.readers(section)
        tally = Tally(same=self.feed.same(section.name))
        if section.name == "agencies":
            adopted = [(key, object_id, digest) for object_id, key, digest in self.feed.adopted()]
            columns.insert_ids(self.source, section, adopted)
            tally.same += len(adopted)
        tally.added = self.feed.adding(section.name)
        self.feed.took(section.name, reserve(section.table, tally.added))
        for rows in columns.chunks(self.feed.added(section.name), WRITE):
            self._add(section, rows, how, tally)
        for rows in columns.chunks(self.feed.changed(section.name), READ):
            self._change(section, rows, how, tally)
        for gone in columns.chunks(self.feed.ended(section.name), READ):
            self._end(section, [object_id for object_id, _key in gone])
            columns.point_ids(self.source, section, [(key, object_id, ENDED) for object_id, key in gone])
            tally.ended += len(gone)
        if section.name == "agencies" and (tally.added or tally.changed):
            rebuild_ancestors()
        return tally

    # --- New ---

    def _add(
        self, section: Section, rows: list[Row], how: Sequence[Callable[[Any], Any]], tally: Tally
    ) -> None:
        columns.insert_rows(section, rows, how)
        fresh = [(row.key, row.object_id, row.digest) for row in rows if row.old_id is None]
        follow = [row for row in rows if row.old_id is not None]
        columns.insert_ids(self.source, section, fresh)
        columns.point_ids(self.source, section, [(row.key, row.object_id, row.digest) for row in follow])
        for row in follow:
            if row.ends_old and row.old_id is not None:
                self._end(section, [row.old_id], (row.begin or self.on) - timedelta(days=1))
                tally.added, tally.changed = tally.added - 1, tally.changed + 1
        if section.name in PERSONS:
            columns.other_ids(self.source, section, rows)
            self._curtail(section, rows)
        if section.name == "students":
            self.new_students += [row.object_id for row in rows]
        if section.name == "classes":
            self._meet(rows)
        if section.klass and section.klass != "id":
            self.classes.update(row.refs[-1] for row in rows if row.refs[-1] is not None)

    # --- Changed ---

    def _before(self, section: Section, ids: Sequence[int]) -> dict[int, dict[str, Any]]:
        names = [*section.columns, *section.refs]
        names += ["begin_on", "end_on"] if section.spans else []
        names += ["active"] if section.active else []
        manager = section.model._default_manager
        return {row.pop("id"): row for row in manager.filter(pk__in=ids).values("id", *names)}

    def _change(
        self, section: Section, rows: list[Row], how: Sequence[Callable[[Any], Any]], tally: Tally
    ) -> None:
        before = self._before(section, [row.object_id for row in rows])
        written: list[tuple[int, dict[str, Any], dict[str, Any]]] = []
        for row in rows:
            old, new = before[row.object_id], columns.as_dict(section, row, how)
            if section.dated:
                new |= {name: old[name] for name in KEEP_IF_BLANK if name in new and not new[name]}
            after = {name: value for name, value in new.items() if old[name] != value}
            if after:
                written.append((row.object_id, {name: old[name] for name in after}, after))
        columns.update_rows(section, [(object_id, after) for object_id, _old, after in written])
        self._trail(section, "change", written, before)
        columns.point_ids(self.source, section, [(row.key, row.object_id, row.digest) for row in rows])
        if section.name in PERSONS:
            columns.other_ids(self.source, section, rows)
            self._curtail(section, rows)
        if section.name == "classes":
            ClassSession.objects.filter(klass__in=[row.object_id for row in rows]).delete()
            self._meet(rows)
        changed = {object_id for object_id, _old, _after in written}
        if section.name == "students":
            enrolled = ClassEnrollment.objects.filter(student__in=changed).values_list("klass_id", flat=True)
            self.classes.update(enrolled)
        tally.changed += len(changed)
        tally.same += len(rows) - len(changed)

    # --- Ended ---

    def _end(self, section: Section, ids: Sequence[int], last: date | None = None) -> None:
        last = last or self.on - timedelta(days=1)
        before = self._before(section, ids)
        written = []
        for object_id, old in before.items():
            after: dict[str, Any] = {"active": False} if section.active and old["active"] else {}
            if section.dated or section.name == "classes":
                day = max(last, old["begin_on"] or date.min)
                if old["end_on"] is None or old["end_on"] > day:
                    after["end_on"] = day
            if after:
                written.append((object_id, {name: old[name] for name in after}, after))
        columns.update_rows(section, [(object_id, after) for object_id, _old, after in written])
        self._trail(section, "end", written, before)

    # --- What follows from it ---

    def _trail(
        self, section: Section, what: str, written: Sequence[tuple[int, dict[str, Any], dict[str, Any]]],
        before: dict[int, dict[str, Any]],
    ) -> None:  # fmt: skip
        def plain(values: dict[str, Any]) -> dict[str, Any]:
            return {
                name: value.isoformat() if isinstance(value, date) else value
                for name, value in values.items()
            }

        changes = []
        for object_id, old, after in written:
            student = object_id if section.student == "id" else before[object_id].get(section.student)
            changes.append(
                {
                    "action": f"roster.{what}", "entity": section.entity, "object_id": object_id,
                    "before": plain(old), "after": plain(after), "student_id": student,
                }
            )  # fmt: skip
            if section.klass:
                self.classes.add(object_id if section.klass == "id" else before[object_id][section.klass])
        record_changes(changes, by=self.by, run=self.run)

    def _meet(self, rows: list[Row]) -> None:
        """The sessions of classes."""
        ClassSession.objects.bulk_create(
            [
                ClassSession(klass_id=row.object_id, session_id=session)
                for row in rows
                for session in row.extra
            ],
            batch_size=400,
        )

    def _curtail(self, section: Section, rows: list[Row]) -> None:
        """Whom the source has switched off (enabledUser) may not sign in; a data manager may switch them on again."""
        off = [row.object_id for row in rows if not row.extra[0]]
        if off:
            who = Student if section.name == "students" else Adult
            curtail_accounts(who, off, by=self.by, run=self.run)

    def finish(self) -> None:
        """Live pages of the classes that changed ask for them again."""
        for ids in columns.chunks(sorted(self.classes), READ):
            Class.objects.filter(pk__in=ids).update(version=models.F("version") + 1)


@transaction.atomic
def apply_roster(
    feed: Feed, *, source: int, by: int | None, run: int | None, on: date
) -> tuple[dict[str, Tally], list[int]]:
    """Applies a compared roster of `source` (id) as of the day `on`; gives the tally per section and the ids of new students.

    `by` is an account id (None: the command line), `run` the import's id. Needs the writing transaction to itself for as long as
    the rows that differ take; what is equal is never touched.
    """
    applying = _Applying(feed, source=source, by=by, run=run, on=on)
    tallies = {section.name: applying.section(section) for section in SECTIONS}
    applying.finish()
    return tallies, applying.new_students
