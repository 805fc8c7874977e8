"""When is a group of targets complete?

A rule reads the targets of a group, each once by whatever path it belongs to, and answers met, not met or undecided, with the targets
that are missing and why. Nothing scored is undecided and never 0; a group without targets is undecided too.

Rules and their sources: all (Moodle, Westminster: every target of the level), points (Moodle: weights of the met ones reach a base, the
required ones among them), k_of_n, share (Empower's 80/100: so many of a hundred at the goal, all at a floor), weighted (the weighted
mean of the levels reaches a cut; what has no score is left out and its weight shared), conjunctive (every one of several rules).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from cairn.rules.formula import total
from cairn.rules.refusal import Refusal

State = Literal["met", "not_met", "undecided"]
SCORE = (0, 10_000)


class Member(NamedTuple):
    """A target of a group: its level (level units; None: nothing scored), is it met, its weight, and must it be met?"""

    id: int
    level: float | None
    met: bool
    weight: int = 1
    required: bool = False


class RollUp(NamedTuple):
    """The answer. missing: target id and reason ("not_met", "below_floor", "not_scored"); figures: JSON-safe, to word."""

    state: State
    missing: tuple[tuple[int, str], ...]
    figures: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule by name with its whole-number settings. Raises Refusal for one that cannot be used.

    all; points(base); k_of_n(k); share(percent, floor in hundredths); weighted(cut in hundredths); conjunctive(of: rules).
    """

    name: str
    settings: Mapping[str, int] = field(default_factory=dict, hash=False)
    of: tuple[Rule, ...] = ()

    def __post_init__(self) -> None:
        if self.name not in RULES:
            raise _unfit("rule", self.name, f"Use one of: {', '.join(RULES)}.")
        limits = RULES[self.name].limits
        for name in self.settings:
            if name not in limits:
                raise _unfit(name, self.settings[name], f"The rule {self.name} has no such setting.")
        for name, (low, high, default) in limits.items():
            value = self.settings.get(name, default)
            if type(value) is not int or not low <= value <= high:
                raise _unfit(name, value, f"Use a whole number from {low} to {high}.")
        if (self.name == "conjunctive") != bool(self.of):
            raise _unfit(
                "of", len(self.of), "Only the rule conjunctive consists of rules, and of one at least."
            )

    def setting(self, name: str) -> int:
        """A setting, or its default."""
        return self.settings.get(name, RULES[self.name].limits[name][2])

    @property
    def least(self) -> int:
        """Of a hundred members, how many must be met at least before the rule can hold; 0 where counting says nothing."""
        if self.name == "conjunctive":
            return max(rule.least for rule in self.of)
        return 100 if self.name == "all" else self.setting("percent") if self.name == "share" else 0

    def as_json(self) -> dict[str, Any]:
        """What `read_rule` reads."""
        told: dict[str, Any] = {"rule": self.name, **self.settings}
        return told | ({"of": [rule.as_json() for rule in self.of]} if self.of else {})


def read_rule(sent: Mapping[str, Any]) -> Rule:
    """A rule as a policy keeps it in JSON. Raises Refusal."""
    settings = {name: value for name, value in sent.items() if name not in ("rule", "of")}
    return Rule(str(sent.get("rule", "")), settings, tuple(read_rule(one) for one in sent.get("of", ())))


def roll_up(members: Sequence[Member], rule: Rule) -> RollUp:
    """Is the group complete? A member that comes twice counts once."""
    each = list({member.id: member for member in members}.values())
    if not each or all(member.level is None for member in each):
        return RollUp("undecided", tuple((member.id, "not_scored") for member in each), _counts(each))
    return RULES[rule.name].run(each, rule)


def reachable(rule: Rule, weights: Sequence[int]) -> bool:
    """Could a group whose members weigh this ever be complete? More points than there are never come together."""
    if rule.name == "conjunctive":
        return all(reachable(one, weights) for one in rule.of)
    return bool(weights) and (rule.name != "points" or sum(weights) >= rule.setting("base"))


