"""Is a statement that is asked again planned only once, and is it counted like any other?"""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cairn.people.prepared import among, prepared_cursor

pytestmark = pytest.mark.django_db


def ask(ids: list[int]) -> list[int]:
    these, params = among(ids)
    with prepared_cursor() as cursor:
        cursor.execute(
            f"SELECT n FROM (SELECT 7 AS n UNION ALL SELECT 8) AS given WHERE n {these} ORDER BY n", params
        )
        return [n for (n,) in cursor.fetchall()]


def test_a_prepared_statement_answers_for_any_number_of_ids_and_is_counted() -> None:
    with CaptureQueriesContext(connection) as queries:
        assert [ask(ids) for ids in ([7], [8, 9], [7, 8], [99])] == [[7], [8], [7, 8], []]
    assert len(queries) == 4


def test_postgresql_keeps_its_plan() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite keeps its plans by itself")
    for _ in range(3):
        ask([7, 8])
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%AS given WHERE n%'"
        )
        assert cursor.fetchone() == (1,)
