"""How does a score become mastery? Evidence, level, parent counts and the live counter, in one transaction.

`record_scores` is the only way in, for one score typed in class and for five thousand from a file. Writers of one
student's record queue at that student's counter row (PostgreSQL) or at the database (SQLite), so whatever arrives
together is decided one after the other, each time from all the evidence there is.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils import timezone

from cairn.access.decide import NotHere, may_many
from cairn.learning.evidence.append import Entry, append
from cairn.learning.evidence.models import Evidence
from cairn.learning.mastery.cells import Cell, count_parents, read_cells, write_cells
from cairn.learning.sql import insert_rows
from cairn.people.models import Account
from cairn.rules.refusal import Refusal

__all__ = ["Entry", "Recorded", "record_scores", "withdraw_score"]

MOST = 5_000


@dataclass(frozen=True, slots=True)
class Recorded:
    """What recording did: each cell as it stands now, and how many entries were there already."""

    cells: tuple[Cell, ...]
    added: int
    repeated: int


def record_scores(entries: Sequence[Entry], *, by: Account | None, run: int | None = None) -> Recorded:
    """Record up to 5,000 entries, all or none, and decide mastery anew for every cell they touch.

    `by`: the account that records, which must have a tie that lets it; None only for an import run.
    Raises NotHere when one student is not the account's to score, Refusal (with `entry`, its place) when an entry
    does not fit its target's scale or day.
    """
    if not entries:
        return Recorded((), 0, 0)
    if len(entries) > MOST:
        raise ValueError(f"record at most {MOST} entries at once")
    if by is None and run is None:
        raise ValueError("a score has an author: an account or a run")
    students = sorted({entry.student for entry in entries})
    if by is not None:
        decisions = may_many(by, "record", "academic", students)
        if not all(decision.allowed for decision in decisions.values()):
            raise NotHere
    now = timezone.now()
    today = timezone.localdate(now)
    for place, entry in enumerate(entries):
        if entry.shown_on > today:
            raise _refuse(
                place, "in_the_future", f"{entry.shown_on} is still to come.", "Use a day up to today."
            )
    with transaction.atomic():
        bump(students)
        try:
            added = append(entries, by=by, run=run, entered_at=now, entered_on=today)
        except IntegrityError as error:
            raise _conflict(error) from error
        touched = sorted({(entry.student, entry.target) for entry in entries})
        cells = read_cells(touched, now=now, today=today)
        _check(entries, cells)
        write_cells(cells)
        count_parents(cells)
    return Recorded(tuple(cells.values()), added, len(entries) - added)


def withdraw_score(entry_key: str, *, by: Account) -> Recorded:
    """Take back one's own entry (undo). The evidence stays, superseded by a withdrawal. Raises NotHere."""
    found = Evidence.objects.filter(entry_key=entry_key, account=by).first()
    if found is None:
        raise NotHere
    entry = Entry(
        student=found.student_id,
        target=found.target_id,
        value=None,
        no_score="withdrawn",
        shown_on=found.shown_on,
        recorded_at=timezone.now(),
        klass=found.klass_id,
        supersedes=found.pk,
        entry_key=f"{entry_key}:withdrawn"[:80],
    )
    return record_scores([entry], by=by)


def bump(students: Sequence[int]) -> None:
    """Raise the counter of each student's record; on PostgreSQL this is also the lock that writers queue at."""
    insert_rows(
        "learning_recordversion",
        {"student_id": "bigint", "number": "bigint"},
        [(student, 1) for student in sorted(students)],
        "ON CONFLICT (student_id) DO UPDATE SET number = learning_recordversion.number + 1",
    )


def _refuse(place: int, code: str, reason: str, remedy: str) -> Refusal:
    return Refusal(code, reason, remedy, {"entry": place})


def _conflict(error: IntegrityError) -> Exception:
    """An entry that corrects what was already corrected; any other broken constraint is a fault of ours."""
    if "supersedes" in str(error):
        return Refusal(
            "already_corrected",
            "Somebody has already corrected this score.",
            "Look again and correct the newest one.",
        )
    return error


def _check(entries: Sequence[Entry], cells: dict[tuple[int, int], Cell]) -> None:
    for place, entry in enumerate(entries):
        cell = cells.get((entry.student, entry.target))
        if cell is None:
            raise _refuse(
                place, "no_target", "There is no such target.", "Choose a target of a framework in use."
            )
        if not cell.scorable:
            raise _refuse(
                place, "not_scorable", "This is a heading, not a target.", "Choose a target below it."
            )
        if cell.scale is None or cell.stage != "recording":
            raise _refuse(
                place,
                "not_recording",
                "Scores are not recorded in this framework yet.",
                "Ask a data manager to choose its scale and the day from which scores are recorded.",
            )
        if entry.value is not None and not cell.scale.is_valid(entry.value):
            cell.scale.format(entry.value)  # raises the scale's own refusal
        if entry.supersedes is not None and all(piece.id != entry.supersedes for piece in cell.pieces):
            raise _refuse(
                place,
                "not_this_cell",
                "The corrected score is not of this student and target.",
                "Open the cell and correct it there.",
            )
