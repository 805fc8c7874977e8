"""Which columns do our own sheets have, and by which other names do people know them?

Without a mapping file these names are expected; capitals, spaces and underscores make no difference.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of sheet. `needed`: columns without which nothing can be read; `also`: other names of a column."""

    name: str
    columns: tuple[str, ...]
    needed: tuple[str, ...]
    also: Mapping[str, tuple[str, ...]]


SCORES = (
    "id", "student", "target", "score", "no_score", "shown_on", "recorded_at", "due_on", "title", "comment", "class",
    "scored_by", "task_id", "category", "weight",
)  # fmt: skip
TARGETS = ("course", "class", "target", "order", "planned_week", "from")
TIES = (
    "adult", "given_name", "family_name", "email", "language", "kind", "student", "class", "agency", "relation", "begin_on",
    "end_on",
)  # fmt: skip
LEVELS = ("student", "framework", "level", "from")

KINDS: Mapping[str, Kind] = {
    "scores": Kind(
        "scores", SCORES, ("student", "target", "score"),
        {
            "student": ("student id", "studentSourcedId", "student sourcedId", "sourcedId"),
            "target": ("standard", "learning target", "target code", "standard code", "competency"),
            "score": ("rating", "level", "mark"),
            "shown_on": ("date", "score date", "assessed on"),
            "title": ("assignment", "evidence", "task"),
            "comment": ("note", "feedback"),
            "class": ("classSourcedId", "section"),
            "scored_by": ("teacher", "scored by id"),
            "task_id": ("assignment id", "lineItemSourcedId"),
            "category": ("assignment group", "type of work"),
        },
    ),
    "targets": Kind(
        "targets", TARGETS, ("target",),
        {"planned_week": ("week", "planned week of"), "course": ("courseSourcedId", "course code"), "order": ("position",),
         "class": ("classSourcedId",)},
    ),
    "ties": Kind(
        "ties", TIES, ("adult", "kind"),
        {"kind": ("tie", "role"), "student": ("studentSourcedId",), "agency": ("school", "org", "orgSourcedId"),
         "begin_on": ("begin", "start", "from"), "end_on": ("end", "until")},
    ),
    "levels": Kind(
        "levels", LEVELS, ("student", "level"),
        {"from": ("date", "since", "begin_on"), "framework": ("subject",), "student": ("studentSourcedId",)},
    ),
}  # fmt: skip


def plain(name: str) -> str:
    """A column's name without what people write differently."""
    return "".join(letter for letter in name.casefold() if letter.isalnum())
