"""Which scores may be given, which of them mean "got it", and how is a level printed?

A score is a whole number of hundredths (250 is 2½). A computed level is a float in level units (2.5), snapped to
1e-9. Rounding for display is half away from zero and works on the snapped value, so 4.125 is printed 4.13 on every
machine (Ruby, PHP and most gradebooks round so; Python's own `round` is half-even and would print 4.12).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from cairn.rules.refusal import Refusal

Kind = Literal["numeric", "pass_fail", "letters"]

NANO = 1_000_000_000.0
_NANO_PER_HUNDREDTH = 10_000_000
_WHOLE = re.compile(r"(?P<whole>\d{1,4})(?:\.(?P<part>\d{1,9}))?", re.ASCII)
_HALF = re.compile(r"(?:(?P<whole>\d{1,4})\s*)?½|(?:(?P<spaced>\d{1,4})\s+)?1[/\u2044]2", re.ASCII)


def snap(level: float) -> float:
    """The same level on the 1e-9 grid every stored level stands on (level units in and out).

    Multiply, round half-even to a whole number, divide: exactly what a column of float64 does with rint.
    """
    return round(level * NANO) / NANO


def shown(level: float, places: int = 2) -> float:
    """The level rounded half away from zero to `places` decimals (0 to 9), taken from the snapped value."""
    if not 0 <= places <= 9:
        raise Refusal(
            "places", f"A level cannot be shown to {places} places.", "Use 0 to 9.", {"places": places}
        )
    unit: int = 10 ** (9 - places)
    tens: int = 10**places
    return _half_away(round(level * NANO), unit) / tens


def to_step(level: float, step: int) -> int:
    """The level rounded half away from zero to a multiple of `step`; hundredths out (3.25 to step 50 is 350)."""
    return _half_away(round(level * NANO), step * _NANO_PER_HUNDREDTH) * step


def _half_away(nano: int, unit: int) -> int:
    count = (2 * abs(nano) + unit) // (2 * unit)
    return count if nano >= 0 else -count


@dataclass(frozen=True, slots=True)
class Level:
    """One step of a scale that has a name. `label_key` names its wording; `symbol` is what is typed and printed
    on scales that are not numbers; `also` are other spellings read from files."""

    value: int
    label_key: str
    symbol: str = ""
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Fill:
    """The color a level takes: `band` 0 to 4 (3 is the goal's color), and whether the half-step wedge is cut."""

    band: int
    half: bool


@dataclass(frozen=True, slots=True)
class Scale:
    """A proficiency scale; every number in hundredths. Raises Refusal when its own parts contradict each other."""

    low: int
    high: int
    step: int
    goal: int
    kind: Kind
    levels: tuple[Level, ...]

    def __post_init__(self) -> None:
        if self.step < 1 or not 0 <= self.low < self.high or (self.high - self.low) % self.step:
            raise self._unfit(
                "Its steps do not lead from its lowest to its highest score.", "Change low, high or step."
            )
        values = [level.value for level in self.levels]
        if values != sorted(set(values)):
            raise self._unfit("Its levels are not in rising order.", "List each level once, lowest first.")
        if not all(self._on_step(value) for value in (*values, self.goal)):
            raise self._unfit(
                "A level or the goal is not one of its scores.", "Move it to a step of the scale."
            )
        if self.kind != "numeric":
            symbols = [level.symbol.casefold() for level in self.levels]
            if "" in symbols or len(set(symbols)) < len(symbols) or self.goal not in values:
                raise self._unfit(
                    "Its levels cannot be told apart.", "Give each level its own symbol, the goal too."
                )

    @staticmethod
    def _unfit(reason: str, remedy: str) -> Refusal:
        return Refusal("scale", f"This scale cannot be used. {reason}", remedy)

    def _on_step(self, value: int) -> bool:
        return self.low <= value <= self.high and (value - self.low) % self.step == 0

    def is_valid(self, value: int) -> bool:
        """May this score (hundredths) be given on this scale?"""
        if self.kind == "numeric":
            return self._on_step(value)
        return any(level.value == value for level in self.levels)

    def met(self, level: float | None) -> bool:
        """Has this level (level units) reached the goal? No level has not; nothing is rounded up to the goal."""
        return level is not None and snap(level) >= self.goal / 100

    def fill_of(self, level: float) -> Fill:
        """The color of a level: rounded down to the scale's step, so a level below the goal never looks met.

        Below the goal the scale is cut into equal bands (0, 1, 2; without a zero 1, 2), the goal opens band 3 and
        only the top opens band 4. On 0-4 and 1-4 with goal 3 the band is the whole number itself.
        """
        hundredths = round(level * NANO) // _NANO_PER_HUNDREDTH
        held = min(max(hundredths, self.low), self.high)
        held -= (held - self.low) % self.step
        if held < self.goal:
            first = 0 if self.low == 0 else 1
            band = first + (held - self.low) * (3 - first) // (self.goal - self.low)
        else:
            band = 4 if self.goal < self.high == held else 3
        return Fill(band, held % 100 >= 50)

    def format(self, value: int) -> str:
        """A score (hundredths) as people write it: 3, 2½, 2.75, P, B. Raises Refusal off the scale."""
        if not self.is_valid(value):
            raise self._refusal(f"{value / 100:g}")
        for level in self.levels:
            if level.value == value and level.symbol:
                return level.symbol
        return _number(value)

    def text_of(self, level: float, places: int = 1) -> str:
        """A computed level as a page prints it: a step of the scale as `format` writes it, else rounded half away
        from zero, with more decimals when the rounded number alone would claim a goal that is not met."""
        nano = round(level * NANO)
        value, rest = divmod(nano, _NANO_PER_HUNDREDTH)
        if rest == 0 and self.is_valid(value):
            return self.format(value)
        met = self.met(level)
        while self.met(shown(level, places)) != met:
            places += 1
        return f"{shown(level, places):.{places}f}"

    def parse(self, text: str) -> int:
        """The score (hundredths) a person or a file means: 3, 3.0, 2.5, 2½, 2 1/2; P or F; a letter of the scale.

        Raises Refusal (a ValueError) with the reason and the remedy for anything else.
        """
        typed = " ".join(text.split())
        value = _read_number(typed) if self.kind == "numeric" else None
        if value is None:
            value = self._named(typed.casefold())
        if value is None or not self.is_valid(value):
            raise self._refusal(typed)
        return value

    def _named(self, typed: str) -> int | None:
        for level in self.levels:
            names = (level.symbol, level.label_key, *level.also)
            if typed and any(typed == name.casefold() for name in names):
                return level.value
        return None

    def _refusal(self, typed: str) -> Refusal:
        if self.kind == "numeric":
            allowed = f"{_number(self.low)} to {_number(self.high)} in steps of {_number(self.step)}"
        else:
            allowed = ", ".join(level.symbol for level in self.levels)
        reason = f"“{typed}” is not a score on this scale." if typed else "There is no score here."
        return Refusal("not_on_scale", reason, f"Use {allowed}.", {"typed": typed, "allowed": allowed})


def _number(value: int) -> str:
    whole, part = divmod(value, 100)
    if part == 50:
        return f"{whole or ''}½"
    return f"{whole}.{part:02d}".rstrip("0").rstrip(".") if part else str(whole)


def _read_number(typed: str) -> int | None:
    half = _HALF.fullmatch(typed)
    if half:
        return int(half["whole"] or half["spaced"] or 0) * 100 + 50
    plain = _WHOLE.fullmatch(typed)
    if not plain:
        return None
    part = (plain["part"] or "").rstrip("0")
    # A third decimal is not a score; rounding it away would change what was written.
    return int(plain["whole"]) * 100 + int(part.ljust(2, "0")) if len(part) <= 2 else None


_WORDED = (
    Level(0, "with_help"),
    Level(100, "starting"),
    Level(200, "getting_there"),
    Level(300, "got_it"),
    Level(400, "going_further"),
)
_LETTERED = tuple(
    Level(100 * worth, f"letter_{name.lower()}", name) for worth, name in enumerate(("F", "D", "C", "B", "A"))
)


def of_kind(kind: str, low: int, high: int, step: int, goal: int) -> Scale:
    """The scale that these numbers (hundredths) of a table describe, with the built-in levels of its kind.

    Numeric scales get our words at 0 to 4 where 3 is their goal; pass/fail has its lowest and its highest score;
    letters are F to A at 0 to 4. Raises Refusal for another kind, or numbers that contradict each other.
    """
    if kind == "numeric":
        worded = tuple(
            each for each in _WORDED if low <= each.value <= high and (each.value - low) % max(step, 1) == 0
        )
        return Scale(low, high, step, goal, "numeric", worded if goal == 300 else ())
    if kind == "pass_fail":
        failed, passed = (
            Level(low, "not_yet", "F", ("fail", "not yet")),
            Level(high, "passed", "P", ("pass",)),
        )
        return Scale(low, high, step, goal, "pass_fail", (failed, passed))
    if kind == "letters":
        return Scale(low, high, step, goal, "letters", tuple(e for e in _LETTERED if low <= e.value <= high))
    raise Refusal(
        "unknown_kind",
        f"There is no kind of scale “{kind}”.",
        "Use numeric, pass_fail or letters.",
        {"kind": kind},
    )


def zero_to_four(*, halves: bool = True) -> Scale:
    """0 to 4, half steps by default, 3 is the goal (Westminster's scale)."""
    return of_kind("numeric", 0, 400, 50 if halves else 100, 300)


def one_to_four(*, halves: bool = False) -> Scale:
    """1 to 4, whole steps by default, 3 is the goal."""
    return of_kind("numeric", 100, 400, 50 if halves else 100, 300)


def pass_fail() -> Scale:
    """Pass or not yet: two levels, passing is the goal."""
    return of_kind("pass_fail", 0, 100, 100, 100)


def letters() -> Scale:
    """A, B, C, D, F worth 4 to 0; B is the goal, since 3 is competent. A district may set another goal."""
    return of_kind("letters", 0, 400, 100, 300)


BUILT_IN: Mapping[str, Scale] = {
    "0-4": zero_to_four(),
    "1-4": one_to_four(),
    "pass-fail": pass_fail(),
    "letters": letters(),
}
