"""How full is a portfolio that asks for so many demonstrations of each skill, how good is it, and what has grown?

The rule is Slate CBL's (Building 21), case by case in the tests. Of each skill the best ratings are kept, as many as are
required; among equals the earlier one. An override fills the whole skill and drops what was missed (M) there. A missed one adds
nothing, is no 0 in the average and fills no place. Complete: every place is filled, and the average, where there is one, reaches a
minimum. A level by overrides alone has no average and is complete.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from cairn.rules.growth import difference
from cairn.rules.scale import shown

HALF = 0.5  # of all places: with so many filled, a skill without a rating does not keep the baseline from being one


class Demonstration(NamedTuple):
    """One of a skill, oldest first: a rating; or None for one that was missed, or for an override of the skill."""

    rating: float | None
    override: bool = False


class Skill(NamedTuple):
    """How many demonstrations a level asks of a skill (0: none), and those there are, oldest first."""

    required: int
    given: Sequence[Demonstration]


class Portfolio(NamedTuple):
    """average, baseline and growth in the unit of the ratings; None: there is none, which is never 0. progress: filled of required.

    missed: kept demonstrations that were missed. average is rounded to `places`, progress to two, half away from zero.
    """

    average: float | None
    baseline: float | None
    growth: float | None
    progress: float | None
    required: int
    filled: int
    missed: int
    complete: bool


def portfolio(
    skills: Sequence[Skill], *, minimum: float, baseline: float | None = None, places: int = 1
) -> Portfolio:
    """The state of a level. `baseline`: the one that was saved when the level began; without it the earliest ratings make it."""
    required = sum(skill.required for skill in skills)
    kept = [_kept(skill) for skill in skills]
    ratings = [one.rating for some in kept for one in some if one.rating is not None]
    missed = sum(one.rating is None and not one.override for some in kept for one in some)
    filled = sum(_filled(skill, some) for skill, some in zip(skills, kept, strict=True))
    average = shown(sum(ratings) / len(ratings), places) if ratings else None
    begun = _baseline(skills, filled, required) if baseline is None else baseline
    return Portfolio(
        average=average,
        baseline=begun,
        growth=difference(begun, average, places),
        progress=shown(filled / required) if required else None,
        required=required,
        filled=filled,
        missed=missed,
        complete=0 < required == filled and (average is None or average >= minimum),
    )


def _kept(skill: Skill) -> list[Demonstration]:
    """The best of a skill, as many as are required; an override stands beside them and takes no place from a rating."""
    overrides = [one for one in skill.given if one.override]
    given = [one for one in skill.given if not one.override and (one.rating is not None or not overrides)]
    best = sorted(given, key=lambda one: -(one.rating or 0))[: skill.required]
    return best + overrides[:1]


def _filled(skill: Skill, kept: Sequence[Demonstration]) -> int:
    if any(one.override for one in kept):
        return skill.required
    return sum(one.rating is not None for one in kept)


def _baseline(skills: Sequence[Skill], filled: int, required: int) -> float | None:
    """The mean of the skills' first ratings, once every required skill has one or half of all places are filled."""
    asked = [skill for skill in skills if skill.required]
    known = [first for skill in asked if (first := _first(skill)) is not None]
    if not known or (len(known) < len(asked) and filled < HALF * required):
        return None
    return sum(known) / len(known)


def _first(skill: Skill) -> float | None:
    """A skill begins with what was not missed; where that is an override, nothing says where the student began."""
    return next((one.rating for one in skill.given if one.rating is not None or one.override), None)
