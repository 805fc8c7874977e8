"""What does a scores sheet say? Every row is understood and checked into the staging file; nothing else is written.

The key of a score is its own id in the file, under the source's name; without an id a digest of the row and which time the same
row stands there. So a file that comes again, corrected and longer, brings only what is new.
"""

from collections.abc import Callable
from datetime import date
from hashlib import blake2b
from operator import itemgetter
from typing import Any

from cairn.exchange.intake.actions import Staging
from cairn.exchange.spreadsheets.columns import SCORES
from cairn.exchange.spreadsheets.mapping import NO_SCORE, SheetMap
from cairn.exchange.spreadsheets.read import Cells, Sheet
from cairn.exchange.spreadsheets.values import Days, Marks
from cairn.learning.frameworks.lookup import Named, scales_on, targets_by
from cairn.people.lookup import ids_of, student_ids

CHUNK = 5_000
MOST_WEIGHT = 100_000  # a thousand times as much as any other
STUDENT, TARGET, SCORE, SHOWN = (SCORES.index(name) for name in ("student", "target", "score", "shown_on"))
COLUMNS = (
    "key", "line", "student", "target", "value", "no_score", "shown_on", "recorded_at", "due_on", "title", "comment", "klass",
    "adult", "task", "category", "weight",
)  # fmt: skip
TABLE = """
CREATE TABLE IF NOT EXISTS score (
    n INTEGER PRIMARY KEY, key TEXT, line INTEGER, student INTEGER, target INTEGER, value INTEGER, no_score TEXT,
    shown_on TEXT, recorded_at TEXT, due_on TEXT, title TEXT, comment TEXT, klass INTEGER, adult INTEGER,
    task TEXT, category TEXT, weight INTEGER)
"""
INSERT = f"INSERT INTO score ({', '.join(COLUMNS)}) VALUES ({', '.join('?' * len(COLUMNS))})"
Staged = tuple[Any, ...]
Progress = Callable[[int, int, str], None]


class Bad(Exception):
    """This row cannot come in."""

    def __init__(self, code: str, field: str, value: str) -> None:
        super().__init__(code)
        self.code, self.field, self.value = code, field, value


