"""How does a value of a roster become a value of a column, and how is a row written in bulk?"""

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from itertools import islice
from typing import Any, TypeVar

from django.db import connection, models

from cairn.people.roster.feed import Row
from cairn.people.roster.sections import PERSONS, Section
from cairn.trail.models import new_public_id

T = TypeVar("T")
CONSTANTS = {"classes": (("version", 0),)}


def chunks(rows: Iterable[T], size: int) -> Iterable[list[T]]:
    """Lists of at most `size`."""
    waiting = iter(rows)
    while chunk := list(islice(waiting, size)):
        yield chunk


def _bool(value: Any) -> bool | None:
    return None if value in ("", None) else value in (1, "1", True)


def _list(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) and value else value or []


def _date(value: Any) -> date | None:
    return date.fromisoformat(value) if value else None


def readers(section: Section) -> list[Callable[[Any], Any]]:
    """Per column: from the roster's value to Python's."""
    found: list[Callable[[Any], Any]] = []
    for column in section.columns:
        field = section.model._meta.get_field(column)
        if isinstance(field, models.BooleanField):
            found.append(_bool)
        elif isinstance(field, models.JSONField):
            found.append(_list)
        elif isinstance(field, models.DateField):
            found.append(_date)
        else:
            found.append(str)
    return found


def as_dict(section: Section, row: Row, how: Sequence[Callable[[Any], Any]]) -> dict[str, Any]:
    """The row's columns by name, as Python values."""
    found: dict[str, Any] = {
        name: read(value) for name, read, value in zip(section.columns, how, row.values, strict=True)
    }
    found.update(zip(section.refs, row.refs, strict=True))
    if section.spans:
        found["begin_on"], found["end_on"] = row.begin, row.end
    if section.active:
        found["active"] = True
    return found


def _plain(value: Any) -> Any:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list) else value


def insert_rows(section: Section, rows: Sequence[Row], how: Sequence[Callable[[Any], Any]]) -> None:
    """Writes new rows under the ids they were given."""
    constants = CONSTANTS.get(section.name, ())
    tuples = []
    names: list[str] = []
    for row in rows:
        values = {"id": row.object_id, **as_dict(section, row, how), **dict(constants)}
        if section.public:
            values["public_id"] = new_public_id()
        names = names or list(values)
        tuples.append(tuple(_plain(value) for value in values.values()))
    _insert(section.table, names, tuples)


def _insert(table: str, names: Sequence[str], tuples: Sequence[tuple[Any, ...]]) -> None:
    """Many new rows. PostgreSQL takes them three times as fast by COPY."""
    columns = ", ".join(f'"{name}"' for name in names)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f'COPY "{table}" ({columns}) FROM STDIN') as copy:
                for row in tuples:
                    copy.write_row(row)
        elif tuples:
            marks = ", ".join(["%s"] * len(names))
            cursor.executemany(f'INSERT INTO "{table}" ({columns}) VALUES ({marks})', tuples)


def update_rows(section: Section, changes: Sequence[tuple[int, dict[str, Any]]]) -> None:
    """Writes the changed columns of each row; rows that change in the same columns go together."""
    together: dict[tuple[str, ...], list[tuple[Any, ...]]] = {}
    for object_id, after in changes:
        together.setdefault(tuple(after), []).append(
            (*(_plain(value) for value in after.values()), object_id)
        )
    with connection.cursor() as cursor:
        for names, tuples in together.items():
            columns = ", ".join(f'"{name}" = %s' for name in names)
            cursor.executemany(f'UPDATE "{section.table}" SET {columns} WHERE id = %s', tuples)


def insert_ids(source: int, section: Section, rows: Sequence[tuple[str, int, str]]) -> None:
    """The source's ids of new rows: key, object id, digest."""
    if rows:
        _insert(
            "people_externalid",
            ("source_id", "entity", "kind", "value", "object_id", "digest"),
            [
                (source, section.entity, section.kind, key, object_id, digest)
                for key, object_id, digest in rows
            ],
        )


def point_ids(source: int, section: Section, rows: Sequence[tuple[str, int, str]]) -> None:
    """The source's ids of known rows: key, object id, new digest."""
    with connection.cursor() as cursor:
        cursor.executemany(
            "UPDATE people_externalid SET object_id = %s, digest = %s "
            "WHERE source_id = %s AND entity = %s AND kind = %s AND value = %s",
            [
                (object_id, digest, source, section.entity, section.kind, key)
                for key, object_id, digest in rows
            ],
        )


def other_ids(source: int, section: Section, rows: Sequence[Row]) -> None:
    """State ids, local ids and the like of people. An id that someone has already stays theirs (the import gave a notice)."""
    assert section.name in PERSONS
    tuples = [
        (source, section.entity, kind[:20], value[:200], row.object_id)
        for row in rows
        for kind, value in row.extra[1]
    ]
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO people_externalid (source_id, entity, kind, value, object_id, digest) "
            "VALUES (%s, %s, %s, %s, %s, '') ON CONFLICT DO NOTHING",
            tuples,
        )
