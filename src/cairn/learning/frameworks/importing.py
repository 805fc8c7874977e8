"""How does a framework come into the tables, so that nothing scored is lost and the same file changes nothing?

`plan_framework` reads and compares and writes nothing; `apply_plan` writes what differs, in the caller's transaction.
Items and associations that a newer version lacks are retired, never deleted: evidence stands on them.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from cairn.learning.frameworks import stored
from cairn.learning.frameworks.adopting import (
    DEFAULT_SCALE,
    NO_SCALE,
    newest_scale,
    publish_policy,
    use_scale,
)
from cairn.learning.frameworks.compare import Difference, Row, same_case, words_of
from cairn.learning.frameworks.confirming import Mapped, keep, mapped, preview_of
from cairn.learning.frameworks.models import Framework, FrameworkVersion
from cairn.learning.frameworks.resolving import draw_wordings, find_translations, resolve
from cairn.learning.frameworks.rows import Applied, FrameworkRows, Tally, Wishes
from cairn.learning.frameworks.scales import CalculationPolicy, ScaleUse
from cairn.learning.frameworks.standing import TRANSLATES, Standing, kinds_of, settle, standing_of
from cairn.learning.frameworks.writing import write_parts
from cairn.people.models import Account
from cairn.trail.actions import record_changes

_HEAD = ("uri", "title", "language", "subject", "position", "is_academic")


class Older(ValueError):
    """What came is older than what is here."""

    def __init__(self, here: datetime, came: datetime) -> None:
        super().__init__(f"{came} is older than {here}")
        self.here, self.came = here, came


class Overtaken(RuntimeError):
    """Another import changed the framework between planning and applying; plan anew."""


@dataclass(slots=True)
class Plan:
    """What an import would do. Nothing is written yet."""

    rows: FrameworkRows
    wishes: Wishes
    framework: Framework | None
    version: int  # the newest version when this was planned; 0: none
    head: Row
    head_changed: bool
    standing: Standing
    parts: dict[str, Difference]
    mapped: Mapped
    scale: tuple[str, str] | None  # key and stage to adopt; None: leave as it is
    result: Applied


def plan_framework(rows: FrameworkRows, wishes: Wishes, *, allow_older: bool = False) -> Plan:
    """Compares a package with what is here. Raises Older, TooDeep, and Refusal when the wishes name no known scale."""
    framework = Framework.objects.filter(identifier=rows.identifier).first()
    pk = framework.pk if framework else None
    newest = FrameworkVersion.objects.filter(framework=pk).order_by("-number").first() if pk else None
    here = newest.last_change_at if newest else None
    if here and rows.last_change_at and rows.last_change_at < here and not allow_older:
        raise Older(here, rows.last_change_at)
    standing = standing_of(rows)
    came = stored.came(rows)
    parts = {part.name: part.differ(pk, came[part.name]) for part in stored.PARTS}
    found = mapped(pk, standing, wishes.rows)
    head, changed = _head(rows, wishes, framework)
    tallies = {"frameworks": _one(framework is None, changed)}
    tallies |= {name: one.tally for name, one in parts.items()}
    tallies["mappings"] = found.tally
    plan = Plan(
        rows, wishes, framework, newest.number if newest else 0, head, changed, standing, parts, found, None,
        Applied(pk, tallies),
    )  # fmt: skip
    _adopt(plan)
    return plan


def _one(new: bool, changed: bool) -> Tally:
    """The tally of a single row."""
    return Tally(added=1) if new else Tally(changed=1) if changed else Tally(same=1)


def _head(rows: FrameworkRows, wishes: Wishes, framework: Framework | None) -> tuple[Row, bool]:
    """The row of the framework itself. A subject that a person gave stays until a person gives another."""
    head: Row = {
        "uri": rows.uri[:500],
        "title": rows.title[:500],
        "language": rows.language[:20],
        "subject": rows.subject[:200],
        "position": 0,
        "is_academic": True,
        "case": dict(rows.case),
    }
    if framework is not None:
        head |= {name: getattr(framework, name) for name in ("subject", "position", "is_academic")}
    for name, wish in (
        ("subject", wishes.subject),
        ("position", wishes.position),
        ("is_academic", wishes.academic),
    ):
        if wish is not None:
            head[name] = wish
    if framework is None:
        return head, True
    changed = (
        any(getattr(framework, name) != head[name] for name in _HEAD)
        or not same_case(framework.case, head["case"])
        or framework.package != dict(rows.package)
    )
    return head, changed


def _adopt(plan: Plan) -> None:
    """Which scale and stage this framework should have, and the preview that shows it."""
    wishes, framework = plan.wishes, plan.framework
    scored = {key for key, (_kind, yes) in kinds_of(plan.standing, plan.mapped.rows).items() if yes}
    own = {item.identifier for item in plan.rows.items} | {plan.rows.identifier}
    translated = {
        one.origin_identifier
        for one in plan.rows.associations
        if one.kind == TRANSLATES and one.origin_identifier in own and one.destination_identifier not in own
    }
    translates = plan.rows.identifier in translated or (
        bool(scored) and 2 * len(scored & translated) >= len(scored)
    )
    current = None
    if framework is not None:
        uses = ScaleUse.objects.filter(framework=framework, school=None).select_related("scale")
        current = uses.order_by("-valid_from").first()
    if current is not None:
        key, stage = current.scale.key if current.scale else NO_SCALE, current.stage
    elif scored and not translates:
        key, stage = DEFAULT_SCALE, "recording"
    else:
        key, stage = NO_SCALE, "standards"
    wanted = wishes.scale or key
    if wishes.scale == NO_SCALE or wishes.stage == "standards":
        wanted, step = NO_SCALE, "standards"
    else:
        if wishes.stage and wanted == NO_SCALE:
            wanted = DEFAULT_SCALE
        step = wishes.stage or ("recording" if wanted != NO_SCALE and stage == "standards" else stage)
    if wanted != NO_SCALE:
        newest_scale(wanted)  # refuses an unknown one before anything is written
    asked = wishes.scale is not None or wishes.stage is not None
    if (current is None and (asked or wanted != NO_SCALE)) or (asked and (wanted, step) != (key, stage)):
        plan.scale = (wanted, step)
        plan.result.tallies["scales"] = _one(current is None, True)
    elif current is not None:
        plan.result.tallies["scales"] = Tally(same=1)
    if wishes.method is not None:
        plan.result.tallies["policies"] = _policy_tally(framework, wishes)
    plan.result.preview = preview_of(
        plan.rows.title, plan.standing, plan.mapped,
        scale=None if wanted == NO_SCALE else wanted, stage=step, translates=translates,
    )  # fmt: skip


def _policy_tally(framework: Framework | None, wishes: Wishes) -> Tally:
    method = wishes.method
    policies = (
        CalculationPolicy.objects.filter(framework=framework)
        if framework
        else CalculationPolicy.objects.none()
    )
    last = policies.order_by("-version").first()
    if last is None or method is None:
        return Tally(added=1)
    same = (last.method, last.order, last.params) == (method.name, method.order, dict(method.params))
    return _one(False, not same)


def apply_plan(plan: Plan, *, by: Account | None, run: int | None, digest: str) -> Applied:
    """Writes what the plan found, in one transaction. Raises Overtaken when the framework changed meanwhile."""
    result = plan.result
    if not result.changed:
        return result
    now = timezone.now()
    with transaction.atomic():
        framework = _written_head(plan)
        result.framework = framework.pk
        write_parts(framework.pk, plan.parts, now)
        if plan.mapped.changed:
            since = _moment(plan.wishes, now)
            keep(framework.pk, plan.mapped, by=by, run=run, since=since)
        settle(framework.pk, plan.standing, plan.mapped.rows)
        resolve(framework.pk)
        find_translations(framework.pk)
        draw_wordings(framework.pk)
        if plan.head_changed or any(one.added or one.changed or one.gone for one in plan.parts.values()):
            result.version = _number(plan, framework, digest, run, now)
        framework.refresh_from_db()
        if plan.scale is not None:
            key, stage = plan.scale
            use_scale(framework, key, stage, plan.wishes.since or timezone.localdate(now), by=by, run=run)
        if plan.wishes.method is not None:
            publish_policy(framework, plan.wishes.method, by=by, run=run)
        record_changes(_trail(plan, framework.pk), by=by.pk if by else None, run=run)
    return result


def _moment(wishes: Wishes, now: datetime) -> datetime | None:
    if wishes.since is None:
        return None
    midnight = timezone.make_aware(datetime.combine(wishes.since, datetime.min.time()))
    return midnight if midnight < now - timedelta(seconds=1) else None


def _written_head(plan: Plan) -> Framework:
    if plan.framework is None:
        if Framework.objects.filter(identifier=plan.rows.identifier).exists():
            raise Overtaken
        return Framework.objects.create(
            identifier=plan.rows.identifier, package=dict(plan.rows.package), **plan.head
        )
    framework = Framework.objects.select_for_update().get(pk=plan.framework.pk)
    newest = FrameworkVersion.objects.filter(framework=framework).aggregate(n=Max("number"))["n"] or 0
    if newest != plan.version:
        raise Overtaken
    if plan.head_changed:
        for name, value in plan.head.items():
            setattr(framework, name, value)
        framework.package = dict(plan.rows.package)
        framework.save()
    return framework


def _number(plan: Plan, framework: Framework, digest: str, run: int | None, now: datetime) -> int:
    made = FrameworkVersion.objects.create(
        framework=framework,
        number=plan.version + 1,
        label=plan.rows.version[:100],
        last_change_at=plan.rows.last_change_at,
        valid_from=now,
        digest=digest,
        run_id=run,
    )
    return int(made.number)


def _trail(plan: Plan, framework: int) -> list[dict[str, Any]]:
    """What was replaced or taken out, each with its words before and after. New rows are told by the version."""
    if plan.framework is None:
        return []
    found = []
    if plan.head_changed:
        old = {name: getattr(plan.framework, name) for name in (*_HEAD, "case")}
        found.append(_change("change", "framework", framework, *words_of(old, plan.head, _HEAD)))
    for part in stored.PARTS:
        entity = part.model._meta.model_name or part.name
        for old, new in plan.parts[part.name].changed.values():
            if part.retires and old["retired_at"]:
                found.append(_change("bring_back", entity, old["id"], {"retired": True}, {"retired": False}))
            before, after = words_of(old, new, part.says)
            if before:
                found.append(_change("change", entity, old["id"], before, after))
        for old in plan.parts[part.name].gone.values():
            action = "retire" if part.retires else "remove"
            before = {name: old[name] for name in (*part.key, *part.says)}
            found.append(_change(action, entity, old["id"], before, None))
    return found


def _change(
    action: str, entity: str, pk: int, before: dict[str, Any] | None, after: dict[str, Any] | None
) -> dict[str, Any]:
    return {
        "action": action,
        "entity": entity,
        "object_id": pk,
        "before": before,
        "after": after,
        "student_id": None,
    }
