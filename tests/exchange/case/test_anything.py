"""Whatever a publisher writes into a package: is it read without a crash, and does it leave by the official schema?"""

import copy
import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from cairn.exchange.case.map import package_of_rows, rows_of_package
from cairn.exchange.case.read import read_package
from cairn.exchange.case.write import package_bytes
from cairn.exchange.intake.outcome import Refused
from tests.exchange.case import packages
from tests.exchange.case.official import faults

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(["title", "identifier", "uri", "targetType", "extensions", "x"]), inner, max_size=3
    ),
    max_leaves=6,
)  # fmt: skip
WHOLE = packages.english()


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in a package."""
    found = [path] if path else []
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in inner:
        found += places(one, (*path, key))
    return found


PLACES = places(WHOLE)
ABSENT = object()


class Quiet:
    """Hears everything, keeps only what was put aside."""

    def __init__(self) -> None:
        self.put_aside = 0

    def notice(self, code: str, file: str, line: int = 0, field: str = "", value: str = "") -> None:
        assert isinstance(value, str)

    def bad(self, code: str, file: str, line: int, field: str, value: str, row: Any, key: str = "") -> None:
        json.dumps([file, line, field, value, row], ensure_ascii=False).encode()
        self.put_aside += 1


@given(
    st.lists(st.tuples(st.sampled_from(PLACES), JSON | st.just(ABSENT) | st.just({"again": 1})), max_size=4)
)
def test_anything_is_read_or_refused_and_leaves_right(changes: list[tuple[tuple[Any, ...], Any]]) -> None:
    package = copy.deepcopy(WHOLE)
    for path, value in changes:
        here: Any = package
        try:
            for step in path[:-1]:
                here = here[step]
            if value is ABSENT:
                del here[path[-1]]
            else:
                here[path[-1]] = copy.deepcopy(value)
        except (KeyError, IndexError, TypeError):
            continue  # an earlier change took this place away
    try:
        rows = rows_of_package(read_package(json.dumps(package).encode(), "x.json", Quiet()), Quiet())
    except Refused:
        return
    out, _report = package_of_rows(rows)
    # Identifiers leave as they came, also where they are no UUIDs.
    assert [fault for fault in faults(out) if "is not a 'uuid'" not in fault] == []
    again = rows_of_package(read_package(package_bytes(out), "x.json", Quiet()), Quiet())
    assert [item.identifier for item in again.items] == [item.identifier for item in rows.items]
    assert [item.statement for item in again.items] == [item.statement for item in rows.items]
