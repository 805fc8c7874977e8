"""What does a roster look like as it stands, in the ids of one source? For writing it out again."""

import json
from collections.abc import Iterator
from typing import Any

from django.db import connection

from cairn.people.persons import ExternalId, Source
from cairn.people.roster.sections import BY_NAME, Section

# The entity that each reference of a section names.
_REFS: dict[str, tuple[str, ...]] = {
    "agencies": ("agency",),
    "sessions": ("session", "agency"),
    "courses": ("agency",),
    "classes": ("agency", "course"),
    "demographics": ("student",),
    "school_enrollments": ("student", "agency"),
    "class_enrollments": ("student", "class"),
    "class_ties": ("adult", "class"),
    "agency_ties": ("adult", "agency"),
    "family_ties": ("adult", "student"),
    "participations": ("student", "agency"),
}


def source_of(key: str) -> int | None:
    """The id of a source, if it ever sent anything."""
    return Source.objects.filter(key=key).values_list("id", flat=True).first()


def sources() -> list[str]:
    """The keys of the sources that sent a roster."""
    ids = ExternalId.objects.filter(entity="agency").values("source_id")
    return list(Source.objects.filter(pk__in=ids).order_by("key").values_list("key", flat=True))


# `|| ''` and `+ 0` keep SQLite from the index on source and kind, which would read every id of the source for each row.
def _sql(section: Section) -> tuple[str, list[str]]:
    names = ["key", *section.columns]
    picked = ["x.value", *(f't."{column}"' for column in section.columns)]
    joins = ""
    for at, (column, entity) in enumerate(zip(section.refs, _REFS.get(section.name, ()), strict=True), 1):
        joins += (
            f" LEFT JOIN people_externalid r{at} ON r{at}.entity = '{entity}' AND r{at}.object_id = t.{column} "
            f"AND r{at}.kind || '' = 'sourcedId' AND r{at}.source_id + 0 = x.source_id"
        )
        names.append(f"r{at}")
        picked.append(f"r{at}.value")
    if section.spans:
        names += ["begin", "end"]
        picked += ["t.begin_on", "t.end_on"]
    sql = (
        f"SELECT {', '.join(picked)} FROM people_externalid x JOIN {section.table} t ON t.id = x.object_id{joins} "
        "WHERE x.source_id = %s AND x.entity = %s AND x.kind = %s AND x.digest <> 'ended' ORDER BY x.value"
    )
    return sql, names


def rows_of(source: int, section_name: str) -> Iterator[dict[str, Any]]:
    """Every row of a section that came from `source` and has not ended: `key`, the section's columns, the keys of its references
    as `r1` and `r2` (None where that source has none), and `begin` and `end` (dates). Lists are lists.
    """
    section = BY_NAME[section_name]
    sql, names = _sql(section)
    lists = {
        name
        for name in section.columns
        if section.model._meta.get_field(name).get_internal_type() == "JSONField"
    }
    dates = {"begin", "end", "birth_date"} & set(names)
    with connection.cursor() as cursor:
        cursor.execute(sql, [source, section.entity, section.kind])
        while batch := cursor.fetchmany(2_000):
            for cells in batch:
                row = dict(zip(names, cells, strict=True))
                row.update({name: _list(row[name]) for name in lists})
                row.update({name: str(row[name])[:10] if row[name] else None for name in dates})
                yield row


def _list(value: Any) -> list[Any]:
    """A JSON column as read by a plain cursor."""
    return json.loads(value) if isinstance(value, str) else list(value or [])


def other_ids_of(source: int, entity: str) -> dict[str, list[tuple[str, str]]]:
    """Key of a person -> kind and value of each other id that `source` gave."""
    mine = ExternalId.objects.filter(source_id=source, entity=entity)
    keys = dict(mine.filter(kind="sourcedId").values_list("object_id", "value"))
    rows = mine.exclude(kind="sourcedId").order_by("kind", "value").values_list("object_id", "kind", "value")
    found: dict[str, list[tuple[str, str]]] = {}
    for object_id, kind, value in rows:
        if object_id in keys:
            found.setdefault(keys[object_id], []).append((kind, value))
    return found


def sessions_of_classes(source: int) -> dict[str, list[str]]:
    """Key of a class -> keys of its sessions."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.value, s.value FROM people_classsession m "
            "JOIN people_externalid c ON c.entity = 'class' AND c.object_id = m.klass_id AND c.kind = 'sourcedId' "
            "JOIN people_externalid s ON s.entity = 'session' AND s.object_id = m.session_id AND s.kind || '' = 'sourcedId' "
            "AND s.source_id + 0 = c.source_id WHERE c.source_id = %s ORDER BY c.value, s.value",
            [source],
        )
        rows = cursor.fetchall()
    found: dict[str, list[str]] = {}
    for klass, session in rows:
        found.setdefault(klass, []).append(session)
    return found
