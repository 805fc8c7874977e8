"""How does a score become mastery? Evidence, level, parent counts and the live counter, in one transaction.

`record_scores` is the only way in, for one score typed in class and for five thousand from a file. Writers of one
student's record queue at that student's counter row (PostgreSQL) or at the database (SQLite), so whatever arrives
together is decided one after the other, each time from all the evidence there is.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import NAMESPACE_OID, uuid5

from django.db import IntegrityError, transaction
from django.utils import timezone

from cairn.access.decide import NotHere, may_many
from cairn.learning.evidence.append import Entry, append
from cairn.learning.evidence.chains import WITHDRAWN, standing
from cairn.learning.evidence.effort import add_efforts
from cairn.learning.evidence.models import KINDS, Evidence
from cairn.learning.mastery.cells import Cell, count_parents, read_cells, write_cells
from cairn.learning.mastery.levelups import follow
from cairn.learning.sql import eager_transaction, insert_rows
from cairn.people.models import Account
from cairn.rules.burden import Effort
from cairn.rules.refusal import Refusal

__all__ = ["Entry", "Recorded", "Refusals", "record_scores", "withdraw_score", "withdraw_scores"]

MOST = 5_000
EARLIEST = date(1990, 1, 1)


@dataclass(frozen=True, slots=True)
class Recorded:
    """What recording did: each cell as it stands now, and how many entries were there already."""

    cells: tuple[Cell, ...]
    added: int
    repeated: int


class Refusals(Refusal):
    """Reads as the first refused entry of a batch (`values["entry"]` is its place); `by_place` has all found with it.

    Entries are looked at in three rounds: each alone, as corrections, against their targets. Whoever leaves out all
    of `by_place` and records the rest is refused at most once per round.
    """

    def __init__(self, by_place: dict[int, Refusal]) -> None:
        place = min(by_place)
        first = by_place[place]
        super().__init__(first.code, first.reason, first.remedy, first.values | {"entry": place})
        self.by_place = by_place


def _each(entries: Sequence[Entry], check: Callable[[Entry], None]) -> None:
    refused: dict[int, Refusal] = {}
    for place, entry in enumerate(entries):
        try:
            check(entry)
        except Refusal as refusal:
            refused[place] = refusal
    if refused:
        raise Refusals(refused)


def record_scores(
    entries: Sequence[Entry],
    *,
    by: Account | None,
    run: int | None = None,
    efforts: Sequence[Effort | None] = (),
) -> Recorded:
    """Record up to 5,000 entries, all or none, and decide mastery anew for every cell they touch.

    `by`: the account that records, which must have a tie that lets it; None only for an import run. `efforts`: what entering
    each of them took, where it was measured; not counted again where some of them had come before.
    Raises NotHere when one student is not the account's to score, Refusals when entries do not fit their targets'
    scales or days.
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
    _each(entries, _fitting(now, today))
    with eager_transaction() if by is not None else transaction.atomic():
        bump(students)
        try:
            added = append(_attach(entries), by=by, run=run, entered_at=now, entered_on=today)
        except IntegrityError as error:
            raise _conflict(error) from error
        touched = sorted({(entry.student, entry.target) for entry in entries})
        cells = read_cells(touched, now=now, today=today)
        _each(entries, lambda entry: _check(entry, cells.get((entry.student, entry.target))))
        write_cells(cells)
        follow(cells, count_parents(cells))
        if added == len(entries):
            taken = zip(entries, efforts, strict=False)
            add_efforts([(one.klass, took) for one, took in taken if one.klass and took], on=today)
    return Recorded(tuple(cells.values()), added, len(entries) - added)


def withdraw_scores(entry_keys: Sequence[str], *, by: Account) -> Recorded:
    """Take back several of one's own entries in one act (undo); one already taken back stays so. Raises NotHere.

    The evidence stays, followed by a withdrawal; what a withdrawn correction had replaced stands again.
    """
    keys = list(dict.fromkeys(entry_keys))
    found = list(Evidence.objects.filter(entry_key__in=keys, account=by))
    if len(found) != len(keys):
        raise NotHere
    now = timezone.now()
    return record_scores(
        [
            Entry(
                student=row.student_id,
                target=row.target_id,
                value=None,
                no_score=WITHDRAWN,
                shown_on=row.shown_on,
                recorded_at=now,
                klass=row.klass_id,
                supersedes=row.pk,
                entry_key=f"undo-{uuid5(NAMESPACE_OID, row.entry_key or '').hex}",
            )
            for row in found
        ],
        by=by,
    )


