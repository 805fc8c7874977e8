"""Why was this value or this rule refused, and what would be accepted instead?"""

from __future__ import annotations

from collections.abc import Mapping


class Refusal(ValueError):
    """Something the rules cannot accept.

    `code` and `values` let a page say it in the reader's language; `reason` and `remedy` are the plain English
    of the same two sentences, for logs, the command line and the CSV of quarantined rows.
    """

    def __init__(
        self, code: str, reason: str, remedy: str, values: Mapping[str, object] | None = None
    ) -> None:
        super().__init__(f"{reason} {remedy}")
        self.code = code
        self.reason = reason
        self.remedy = remedy
        self.values: dict[str, object] = dict(values or {})
