"""How do many rows of the database become arrays without a Python object for each?

The database itself puts a column together, so that one row with one long value per column comes over: text on SQLite, a
binary array on PostgreSQL. That takes a third of the time of fetching row by row. Whoever asks bounds the number of rows.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Literal, NamedTuple

import numpy as np
from django.db import connection
from numpy.typing import NDArray

Kind = Literal["whole", "day", "number", "text"]
Arrays = dict[str, NDArray[Any]]
NO_DAY = -1_000_000  # what stands for an absent day, long before any
NEVER = "0001-01-01"
EPOCH_MONTH = 1970 * 12


class Column(NamedTuple):
    """An expression of SQL and how to read it.

    whole: int64, which must not be null. day: int32, days since 1970-01-01, NO_DAY for null. number: float64, NaN for null
    (as precise as 15 digits are). text: strings.
    """

    sql: str
    kind: Kind = "whole"


def read_columns(columns: Mapping[str, Column], rows: str, params: Sequence[Any]) -> Arrays:
    """These columns of the rows of a SELECT, in its order, each as one array of equal length. One statement."""
    vendor: Any = SQLITE if connection.vendor == "sqlite" else POSTGRES
    picks = ", ".join(vendor[column.kind][0].format(f"({column.sql})") for column in columns.values())
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {picks} FROM ({rows}) AS given", params)
        values = cursor.fetchone()
    return {
        name: vendor[column.kind][1](b"" if value is None else value)
        for (name, column), value in zip(columns.items(), values, strict=True)
    }


def _integers(text: bytes) -> NDArray[np.int64]:
    return np.fromstring(text, dtype=np.int64, sep=",") if text else np.empty(0, np.int64)


def _numbers(text: bytes) -> NDArray[np.float64]:
    return np.fromstring(text, dtype=np.float64, sep=",") if text else np.empty(0, np.float64)


def _days(text: bytes) -> NDArray[np.int32]:
    """Days that stand as YYYY-MM-DD one after the other, without anything between them."""
    digits = np.frombuffer(text, np.uint8).reshape(-1, 10).astype(np.int32) - ord("0")
    years = digits[:, 0] * 1000 + digits[:, 1] * 100 + digits[:, 2] * 10 + digits[:, 3]
    months = years * 12 + digits[:, 5] * 10 + digits[:, 6] - 1 - EPOCH_MONTH
    first = months.astype("datetime64[M]").astype("datetime64[D]").astype(np.int32)
    days = first + digits[:, 8] * 10 + digits[:, 9] - 1
    return np.where(years == 1, np.int32(NO_DAY), days).astype(np.int32, copy=False)


def _binary(kind: str) -> Any:
    """Reads what array_send makes of an array without nulls: 20 bytes about it, then a length before each value."""
    item = np.dtype([("length", ">i4"), ("value", kind)])

    def read(value: Any) -> NDArray[Any]:
        if not len(value):
            return np.empty(0, item["value"].newbyteorder("="))
        held = np.frombuffer(value, item, offset=20)["value"]
        return held.astype(held.dtype.newbyteorder("="))

    return read


def _texts(value: Any) -> NDArray[np.str_]:
    return np.array(json.loads(value or "[]"), dtype=np.str_)


# How a column is put together, and how it is read.
SQLITE = {
    "whole": ("CAST(group_concat({}) AS BLOB)", _integers),
    "day": (f"CAST(group_concat(COALESCE({{}}, '{NEVER}'), '') AS BLOB)", _days),
    "number": ("CAST(group_concat(COALESCE({}, 'nan')) AS BLOB)", _numbers),
    "text": ("CAST(json_group_array({}) AS text)", _texts),
}
POSTGRES = {
    "whole": ("array_send(array_agg({}::bigint))", _binary(">i8")),
    "day": (f"array_send(array_agg(COALESCE({{}} - DATE '1970-01-01', {NO_DAY})))", _binary(">i4")),
    "number": ("array_send(array_agg(COALESCE({}, 'NaN'::float8)))", _binary(">f8")),
    "text": ("CAST(json_agg({}) AS text)", _texts),
}
