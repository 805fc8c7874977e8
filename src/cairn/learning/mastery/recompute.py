"""Does all mastery still follow from the evidence? Decide it again by columns, and mend what differs.

The auditor of `record_scores`: on a healthy database it changes nothing. It also carries a newly published policy
into the levels. Memory stays flat: one chunk of students at a time is read into arrays and decided without a lock; only
what does not agree is decided again cell by cell, under the locks that recording takes.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass

from django.utils import timezone

from cairn.learning.mastery.auditing import Engine, Found, decide_here, look
from cairn.learning.mastery.chunks import ranges
from cairn.learning.mastery.inforce import RuleBook, rule_book
from cairn.learning.mastery.mending import GROUP, Log, mend
from cairn.learning.mastery.models import RecomputePlace, RecordVersion


@dataclass(slots=True)
class Recomputed:
    """How many cells and parent counts were looked at, and how many differed."""

    students: int = 0
    cells: int = 0
    cells_changed: int = 0
    parents: int = 0
    parents_changed: int = 0
    more: bool = False  # it stopped before the last student


def book_now() -> RuleBook:
    """Everything in force at this moment."""
    now = timezone.now()
    return rule_book(now, timezone.localdate(now))


def recompute(
    *,
    after: int = 0,
    dry_run: bool = False,
    progress: Callable[[int, int], None] | None = None,
    log: Log | None = None,
    book: RuleBook | None = None,
    place: RecomputePlace | None = None,
    most: int | None = None,
    engine: Engine = decide_here,
) -> Recomputed:
    """Decide every cell of every student anew; write only what differs. `after`: go on behind this student id.

    With `dry_run` nothing is written and the counts say what would be. `log` is told of each change in its transaction.
    `place`: how far a run before this one came; it goes on from there, and the place moves with every chunk.
    `most`: stop at the end of the chunk in which so many students have been looked at; `more` of the answer says that others wait.
    `engine`: who says what follows from the evidence; it is compared and mended here.
    """
    book = book or book_now()
    done = Recomputed(**place.done) if place else Recomputed()
    done.more = False
    total, begun = RecordVersion.objects.count(), done.students
    for students in ranges(place.after if place else after):
        found = look(students, book, engine)
        _mend(found, book, done, dry_run, log)
        done.students += len(students)
        done.cells += found.cells
        if place is not None:
            place.after, place.done = int(students[-1]), asdict(done)
            place.save(update_fields=["after", "done"])
        if progress is not None:
            progress(done.students, total)
        if most is not None and done.students - begun >= most:
            done.more = RecordVersion.objects.filter(student__gt=int(students[-1])).exists()
            break
    return done


def _mend(found: Found, book: RuleBook, done: Recomputed, dry_run: bool, log: Log | None) -> None:
    """Look at what does not agree one by one, so many students in a transaction that nobody at a keyboard waits for long."""
    closely = sorted({student for student, _target in found.suspects} | set(found.miscounted))
    pairs: dict[int, list[tuple[int, int]]] = {student: [] for student in closely}
    for pair in found.suspects:
        pairs[pair[0]].append(pair)
    done.parents += found.parents_beside(closely)
    for begin in range(0, len(closely), GROUP):
        group = closely[begin : begin + GROUP]
        cells = [pair for student in group for pair in pairs[student]]
        mended = mend(cells, group, now=book.now, today=book.today, dry_run=dry_run, log=log)
        done.cells_changed += mended.cells_changed
        done.parents += mended.parents
        done.parents_changed += mended.parents_changed


def place_of(key: str, book: RuleBook) -> RecomputePlace:
    """How far the run of these options came that was stopped. Where the rules or the day have changed since, it begins anew."""
    row, _new = RecomputePlace.objects.get_or_create(key=key, defaults={"rules": book.digest()})
    if row.rules != book.digest():
        row.rules, row.after, row.done = book.digest(), 0, {}
        row.save()  # the run, which holds changes that were made, stays the same
    return row


def dry_run(
    *,
    progress: Callable[[int, int], None] | None = None,
    book: RuleBook | None = None,
    engine: Engine = decide_here,
) -> Recomputed:
    """Say what would change. Goes on where it was stopped."""
    book = book or book_now()
    place = place_of("dry-run", book)
    done = recompute(dry_run=True, progress=progress, book=book, place=place, engine=engine)
    place.delete()
    return done
