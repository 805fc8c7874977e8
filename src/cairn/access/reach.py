"""Which ties join this adult to these students, this class or this agency? Read once, with every date that counts.

A tie to a class reaches its students while tie, enrollment and class overlap; a tie to an agency reaches the students
enrolled in any school at or below it; a tie to a student reaches that student. A class's last day ends what goes
through it; its first day does not hold anything back, because teachers plan before the term begins.
"""

from collections.abc import Collection, Sequence
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

from cairn.people.prepared import among, prepared_cursor
from cairn.people.ties import AGENCY_TIES, CLASS_TIES, STUDENT_TIES

EVER = date.min
ALWAYS = date.max


class Link(NamedTuple):
    """One way from the viewer to a record: the tie's kind, what it hangs on, and its first and last day together."""

    tie: str
    student: int | None
    begin: date
    end: date
    klass: str = ""
    agency: str = ""
    relation: str = ""
    name: str = ""


def _day(value: Any, default: date) -> date:
    if value is None:
        return default
    return value if isinstance(value, date) else date.fromisoformat(value)


@lru_cache(1_000)  # a class's students share their days
def _together(*dates: Any) -> tuple[date, date]:
    """The first and last day on which everything held, of begins and ends in pairs."""
    begin = max([_day(value, EVER) for value in dates[0::2]])
    end = min([_day(value, ALWAYS) for value in dates[1::2]])
    return begin, end


def _link(row: tuple[Any, ...]) -> Link | None:
    """A row: tie, student, class title, agency name, relation, student's name, then begins and ends in pairs."""
    tie, student, klass, agency, relation, name, *dates = row
    begin, end = _together(*dates)
    if begin > end:
        return None  # the tie and the enrollment never held on the same day
    return Link(tie, student, begin, end, klass or "", agency or "", relation or "", name or "")


NAME = "CASE WHEN s.preferred_given_name <> '' THEN s.preferred_given_name ELSE s.given_name END"

# By what a tie hangs on: a class, a student, an agency, or nothing (the whole installation).
TO_STUDENTS = {
    "class": f"""
        SELECT t.kind, e.student_id, k.title, '', '', {NAME}, t.begin_on, t.end_on, e.begin_on, e.end_on, NULL, k.end_on
        FROM people_tie t
        JOIN people_classenrollment e ON e.klass_id = t.klass_id
        JOIN people_class k ON k.id = t.klass_id
        JOIN people_student s ON s.id = e.student_id
        WHERE t.adult_id = %s AND e.student_id {{students}}""",
    "student": f"""
        SELECT t.kind, t.student_id, '', '', t.relation, {NAME}, t.begin_on, t.end_on, NULL, NULL, NULL, NULL
        FROM people_tie t JOIN people_student s ON s.id = t.student_id
        WHERE t.adult_id = %s AND t.student_id {{students}}""",
    "agency": f"""
        SELECT t.kind, e.student_id, '', a.name, '', {NAME}, t.begin_on, t.end_on, e.begin_on, e.end_on, NULL, NULL
        FROM people_tie t
        JOIN people_agencyancestor aa ON aa.ancestor_id = t.agency_id
        JOIN people_schoolenrollment e ON e.school_id = aa.agency_id
        JOIN people_agency a ON a.id = t.agency_id
        JOIN people_student s ON s.id = e.student_id
        WHERE t.adult_id = %s AND e.student_id {{students}}""",
    "everything": f"""
        SELECT t.kind, s.id, '', '', '', {NAME}, t.begin_on, t.end_on, NULL, NULL, NULL, NULL
        FROM people_tie t JOIN people_student s ON t.adult_id = %s AND s.id {{students}}
        WHERE t.kind = 'administers' AND t.agency_id IS NULL""",
}

TO_CLASS = """
SELECT t.kind, NULL, k.title, '', '', '', t.begin_on, t.end_on, NULL, k.end_on
FROM people_tie t JOIN people_class k ON k.id = t.klass_id
WHERE t.adult_id = %s AND t.klass_id = %s
UNION ALL
SELECT t.kind, NULL, k.title, a.name, '', '', t.begin_on, t.end_on, NULL, k.end_on
FROM people_class k
JOIN people_agencyancestor aa ON aa.agency_id = k.school_id
JOIN people_tie t ON t.agency_id = aa.ancestor_id
JOIN people_agency a ON a.id = t.agency_id
WHERE t.adult_id = %s AND k.id = %s
UNION ALL
SELECT t.kind, NULL, '', '', '', '', t.begin_on, t.end_on, NULL, NULL
FROM people_tie t WHERE t.adult_id = %s AND t.kind = 'administers' AND t.agency_id IS NULL
"""

