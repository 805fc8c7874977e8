"""What happens to the scores that a teacher types? Saved at once, each once, each refusal said at its own cell."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, JsonResponse
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import get_language
from django.views.decorators.http import require_POST

from cairn.access.decide import today
from cairn.access.directory import class_of, students_in_class
from cairn.learning.frameworks.queries import scales_in_use
from cairn.learning.mastery.actions import Entry, Refusals, record_scores, withdraw_scores
from cairn.learning.mastery.named import evidence_in_cells, own_entries_by_key
from cairn.learning.plans.planned import planned_for
from cairn.rules.burden import Effort, effort
from cairn.rules.refusal import Refusal
from cairn.web.parts.ids import OpaqueId
from cairn.web.parts.opening import signed_in, viewer_of
from cairn.web.parts.sent import json_object
from cairn.web.teacher.grid import KINDS
from cairn.web.teacher.live import changes
from cairn.web.teacher.refused import refusal_words

MOST = 500
ROUNDS = (
    20  # of corrections of corrections in one request; the page sends again what is neither saved nor refused
)
KEY = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)
PUBLIC_ID = re.compile(OpaqueId.regex)
MARK = re.compile(r"[0-9a-f]{20}")
OLDEST = timedelta(days=30)  # a score typed offline is judged when it was typed, within reason


@dataclass(frozen=True, slots=True)
class Typed:
    """One score as the page sent it, with the page's own key.

    It may correct another one: of its own by that one's key (`corrects`), or any of its cell by `mark`. `took`: what entering
    it took, where the page measured it.
    """

    key: str
    entry: Entry
    corrects: str = ""
    mark: str = ""
    took: Effort | None = None


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
    body = json_object(request)
    sent = body.get("entries")
    if not isinstance(sent, list) or len(sent) > MOST or not all(isinstance(one, dict) for one in sent):
        return HttpResponseBadRequest()
    if not all(KEY.fullmatch(str(one.get("key", ""))) for one in sent):
        return HttpResponseBadRequest()
    typed, refused = _read(sent, found, viewer)
    typed = _marked(typed, refused)
    saved = _record(typed, refused, viewer)
    answer = changes(request, klass, str(body.get("v", "")))
    return JsonResponse({**answer, "saved": saved, "refused": refused})


@signed_in
@require_POST
def withdraw(request: HttpRequest, klass: str) -> HttpResponse:
    """Take back one's own scores by their keys: the other half of undo."""
    viewer = viewer_of(request)
    class_of(viewer, klass, action="record", category="academic")
    body = json_object(request)
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


def _like(sign: re.Pattern[str], value: object) -> str:
    """The text where it is of this kind; else empty, so that nothing else ever reaches the database."""
    text = str(value or "")
    return text if sign.fullmatch(text) else ""


def _read(sent: Sequence[Mapping[str, Any]], klass: Any, viewer: Any) -> tuple[list[Typed], dict[str, str]]:
    """What can be recorded, and per key why not."""
    wanted = {_like(PUBLIC_ID, one.get("student")) for one in sent}
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
            )
            mark = str(one.get("mark") or "")
            if mark and not MARK.fullmatch(mark):
                raise NOT_THIS_CELL
            took = effort(one.get("ms"), one.get("taps"))
            typed.append(Typed(key, entry, _like(KEY, one.get("corrects")), mark, took))
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


NOT_THIS_CELL = Refusal("not_this_cell", "Not of this cell.", "")


def _marked(typed: list[Typed], refused: dict[str, str]) -> list[Typed]:
    """Those whose mark is of a piece in their own cell, now with that piece; the others are refused. One query."""
    cells = {(one.entry.student, one.entry.target) for one in typed if one.mark}
    pieces = {(evidence_mark(pk), cell): pk for pk, cell in evidence_in_cells(cells)}
    found = []
    for one in typed:
        if one.mark:
            piece = pieces.get((one.mark, (one.entry.student, one.entry.target)))
            if piece is None:
                refused[one.key] = refusal_words(NOT_THIS_CELL)
                continue
            one = replace(one, entry=one.entry._replace(supersedes=piece))
        found.append(one)
    return found


def _record(typed: list[Typed], refused: dict[str, str], viewer: Any) -> list[str]:
    """Record in the order of corrections; a refused score does not hold up the others. The keys that are saved."""
    saved: list[str] = []
    waiting = list(typed)
    for _round in range(ROUNDS):
        if not waiting:
            break
        keys = {one.key for one in waiting}
        ready = [one for one in waiting if one.corrects not in keys] or waiting
        going = {one.key for one in ready}
        waiting = [one for one in waiting if one.key not in going]
        named = own_entries_by_key(
            [entry_key(viewer, one.corrects) for one in ready if one.corrects], by=viewer
        )
        batch = [
            replace(one, entry=one.entry._replace(supersedes=named.get(entry_key(viewer, one.corrects))))
            if one.corrects
            else one
            for one in ready
        ]
        saved += _record_batch(batch, refused, viewer)
    return saved


def _record_batch(batch: list[Typed], refused: dict[str, str], viewer: Any) -> list[str]:
    """The keys that are saved. A few tries, however many are refused: each try tells of all that it found."""
    while batch:
        try:
            record_scores([one.entry for one in batch], by=viewer, efforts=[one.took for one in batch])
        except Refusals as refusals:
            out = {place: refusal_words(refusal) for place, refusal in refusals.by_place.items()}
        except Refusal as refusal:  # somebody corrected at the same moment, and the clash does not say which
            clashing = [place for place, one in enumerate(batch) if one.entry.supersedes is not None]
            out = dict.fromkeys(clashing or range(len(batch)), refusal_words(refusal))
        else:
            return [one.key for one in batch]
        refused.update({batch[place].key: words for place, words in out.items()})
        batch = [one for place, one in enumerate(batch) if place not in out]
    return []
