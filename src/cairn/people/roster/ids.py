"""Which numbers will the next rows of a table get? Reserved first, so that new rows can name each other."""

from collections.abc import Sequence

from django.db import connection


def reserve(table: str, count: int) -> Sequence[int]:
    """`count` unused ids of a table. Call it inside the writing transaction: SQLite's only writer then holds them."""
    if count == 0:
        return ()
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)", (table, count)
            )
            return [row[0] for row in cursor.fetchall()]
        cursor.execute(
            f'SELECT max(coalesce((SELECT seq FROM sqlite_sequence WHERE name = %s), 0), coalesce((SELECT max(id) FROM "{table}"), 0))',
            (table,),
        )
        last = int(cursor.fetchone()[0])
    return range(last + 1, last + count + 1)
