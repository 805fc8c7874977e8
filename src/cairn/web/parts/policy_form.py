"""Which rule does a person ask about: what it is for, for whom it is tried, the method, the order, the conditions?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cairn.access.decide import today
from cairn.learning.frameworks.policies import target_with_code
from cairn.learning.mastery.whatif import Changing, WhatIf
from cairn.rules.formulas import FORMULAS
from cairn.rules.mastery import ORDERS, Method
from cairn.rules.refusal import Refusal
from cairn.rules.scale import snap
from cairn.web.parts import method_words
from cairn.web.parts.condition_form import SENT, ConditionForm
from cairn.web.parts.problems import Problem, first_day_of

ORDER_WORDS = {
    "shown_on": gettext_lazy("The day the student showed it"),
    "due_on": gettext_lazy("The day it was due"),
    "recorded_at": gettext_lazy("The day it was scored"),
}


@dataclass(frozen=True, slots=True)
class Field:
    """A whole number that the chosen method takes."""

    name: str
    label: str
    low: int
    high: int
    value: str


def level_said(level: float | None) -> str:
    """A level in a table of changes."""
    return "–" if level is None else f"{snap(level):.2f}".rstrip("0").rstrip(".")


def changing_rows(found: WhatIf | None) -> list[tuple[Changing, str, str, str]]:
    """Each listed change with its level before and after, and the address of the student."""
    return [
        (one, level_said(one.before), level_said(one.after), f"/students/{one.public_id}")
        for one in (found.listed if found else [])
    ]


class PolicyForm:
    """The choices, and with `sent` what was chosen. `problems` says what is wrong with it; `method` is None then."""

    def __init__(self, frameworks: Sequence[Any], places: Sequence[Any], sent: Mapping[str, Any]) -> None:
        self.asked = "method" in sent
        self.problems: list[Problem] = []
        self.name = str(sent.get("method", "latest"))
        self.order = str(sent.get("order", "shown_on"))
        self.code = str(sent.get("code", "")).strip()
        self.reason = str(sent.get("reason", "")).strip()
        self.day = str(sent.get("from", today().isoformat()))
        known = {framework.public_id: framework for framework in frameworks}
        self.framework = known.get(str(sent.get("about", "")))
        self.place = {place.public_id: place for place in places}.get(str(sent.get("place", "")))
        if self.place is None and places:
            self.place = places[0]
        formula = FORMULAS.get(self.name) or FORMULAS["latest"]
        self.fields = [
            Field(name, name, limits.low, limits.high, str(sent.get(f"p-{name}", limits.default)))
            for name, limits in formula.parameters.items()
        ]
        self.methods = [(name, method_words.method_words(name), name == self.name) for name in FORMULAS]
        self.orders = [(name, ORDER_WORDS.get(name, name), name == self.order) for name in ORDERS]
        self.abouts = [("", _("Everything without a rule of its own"), self.framework is None)] + [
            (one.public_id, one.subject or one.title, one == self.framework) for one in frameworks
        ]
        self.places = [(one.public_id, one.name, one == self.place) for one in places]
        self.conditions = ConditionForm(sent, self.name)
        self.problems += self.conditions.problems
        self.scope = self._scope()
        self.method = self._method()

    def _scope(self) -> Any:
        if not self.code:
            return self.framework
        found = target_with_code(self.framework, self.code) if self.framework else None
        if found is None:
            self.problems.append(Problem(_("No target of this subject has this code."), "code"))
        return found

    def _method(self) -> Method | None:
        params: dict[str, int] = {}
        for field in self.fields:
            if not field.value.lstrip("-").isdecimal():
                text = _("Use a whole number from %(low)s to %(high)s.") % {
                    "low": field.low,
                    "high": field.high,
                }
                self.problems.append(Problem(text, f"p-{field.name}"))
            else:
                params[field.name] = int(field.value[:12])
        if self.problems:
            return None
        try:
            return Method(self.name, params, order=self.order, conditions=self.conditions.conditions)
        except Refusal as refusal:
            self.problems.append(Problem(str(refusal), "method"))
        return None

    @property
    def chosen(self) -> list[tuple[str, str]]:
        """Name and value of every field of the rule itself, to be sent again when it is published."""
        about = self.framework.public_id if self.framework else ""
        rule = [("method", self.name), ("order", self.order), ("about", about), ("code", self.code)]
        rule += [(f"p-{field.name}", field.value) for field in self.fields]
        return rule + [(name, self.conditions.typed[name]) for name in SENT if self.conditions.typed[name]]

    def first_day(self) -> date | None:
        """The day from which it is to be in force; None where that is no day to publish for, or no reason is given."""
        day = first_day_of(self.day, self.problems)
        if day is None:
            return None
        if not self.reason:
            self.problems.append(Problem(_("Say why, in one sentence."), "reason"))
        return None if self.problems else day