def withdraw_score(entry_key: str, *, by: Account) -> Recorded:
    """Take back one's own entry. Raises NotHere."""
    return withdraw_scores([entry_key], by=by)


def _attach(entries: Sequence[Entry]) -> list[Entry]:
    """Corrections hang on the end of their chain, and only on a piece that stands. Entries known already are left out."""
    correcting = [entry for entry in entries if entry.supersedes is not None]
    if not correcting:
        return list(entries)
    cells = {(entry.student, entry.target) for entry in correcting}
    rows = Evidence.objects.filter(student__in={s for s, _ in cells}, target__in={t for _, t in cells})
    every = {row.pk: row for row in rows.only("student", "target", "no_score", "supersedes", "entry_key")}
    known = {row.entry_key for row in every.values() if row.entry_key is not None}
    ends = standing(every.values())
    attached: list[Entry] = []

    def attach(entry: Entry) -> None:
        if entry.supersedes is None:
            attached.append(entry)
            return
        if entry.entry_key in known:
            return
        row = every.get(entry.supersedes)
        if row is None or (row.student_id, row.target_id) != (entry.student, entry.target):
            raise NOT_THIS_CELL
        if entry.supersedes not in ends:
            raise ALREADY_CORRECTED
        # Only once, also in this batch.
        attached.append(entry._replace(supersedes=ends.pop(entry.supersedes)))
        if entry.entry_key is not None:
            known.add(entry.entry_key)

    _each(entries, attach)
    return attached


def bump(students: Sequence[int]) -> None:
    """Raise the counter of each student's record; on PostgreSQL this is also the lock that writers queue at."""
    insert_rows(
        "learning_recordversion",
        {"student_id": "bigint", "number": "bigint"},
        [(student, 1) for student in sorted(students)],
        "ON CONFLICT (student_id) DO UPDATE SET number = learning_recordversion.number + 1",
    )


NOT_THIS_CELL = Refusal(
    "not_this_cell",
    "The corrected score is not of this student and target.",
    "Open the cell and correct it there.",
)
ALREADY_CORRECTED = Refusal(
    "already_corrected",
    "Somebody has already corrected this score.",
    "Look again and correct the newest one.",
)


def _conflict(error: IntegrityError) -> Exception:
    """An entry that corrects what was corrected at the same moment; any other broken constraint is a fault of ours."""
    return ALREADY_CORRECTED if "supersedes" in str(error) else error


def _fitting(now: datetime, today: date) -> Callable[[Entry], None]:
    """What can be judged of an entry alone, so that both databases refuse the same."""
    soon = now + timedelta(days=1)

    def fits(entry: Entry) -> None:
        if entry.shown_on > today:
            raise Refusal("in_the_future", f"{entry.shown_on} is still to come.", "Use a day up to today.")
        if entry.shown_on < EARLIEST:
            raise Refusal("long_ago", f"{entry.shown_on} is too long ago.", f"Use a day from {EARLIEST} on.")
        if entry.recorded_at > soon:
            raise Refusal(
                "in_the_future", "The time of the judgment is still to come.", "Check the device's clock."
            )
        if (entry.no_score not in KINDS) if entry.value is None else (entry.no_score != ""):
            raise Refusal(
                "no_such_kind", "There is neither a score nor a reason why not.", "Give one of them."
            )
        if len(entry.title) > 200 or len(entry.comment) > 4_000 or len(entry.entry_key or "") > 80:
            raise Refusal(
                "too_long",
                "The title, the comment or the key of this entry is too long.",
                "Use at most 200, 4,000 and 80 characters.",
            )

    return fits


def _check(entry: Entry, cell: Cell | None) -> None:
    """What can be judged of an entry once its target is known."""
    if cell is None:
        raise Refusal("no_target", "There is no such target.", "Choose a target of a framework in use.")
    if not cell.scorable:
        raise Refusal("not_scorable", "This is a heading, not a target.", "Choose a target below it.")
    if entry.no_score == WITHDRAWN:
        return  # what was recorded once can always be taken back
    if cell.scale is None or cell.stage != "recording":
        raise Refusal(
            "not_recording",
            "Scores are not recorded in this framework yet.",
            "Ask a data manager to choose its scale and the day from which scores are recorded.",
        )
    if entry.value is not None and not cell.scale.is_valid(entry.value):
        cell.scale.format(entry.value)  # raises the scale's own refusal
