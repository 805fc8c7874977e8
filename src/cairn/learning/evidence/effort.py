"""What did it take to record these scores? Added up per class and day, in the transaction of the scores themselves.

How entry is measured, and what may be said of it, is the rule of rules/burden.py. Like the live counter these sums leave no trail of their
own: the scores do, and of who entered them nothing is kept here.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import date

from cairn.learning.sql import insert_rows
from cairn.rules.burden import Effort

COLUMNS = {
    "klass_id": "bigint",
    "recorded_on": "date",
    "seconds": "smallint",
    "taps": "smallint",
    "scores": "integer",
    "spent": "bigint",
}


def add_efforts(efforts: Iterable[tuple[int, Effort]], *, on: date) -> None:
    """Add what each score took, with its class (id), to the sums of the day. One statement; none where nothing was measured.

    The rows are locked in one order, and after all others of a score, so that nobody waits in a circle.
    """
    scores: Counter[tuple[int, int, int]] = Counter()
    spent: Counter[tuple[int, int, int]] = Counter()
    for klass, effort in efforts:
        place = klass, effort.seconds, effort.taps
        scores[place] += 1
        spent[place] += effort.spent
    day = on.isoformat()
    insert_rows(
        "learning_effort",
        COLUMNS,
        [
            (klass, day, seconds, taps, scores[klass, seconds, taps], spent[klass, seconds, taps])
            for klass, seconds, taps in sorted(scores)
        ],
        "ON CONFLICT (klass_id, recorded_on, seconds, taps) DO UPDATE SET "
        "scores = learning_effort.scores + excluded.scores, spent = learning_effort.spent + excluded.spent",
    )
