"""How does a calculation method say what it does, and why a level came out as it did?"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from cairn.rules.scale import Scale
from cairn.web.parts import words


def because_words(code: str, values: Mapping[str, Any], scale: Scale | None = None) -> str:
    """The explanation of `rules.mastery.Because` as one or two sentences."""
    if code in _UNSCORED:
        return _(_UNSCORED[code])
    figures = dict(values)
    for name in ("value", "goal"):
        figures[name] = _score(values.get(name), scale)
    figures["on"] = _day(values.get("on"))
    figures["rest"] = 100 - int(values.get("percent") or 0)
    if values.get("count") == 1 and code in _AVERAGES:
        return _("One piece of evidence so far, and it counts.")
    if code == "highest":
        return _highest_words(figures)
    if code == "least_error":
        figures["winner"] = _(LINES[str(values["winner"])])
    return _(_BECAUSE[code]) % figures if code in _BECAUSE else ""


def _highest_words(figures: Mapping[str, Any]) -> str:
    return (
        ngettext(
            "The highest level shown counts: %(value)s, on %(on)s.",
            "The highest level shown counts: %(value)s, shown %(times)s times, last on %(on)s.",
            int(figures.get("times") or 1),
        )
        % figures
    )


_AVERAGES = ("mean", "weighted_latest", "decaying_average")
_BECAUSE = {
    "latest": gettext_noop("The newest evidence counts: %(value)s, shown on %(on)s."),
    "mean": gettext_noop("All %(count)s pieces of evidence count the same."),
    "weighted_latest": gettext_noop(
        "The newest evidence (%(value)s) counts for %(percent)s parts of 100. "
        "All earlier evidence together counts for the other %(rest)s."
    ),
    "decaying_average": gettext_noop(
        "Each new piece of evidence counts for %(percent)s parts of 100. "
        "What came before counts for the other %(rest)s."
    ),
    "n_mastery": gettext_noop("The %(reached)s pieces of evidence at %(goal)s or above count the same."),
    "not_enough_at_goal": gettext_noop(
        "A level appears after %(n)s pieces of evidence at %(goal)s or above. So far: %(reached)s."
    ),
    "linear": gettext_noop("A straight line through all %(count)s pieces of evidence ends here."),
    "power_law": gettext_noop("A learning curve through all %(count)s pieces of evidence ends here."),
    "least_error": gettext_noop(
        "Of the lines that can be laid through the evidence, %(winner)s fits it best."
    ),
    "not_enough": gettext_noop("A level appears after %(needed)s pieces of evidence. So far: %(count)s."),
    "mode": gettext_noop("%(value)s was shown most often."),
    "weighted_mean": gettext_noop("Each piece of evidence counts as often as its weight says."),
    "by_category": gettext_noop(
        "Each kind of work counts by its own weight; a kind without evidence is left out."
    ),
    "mode_tied": gettext_noop("%(tied)s levels were shown equally often, so none of them counts yet."),
    "median_of_recent": gettext_noop("The middle of the last %(recent)s pieces of evidence counts."),
    "mean_of_best": gettext_noop("The best %(best)s pieces of evidence count the same."),
    "evidence_slots": gettext_noop("All %(filled)s places for evidence are filled; the best count the same."),
    "slots_open": gettext_noop("%(filled)s places for evidence are filled, %(open)s are still open."),
    "high_water": gettext_noop("%(value)s or better was shown %(times)s times, and that stays."),
    "k_of_last_m": gettext_noop("%(k)s of %(m)s pieces of evidence in a row reached %(value)s or better."),
}
LINES = {
    "linear": gettext_noop("a straight line"),
    "power_law": gettext_noop("a learning curve"),
    "mean": gettext_noop("the average"),
}
_UNSCORED = {
    "no_evidence": gettext_noop("There is no evidence yet."),
    "not_taught": gettext_noop("This has not been taught yet."),
    "missing": gettext_noop("The work for this is missing. It can still be shown."),
    "exempt": gettext_noop("This target is not asked for here."),
    "hidden": gettext_noop("There is evidence, but it is not shown yet."),
}

METHODS = {
    "latest": gettext_noop("The newest evidence sets the level."),
    "highest": gettext_noop("The highest level shown sets the level."),
    "mean": gettext_noop("The level is the average of all evidence."),
    "weighted_latest": gettext_noop("The newest evidence counts most; earlier evidence counts a little."),
    "decaying_average": gettext_noop("Newer evidence counts more than older evidence."),
    "n_mastery": gettext_noop("The level is set once there is enough evidence at the goal."),
    "linear": gettext_noop("The level is where the evidence leads, along a straight line."),
    "power_law": gettext_noop("The level is where the evidence leads, along a learning curve."),
    "least_error": gettext_noop("The level is where the line ends that fits the evidence best."),
    "mode": gettext_noop("The level shown most often sets the level; among equals the more recent."),
    "median_of_recent": gettext_noop("The middle of the recent evidence sets the level."),
    "mean_of_best": gettext_noop("The level is the average of the best evidence."),
    "evidence_slots": gettext_noop("The level is set once every place for evidence is filled."),
    "high_water": gettext_noop("A level shown often enough stays."),
    "k_of_last_m": gettext_noop("The level is what enough of the last evidence reaches."),
}


def method_words(name: str) -> str:
    """A calculation method in one sentence."""
    return _(METHODS.get(name, name))


def _score(value: object, scale: Scale | None) -> str:
    if not isinstance(value, int | float):
        return ""
    if scale is not None:
        return scale.text_of(value / 100)
    return f"{value / 100:g}"


def _day(iso: object) -> str:
    return words.day_text(date.fromisoformat(iso)) if isinstance(iso, str) else ""
