"""What did a source send us before, and how does it stand now? Streamed, so that a new roster can be compared outside the database."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db import connection

from cairn.people.agencies import Agency
from cairn.people.persons import ExternalId
from cairn.people.roster.sections import SECTIONS, Section

# Per section, SQL over the table `t`: is it running on the day, whom it holds on to (person, holder), its dates, a label.
_OVER = "(t.end_on IS NULL OR t.end_on >= %(on)s)"
_SHAPES: dict[str, tuple[str, str, str, str, str, str, str]] = {
    "agencies": ("t.active", "NULL", "NULL", "NULL", "NULL", "t.kind", ""),
    "sessions": (f"t.active AND {_OVER}", "NULL", "NULL", "t.begin_on", "t.end_on", "t.title", ""),
    "courses": ("t.active", "NULL", "NULL", "NULL", "NULL", "t.title", ""),
    "classes": (f"t.active AND {_OVER}", "NULL", "t.school_id", "t.begin_on", "t.end_on", "t.title", ""),
    "students": ("t.active", "t.id", "NULL", "NULL", "NULL", "''", ""),
    "adults": ("t.active", "t.id", "NULL", "NULL", "NULL", "''", ""),
    "demographics": ("FALSE", "t.student_id", "NULL", "NULL", "NULL", "''", ""),
    "school_enrollments": (_OVER, "t.student_id", "t.school_id", "t.begin_on", "t.end_on", "''", ""),
    "class_enrollments": (
        f"{_OVER} AND (k.end_on IS NULL OR k.end_on >= %(on)s)", "t.student_id", "t.klass_id", "t.begin_on", "t.end_on",
        "''", "JOIN people_class k ON k.id = t.klass_id",
    ),
    "class_ties": (
        f"{_OVER} AND (k.end_on IS NULL OR k.end_on >= %(on)s)", "t.adult_id", "t.klass_id", "t.begin_on", "t.end_on",
        "''", "JOIN people_class k ON k.id = t.klass_id",
    ),
    "agency_ties": (_OVER, "t.adult_id", "t.agency_id", "t.begin_on", "t.end_on", "''", ""),
    "family_ties": (_OVER, "t.adult_id", "t.student_id", "t.begin_on", "t.end_on", "''", ""),
    "participations": (_OVER, "t.student_id", "t.school_id", "t.begin_on", "t.end_on", "''", ""),
}  # fmt: skip

Known = tuple[str, str, str, int, str, int, int | None, int | None, str | None, str | None, str]


def _text(value: Any) -> str | None:
    return None if value is None else str(value)[:10]


def _rows(section: Section, source: int, on: date) -> Iterator[Known]:
    running, person, holder, begin, end, label, join = _SHAPES[section.name]
    sql = (
        f"SELECT x.value, x.object_id, x.digest, {running}, {person}, {holder}, {begin}, {end}, {label} "
        f"FROM people_externalid x JOIN {section.table} t ON t.id = x.object_id {join} "
        "WHERE x.source_id = %(source)s AND x.entity = %(entity)s AND x.kind = %(kind)s"
    )
    values: dict[str, int | str | date] = {
        "source": source,
        "entity": section.entity,
        "kind": section.kind,
        "on": on,
    }
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        while batch := cursor.fetchmany(5_000):
            for key, object_id, digest, runs, who, where, first, last, word in batch:
                yield (
                    section.entity, section.kind, key, object_id, digest, int(bool(runs)), who, where, _text(first),
                    _text(last), word or "",
                )  # fmt: skip


def known_rows(source: int, *, on: date) -> Iterator[Known]:
    """Every row of a roster that came from `source`.

    entity, kind, key, object id, digest ("ended" once it has ended), running on the day (1 or 0), person id, holder id (class, school,
    agency or the family's student), begin, end, label (an agency's kind, a class's title).
    """
    for section in SECTIONS:
        yield from _rows(section, source, on)


def state_of(source: int) -> tuple[int, int]:
    """Changes whenever an import of this source added anything: the number of its ids and the last one."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*), coalesce(max(id), 0) FROM people_externalid WHERE source_id = %s", (source,)
        )
        count, last = cursor.fetchone()
    return int(count), int(last)


def agencies_elsewhere(source: int | None) -> list[tuple[str, str, int]]:
    """Kind, identifier and id of the agencies that other sources brought and this one did not. Two districts of one state share it."""
    agencies = Agency.objects.filter(active=True).exclude(identifier="").order_by("pk")
    if source is not None:
        agencies = agencies.exclude(
            pk__in=ExternalId.objects.filter(entity="agency", source_id=source).values("object_id")
        )
    return list(agencies.values_list("kind", "identifier", "pk"))
