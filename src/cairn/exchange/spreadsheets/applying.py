"""How do staged scores get into the record? In whole batches, each with its place in the run, so a killed import goes on."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from hashlib import blake2b
from typing import Any

from django.db import transaction

from cairn.exchange.intake.actions import Counts, Staging
from cairn.exchange.spreadsheets.defects import BAD
from cairn.exchange.spreadsheets.scores import COLUMNS
from cairn.learning.evidence.keys import Known, known_entries, last_correction
from cairn.learning.mastery.actions import Entry, Refusals, record_scores
from cairn.rules.refusal import Refusal

BATCH = 5_000
FIRST = 1_000  # batches grow from here while they are quick, and shrink on a machine that is busy or slow
QUICK = 0.4  # seconds; who types a score meanwhile waits for one batch, and never more than two seconds
PAUSE = 0.006  # a score typed meanwhile looks every 3 ms for its turn (learning.sql.eager_transaction)
BATCHES = f"SELECT n, {', '.join(COLUMNS)} FROM score WHERE n > ? ORDER BY n LIMIT ?"
Progress = Callable[[int, int, str], None]


@dataclass(slots=True)
class Applying:
    """One run over one staging file. `file`: the sheet's name, for problems."""

    staging: Staging
    run: Any
    file: str
    counts: Counts = field(default_factory=Counts)
    _days: dict[str, date] = field(default_factory=dict)
    _moments: dict[str, datetime] = field(default_factory=dict)

    def everything(self, progress: Progress, label: str) -> None:
        """All batches after the run's position."""
        self.staging.step = "apply"
        (last,) = self.staging.db.execute("SELECT coalesce(max(n), 0) FROM score").fetchone()
        self.counts = Counts(**self.run.counts.get("scores", {}))
        progress(self.run.position, last, label)
        size = min(FIRST, BATCH)
        while rows := self.staging.db.execute(BATCHES, (self.run.position, size)).fetchall():
            begun = time.monotonic()
            self._batch(rows)
            took = time.monotonic() - begun
            if took < QUICK:
                size = min(BATCH, size * 2)
            elif took > 2 * QUICK:
                size = max(1, size // 2)
            progress(self.run.position, last, label)
            if rows[-1][0] < last:
                time.sleep(PAUSE)

    def _batch(self, rows: Sequence[tuple[Any, ...]]) -> None:
        """Records a batch and how far the run has come, in one transaction."""
        known = known_entries([row[1] for row in rows])
        lines: dict[str, int] = {}
        new: list[Entry] = []
        changed: list[tuple[Entry, Known]] = []
        same = 0
        for row in rows:
            before = known.get(row[1])
            if before is None:
                new.append(self._entry(row))
            elif not before.is_superseded and said(before) == row[5:8]:
                same += 1
                continue
            else:
                changed.append((self._entry(row), before))
            lines[row[1]] = row[2]
        position, counts = self.run.position, self.run.counts
        tally = Counts(self.counts.added, self.counts.changed, self.counts.ended, self.counts.same + same)
        try:
            with transaction.atomic():
                self._record(new, lines, tally)
                for entry, before in changed:
                    self._correct(entry, before, lines, tally)
                self.run.position, self.run.counts = rows[-1][0], {"scores": tally.as_json()}
                self.run.save(update_fields=["position", "counts"])
        except BaseException:
            self.run.position, self.run.counts = position, counts
            raise
        self.counts = tally

    def _entry(self, row: tuple[Any, ...]) -> Entry:
        (
            _n,
            key,
            _line,
            student,
            target,
            value,
            no_score,
            shown,
            recorded,
            due,
            title,
            comment,
            klass,
            adult,
            task,
            category,
            weight,
        ) = row
        return Entry(
            student, target, value, self._day(shown), self._moment(recorded), no_score, self._day(due) if due else None,
            title, comment, klass, adult, key, None, task, category, weight,
        )  # fmt: skip

    def _day(self, text: str) -> date:
        found = self._days.get(text)
        if found is None:
            found = self._days[text] = date.fromisoformat(text)
        return found

    def _moment(self, text: str) -> datetime:
        found = self._moments.get(text)
        if found is None:
            if len(self._moments) > 50_000:
                self._moments.clear()
            found = self._moments[text] = datetime.fromisoformat(text)
        return found

    def _record(self, entries: list[Entry], lines: dict[str, int], tally: Counts) -> None:
        """Records what the record takes; what it refuses is set aside, found by halving."""
        if not entries:
            return
        try:
            with transaction.atomic():
                done = record_scores(entries, by=None, run=self.run.pk)
            tally.added += done.added
            tally.same += done.repeated
        except Refusal as refusal:
            if isinstance(refusal, Refusals):  # a few rounds, however many rows are bad
                for place, one in refusal.by_place.items():
                    self._bad(entries[place], lines, one.code, one.reason)
                rest = [entry for place, entry in enumerate(entries) if place not in refusal.by_place]
                self._record(rest, lines, tally)
            elif len(entries) == 1:
                self._bad(entries[0], lines, refusal.code, refusal.reason)
            else:
                half = len(entries) // 2
                self._record(entries[:half], lines, tally)
                self._record(entries[half:], lines, tally)

    def _correct(self, entry: Entry, before: Known, lines: dict[str, int], tally: Counts) -> None:
        """A row that came before and says something else now: it takes the place of what the file said then."""
        key = entry.entry_key or ""
        if (before.student, before.target) != (entry.student, entry.target):
            self._bad(entry, lines, "id_moved", key.split(":", 1)[-1])
            return
        last = last_correction(key) or before
        if said(last) == (entry.value, entry.no_score, entry.shown_on.isoformat()):
            tally.same += 1
            return
        mark = blake2b(
            f"{last.id} {entry.value} {entry.no_score} {entry.shown_on}".encode(), digest_size=8
        ).hexdigest()
        correction = Entry(
            entry.student, entry.target, entry.value, entry.shown_on, entry.recorded_at, entry.no_score, entry.due_on,
            entry.title, entry.comment, entry.klass, entry.recorded_by, f"{key}#{mark}", last.id, entry.task, entry.category,
            entry.weight,
        )  # fmt: skip
        try:
            with transaction.atomic():
                record_scores([correction], by=None, run=self.run.pk)
            tally.changed += 1
        except Refusal as refusal:
            self._bad(entry, lines, refusal.code, refusal.reason)

    def _bad(self, entry: Entry, lines: dict[str, int], code: str, value: str) -> None:
        known = code if code in BAD else "refused"
        self.staging.bad(known, self.file, lines.get(entry.entry_key or "", 0), "score", value[:500], {})


def said(known: Known) -> tuple[int | None, str, str]:
    """What an entry says, to be compared with a row."""
    return known.value, known.no_score, known.shown_on


def count_known(staging: Staging) -> Counts:
    """What applying would do, for a dry run: how many scores are new, other than before, or there already."""
    counts, position = Counts(), 0
    while rows := staging.db.execute(BATCHES, (position, BATCH)).fetchall():
        known = known_entries([row[1] for row in rows])
        for row in rows:
            before = known.get(row[1])
            if before is None:
                counts.added += 1
            elif said(last_correction(row[1]) or before if before.is_superseded else before) == row[5:8]:
                counts.same += 1
            else:
                counts.changed += 1
        position = rows[-1][0]
    return counts
