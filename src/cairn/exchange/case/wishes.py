"""What does a mapping file (TOML) say a framework's item types mean here, and how is it scored?

scale = "0-4"            # 1-4, pass-fail, letters, none
stage = "recording"      # standards, scales
from = 2026-08-24
subject = "Mathematics"
position = 1
academic = true

[[type]]                 # or [[depth]], with value = 0, 1 ... or "leaf"
value = "Target"
kind = "target"          # content_area, level, strand, domain, indicator, other
scorable = true

[method]
name = "canvas.decaying_average"
params = { weight = 75 }
order = "shown_on"
"""

import tomllib
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from cairn.exchange.intake.outcome import Refused
from cairn.learning.frameworks.mapping import KINDS, LEAF, MappingRow
from cairn.learning.frameworks.rows import Wishes
from cairn.rules.mastery import Method
from cairn.rules.refusal import Refusal

_STAGES = ("standards", "scales", "recording")
_FORMS: dict[str, tuple[type, ...]] = {
    "scale": (str,),
    "stage": (str,),
    "from": (date,),
    "subject": (str,),
    "position": (int,),
    "academic": (bool,),
    "method": (dict,),
    "type": (list,),
    "depth": (list,),
}


def _refused(path: Path, what: str, remedy: str) -> Refused:
    return Refused(
        _("The mapping file %(name)s cannot be used: %(what)s") % {"name": path.name, "what": what},
        remedy,
        "mapping",
    )


def read_wishes(path: Path) -> Wishes:
    """The wishes of a mapping file. Raises `Refused` for anything that it does not know: a slip must not pass for a wish."""
    try:
        said = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise Refused(
            _("There is no file %(path)s.") % {"path": path}, _("Check the name."), "absent"
        ) from error
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise _refused(path, str(error), _("Correct that line.")) from error
    for name, value in said.items():
        form = _FORMS.get(name)
        right = (
            form is not None
            and isinstance(value, form)
            and not (name == "position" and isinstance(value, bool))
        )
        if not right:
            known = ", ".join(_FORMS)
            what = _("it has %(name)s = %(value)s.") % {"name": name, "value": str(value)[:80]}
            raise _refused(path, what, _("It may say: %(known)s.") % {"known": known})
    if said.get("stage", "scales") not in _STAGES:
        what = _("there is no stage %(stage)s.") % {"stage": said["stage"]}
        raise _refused(path, what, _("Use one of: %(known)s.") % {"known": ", ".join(_STAGES)})
    since = said.get("from")
    return Wishes(
        rows=_rows(path, said),
        scale=said.get("scale"),
        stage=said.get("stage"),
        since=since.date() if isinstance(since, datetime) else since,
        method=_method(path, said.get("method")),
        subject=said.get("subject"),
        position=said.get("position"),
        academic=said.get("academic"),
    )


def _rows(path: Path, said: dict[str, Any]) -> list[MappingRow]:
    found: dict[tuple[str, str], MappingRow] = {}
    for by in ("type", "depth"):
        for row in said.get(by, []):
            if not isinstance(row, dict) or not {"value", "kind"} <= row.keys() <= {
                "value",
                "kind",
                "scorable",
            }:
                raise _refused(
                    path,
                    _("each [[%(by)s]] needs value and kind, and may have scorable.") % {"by": by},
                    _("Correct that entry."),
                )
            value, kind = str(row["value"]), row["kind"]
            scorable = row.get("scorable", kind == "target")
            if kind not in KINDS or not isinstance(scorable, bool):
                what = _("%(value)s has a kind or scorable that we do not know.") % {"value": value}
                raise _refused(path, what, _("Use one of: %(known)s.") % {"known": ", ".join(KINDS)})
            if by == "depth" and value != LEAF and not (value.isascii() and value.isdigit()):
                what = _("the depth %(value)s is not a number or leaf.") % {"value": value}
                raise _refused(path, what, _("Write 0 for the top, 1 below it, or leaf."))
            if (by, value) in found:
                raise _refused(path, _("%(value)s stands twice.") % {"value": value}, _("Remove one."))
            found[by, value] = MappingRow(by, value, kind, scorable)
    return list(found.values())


def _method(path: Path, said: dict[str, Any] | None) -> Method | None:
    if said is None:
        return None
    if not {"name"} <= said.keys() <= {"name", "params", "order"} or not isinstance(
        said.get("params", {}), dict
    ):
        raise _refused(
            path, _("[method] needs a name, and may have params and order."), _("Correct [method].")
        )
    try:
        return Method(said["name"], said.get("params", {}), order=said.get("order", "shown_on"))
    except Refusal as refusal:
        raise _refused(path, refusal.reason, refusal.remedy) from refusal
