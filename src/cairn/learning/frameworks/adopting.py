"""By which scale and which rule is a framework scored, from which day on? Versions are added, never rewritten."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from cairn.learning.frameworks.models import Framework, Item
from cairn.learning.frameworks.rulebook import method_from, scale_from
from cairn.learning.frameworks.scales import CalculationPolicy, ScaleLabel, ScaleUse, ScaleVersion
from cairn.people.models import Account, Agency
from cairn.rules.mastery import Method
from cairn.rules.refusal import Refusal
from cairn.rules.scale import Scale
from cairn.trail.actions import record_change

NO_SCALE = "none"
DEFAULT_SCALE = "0-4"
AUDIENCES = ("student", "family", "staff")


def newest_scale(key: str) -> ScaleVersion:
    """The newest version of a scale. Raises Refusal for a key that no scale has."""
    found = ScaleVersion.objects.filter(key=key).order_by("-number").first()
    if found is None:
        known = sorted(set(ScaleVersion.objects.values_list("key", flat=True)))
        raise Refusal(
            "unknown_scale",
            f"There is no scale “{key}”.",
            f"Use one of: {', '.join([*known, NO_SCALE])}.",
            {"scale": key, "known": known},
        )
    return found


def use_scale(
    framework: Framework,
    key: str,
    stage: str,
    valid_from: date,
    *,
    school: Agency | None = None,
    by: Account | None,
    run: int | None = None,
) -> ScaleUse:
    """From a day on this framework stands at a stage (standards, scales, recording) with a scale, in one school or all.

    `key`: a scale's key, or "none" for standards alone. Saying what holds already changes nothing. Raises Refusal.
    """
    scale = _scale_for(key, stage)
    with transaction.atomic():
        uses = ScaleUse.objects.filter(framework=framework, school=school)
        current = uses.filter(valid_from__lte=valid_from).order_by("-valid_from").first()
        if current is not None and (current.scale_id, current.stage) == (scale.pk if scale else None, stage):
            return current
        before = _said(current) if current else None
        since = _counts_from(framework, school, scale, valid_from)
        if current is not None and current.valid_from == valid_from:
            use = current
            use.scale, use.stage, use.counts_from = scale, stage, since
            use.save(update_fields=["scale", "stage", "counts_from"])
        else:
            use = ScaleUse.objects.create(
                framework=framework,
                school=school,
                scale=scale,
                stage=stage,
                valid_from=valid_from,
                counts_from=since,
            )
        record_change(
            action="use_scale",
            entity="scale_use",
            object_id=use.pk,
            before=before,
            after=_said(use),
            by=by.pk if by else None,
            run=run,
        )
    return use


def _scale_for(key: str, stage: str) -> ScaleVersion | None:
    """The newest version of the scale, where the stage may have it."""
    if stage not in ScaleUse.STAGES:
        raise Refusal(
            "unknown_stage",
            f"There is no stage “{stage}”.",
            f"Use one of: {', '.join(ScaleUse.STAGES)}.",
            {"stage": stage},
        )
    scale = None if key == NO_SCALE else newest_scale(key)
    if scale is None and stage != "standards":
        raise Refusal(
            "no_scale", f"The stage “{stage}” needs a scale.", "Name a scale, or use the stage standards.", {}
        )
    return scale


def _counts_from(
    framework: Framework, school: Agency | None, scale: ScaleVersion | None, valid_from: date
) -> date | None:
    """From which day on evidence counts: all of it, unless the scale used until now was another one."""
    uses = ScaleUse.objects.filter(framework=framework, valid_from__lt=valid_from, scale__isnull=False)
    uses = uses.select_related("scale").order_by("-valid_from")
    last = uses.filter(school=school).first() or uses.filter(school=None).first()
    if last is None or last.scale is None or scale is None:
        return None
    return last.counts_from if last.scale.key == scale.key else valid_from


def _said(use: ScaleUse) -> dict[str, Any]:
    return {
        "framework": use.framework_id,
        "school": use.school_id,
        "scale": use.scale_id,
        "stage": use.stage,
        "valid_from": use.valid_from.isoformat(),
    }


def publish_policy(
    scope: Framework | Item | None,
    method: Method,
    *,
    by: Account | None,
    run: int | None = None,
    valid_from: datetime | None = None,
    reason: str = "",
) -> CalculationPolicy:
    """The next version of the rule for one target, a subject, or everything, in force from now or a moment to come on.

    Publishing the newest rule of the same scope again changes nothing. No level changes by publishing: those that stand
    stay until the policy is applied (`mastery/migrating.py`), which is logged. Raises Refusal for a day that is over.
    """
    where = {
        "framework": scope if isinstance(scope, Framework) else None,
        "item": scope if isinstance(scope, Item) else None,
    }
    now = timezone.now()
    begin = valid_from or now
    if timezone.localdate(begin) < timezone.localdate(now):
        raise Refusal(
            "day_is_over",
            "This day is over; a rule never changes what was shown.",
            "Choose today or a later day.",
        )
    with transaction.atomic():
        versions = CalculationPolicy.objects.filter(**where)
        last = versions.order_by("-valid_from", "-version").first()
        if last is not None and method_from(last).is_same(method):
            return last
        newest = versions.aggregate(n=Max("version"))["n"] or 0
        policy = CalculationPolicy.objects.create(
            **where,
            method=method.name,
            params=dict(method.params),
            order=method.order,
            conditions=method.conditions.as_json(),
            version=newest + 1,
            valid_from=begin,
            published_by=by,
            reason=" ".join(reason.split())[:400],
        )
        record_change(
            action="publish_policy",
            entity="calculation_policy",
            object_id=policy.pk,
            before=_told(last) if last else None,
            after=_told(policy),
            by=by.pk if by else None,
            run=run,
        )
    return policy


def _told(policy: CalculationPolicy) -> dict[str, Any]:
    return {
        "method": policy.method,
        "params": policy.params,
        "order": policy.order,
        "conditions": policy.conditions,
        "valid_from": policy.valid_from.isoformat(),
        "reason": policy.reason,
    }


def publish_scale(
    key: str, title: str, scale: Scale, *, valid_from: date, by: Account | None
) -> ScaleVersion:
    """The next version of a scale, or the first of a new one. Those in use keep theirs until `use_scale` says otherwise."""
    with transaction.atomic():
        last = ScaleVersion.objects.filter(key=key).order_by("-number").first()
        if last is not None and last.title == title and scale_from(last) == scale:
            return last
        made = ScaleVersion.objects.create(
            key=key,
            number=(ScaleVersion.objects.filter(key=key).aggregate(n=Max("number"))["n"] or 0) + 1,
            title=title,
            kind=scale.kind,
            low=scale.low,
            high=scale.high,
            step=scale.step,
            goal=scale.goal,
            levels=[[one.value, one.label_key, one.symbol, list(one.also)] for one in scale.levels],
            valid_from=valid_from,
            published_by=by,
        )
        record_change(
            action="publish_scale",
            entity="scale",
            object_id=made.pk,
            before={"number": last.number} if last else None,
            after={"key": key, "number": made.number},
            by=by.pk if by else None,
        )
    return made


def label_level(
    scale: ScaleVersion, value: int, audience: str, language: str, label: str, *, by: Account | None
) -> ScaleLabel | None:
    """How one level (hundredths) is called for an audience in a language. An empty label brings the built-in words back."""
    if audience not in AUDIENCES:
        raise Refusal(
            "unknown_audience",
            f"There is no audience “{audience}”.",
            f"Use one of: {', '.join(AUDIENCES)}.",
            {"audience": audience},
        )
    scale_from(scale).format(value)  # refuses a value that is no score of this scale
    label = " ".join(label.split())[:60]
    where: dict[str, Any] = {"scale": scale, "value": value, "audience": audience, "language": language}
    with transaction.atomic():
        old = ScaleLabel.objects.filter(**where).first()
        if (old.label if old else "") == label:
            return old
        if label:
            made, _new = ScaleLabel.objects.update_or_create(**where, defaults={"label": label})
        else:
            ScaleLabel.objects.filter(**where).delete()
            made = None
        record_change(
            action="label_level",
            entity="scale",
            object_id=scale.pk,
            before={
                "value": value,
                "audience": audience,
                "language": language,
                "label": old.label if old else "",
            },
            after={"value": value, "audience": audience, "language": language, "label": label},
            by=by.pk if by else None,
        )
    return made
