"""How does one statement take many rows, on SQLite and on PostgreSQL alike?

SQLite reads them from one JSON parameter, PostgreSQL from one array per column; either way a thousand rows are one
statement, and one row is a thousand's special case.
"""

import json
from collections.abc import Sequence
from typing import Any

from django.db import connection


def rows_of(columns: dict[str, str], rows: Sequence[Sequence[Any]]) -> tuple[str, list[Any]]:
    """A SELECT that yields `rows` under these column names, and its parameters.

    `columns` maps each name to its PostgreSQL type; values are what JSON can carry (dates as ISO strings).
    """
    if connection.vendor == "postgresql":
        arrays = ", ".join(f"%s::{kind}[]" for kind in columns.values())
        return f"SELECT * FROM unnest({arrays}) AS given({', '.join(columns)})", [
            list(c) for c in zip(*rows, strict=True)
        ]
    picks = ", ".join(f"json_extract(value, '$[{place}]') AS {name}" for place, name in enumerate(columns))
    return f"SELECT {picks} FROM json_each(%s)", [json.dumps(rows, separators=(",", ":"))]


def insert_rows(
    table: str, columns: dict[str, str], rows: Sequence[Sequence[Any]], conflict: str = ""
) -> int:
    """INSERT these rows with an optional ON CONFLICT clause; how many were written."""
    names = ", ".join(columns)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            select, params = rows_of(columns, rows)
            cursor.execute(f"INSERT INTO {table} ({names}) {select} {conflict}", params)
        elif len(rows) == 1:
            cursor.execute(
                f"INSERT INTO {table} ({names}) VALUES ({', '.join(['%s'] * len(columns))}) {conflict}",
                rows[0],
            )
        else:
            cursor.executemany(
                f"INSERT INTO {table} ({names}) VALUES ({', '.join(['%s'] * len(columns))}) {conflict}", rows
            )
        return int(cursor.rowcount)
