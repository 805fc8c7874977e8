"""What does the form hold by which staff set a student's pace, and what is said when it does not fit?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cairn.access.decide import today
from cairn.learning.mastery.reasons import REASON_MOST
from cairn.learning.plans.around import SetPace
from cairn.rules.pace import MOST_WEEKS, WORDS, ByHand, Pace
from cairn.rules.refusal import Refusal
from cairn.web.parts import pace_words, words
from cairn.web.parts.problems import Problem

ANCHORS = {"no_reason": "reason", "too_long": "reason", "day_is_over": "until"}


@dataclass(frozen=True, slots=True)
class PaceForm:
    """The form, empty or as it was sent, and what stands. standing: subject's key, its name, what was set."""

    action: str
    standing: Sequence[tuple[str, str, str]]
    subjects: Sequence[tuple[str, str, bool]]
    readings: Sequence[tuple[str, str, bool]]
    reason: str
    until: str
    today: str
    most: int = REASON_MOST


def pace_form(
    action: str, paces: Sequence[tuple[str, str, SetPace | None]], sent: Mapping[str, Any] | None = None
) -> PaceForm:
    """The form for these subjects (key, name, what stands)."""
    sent = sent or {}
    chosen, subject = str(sent.get("reading", "")), str(sent.get("subject", ""))
    return PaceForm(
        action=action,
        standing=[(key, name, _standing(found)) for key, name, found in paces if found],
        subjects=[(key, name, key == subject) for key, name, _found in paces],
        readings=[(value, word, value == chosen) for value, word in _readings()],
        reason=str(sent.get("reason", "")),
        until=str(sent.get("until", "")),
        today=today().isoformat(),
    )


def _standing(found: SetPace) -> str:
    said = pace_words.by_hand(found, "staff")
    if found.rule.word is None:
        return said
    return f"{words.pace_words(Pace(found.rule.word, 0, 0, 0, 0), 'staff')}. {said}"


def _readings() -> list[tuple[str, str]]:
    """What can be chosen: the three words, or by how many weeks the plan is later."""
    told = [(word, words.pace_words(Pace(word, 0, 0, 0, 0), "staff")) for word in WORDS]
    moved = [
        (str(n), ngettext("The plan is one week later", "The plan is %(n)s weeks later", n) % {"n": n})
        for n in range(1, MOST_WEEKS + 1)
    ]
    return told + moved


def read_sent(sent: Mapping[str, Any]) -> tuple[ByHand, date]:
    """What was chosen, and the last day. Raises Refusal."""
    chosen = str(sent.get("reading", ""))
    if chosen not in dict(_readings()):
        raise Refusal("no_pace", "This is no pace.", "Choose one.")
    try:
        until = date.fromisoformat(str(sent.get("until", "")).strip())
    except ValueError:
        raise Refusal("day_is_over", "This is not a day.", "Choose a day.") from None
    word = next((word for word in WORDS if word == chosen), None)
    return ByHand(word, 0 if word else int(chosen)), until


def problem_of(refusal: Refusal) -> Problem:
    """What was wrong, for the reader, at its field."""
    text = {
        "no_reason": _("Say in one sentence why you set this pace."),
        "too_long": _("The reason is too long. Use at most 400 characters."),
        "day_is_over": _("Choose the last day: today or a day of the next twelve months."),
    }.get(refusal.code, _("Choose a pace."))
    return Problem(text, ANCHORS.get(refusal.code, "reading"))
