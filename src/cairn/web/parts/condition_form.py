"""Which conditions does a person put around a rule: how much evidence, what counts as one piece, what expires, what weighs how much?"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cairn.rules.conditions import MOST_DAYS, POOLS, Conditions
from cairn.rules.refusal import Refusal
from cairn.web.parts.problems import Problem

POOL_WORDS = {
    "": gettext_lazy("Each score by itself"),
    "mean": gettext_lazy("Together as one, by its points"),
    "last": gettext_lazy("Together as one, by its last score"),
    "highest": gettext_lazy("Together as one, by its best score"),
}
SENT = ("minimum", "pool", "expires_after", "stale_after", "cut", "categories", "weighted")


class ConditionForm:
    """What was typed, as it was typed, and the conditions that it makes. `problems`: what is wrong, each at its field."""

    def __init__(self, sent: Mapping[str, Any], method: str) -> None:
        self.problems: list[Problem] = []
        self.typed = {name: str(sent.get(name, "")).strip() for name in SENT}
        self.pools = [(pool, POOL_WORDS[pool], pool == self.typed["pool"]) for pool in POOLS]
        self.most_days = MOST_DAYS
        self.conditions = self._read(method)

    @property
    def any(self) -> bool:
        """Is anything of it filled in? Then it stands open."""
        return any(value and (name, value) != ("minimum", "1") for name, value in self.typed.items())

    def _read(self, method: str) -> Conditions:
        self._check_choices(method)
        found: dict[str, Any] = {
            "minimum": self._whole("minimum", 1, 20) or 1,
            "pool": self.typed["pool"],
            "expires_after": self._whole("expires_after", 1, MOST_DAYS),
            "stale_after": self._whole("stale_after", 1, MOST_DAYS),
            "cut": self._cut(),
            "categories": self._categories(),
            "weighted": bool(self.typed["weighted"]),
        }
        if self.problems:
            return Conditions()
        try:
            return Conditions(**found)
        except Refusal as refusal:
            self._refuse(str(refusal.values.get("condition", "")), str(refusal))
        return Conditions()

    def _check_choices(self, method: str) -> None:
        if self.typed["pool"] not in POOLS:
            self._refuse("pool", _("Choose how several scores of one piece of work count."))
        if self.typed["weighted"] and method != "mean":
            self._refuse(
                "weighted", _("Weights of single scores count only with the average of all evidence.")
            )

    def _refuse(self, name: str, text: str) -> None:
        self.problems.append(Problem(text, name))

    def _whole(self, name: str, low: int, high: int) -> int | None:
        """A whole number, or None where nothing is typed."""
        text = self.typed[name]
        if not text:
            return None
        if text.isascii() and text.isdecimal() and len(text) < 9 and low <= int(text) <= high:
            return int(text)
        self._refuse(name, _("Use a whole number from %(low)s to %(high)s.") % {"low": low, "high": high})
        return None

    def _cut(self) -> int | None:
        """A level as it is printed (2.5), in hundredths."""
        text = self.typed["cut"].replace("½", ".5").replace(",", ".")
        if not text:
            return None
        try:
            exact = Decimal(text) * 100
            hundredths = int(exact)
        except (ArithmeticError, ValueError):
            exact, hundredths = Decimal(0), 0
        if not 1 <= hundredths <= 10_000 or hundredths != exact:
            self._refuse("cut", _("Type a level such as 2.5, from 0.01 to 100."))
            return None
        return hundredths

    def _categories(self) -> dict[str, int]:
        """One kind of work a line: "Test: 60"."""
        found: dict[str, int] = {}
        for line in self.typed["categories"].splitlines():
            if not line.strip():
                continue
            name, colon, weight = (part.strip() for part in line.rpartition(":"))
            good = colon and name and weight.isascii() and weight.isdecimal() and len(weight) < 5
            if not good or name in found or not 1 <= int(weight) <= 1_000:
                said = _("Type each kind of work once, with a weight from 1 to 1000: “%(line)s” is not that.")
                self._refuse("categories", said % {"line": line.strip()[:60]})
                return {}
            found[name] = int(weight)
        return found