def _counts(members: Sequence[Member]) -> dict[str, Any]:
    return {"met": sum(member.met for member in members), "of": len(members)}


def _unmet(members: Sequence[Member]) -> tuple[tuple[int, str], ...]:
    return tuple(
        (member.id, "not_scored" if member.level is None else "not_met")
        for member in members
        if not member.met
    )


def _all(members: Sequence[Member], rule: Rule) -> RollUp:
    missing = _unmet(members)
    return RollUp("not_met" if missing else "met", missing, _counts(members))


def _points(members: Sequence[Member], rule: Rule) -> RollUp:
    base = rule.setting("base")
    points = sum(member.weight for member in members if member.met)
    required = [member for member in members if member.required and not member.met]
    done = points >= base and not required
    missing = () if done else _unmet(members if points < base else required)
    return RollUp("met" if done else "not_met", missing, _counts(members) | {"points": points, "base": base})


def _k_of_n(members: Sequence[Member], rule: Rule) -> RollUp:
    k = min(rule.setting("k"), len(members))
    counts = _counts(members) | {"k": k}
    done = counts["met"] >= k
    return RollUp("met" if done else "not_met", () if done else _unmet(members), counts)


def _share(members: Sequence[Member], rule: Rule) -> RollUp:
    percent, floor = rule.setting("percent"), rule.setting("floor")
    counts = _counts(members)
    below = {m.id for m in members if m.level is None or m.level < floor / 100}
    enough = counts["met"] * 100 >= percent * counts["of"]
    figures = counts | {"percent": percent, "floor": floor, "below_floor": len(below)}
    if enough and not below:
        return RollUp("met", (), figures)
    missing = tuple(
        (m.id, "not_scored" if m.level is None else "below_floor" if m.id in below else "not_met")
        for m in members
        if m.id in below or (not enough and not m.met)
    )
    return RollUp("not_met", missing, figures)


def _weighted(members: Sequence[Member], rule: Rule) -> RollUp:
    cut = rule.setting("cut")
    scored = [(member.level, member.weight) for member in members if member.level is not None]
    weight = sum(weight for _level, weight in scored)
    required = [member for member in members if member.required and not member.met]
    mean = None if weight == 0 else total(level * weight for level, weight in scored) / weight
    figures = _counts(members) | {"mean": None if mean is None else round(mean, 9), "cut": cut}
    if mean is None:
        return RollUp("undecided", _unmet(members), figures)
    done = round(mean * 100, 7) >= cut and not required
    return RollUp("met" if done else "not_met", () if done else _unmet(members), figures)


def _conjunctive(members: Sequence[Member], rule: Rule) -> RollUp:
    parts = [roll_up(members, one) for one in rule.of]
    missing = dict(pair for part in reversed(parts) for pair in part.missing)
    figures = _counts(members) | {
        "parts": [[one.name, part.state] for one, part in zip(rule.of, parts, strict=True)]
    }
    states = {part.state for part in parts}
    state: State = "not_met" if "not_met" in states else "undecided" if "undecided" in states else "met"
    return RollUp(state, tuple((m.id, missing[m.id]) for m in members if m.id in missing), figures)


class _Kind(NamedTuple):
    run: Callable[[Sequence[Member], Rule], RollUp]
    limits: Mapping[str, tuple[int, int, int]]  # lowest, highest, default


RULES: dict[str, _Kind] = {
    "all": _Kind(_all, {}),
    "points": _Kind(_points, {"base": (1, 10_000, 1)}),
    "k_of_n": _Kind(_k_of_n, {"k": (1, 1_000, 1)}),
    "share": _Kind(_share, {"percent": (1, 100, 80), "floor": (*SCORE, 200)}),
    "weighted": _Kind(_weighted, {"cut": (*SCORE, 300)}),
    "conjunctive": _Kind(_conjunctive, {}),
}


def _unfit(name: str, value: object, remedy: str) -> Refusal:
    return Refusal("rollup", f"The setting “{name}” cannot be {value!r}.", remedy, {"setting": name})