class ScoreReader:
    """Understands the rows of one sheet."""

    def __init__(self, sheet: Sheet, mapping: SheetMap, staging: Staging, on: date) -> None:
        self.sheet, self.mapping, self.staging = sheet, mapping, staging
        self.today = on.isoformat()
        self.students = student_ids(mapping.student_id)
        self.targets = targets_by(mapping.target_id)
        self.classes = ids_of("class") if "class" in sheet.places or "class" in mapping.fixed else {}
        self.adults = ids_of("adult") if "scored_by" in sheet.places or "scored_by" in mapping.fixed else {}
        scales = scales_on(on)
        self.marks = {
            pk: Marks(scale, mapping.words) for pk, (stage, scale) in scales.items() if stage == "recording"
        }
        self.days = Days(mapping.dates)
        self._width = len(sheet.header)
        self._pick = itemgetter(*(sheet.places.get(name, self._width) for name in SCORES))
        self.rows = 0

    def stage(self, progress: Progress, label: str) -> int:
        """Reads everything; how many rows the file has. Inside a step of the staging file."""
        waiting: list[Staged] = []
        db = self.staging.db
        db.execute("DROP TABLE IF EXISTS score")
        db.execute(TABLE)
        for line, cells in self.sheet.open():
            self.rows += 1
            try:
                waiting.extend(self.read(line, cells))
            except Bad as bad:
                self.staging.bad(
                    bad.code, self.sheet.name, line, bad.field, bad.value[:500], self.sheet.row(cells)
                )
            if len(waiting) >= CHUNK:
                db.executemany(INSERT, waiting)
                waiting.clear()
                progress(self.sheet.at(), self.sheet.size, label)
        db.executemany(INSERT, waiting)
        self._keys()
        for name in self.sheet.unused:
            self.staging.notice("column_not_used", self.sheet.name, 1, name, name)
        return self.rows

    def read(self, line: int, cells: Cells) -> list[Staged]:
        """The scores of one row. Raises `Bad`: none of them comes in."""
        texts = self._texts(cells)
        student = self.students.get(texts[STUDENT]) or self._no_student(texts[STUDENT])
        shown = self._shown(texts[SHOWN])
        if not self.sheet.wide:
            staged = self._one(line, 0, student, shown, texts[TARGET], texts[SCORE], texts)
            return [staged] if staged else []
        found = []
        for nth, (place, target) in enumerate(self.sheet.wide.items()):
            text = cells[place].strip() if place < len(cells) else ""
            if text and (staged := self._one(line, nth, student, shown, target, text, texts)):
                found.append(staged)
        return found

    def _texts(self, cells: Cells) -> list[str]:
        """The cells in the order of our own columns; empty where the file has none."""
        width = self._width
        if len(cells) != width:
            cells = [*cells, *[""] * width][:width]
        texts = list(map(str.strip, self._pick((*cells, ""))))
        if self.mapping.fixed:
            texts = [
                text or self.mapping.fixed.get(name, "") for name, text in zip(SCORES, texts, strict=True)
            ]
        return texts

    def _one(
        self, line: int, nth: int, student: int, shown: str, name: str, text: str, texts: list[str]
    ) -> Staged | None:
        (
            own,
            _student,
            _target,
            _score,
            kind,
            _shown,
            recorded,
            due,
            title,
            comment,
            klass,
            adult,
            task,
            category,
            weight,
        ) = texts
        target = self._target(name)
        said = self._said(target, name, text, kind)
        if said is None:
            self.staging.notice("blank_score", self.sheet.name, line, "score")
            return None
        if len(title) > 200:
            self.staging.notice("text_cut", self.sheet.name, line, "title", title[:40])
            title = title[:200]
        return (
            self._key(own, nth, student, target.id, said, shown, recorded, title, comment), line, student, target.id,
            *said, shown, self._moment(line, recorded, shown), self._due(line, due) if due else None, title, comment,
            self._optional(self.classes, "class", klass, "class_not_known", line) if klass else None,
            self._optional(self.adults, "scored_by", adult, "adult_not_known", line) if adult else None,
            task[:80], category[:40], self._weight(line, weight) if weight else 100,
        )  # fmt: skip

    def _key(self, own: str, nth: int, *content: object) -> str:
        if own:
            key = (
                f"{self.mapping.source}:{own}"
                if not self.sheet.wide
                else f"{self.mapping.source}:{own}/{nth}"
            )
            return key if len(key) <= 60 else f"{self.mapping.source[:20]}#{_digest(key)}"
        return f"={_digest(repr(content))}"  # the source does not matter: the same row is the same row

    def _no_student(self, text: str) -> int:
        code = (
            "student_ambiguous" if text in self.students else "student_unknown" if text else "student_missing"
        )
        raise Bad(code, "student", text)

    def _target(self, text: str) -> Named:
        found = self.targets.get(text)
        if found is None:
            raise Bad("target_unknown" if text else "target_missing", "target", text)
        if found.many:
            raise Bad("target_ambiguous", "target", text)
        if not found.scorable:
            raise Bad("not_scorable", "target", text)
        return found

    def _said(self, target: Named, name: str, text: str, kind: str) -> tuple[int | None, str] | None:
        marks = self.marks.get(target.framework)
        if marks is None:
            raise Bad("not_recording", "target", name)
        if text:
            said = marks.read(text)
            if said is None:
                raise Bad("not_on_scale", "score", text)
            return said
        if not kind:
            return None
        if kind in NO_SCORE:
            return None, kind
        read = marks.read(kind)
        if read is None or read[0] is not None:
            raise Bad("no_score_unknown", "no_score", kind)
        return read

    def _shown(self, text: str) -> str:
        day = self.days.day(text)
        if not day:
            raise Bad("date_unreadable" if text else "date_missing", "shown_on", text)
        if day > self.today:
            raise Bad("date_future", "shown_on", text)
        return day

    def _moment(self, line: int, text: str, shown: str) -> str:
        moment = self.days.moment(text) if text else ""
        if text and not moment:
            self.staging.notice("time_unreadable", self.sheet.name, line, "recorded_at", text)
        return moment or self.days.moment(shown)

    def _due(self, line: int, text: str) -> str | None:
        day = self.days.day(text)
        if not day:
            self.staging.notice("due_unreadable", self.sheet.name, line, "due_on", text)
        return day or None

    def _optional(self, known: dict[str, int], field: str, text: str, code: str, line: int) -> int | None:
        found = known.get(text)
        if not found:
            self.staging.notice(code, self.sheet.name, line, field, text)
        return found or None

    def _weight(self, line: int, text: str) -> int:
        """In hundredths; a weight that is none is 1, and said so."""
        try:
            weight = round(float(text.replace(",", ".")) * 100)
        except (ValueError, OverflowError):
            weight = -1
        if not 0 <= weight <= MOST_WEIGHT:
            self.staging.notice("weight_unreadable", self.sheet.name, line, "weight", text)
            return 100
        return weight

    def _keys(self) -> None:
        """Ids must stand once in a file; equal rows without an id are told apart by their number."""
        db = self.staging.db
        twice = "SELECT key FROM score GROUP BY key HAVING count(*) > 1"
        last, nth = "", 0
        for key, n, line in db.execute(
            f"SELECT key, n, line FROM score WHERE key IN ({twice}) ORDER BY key, n"
        ).fetchall():
            last, nth = key, nth + 1 if key == last else 1
            if nth > 1 and key.startswith("="):
                db.execute("UPDATE score SET key = ? WHERE n = ?", (f"{key}:{nth}", n))
            elif nth > 1:
                self.staging.bad("duplicate_id", self.sheet.name, line, "id", key.split(":", 1)[-1], {})
                db.execute("DELETE FROM score WHERE n = ?", (n,))


def _digest(text: str) -> str:
    return blake2b(text.encode(), digest_size=20).hexdigest()


def preview(staging: Staging, most: int = 10) -> list[dict[str, Any]]:
    """The first scores as understood, by our ids."""
    rows = staging.db.execute(f"SELECT {', '.join(COLUMNS)} FROM score ORDER BY n LIMIT ?", (most,))
    return [dict(zip(COLUMNS, row, strict=True)) for row in rows]
