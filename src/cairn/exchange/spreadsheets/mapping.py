"""How are the columns of somebody's sheet to be read? A small file in TOML says it; every entry may be left out.

source = "gradebook"        # ids in the file are this system's own
sheet = "Scores"            # of a workbook; without it the first one
header = 1                  # the line that names the columns
student_id = "sourcedId"    # or state, local
target_id = "code"          # or identifier, uri
dates = ["%m/%d/%Y"]        # besides 2026-11-23

[columns]                   # our name = the name in the file
student = "Student ID"
score = "Rating"

[fixed]                     # what is the same in every row
shown_on = 2026-11-20
title = "Fall check"

[words]                     # what a word in the score column means: a score, or a kind of no score
"Mastered" = "3"
"NYT" = "not_taught"

[targets]                   # one column per target: the name in the file = the target
"Fractions 1" = "MA.5.3"
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from cairn.exchange.intake.outcome import Refused
from cairn.exchange.spreadsheets.columns import KINDS

STUDENT_IDS = ("sourcedId", "state", "local")
TARGET_IDS = ("code", "identifier", "uri")
NO_SCORE = ("not_taught", "missing", "exempt", "hidden")
_FORMS: dict[str, type] = {
    "source": str, "sheet": str, "header": int, "student_id": str, "target_id": str, "dates": list, "columns": dict,
    "fixed": dict, "words": dict, "targets": dict,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class SheetMap:
    """A mapping file, read. Empty: our own columns."""

    source: str = "sheet"
    sheet: str = ""
    header: int = 1
    student_id: str = "sourcedId"
    target_id: str = "code"
    dates: tuple[str, ...] = ()
    columns: Mapping[str, str] = field(default_factory=dict)
    fixed: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=dict)
    targets: Mapping[str, str] = field(default_factory=dict)
    text: str = ""


def _refused(path: Path, what: str, remedy: str) -> Refused:
    return Refused(
        _("The mapping file %(name)s cannot be used: %(what)s") % {"name": path.name, "what": what},
        remedy,
        "mapping",
    )


def _loaded(path: Path) -> tuple[str, dict[str, Any]]:
    try:
        text = path.read_text(encoding="utf-8")
        return text, tomllib.loads(text)
    except FileNotFoundError as error:
        raise Refused(
            _("There is no file %(path)s.") % {"path": path}, _("Check the name."), "absent"
        ) from error
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise _refused(path, str(error), _("Correct that line.")) from error


def read_mapping(path: Path | None, kind: str) -> SheetMap:
    """The mapping for a kind of sheet. Raises `Refused` for anything that it does not know: a slip must not pass for a wish."""
    if path is None:
        return SheetMap()
    text, said = _loaded(path)
    for name, value in said.items():
        form = _FORMS.get(name)
        if form is None or not isinstance(value, form) or isinstance(value, bool):
            what = _("it has %(name)s = %(value)s.") % {"name": name, "value": str(value)[:80]}
            raise _refused(path, what, _("It may say: %(known)s.") % {"known": ", ".join(_FORMS)})
    for name, known in (("student_id", STUDENT_IDS), ("target_id", TARGET_IDS)):
        if said.get(name, known[0]) not in known:
            what = _("it has %(name)s = %(value)s.") % {"name": name, "value": said[name]}
            raise _refused(path, what, _("Use one of: %(known)s.") % {"known": ", ".join(known)})
    ours = KINDS[kind].columns
    for part in ("columns", "fixed"):
        if unknown := sorted(set(said.get(part, {})) - set(ours)):
            what = _("[%(part)s] names %(names)s.") % {"part": part, "names": ", ".join(unknown)}
            raise _refused(path, what, _("Our columns are: %(known)s.") % {"known": ", ".join(ours)})
    fixed = {
        name: value.isoformat() if isinstance(value, date) else str(value)
        for name, value in said.get("fixed", {}).items()
    }
    texts = {
        part: {str(key): str(value) for key, value in said.get(part, {}).items()}
        for part in ("columns", "words", "targets")
    }
    return SheetMap(
        source=said.get("source", "sheet"), sheet=said.get("sheet", ""), header=max(1, said.get("header", 1)),
        student_id=said.get("student_id", "sourcedId"), target_id=said.get("target_id", "code"),
        dates=tuple(map(str, said.get("dates", ()))), fixed=fixed, text=text, **texts,
    )  # fmt: skip
