"""How is the mapping of a framework shown as lines to fill in, and what did a person choose in them?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from cairn.learning.frameworks.confirming import in_force, mapped
from cairn.learning.frameworks.mapping import KINDS, LEAF, MappingRow, described
from cairn.learning.frameworks.standing import Standing
from cairn.web.parts.problems import Problem

KIND_WORDS = {
    "content_area": gettext_lazy("Content area"),
    "level": gettext_lazy("Level"),
    "strand": gettext_lazy("Strand"),
    "domain": gettext_lazy("Domain"),
    "target": gettext_lazy("Target"),
    "indicator": gettext_lazy("Indicator"),
    "other": gettext_lazy("Something else"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One item type or depth, with what it is about and what is chosen for it."""

    row: MappingRow
    words: str
    count: int
    examples: Sequence[str]
    proposed: bool
    kinds: Sequence[tuple[str, object, bool]]  # value, name, chosen


class MappingForm:
    """The mapping in force, or its proposal; with `sent`, what a person chose instead.

    `seen` names the set that the page shows: two people never overwrite each other unread.
    """

    def __init__(self, framework: Any, standing: Standing, sent: Mapping[str, Any] | None = None) -> None:
        stored = in_force(framework.pk)
        found = mapped(framework.pk, standing, ())
        self.before = list(found.rows)
        self.since = max((row.valid_from for row in stored.values()), default=None)
        self.confirmed_by = next((row.confirmed_by for row in stored.values() if row.confirmed_by), None)
        self.unconfirmed = len(found.proposed)
        self.seen = self.since.isoformat() if self.since else ""
        self.problems: list[Problem] = []
        self.rows = self.before if sent is None else self._read(sent)
        told = described(self.before, standing.items)
        self.lines = [
            Line(
                row=row,
                words=words_of(row),
                count=one.count,
                examples=one.examples,
                proposed=one.row in found.proposed,
                kinds=[(kind, word, kind == row.kind) for kind, word in KIND_WORDS.items()],
            )
            for row, one in zip(self.rows, told, strict=True)
        ]

    def _read(self, sent: Mapping[str, Any]) -> list[MappingRow]:
        if sent.get("seen", "") != self.seen:
            words = _("This mapping was changed while you looked at it. Here is how it stands now.")
            self.problems.append(Problem(words, ""))
            return self.before
        rows = []
        for number, row in enumerate(self.before, start=1):
            kind = sent.get(f"kind-{number}", "")
            if kind not in KINDS:
                words = _("%(line)s: choose what it is here.") % {"line": words_of(row)}
                self.problems.append(Problem(words, f"kind-{number}"))
                kind = row.kind
            rows.append(MappingRow(row.by, row.value, kind, f"scored-{number}" in sent))
        return rows

    @property
    def is_new(self) -> bool:
        """Would saving say anything that is not said already?"""
        return bool(self.unconfirmed) or self.rows != self.before


def words_of(row: MappingRow) -> str:
    """ "Standard", or a depth in words."""
    if row.by == "type":
        return row.value
    if row.value == LEAF:
        return _("Items with nothing below them")
    if row.value == "0":
        return _("Items at the top")
    steps = int(row.value)
    return ngettext("Items %(n)s step below the top", "Items %(n)s steps below the top", steps) % {"n": steps}
