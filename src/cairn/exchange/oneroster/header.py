"""Which column of a file is which field, when the header is not quite the standard's?"""

import re
from difflib import get_close_matches
from typing import Protocol

from django.utils.translation import gettext as _

from cairn.exchange.intake.outcome import Refused
from cairn.exchange.oneroster.tables import Table

OURS = {"cairn_problem", "cairn_remedy", "cairn_file", "cairn_line"}  # a quarantine file that comes back


class Defects(Protocol):
    """Where a reader puts what it finds. `notice` is called once per occurrence and must be cheap."""

    def notice(self, code: str, file: str, line: int = 0, field: str = "", value: str = "") -> None: ...

    def bad(
        self, code: str, file: str, line: int, field: str, value: str, row: dict[str, str], key: str = ""
    ) -> None: ...


def _squeezed(name: str) -> str:
    return re.sub(r"[^a-z0-9.]", "", name.casefold())


def _candidates(table: Table) -> tuple[dict[str, str], dict[str, str]]:
    """Squeezed spelling -> field name: the standard's own, and the other names people use."""
    own = {_squeezed(field.name): field.name for field in table.fields}
    other = {_squeezed(name): field.name for field in table.fields for name in field.also}
    return own, other


def read_header(table: Table, header: list[str], defects: Defects, file: str) -> dict[str, int]:
    """Field name -> index of its cell. Raises `Refused` when a column is missing without which no row can be used."""
    own, other = _candidates(table)
    found: dict[str, int] = {}
    left: list[tuple[int, str]] = []
    for index, raw in enumerate(header):
        name = raw.strip().strip('"').lstrip("\ufeff")
        if not name or name.casefold() in OURS:
            continue
        field = own.get(_squeezed(name)) or other.get(_squeezed(name))
        if field is None:
            left.append((index, name))
        elif field in found:
            defects.notice("header_twice", file, 1, field, name)
        else:
            found[field] = index
            if raw != field:
                defects.notice("header_spelling", file, 1, field, raw)
    for index, name in left:
        plain = {key: field for key, field in own.items() if field not in found and "." not in key}
        close = get_close_matches(_squeezed(name), plain, n=1, cutoff=0.86)
        if close and not name.casefold().startswith("metadata."):
            found[plain[close[0]]] = index
            defects.notice("header_spelling", file, 1, plain[close[0]], name)
        elif not name.casefold().startswith("metadata."):  # metadata is the district's own, and allowed
            defects.notice("header_unknown", file, 1, "", name)
    if missing := [field.name for field in table.fields if field.required and field.name not in found]:
        raise Refused(
            _("%(file)s has no column %(columns)s.") % {"file": file, "columns": ", ".join(missing)},
            _("Export the file again with its header row, or correct the header."),
            "column_missing",
        )
    return found
