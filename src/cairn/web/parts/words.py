"""How is a level, a pace, a reason or a "no score" said in plain words? The one place that words them.

A level is always a number and a word; the word depends on the audience (student, family, staff) and a district may
rename it (`labels`: hundredths -> word). The number and the goal line cannot be hidden.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from cairn.rules.pace import Pace
from cairn.rules.scale import Scale

Labels = Mapping[int, str]

# A day further away than this is said with its year.
FAR_DAYS = 300

_LEARNER = {
    "with_help": gettext_noop("With help, not yet"),
    "starting": gettext_noop("Starting"),
    "getting_there": gettext_noop("Getting there"),
    "got_it": gettext_noop("Got it"),
    "going_further": gettext_noop("Going further"),
    "not_yet": gettext_noop("Not yet"),
    "passed": gettext_noop("Got it"),
}
_STAFF = {
    "with_help": gettext_noop("With help"),
    "starting": gettext_noop("Starting"),
    "getting_there": gettext_noop("Getting there"),
    "got_it": gettext_noop("Competent"),
    "going_further": gettext_noop("Extends"),
    "not_yet": gettext_noop("Not yet"),
    "passed": gettext_noop("Passed"),
}
NO_SCORE_WORDS = {
    "": (gettext_noop("Not started yet"), gettext_noop("No evidence")),
    "no_evidence": (gettext_noop("Not started yet"), gettext_noop("No evidence")),
    "not_taught": (gettext_noop("Not taught yet"), gettext_noop("Not taught yet")),
    "missing": (gettext_noop("Work is missing"), gettext_noop("Missing")),
    "exempt": (gettext_noop("Not asked of you"), gettext_noop("Exempt")),
    "hidden": (gettext_noop("Not shown yet"), gettext_noop("Hidden from student and family")),
    "expired": (gettext_noop("Shown long ago"), gettext_noop("Expired")),
}
_FAMILY_NO_SCORE = {"exempt": gettext_noop("Not asked of them")}
_LEFT_OUT = {
    "superseded": gettext_noop("Corrected later"),
    "earlier": gettext_noop("Newer evidence counts"),
    "lower": gettext_noop("Higher evidence counts"),
    "below_goal": gettext_noop("Below the goal"),
    "not_most_frequent": gettext_noop("Another level was shown more often"),
    "other_scale": gettext_noop("Scored on an earlier scale"),
    "expired": gettext_noop("Shown too long ago"),
    "no_weight": gettext_noop("It has no weight"),
    "pooled": gettext_noop("Counted together with the rest of this work"),
    "other_category": gettext_noop("This kind of work does not count here, or not yet"),
    "not_taught": gettext_noop("Not taught yet"),
    "missing": gettext_noop("Missing"),
    "exempt": gettext_noop("Not asked for"),
    "hidden": gettext_noop("Not shown yet"),
}


@dataclass(frozen=True, slots=True)
class LevelShown:
    """A level ready to be drawn. text: "2½", empty where there is no level; fill: 0 (none) to 4; word: always there.

    A scored 0 has the fill of level 1 with a "0" in it, so that it never looks like "no evidence".
    """

    word: str
    text: str = ""
    fill: int = 0
    half: bool = False
    met: bool = False
    no_score: str = "no_evidence"

    @property
    def stone(self) -> str:
        """Which stone of parts/stone_shapes.html shows it."""
        if not self.text:
            return "off" if self.no_score == "exempt" else "none"
        if self.text == "0":
            return "0"
        return f"{self.fill}h" if self.half and self.fill < 3 else str(self.fill)


def level_word(scale: Scale, level: float, audience: str, labels: Labels | None = None) -> str:
    """The word of a level (level units): that of the highest named level it has reached."""
    reached = None
    for named in scale.levels:
        # The same snapped comparison as the goal's: a level just below a named one is not yet that one.
        if round(level * 1_000_000_000) >= named.value * 10_000_000:
            reached = named
    if reached is None:
        return _("Starting")
    if labels and reached.value in labels:
        return labels[reached.value]
    if reached.label_key.startswith("letter_"):
        return reached.symbol
    words = _STAFF if audience == "staff" else _LEARNER
    return _(words.get(reached.label_key, reached.label_key))


def shown(
    scale: Scale | None,
    level: float | None,
    audience: str,
    *,
    no_score: str = "",
    labels: Labels | None = None,
) -> LevelShown:
    """A level of a target, or the kind of "no score" that stands in its place, ready to be drawn."""
    if level is None or scale is None:
        kind = no_score or "no_evidence"
        return LevelShown(no_score_word(kind, audience), no_score=kind)
    fill = scale.fill_of(level)
    return LevelShown(
        word=level_word(scale, level, audience, labels),
        text=scale.text_of(level),
        fill=max(fill.band, 1),
        half=fill.half,
        met=scale.met(level),
        no_score="",
    )


def no_score_word(kind: str, audience: str) -> str:
    """How a "no score" is called. Never 0, never blank."""
    learner, staff = NO_SCORE_WORDS.get(kind, NO_SCORE_WORDS[""])
    if audience == "family":
        learner = _FAMILY_NO_SCORE.get(kind, learner)
    return _(staff if audience == "staff" else learner)


def pace_words(pace: Pace, audience: str = "student", name: str = "") -> str:
    """Three answers against one's own plan: ahead, on, some to go."""
    count = abs(pace.difference)
    if not count and pace.word != "on":  # set by a person, who counted nothing
        return _uncounted(pace, audience)
    if audience == "student":
        if pace.word == "on":
            return _("Right on your plan")
        if pace.word == "ahead":
            return ngettext("%(count)s ahead of your plan", "%(count)s ahead of your plan", count) % {
                "count": count
            }
        return ngettext("%(count)s to go on your plan", "%(count)s to go on your plan", count) % {
            "count": count
        }
    if pace.word == "on":
        return _("Right on plan")
    if pace.word == "ahead":
        return ngettext("%(count)s ahead of plan", "%(count)s ahead of plan", count) % {"count": count}
    return ngettext("%(count)s to go on plan", "%(count)s to go on plan", count) % {"count": count}


def _uncounted(pace: Pace, audience: str) -> str:
    if audience == "student":
        return _("Ahead of your plan") if pace.word == "ahead" else _("Some to go on your plan")
    return _("Ahead of plan") if pace.word == "ahead" else _("Some to go on plan")


def left_out_words(reason: str) -> str:
    """Why a piece of evidence does not enter the number."""
    return _(_LEFT_OUT.get(reason, reason))


def day_text(day: date) -> str:
    """A date in words: "November 20"; with its year where the month alone could be read as this year's."""
    near = abs((timezone.localdate() - day).days) < FAR_DAYS
    return date_format(day, "MONTH_DAY_FORMAT" if near else "DATE_FORMAT")