TO_AGENCY = """
SELECT t.kind, NULL, '', a.name, '', '', t.begin_on, t.end_on
FROM people_tie t
JOIN people_agencyancestor aa ON aa.ancestor_id = t.agency_id
JOIN people_agency a ON a.id = t.agency_id
WHERE t.adult_id = %s AND aa.agency_id = %s
UNION ALL
SELECT t.kind, NULL, '', '', '', '', t.begin_on, t.end_on
FROM people_tie t WHERE t.adult_id = %s AND t.kind = 'administers' AND t.agency_id IS NULL
"""


def _links(sql: str, params: Sequence[object]) -> list[Link]:
    with prepared_cursor() as cursor:
        cursor.execute(sql, params)
        rows = cursor.fetchall()
    return [link for row in rows if (link := _link(row))]


def to_students(adult: int, students: Sequence[int], ties: Collection[str]) -> list[Link]:
    """Every link of these kinds of tie from this adult to any of these students (ids), past and present.

    One query; at most 5,000 students.
    """
    kinds = {
        "class": CLASS_TIES,
        "student": STUDENT_TIES,
        "agency": AGENCY_TIES,
        "everything": ("administers",),
    }
    ways = [sql for on, sql in TO_STUDENTS.items() if any(kind in ties for kind in kinds[on])]
    if not students or not ways:
        return []
    these, ids = among(students)
    return _links(" UNION ALL ".join(ways).format(students=these), [adult, *ids] * len(ways))


def to_class(adult: int, klass: int) -> list[Link]:
    """Every link from this adult to this class (id)."""
    return _links(TO_CLASS, [adult, klass, adult, klass, adult])


def to_agency(adult: int, agency: int) -> list[Link]:
    """Every link from this adult to this agency (id), through itself or an agency above it."""
    return _links(TO_AGENCY, [adult, agency, adult])


def _each(template: str, ends: Sequence[str], word: str = " AND ") -> str:
    return "(" + word.join(template.format(end) for end in ends) + ")"


def _held(tables: Sequence[str]) -> str:
    """SQL: the tie and whatever it goes through held on one day at least."""
    pairs = [(a, b) for a in tables for b in tables if a != b and a != "k"]
    return " AND ".join(
        f"({a}.begin_on IS NULL OR {b}.end_on IS NULL OR {a}.begin_on <= {b}.end_on)" for a, b in pairs
    )


def ended_sql(student: str, entered: str | None) -> tuple[str, list[str]]:
    """SQL and the names of its parameters, in order: is the row's student within an ended tie of this school year?

    `student` and `entered` are quoted columns of the outer query. The tie's kinds stand as {kinds}.
    """
    ways = [
        (
            "people_tie t JOIN people_classenrollment e ON e.klass_id = t.klass_id JOIN people_class k ON k.id = t.klass_id",
            "e",
            ["t", "e", "k"],
        ),
        ("people_tie t", "t", ["t"]),
        (
            "people_tie t JOIN people_agencyancestor aa ON aa.ancestor_id = t.agency_id JOIN people_schoolenrollment e ON e.school_id = aa.agency_id",
            "e",
            ["t", "e"],
        ),
    ]
    parts, params = [], []
    for source, holder, tables in ways:
        begun = [f"{table}.begin_on" for table in tables if table != "k"]
        ends = [f"{table}.end_on" for table in tables]
        conditions = [
            "t.adult_id = %s",
            "t.kind IN ({kinds})",
            f"{holder}.student_id = {student}",
            _each("({0} IS NULL OR {0} <= %s)", begun),
            _each("({0} IS NULL OR {0} >= %s)", ends),
            _each("{0} < %s", ends, " OR "),
            _held(tables) or "1 = 1",
        ]
        params += ["adult"] + ["on"] * len(begun) + ["year"] * len(ends) + ["on"] * len(ends)
        if entered:
            conditions.append(_each(f"({{0}} IS NULL OR {{0}} >= {entered})", ends))
        parts.append(f"EXISTS (SELECT 1 FROM {source} WHERE {' AND '.join(conditions)})")
    return "(" + " OR ".join(parts) + ")", params
