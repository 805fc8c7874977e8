"""How is a statement that is asked again and again planned only once?"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import connection


@contextmanager
def prepared_cursor() -> Iterator[Any]:
    """A cursor for a statement that is asked again and again: PostgreSQL plans it once per connection.

    Django's own cursor writes the values into the text, so that each score would be planned anew, which takes longer than
    finding it. Logging and counting of queries work as ever. On SQLite, which keeps its plans by itself: any cursor.
    """
    if connection.vendor != "postgresql":
        with connection.cursor() as cursor:
            yield cursor
        return
    from django.db.backends.postgresql.base import ServerBindingCursor

    connection.ensure_connection()
    raw: Any = ServerBindingCursor(connection.connection)  # type: ignore[call-arg]
    wrapped = connection.make_debug_cursor if connection.queries_logged else connection.make_cursor
    with wrapped(raw) as cursor:
        yield cursor


def among(ids: Sequence[int]) -> tuple[str, list[list[int]]]:
    """SQL that follows a column (is it one of these ids?) and its parameters; one text for any number on PostgreSQL."""
    if connection.vendor == "postgresql":
        return "= ANY(%s::bigint[])", [list(ids)]
    return f"IN ({','.join(str(int(id_)) for id_ in ids)})", []
