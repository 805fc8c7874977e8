"""How does evidence come into the record? Only from mastery's recording action, which decides the level with it."""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from typing import NamedTuple

from django.db import connection

from cairn.learning.sql import insert_rows
from cairn.people.models import Account


class Entry(NamedTuple):
    """One judgment to record: a value in hundredths, or none and a kind of no score. Ids are the database's own.

    `recorded_by`: the adult who judged. `entry_key`: the device's or file's own id of this entry, so that the same
    entry counts once. `supersedes`: the evidence that this corrects. `task`, `category`, `weight` (hundredths): what the conditions of
    a method may ask for.
    """

    student: int
    target: int
    value: int | None
    shown_on: date
    recorded_at: datetime
    no_score: str = ""
    due_on: date | None = None
    title: str = ""
    comment: str = ""
    klass: int | None = None
    recorded_by: int | None = None
    entry_key: str | None = None
    supersedes: int | None = None
    task: str = ""
    category: str = ""
    weight: int = 100


COLUMNS = {
    "student_id": "bigint",
    "target_id": "bigint",
    "value": "integer",
    "no_score": "text",
    "shown_on": "date",
    "recorded_at": "timestamptz",
    "entered_at": "timestamptz",
    "entered_on": "date",
    "due_on": "date",
    "title": "text",
    "comment": "text",
    "klass_id": "bigint",
    "recorded_by_id": "bigint",
    "account_id": "bigint",
    "run_id": "bigint",
    "entry_key": "text",
    "supersedes_id": "bigint",
    "task": "text",
    "category": "text",
    "weight": "integer",
}


def clean(text: str) -> str:
    """Without what no database column or page can hold: control characters and halves of surrogate pairs."""
    if text.isprintable():
        return text
    kept = "".join(letter for letter in text if letter >= " " or letter in "\n\t")
    return kept.encode("utf-8", "ignore").decode()


def _utc(moment: datetime) -> str:
    """As SQLite keeps a moment: the text of the naive UTC time, as Django writes it."""
    if moment.tzinfo is not UTC:
        moment = moment.astimezone(UTC)
    return moment.isoformat(" ")[:-6]  # without +00:00


def _itself(moment: datetime) -> datetime:
    return moment


def append(
    entries: Sequence[Entry],
    *,
    by: Account | None,
    run: int | None,
    entered_at: datetime,
    entered_on: date,
) -> int:
    """Insert these entries; an entry whose key is already there is left out. How many were new.

    `by`: the account that typed them, whose adult judged where the entry names no other.
    """
    account, judge = (by.pk, by.adult_id) if by else (None, None)
    # Which database it is, is asked once per act: asking takes longer than writing a moment down.
    instant: Callable[[datetime], object] = _utc if connection.vendor == "sqlite" else _itself
    entered, day = instant(entered_at), entered_on.isoformat()
    rows = [
        (
            student, target, value, no_score, shown_on.isoformat(), instant(recorded_at), entered, day,
            due_on.isoformat() if due_on else None, clean(title), clean(comment), klass, recorded_by or judge, account, run,
            entry_key, supersedes, task, category, weight,
        )
        for (
            student, target, value, shown_on, recorded_at, no_score, due_on, title, comment, klass, recorded_by, entry_key,
            supersedes, task, category, weight,
        ) in entries
    ]  # fmt: skip
    return insert_rows("learning_evidence", COLUMNS, rows, "ON CONFLICT (entry_key) DO NOTHING")
