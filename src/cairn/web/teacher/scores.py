"""What happens to the scores that a teacher types? Saved at once, each once, each refusal said at its own cell."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, JsonResponse
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import get_language
from django.views.decorators.http import require_POST

from cairn.access.decide import today
from cairn.access.directory import class_of, students_in_class
from cairn.learning.frameworks.queries import scales_in_use
from cairn.learning.mastery.actions import Entry, record_scores, withdraw_scores
from cairn.learning.mastery.named import evidence_in_cell, own_entries_by_key
from cairn.learning.plans.planned import planned_for
from cairn.rules.refusal import Refusal
from cairn.web.parts.opening import signed_in, viewer_of
from cairn.web.teacher.grid import KINDS
from cairn.web.teacher.live import changes
from cairn.web.teacher.refused import refusal_words

MOST = 500
KEY = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)
OLDEST = timedelta(days=30)  # a score typed offline is judged when it was typed, within reason


@dataclass(frozen=True, slots=True)
class Typed:
    """One score as the page sent it, with the page's own key; `corrects` is the key of another one of its own."""

    key: str
    entry: Entry
    corrects: str = ""


def entry_key(account: Any, key: str) -> str:
    """The device's key under its account, so that nobody can take the place of another's entry."""
    return f"grid:{account.pk}:{key}"


def evidence_mark(pk: int) -> str:
    """How a page names a piece of evidence: opaque, and the same every time."""
    return salted_hmac("cairn.evidence", str(pk)).hexdigest()[:20]


@signed_in
@require_POST
def scores(request: HttpRequest, klass: str) -> HttpResponse:
    """Take scores; answer which were saved, which refused and why, and what to repaint."""
    viewer = viewer_of(request)
    found, _decision = class_of(viewer, klass, action="record", category="academic")
    body = _body(request)
    sent = body.get("entries")
    if not isinstance(sent, list) or len(sent) > MOST or not all(isinstance(one, dict) for one in sent):
        return HttpResponseBadRequest()
    if not all(KEY.fullmatch(str(one.get("key", ""))) for one in sent):
        return HttpResponseBadRequest()
    typed, refused = _read(sent, found, viewer)
    saved = _record(typed, refused, viewer)
    answer = changes(request, klass, str(body.get("v", "")))
    return JsonResponse({**answer, "saved": saved, "refused": refused})


@signed_in
@require_POST
def withdraw(request: HttpRequest, klass: str) -> HttpResponse:
    """Take back one's own scores by their keys: the other half of undo."""
    viewer = viewer_of(request)
    class_of(viewer, klass, action="record", category="academic")
    body = _body(request)
    keys = body.get("keys")
    if (
        not isinstance(keys, list)
        or not 0 < len(keys) <= MOST
        or not all(KEY.fullmatch(str(k)) for k in keys)
    ):
        return HttpResponseBadRequest()
    problem = ""
    try:
        withdraw_scores([entry_key(viewer, key) for key in keys], by=viewer)
    except Refusal as refusal:
        problem = refusal_words(refusal)
    return JsonResponse({**changes(request, klass, str(body.get("v", ""))), "problem": problem})


def _body(request: HttpRequest) -> Mapping[str, Any]:
    try:
        body = json.loads(request.body)
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def _read(sent: Sequence[Mapping[str, Any]], klass: Any, viewer: Any) -> tuple[list[Typed], dict[str, str]]:
    """What can be recorded, and per key why not."""
    wanted = {str(one.get("student", "")) for one in sent}
    students = {row.public_id: row.pk for row in students_in_class(klass).filter(public_id__in=wanted)}
    language = get_language() or "en"
    targets = {target.public_id: target for target in planned_for([klass.pk], on=today(), language=language)}
    scales = scales_in_use(
        {target.framework for target in targets.values()}, language, today(), klass.school_id
    )
    typed, refused = [], {}
    for one in sent:
        key = str(one["key"])
        try:
            student = students.get(str(one.get("student", "")))
            target = targets.get(str(one.get("target", "")))
            if student is None:
                raise Refusal("no_student", "No such student in this class.", "")
            if target is None or target.framework not in scales:
                raise Refusal("no_target", "No such target in this plan.", "")
            kind = str(one.get("no_score") or "")
            value = None if kind in KINDS else scales[target.framework].scale.parse(str(one.get("value", "")))
            judged = _moment(one.get("at"))
            entry = Entry(
                student=student,
                target=target.target,
                value=value,
                no_score=kind if value is None else "",
                shown_on=_day(one.get("shown_on"), judged),
                recorded_at=judged,
                title=str(one.get("title") or "")[:200],
                comment=str(one.get("comment") or "")[:2000],
                klass=klass.pk,
                recorded_by=viewer.adult_id,
                entry_key=entry_key(viewer, key),
                supersedes=_marked(one.get("mark"), student, target.target),
            )
            typed.append(Typed(key, entry, str(one.get("corrects") or "")))
        except Refusal as refusal:
            refused[key] = refusal_words(refusal)
    return typed, refused


def _moment(value: object) -> datetime:
    """When it was typed; the server's clock where the device's cannot be right."""
    now = timezone.now()
    try:
        moment = datetime.fromisoformat(str(value).replace("Z", "+00:00"))
    except ValueError:
        return now
    if moment.tzinfo is None or not now - OLDEST <= moment <= now:
        return now
    return moment


def _day(value: object, judged: datetime) -> date:
    if not value:
        return timezone.localdate(judged)
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise Refusal("bad_day", "Not a day.", "") from None


def _marked(mark: object, student: int, target: int) -> int | None:
    if not mark:
        return None
    for pk in evidence_in_cell(student, target):
        if constant_time_compare(evidence_mark(pk), str(mark)):
            return pk
    raise Refusal("not_this_cell", "Not of this cell.", "")


def _record(typed: list[Typed], refused: dict[str, str], viewer: Any) -> list[str]:
    """Record in the order of corrections; a refused score does not hold up the others. The keys that are saved."""
    saved: list[str] = []
    waiting = list(typed)
    while waiting:
        keys = {one.key for one in waiting}
        ready = [one for one in waiting if one.corrects not in keys] or waiting
        waiting = [one for one in waiting if one not in ready]
        named = own_entries_by_key(
            [entry_key(viewer, one.corrects) for one in ready if one.corrects], by=viewer
        )
        batch = [
            replace(one, entry=replace(one.entry, supersedes=named.get(entry_key(viewer, one.corrects))))
            if one.corrects
            else one
            for one in ready
        ]
        while batch:
            try:
                record_scores([one.entry for one in batch], by=viewer)
            except Refusal as refusal:
                if not _drop(batch, refusal, refused, viewer):
                    break
            else:
                saved += [one.key for one in batch]
                break
    return saved


def _drop(batch: list[Typed], refusal: Refusal, refused: dict[str, str], viewer: Any) -> bool:
    """Take the refused entry out of the batch; False when the whole batch is refused."""
    place = refusal.values.get("entry")
    if isinstance(place, int):
        refused[batch.pop(place).key] = refusal_words(refusal)
        return True
    if len(batch) == 1:
        refused[batch.pop().key] = refusal_words(refusal)
        return False
    # A clash that does not say where: one by one.
    for one in list(batch):
        try:
            record_scores([one.entry], by=viewer)
        except Refusal as alone:
            refused[one.key] = refusal_words(alone)
            batch.remove(one)
    return True
