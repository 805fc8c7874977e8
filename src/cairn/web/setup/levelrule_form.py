"""Which rule of a level does a person ask about: for which subject, tried where, which conditions, and who moves a student on?"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cairn.access.decide import today
from cairn.rules.rollups import RULES, Rule
from cairn.web.parts.problems import Problem, first_day_of

WORDS = {
    "all": gettext_lazy("All its targets are met"),
    "k_of_n": gettext_lazy("So many of its targets are met"),
    "share": gettext_lazy("So many of 100 targets are met, and every target is at a floor or better"),
    "points": gettext_lazy("Its met targets reach so many points, one for each target"),
    "weighted": gettext_lazy("The average of its scored targets reaches a level"),
}
SETTINGS = {
    "k": gettext_lazy("How many targets"),
    "percent": gettext_lazy("How many of 100 targets"),
    "floor": gettext_lazy("The floor, as a level"),
    "base": gettext_lazy("How many points"),
    "cut": gettext_lazy("The level to reach"),
}
LEVELS = ("floor", "cut")  # kept in hundredths, typed as levels
_NUMBER = re.compile(r"\d{1,5}(\.\d{1,2})?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Setting:
    """A number that a condition takes, as it is typed."""

    key: str
    label: str
    low: str
    high: str
    value: str


@dataclass(frozen=True, slots=True)
class Condition:
    """One of the rules that may be ticked, with its settings."""

    name: str
    words: str
    chosen: bool
    settings: Sequence[Setting]


class LevelRuleForm:
    """The choices, and with `sent` what was chosen. `problems` says what is wrong with it; `rule` is None then."""

    def __init__(self, frameworks: Sequence[Any], places: Sequence[Any], sent: QueryDict) -> None:
        self.asked = "asked" in sent
        self.problems: list[Problem] = []
        chosen = sent.getlist("rule") if self.asked else ["all"]
        self.day = sent.get("from") or today().isoformat()
        self.automatic = sent.get("automatic") == "1"
        self.framework = next((one for one in frameworks if one.public_id == sent.get("about")), None)
        self.place = next((one for one in places if one.public_id == sent.get("place")), None)
        if self.place is None and places:
            self.place = places[0]
        self.conditions = [
            Condition(name, str(words), name in chosen, _settings(name, sent))
            for name, words in WORDS.items()
        ]
        self.abouts = [("", _("Every subject without a rule of its own"), self.framework is None)] + [
            (one.public_id, one.subject or one.title, one == self.framework) for one in frameworks
        ]
        self.places = [(one.public_id, one.name, one == self.place) for one in places]
        self.rule = self._rule()

    def _rule(self) -> Rule | None:
        parts = [rule for one in self.conditions if one.chosen and (rule := self._part(one))]
        if not parts and not self.problems:
            self.problems.append(Problem(_("Tick at least one condition."), "rule-all"))
        if self.problems:
            return None
        return parts[0] if len(parts) == 1 else Rule("conjunctive", of=tuple(parts))

    def _part(self, condition: Condition) -> Rule | None:
        settings: dict[str, int] = {}
        for one in condition.settings:
            name = one.key.rpartition("-")[2]
            text = one.value.strip().replace(",", ".")
            hundredths = round(float(text) * 100) if _NUMBER.fullmatch(text) else -1
            settings[name] = hundredths if name in LEVELS or hundredths < 0 else hundredths // 100
            whole = name in LEVELS or hundredths % 100 == 0
            low, high, _default = RULES[condition.name].limits[name]
            if not whole or not low <= settings[name] <= high:
                words = _("Use a number from %(low)s to %(high)s.") % {"low": one.low, "high": one.high}
                self.problems.append(Problem(words, one.key))
        if self.problems:
            return None
        return Rule(condition.name, settings)

    def first_day(self) -> date | None:
        """The day from which it is to be in force; None where that is no day to publish for."""
        day = first_day_of(self.day, self.problems)
        return None if self.problems else day


def _settings(name: str, sent: QueryDict) -> list[Setting]:
    return [
        Setting(
            key=f"{name}-{setting}",
            label=str(SETTINGS[setting]),
            low=_typed(setting, low),
            high=_typed(setting, high),
            value=sent.get(f"{name}-{setting}", _typed(setting, default)),
        )
        for setting, (low, high, default) in RULES[name].limits.items()
    ]


def _typed(setting: str, value: int) -> str:
    return f"{value / 100:g}" if setting in LEVELS else str(value)
