"""How does one statement take many rows, on SQLite and on PostgreSQL alike?

SQLite reads them from one JSON parameter, PostgreSQL from one array per column; either way a thousand rows are one
statement, and one row is a thousand's special case.
"""

import json
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import OperationalError, connection, transaction

from cairn.people.prepared import prepared_cursor

PATIENCE = 20.0  # seconds
GLANCE = 0.003


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
    if not rows:
        return 0
    names = ", ".join(columns)
    with prepared_cursor() as cursor:
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


@contextmanager
def eager_transaction() -> Iterator[None]:
    """A transaction for someone who waits at a keyboard.

    SQLite's own waiting looks only every tenth of a second, and an import that takes the lock again at once is back
    before it looks. This one looks every few milliseconds, so it comes in between two batches. Elsewhere: atomic().
    """
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        with transaction.atomic():
            yield
        return
    connection.ensure_connection()
    raw = connection.connection
    until = time.monotonic() + PATIENCE
    block = transaction.atomic()
    raw.execute("PRAGMA busy_timeout = 0")
    try:
        while True:
            try:
                block.__enter__()
                break
            except OperationalError as busy:
                if "locked" not in str(busy) or time.monotonic() > until:
                    raise
                time.sleep(GLANCE)
    finally:
        raw.execute(f"PRAGMA busy_timeout = {int(PATIENCE * 1000)}")
    with _entered(block):
        yield


@contextmanager
def _entered(block: transaction.Atomic) -> Iterator[None]:
    try:
        yield
    except BaseException as error:
        block.__exit__(type(error), error, error.__traceback__)
        raise
    block.__exit__(None, None, None)
