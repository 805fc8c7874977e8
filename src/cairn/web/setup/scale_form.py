"""By which scale is a framework scored in every school, and from which day on? The choice and what is wrong with it."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from cairn.access.decide import today
from cairn.learning.frameworks.actions import Account, use_scale
from cairn.learning.frameworks.adopting import NO_SCALE
from cairn.learning.frameworks.kept import scales_offered, uses_of
from cairn.rules.refusal import Refusal
from cairn.web.parts.problems import Problem

STAGE_WORDS = {
    "standards": gettext_lazy("Standards alone"),
    "scales": gettext_lazy("With a scale, not recording yet"),
    "recording": gettext_lazy("Scores are recorded"),
}
_BUILT_IN = (  # titles that every installation begins with, as `rulebook.py` writes them
    gettext_noop("0 to 4 with half steps"),
    gettext_noop("1 to 4"),
    gettext_noop("Pass or not yet"),
    gettext_noop("Letters A to F"),
)


def scale_words(scale: Any) -> str:
    """The title of a scale; those of our own in the reader's language."""
    return _(scale.title) if scale.title in _BUILT_IN else str(scale.title)


class ScaleForm:
    """What holds and what is planned, with a choice of scale, stage and day; with `sent`, what a person chose."""

    def __init__(self, framework: Any, sent: Mapping[str, Any] | None = None) -> None:
        self.framework = framework
        self.uses = list(uses_of([framework.pk]))
        held = [use for use in self.uses if use.valid_from <= today()]
        last = held[-1] if held else None
        self.stage = str(sent.get("stage", "")) if sent is not None else last.stage if last else "standards"
        key = last.scale.key if last and last.scale else NO_SCALE
        self.scale = str(sent.get("scale", "")) if sent is not None else key
        self.day = str(sent.get("from", "")) if sent is not None else today().isoformat()
        self.problems: list[Problem] = []
        self.first = not held
        self.scales = [(NO_SCALE, _("No scale"), self.scale == NO_SCALE)] + [
            (one.key, scale_words(one), self.scale == one.key) for one in scales_offered()
        ]
        self.stages = [(key, words, key == self.stage) for key, words in STAGE_WORDS.items()]
        self.told = [
            (use.valid_from, scale_words(use.scale) if use.scale else "", STAGE_WORDS[use.stage], use == last)
            for use in reversed(self.uses)
        ]

    def save(self, *, by: Account) -> bool:
        """Keeps what was chosen, or says in `problems` why not."""
        day = self._day()
        if self.scale not in [key for key, *_rest in self.scales]:
            self.problems.append(Problem(_("Choose a scale."), "scale"))
        if self.stage not in STAGE_WORDS:
            self.problems.append(Problem(_("Choose how far this framework is."), "stage-standards"))
        elif self.scale == NO_SCALE and self.stage != "standards":
            words = _("Choose a scale, or “Standards alone”: without a scale nothing can be scored.")
            self.problems.append(Problem(words, "scale"))
        if self.problems or day is None:
            return False
        try:
            use_scale(self.framework, self.scale, self.stage, day, by=by)
        except Refusal as refusal:
            self.problems.append(Problem(str(refusal), "scale"))
        return not self.problems

    def _day(self) -> date | None:
        """The first use may begin in the past; after it, what was scored on earlier days stays as it is."""
        try:
            day = date.fromisoformat(self.day)
        except ValueError:
            self.problems.append(Problem(_("Choose the day from which this counts."), "from"))
            return None
        if day < today() and not self.first:
            self.problems.append(
                Problem(_("Choose today or a later day: earlier days keep their scale."), "from")
            )
            return None
        return day
