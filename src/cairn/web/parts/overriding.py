"""What does the form hold by which a teacher sets a level, and what is said when it does not fit?"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from cairn.access.decide import today
from cairn.learning.frameworks.queries import ScaleInUse
from cairn.learning.mastery.reasons import REASON_MOST
from cairn.rules.refusal import Refusal
from cairn.web.parts import words
from cairn.web.parts.problems import Problem
from cairn.web.parts.progress_view import labels_for

ANCHORS = {"no_reason": "reason", "too_long": "reason", "day_is_over": "until"}


@dataclass(slots=True)
class OverrideForm:
    """The form, empty or as it was sent."""

    action: str
    choices: list[tuple[str, str, bool]]
    stands: bool
    reason: str = ""
    until: str = ""
    locked: bool = False
    today: str = ""
    most: int = REASON_MOST
    problems: list[Problem] = field(default_factory=list)


def override_form(
    action: str, use: ScaleInUse | None, *, stands: bool, sent: Mapping[str, Any] | None = None
) -> OverrideForm | None:
    """The form for a target on this scale; None where nothing is scored yet."""
    if use is None or use.stage != "recording":
        return None
    scale, labels = use.scale, labels_for(use, "staff")
    sent = sent or {}
    chosen = str(sent.get("level", ""))
    steps = range(scale.low, scale.high + 1, scale.step)
    shown = [
        words.shown(scale, value / 100, "staff", labels=labels) for value in steps if scale.is_valid(value)
    ]
    return OverrideForm(
        action=action,
        choices=[(one.text, f"{one.text} · {one.word}", one.text == chosen) for one in reversed(shown)],
        stands=stands,
        reason=str(sent.get("reason", "")),
        until=str(sent.get("until", "")),
        locked="locked" in sent,
        today=today().isoformat(),
    )


def read_sent(sent: Mapping[str, Any], use: ScaleInUse) -> tuple[int, date | None]:
    """The level in hundredths and the last day. Raises Refusal."""
    text = str(sent.get("until", "")).strip()
    try:
        until = date.fromisoformat(text) if text else None
    except ValueError:
        raise Refusal("day_is_over", "This is not a day.", "Choose a day.") from None
    return use.scale.parse(str(sent.get("level", ""))), until


def problem_of(refusal: Refusal) -> Problem:
    """What was wrong, for the reader, at its field."""
    text = {
        "no_reason": _("Say in one sentence why you set this level."),
        "too_long": _("The reason is too long. Use at most 400 characters."),
        "day_is_over": _("Choose today or a later day."),
        "no_evidence": _(
            "There is no evidence yet that a level could rest on. Record what you have seen as a score."
        ),
    }.get(refusal.code, _("Choose a level of the scale."))
    return Problem(text, ANCHORS.get(refusal.code, "level"))
