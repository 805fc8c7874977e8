"""At which levels does a student work, what is missing for the next, and which level-ups were there? One page for all readers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import get_language, gettext_noop, ngettext
from django.utils.translation import gettext as _

from cairn.access.decide import Decision
from cairn.learning.frameworks.queries import names_of
from cairn.learning.mastery.levelpages import LevelNow, level_ups_of, levels_now, subject_names
from cairn.rules.rollups import Rule
from cairn.web.parts.progress_view import Reader

REASONS = {
    "not_met": gettext_noop("not met yet"),
    "not_scored": gettext_noop("no evidence yet"),
    "below_floor": gettext_noop("too low for this level"),
}
FEW = 3  # names of missing targets in one line of a class


@dataclass(frozen=True, slots=True)
class Wanted:
    """A target that is missing for the level."""

    name: str
    url: str
    reason: str


@dataclass(frozen=True, slots=True)
class LevelCard:
    """One subject: the level, how far it is, what is missing."""

    subject: str
    name: str
    since: date
    met: int
    of: int
    sentence: str
    rule: str
    missing: Sequence[Wanted]


@dataclass(frozen=True, slots=True)
class LevelEvent:
    """One level-up, told to its reader."""

    subject: str
    name: str
    following: str
    state: str
    on: date
    by: str
    reason: str
    review_on: date | None
    review_target: str
    review_note: str


@dataclass(frozen=True, slots=True)
class LevelsPage:
    """The whole page."""

    audience: str
    name: str
    back_url: str
    cards: Sequence[LevelCard]
    events: Sequence[LevelEvent]


def levels_page(student: Any, decision: Decision, reader: Reader) -> LevelsPage:
    """The page of one student."""
    rows = levels_now([student.pk], decision, language=reader.language)
    ups = level_ups_of(student.pk, decision)
    named = names_of(
        {pk for up in ups for pk in (up.level_id, up.following_id, up.review_target_id) if pk},
        reader.language,
    )
    subjects = subject_names({up.framework_id for up in ups}, reader.language)
    return LevelsPage(
        audience=reader.audience,
        name=student.called,
        back_url=reader.base,
        cards=[_card(row, reader) for row in rows],
        events=[
            LevelEvent(
                subject=subjects[up.framework_id],
                name=named[up.level_id][0],
                following=named[up.following_id][0] if up.following_id else "",
                state=up.state,
                on=up.decided_on or up.proposed_on,
                by=up.decided_by.adult.name if up.decided_by and up.decided_by.adult else "",
                reason=up.reason,
                review_on=up.review_on,
                review_target=named[up.review_target_id][0] if up.review_target_id else "",
                review_note=up.review_note,
            )
            for up in ups
            if reader.audience == "staff" or up.state == "confirmed"
        ],
    )


def _card(row: LevelNow, reader: Reader) -> LevelCard:
    return LevelCard(
        subject=row.subject,
        name=row.name,
        since=row.since,
        met=row.found.figures["met"],
        of=row.found.figures["of"],
        sentence=sentence(row),
        rule=rule_words(row.rule.rule),
        missing=[
            Wanted(one.name, reader.target_url(one.public_id), _(REASONS[one.reason])) for one in row.missing
        ],
    )


def sentence(row: LevelNow) -> str:
    """ "3 of 12 targets still to meet." """
    of, left = row.found.figures["of"], len(row.missing)
    if not of:
        return _("This level has no targets yet.")
    if row.found.state == "met":
        return _("This level is complete.")
    return ngettext(
        "%(count)s of %(of)s targets is still missing.",
        "%(count)s of %(of)s targets are still missing.",
        left,
    ) % {"count": left, "of": of}


def rule_words(rule: Rule) -> str:
    """By which rule a level is complete, in one sentence."""
    if rule.name == "share":
        return _(
            "A level is complete when %(percent)s of 100 targets are met and all are at %(floor)s or better."
        ) % {
            "percent": rule.setting("percent"),
            "floor": f"{rule.setting('floor') / 100:g}",
        }
    if rule.name == "k_of_n":
        return _("A level is complete when %(k)s targets are met.") % {"k": rule.setting("k")}
    if rule.name == "points":
        return _("A level is complete when its met targets reach %(base)s points.") % {
            "base": rule.setting("base")
        }
    if rule.name == "weighted":
        return _("A level is complete when the average reaches %(cut)s.") % {
            "cut": f"{rule.setting('cut') / 100:g}"
        }
    if rule.name == "conjunctive":
        return " ".join(rule_words(one) for one in rule.of)
    return _("A level is complete when all its targets are met.")


def language() -> str:
    """The reader's language."""
    return get_language() or "en"
