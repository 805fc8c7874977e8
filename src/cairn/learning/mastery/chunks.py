"""What does the record hold of some students, as arrays: their evidence, the levels kept, the counts kept?

Students come in ranges of ids that hold about so much evidence, so memory is the same for a school and for a state.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from cairn.learning.arrays import Arrays, Column, read_columns
from cairn.learning.mastery.inforce import RuleBook, schools_of
from cairn.learning.mastery.pieces import CHAINED, EXPIRED, NOT_SCORED, Pieces, cells_of
from cairn.rules.mastery import NO_SCORE_KINDS

MOST = 200_000  # pieces of evidence in a chunk; one student may have more
PAGE = 5_000
VALUE = (
    f"CASE WHEN supersedes_id IS NOT NULL THEN {CHAINED} WHEN value IS NOT NULL THEN value ELSE CASE no_score "
    + " ".join(f"WHEN '{kind}' THEN {NOT_SCORED - place}" for place, kind in enumerate(NO_SCORE_KINDS))
    + f" ELSE {CHAINED} END END"
)
ORDERS = {
    "shown_on": "shown_on, recorded_at, id",
    "due_on": "COALESCE(due_on, shown_on), recorded_at, id",
    "recorded_at": "recorded_at, id",
}
EVIDENCE = {
    "student": Column("student_id"),
    "target": Column("target_id"),
    "value": Column(VALUE),
    "day": Column("shown_on", "day"),
}
ENTERED = {"entered": Column("entered_on", "day")}
WORK = {"task": Column("task", "text"), "category": Column("category", "text"), "weight": Column("weight")}
NO_SCORE = (
    "CASE no_score WHEN '' THEN 0 "
    + " ".join(f"WHEN '{kind}' THEN {place + 1}" for place, kind in enumerate(NO_SCORE_KINDS))
    + f" WHEN 'expired' THEN {EXPIRED} ELSE -1 END"
)
MET = 1
KEPT = {
    "student": Column("student_id"),
    "target": Column("target_id"),
    "level": Column("level", "number"),
    "told": Column(
        f"CASE WHEN met THEN {MET} ELSE 0 END + CASE WHEN override_id IS NULL AND computed_level IS NULL THEN 0 ELSE 2 END"
    ),
    "no_score": Column(NO_SCORE),
    "count": Column("count"),
    "last": Column("last_shown_on", "day"),
    "changed": Column("changed_on", "day"),
    "previous": Column("previous_level", "number"),
    "met_on": Column("met_on", "day"),
    "policy": Column("policy_id"),
    "due": Column("due_on", "day"),
}
PARENTS = {name: Column(sql) for name, sql in
           {"student": "student_id", "item": "item_id", "met": "met", "scored": "scored"}.items()}  # fmt: skip
COUNTED = """
SELECT v.student_id, (SELECT COUNT(*) FROM learning_evidence e WHERE e.student_id = v.student_id)
FROM learning_recordversion v WHERE v.student_id > %s ORDER BY v.student_id LIMIT %s"""
BY_HAND = "SELECT student_id, target_id FROM learning_override WHERE lifted_at IS NULL AND {among}"


def ranges(after: int, most: int | None = None) -> Iterator[NDArray[np.int64]]:
    """Students with a counter behind this id, ascending, in runs that hold `most` pieces of evidence, or are one student."""
    most = most or MOST
    students: list[int] = []
    held = 0
    while True:
        with connection.cursor() as cursor:
            cursor.execute(COUNTED, [after, PAGE])
            page = cursor.fetchall()
        for student, count in page:
            if students and (held + count > most or len(students) == PAGE):
                yield np.array(students, np.int64)
                students, held = [], 0
            students.append(student)
            held += count
        if len(page) < PAGE:
            break
        after = page[-1][0]
    if students:
        yield np.array(students, np.int64)


def _of(students: NDArray[np.int64], found: Arrays) -> Arrays:
    """Without rows of students who have no counter, whom recompute passes over (`without_counter` counts them)."""
    if not len(found["student"]):
        return found
    place = np.minimum(np.searchsorted(students, found["student"]), len(students) - 1)
    belongs = students[place] == found["student"]
    return found if belongs.all() else {name: column[belongs] for name, column in found.items()}


def _among(students: NDArray[np.int64]) -> str:
    """SQL that picks these students: a range where they stand close together, else each by id."""
    first, last = int(students[0]), int(students[-1])
    if last - first < 2 * len(students):
        return f"student_id BETWEEN {first} AND {last}"
    return f"student_id IN ({','.join(map(str, students.tolist()))})"


def pieces_of(students: NDArray[np.int64], book: RuleBook) -> Iterator[Pieces]:
    """All evidence of these students, one part for each way of ordering and reading it: mostly one. One or two queries each."""
    shapes = book.shapes()
    for (order, works), targets in shapes.items():
        among = "" if len(shapes) == 1 else f" AND target_id IN ({','.join(map(str, targets.tolist()))})"
        columns = EVIDENCE | (ENTERED if book.cuts else {}) | (WORK if works else {})
        sql = f"SELECT * FROM learning_evidence WHERE {_among(students)}{among} ORDER BY student_id, target_id, {ORDERS[order]}"
        rows = _of(students, read_columns(columns, sql, []))
        if works:
            rows["task"] = _codes(rows["task"])
            place = {name: place for place, name in enumerate(book.categories)}
            rows["category"] = np.array([place.get(str(name), -1) for name in rows["category"]], np.int64)
        offsets = cells_of(rows["student"], rows["target"])
        student, target = rows["student"][offsets[:-1]], rows["target"][offsets[:-1]]
        rule = rules_of(students, student, target, book)
        yield Pieces(rows, student, target, offsets, rule, book.categories)


def _codes(texts: NDArray[Any]) -> NDArray[np.int64]:
    """A number for each text, 0 for none."""
    known, codes = np.unique(texts, return_inverse=True)
    return codes.astype(np.int64) + (0 if len(known) and known[0] == "" else 1)


def kept_of(students: NDArray[np.int64], names: Iterable[str] = KEPT) -> Arrays:
    """The levels that stand, by student and target. One query."""
    columns = {name: KEPT[name] for name in names}
    sql = f"SELECT * FROM learning_mastery WHERE {_among(students)} ORDER BY student_id, target_id"
    return _of(students, read_columns(columns, sql, []))


def parents_of(students: NDArray[np.int64]) -> Arrays:
    """The parent counts that stand. One query."""
    return _of(
        students,
        read_columns(PARENTS, f"SELECT * FROM learning_parentcount WHERE {_among(students)}", []),
    )


def by_hand(students: NDArray[np.int64]) -> Sequence[tuple[int, int]]:
    """The cells whose level an adult set and nobody lifted. One query."""
    with connection.cursor() as cursor:
        cursor.execute(BY_HAND.format(among=_among(students)))
        found: list[tuple[int, int]] = cursor.fetchall()
    return found


def rules_of(
    students: NDArray[np.int64], student: NDArray[np.int64], target: NDArray[np.int64], book: RuleBook
) -> NDArray[np.int64]:
    """The code of the rule of each cell. At most one query."""
    school: NDArray[Any] | None = None
    if book.by_school:
        known, schools = schools_of(int(students[0]), int(students[-1]), book.today)
        school = schools[np.searchsorted(known, student)]
    return book.rules_of(np.searchsorted(book.items, target), school)
