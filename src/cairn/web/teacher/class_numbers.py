"""Where does a class stand on one target: how many at each level, the middle one, the average? For its teachers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from cairn.access.decide import Decision
from cairn.access.directory import students_in_class
from cairn.learning.frameworks.queries import ScaleInUse
from cairn.learning.mastery.queries import standings
from cairn.rules.class_numbers import class_numbers, percents
from cairn.web.parts import words
from cairn.web.parts.progress_view import labels_for


@dataclass(frozen=True, slots=True)
class ClassOnTarget:
    """rows: level, how many students, their part of a hundred. without: students without a level, who enter no figure."""

    rows: Sequence[tuple[words.LevelShown, int, int]]
    without: int
    median: str
    mean: str


def class_on_target(
    klass: Any, target: int, decision: Decision, use: ScaleInUse | None, *, on: date
) -> ClassOnTarget | None:
    """The class on a target (id) on a day; None where nobody has a level yet. Two queries; ask `access` for the class first."""
    if use is None:
        return None
    scale, labels = use.scale, labels_for(use, "staff")
    students = list(students_in_class(klass, on=on).values_list("pk", flat=True))
    known = standings(students, decision, targets=[target])
    levels = [
        cells[target].level if target in (cells := known.get(student, {})) else None for student in students
    ]
    cuts = [level.value for level in reversed(scale.levels)] or [scale.goal, scale.low]
    found = class_numbers(levels, cuts)
    if found.mean is None or found.median is None:
        return None
    parts = percents(found.counts)
    shown = [words.shown(scale, cut / 100, "staff", labels=labels) for cut in cuts]
    return ClassOnTarget(
        rows=list(zip(shown, found.counts, parts, strict=True)),
        without=found.without,
        median=scale.text_of(found.median),
        mean=scale.text_of(found.mean),
    )
