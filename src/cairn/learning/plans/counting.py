"""Which targets stand behind a student's counts, by which rule, and what is left out? For the page that explains them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q
from django.utils import timezone

from cairn.access.decide import Decision
from cairn.learning.frameworks.models import Item
from cairn.learning.frameworks.queries import names_of
from cairn.learning.frameworks.rulebook import method_from
from cairn.learning.frameworks.scales import CalculationPolicy, ScaleUse
from cairn.learning.mastery.asof import end_of
from cairn.learning.mastery.queries import Standing, standings
from cairn.learning.plans.queries import Progress, Subject, student_progress
from cairn.rules.mastery import Method


@dataclass(frozen=True, slots=True)
class Outside:
    """A target that is met, and that no class of the student works on now, so no count holds it."""

    public_id: str
    name: str
    standing: Standing


@dataclass(frozen=True, slots=True)
class SubjectCounted:
    """One subject with what its count rests on. own_rules: planned targets that have a rule of their own."""

    subject: Subject
    outside: Sequence[Outside]
    method: Method
    in_force_since: date
    own_rules: int
    scale_since: date


@dataclass(frozen=True, slots=True)
class Counted:
    """A student's counts. progress: as the progress page has it; subjects: the same, each with what stands behind it."""

    progress: Progress
    subjects: Sequence[SubjectCounted]


def counted(student: Any, decision: Decision, *, language: str) -> Counted:
    """Everything behind the counts of a student, as of the day that `decision` is cut at. Four queries more than the progress."""
    progress = student_progress(student, decision, language=language)
    if not progress.subjects:
        return Counted(progress, ())
    outside = _outside(student.pk, decision, progress, language)
    moment = end_of(progress.on) if decision.until else timezone.now()
    policies = _policies(progress, moment)
    scales = _scales_since(progress)
    return Counted(
        progress, [_subject(subject, outside, policies, scales, progress.on) for subject in progress.subjects]
    )


def _subject(
    subject: Subject,
    outside: dict[int, list[Outside]],
    policies: Sequence[CalculationPolicy],
    scales: dict[int, date],
    on: date,
) -> SubjectCounted:
    rule = next(
        row for row in policies if row.item_id is None and row.framework_id in (subject.framework, None)
    )
    targets = {target.target for target in subject.targets}
    return SubjectCounted(
        subject,
        outside.get(subject.framework, ()),
        method_from(rule),
        timezone.localdate(rule.valid_from),
        len({row.item_id for row in policies} & targets),
        scales.get(subject.framework, on),
    )


def _outside(student: int, decision: Decision, progress: Progress, language: str) -> dict[int, list[Outside]]:
    """Framework id -> what is met there outside of every plan. Four queries; one where nothing is."""
    planned = {target.target for subject in progress.subjects for target in subject.targets}
    known = standings([student], decision).get(student, {})
    met = {target: found for target, found in known.items() if found.met and target not in planned}
    if not met:
        return {}
    frameworks = [subject.framework for subject in progress.subjects]
    rows = Item.objects.filter(pk__in=met, framework__in=frameworks).order_by("position", "pk")
    items = list(rows.values_list("pk", "public_id", "framework"))
    names = names_of([pk for pk, _public_id, _framework in items], language)
    found: dict[int, list[Outside]] = {}
    for pk, public_id, framework in items:
        found.setdefault(framework, []).append(Outside(public_id, names[pk][0], met[pk]))
    return found


def _policies(progress: Progress, moment: datetime) -> list[CalculationPolicy]:
    """The rules that decide in these subjects at a moment: a target's own first, then the subjects', the newest first."""
    frameworks = [subject.framework for subject in progress.subjects]
    targets = [target.target for subject in progress.subjects for target in subject.targets]
    mine = Q(framework=None, item=None) | Q(framework__in=frameworks) | Q(item__in=targets)
    rows = CalculationPolicy.objects.filter(mine, valid_from__lte=moment).order_by("-valid_from", "-version")
    return sorted(rows, key=lambda row: 0 if row.item_id else 1 if row.framework_id else 2)


def _scales_since(progress: Progress) -> dict[int, date]:
    """Framework id -> since when its scale has been the one in use."""
    wanted = {subject.framework: subject.scale.id for subject in progress.subjects}
    rows = ScaleUse.objects.filter(framework__in=list(wanted), valid_from__lte=progress.on)
    found: dict[int, date] = {}
    for framework, scale, since in rows.order_by("-valid_from").values_list(
        "framework", "scale", "valid_from"
    ):
        if scale == wanted[framework]:
            found[framework] = since
    return found
