"""How are many rows of one table written with one statement, whatever their number?"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection, models

from cairn.learning.sql import insert_rows, rows_of

Row = Mapping[str, Any]


def _columns(model: type[models.Model], names: Sequence[str]) -> dict[str, models.Field[Any, Any]]:
    by_name = {field.attname: field for field in model._meta.concrete_fields}
    quote = connection.ops.quote_name  # "case" is a word of SQL
    return {quote(by_name[name].column or name): by_name[name] for name in names}


def _type(field: models.Field[Any, Any]) -> str:
    """Its PostgreSQL type; text for bounded text, because a cast to a bounded type cuts without a word."""
    kind = field.rel_db_type(connection) if field.primary_key else field.db_type(connection)
    return "text" if kind is None or kind.startswith("varchar") else kind


def _value(field: models.Field[Any, Any], value: Any) -> Any:
    if isinstance(field, models.JSONField):
        return None if value is None else json.dumps(value, ensure_ascii=False)
    if isinstance(field, models.DateTimeField):
        return connection.ops.adapt_datetimefield_value(value)
    return value


def insert(model: type[models.Model], names: Sequence[str], rows: Sequence[Row]) -> None:
    """Writes new rows. `names`: attribute names; foreign keys as ..._id."""
    if not rows:
        return
    columns = _columns(model, names)
    values = [[_value(field, row[field.attname]) for field in columns.values()] for row in rows]
    insert_rows(model._meta.db_table, {name: _type(field) for name, field in columns.items()}, values)


def update(model: type[models.Model], names: Sequence[str], rows: Sequence[Row]) -> None:
    """Rewrites these columns of rows that carry their `id`."""
    if not rows:
        return
    columns = _columns(model, [*names, "id"])
    values = [[_value(field, row[field.attname]) for field in columns.values()] for row in rows]
    table = model._meta.db_table
    *changed, key = columns
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            select, params = rows_of({name: _type(field) for name, field in columns.items()}, values)
            parts = ", ".join(f"{name} = fresh.{name}" for name in changed)
            cursor.execute(
                f"UPDATE {table} SET {parts} FROM ({select}) AS fresh WHERE {table}.{key} = fresh.{key}",
                params,
            )
        else:
            parts = ", ".join(f"{name} = %s" for name in changed)
            cursor.executemany(f"UPDATE {table} SET {parts} WHERE {key} = %s", values)


def delete(model: type[models.Model], ids: Sequence[int]) -> None:
    """Removes rows that nothing else stands on."""
    if not ids:
        return
    select, params = rows_of({"id": "bigint"}, [[one] for one in ids])
    with connection.cursor() as cursor:
        cursor.execute(
            f"DELETE FROM {model._meta.db_table} WHERE id IN (SELECT gone.id FROM ({select}) AS gone)", params
        )
