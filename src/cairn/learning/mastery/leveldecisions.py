"""Who decides that a student moves on, or not yet, and who looks at a target that fell afterwards?"""

from collections.abc import Collection
from typing import Any

from django.db import transaction
from django.utils import timezone

from cairn.access.decide import NotHere, may
from cairn.learning.mastery.levelrules import members_of, rule_of
from cairn.learning.mastery.levels import LevelFrom, set_levels
from cairn.learning.mastery.models import LevelUp
from cairn.learning.mastery.reasons import reason_of
from cairn.people.models import Account
from cairn.rules.refusal import Refusal
from cairn.rules.rollups import roll_up
from cairn.trail.actions import record_change


def confirm(level_up: int, *, by: Account) -> LevelUp:
    """Move the student on. Raises NotHere when the account may not, Refusal when it is decided or no longer complete."""
    with transaction.atomic():
        row = _held(level_up, by, ("proposed", "declined"))
        members = members_of([(row.student_id, row.level_id)])[row.student_id, row.level_id]
        rule = rule_of(row)
        if roll_up(members, rule).state != "met":
            raise Refusal("no_longer", "The level is not complete any more.", "Look at what is missing.")
        move_on(row, by=by)
    return row


def decline(level_up: int, reason: str, *, by: Account) -> LevelUp:
    """Not yet, with a reason. It can still be confirmed later. Raises NotHere, Refusal."""
    reason = reason_of(reason)
    with transaction.atomic():
        row = _held(level_up, by, ("proposed",))
        _decide(row, "declined", by, reason)
    return row


def close_review(level_up: int, note: str, *, by: Account) -> LevelUp:
    """Somebody looked at the target that fell; the level stays. Raises NotHere, Refusal."""
    note = reason_of(note)
    with transaction.atomic():
        row = _held(level_up, by, ("confirmed",))
        if row.review_on is None or row.reviewed_on is not None:
            raise NotHere
        row.reviewed_on, row.reviewed_by, row.review_note = timezone.localdate(), by, note
        row.save(update_fields=["reviewed_on", "reviewed_by", "review_note"])
        _told(row, "close_review", by, {"note": note, "target": row.review_target_id})
    return row


def _held(level_up: int, by: Account, states: Collection[str]) -> LevelUp:
    row = LevelUp.objects.select_for_update(of=("self",)).filter(pk=level_up).select_related("policy").first()
    if row is None or not may(by, "record", "academic", student=row.student_id).allowed:
        raise NotHere
    if row.state not in states:
        raise Refusal("decided", "Somebody has decided this already.", "Look at the page again.")
    return row


def move_on(row: LevelUp, *, by: Account | None) -> None:
    """The completed level ends and the next begins today; the proposal is confirmed. None: the policy does it by itself."""
    today = timezone.localdate()
    if row.following_id is not None:
        set_levels([LevelFrom(row.student_id, row.framework_id, row.following_id, today)], by=by)
    _decide(row, "confirmed", by, "")


def _decide(row: LevelUp, state: str, by: Account | None, reason: str) -> None:
    row.state, row.decided_by, row.reason = state, by, reason
    row.decided_at = timezone.now()
    row.decided_on = timezone.localdate(row.decided_at)
    row.save(update_fields=["state", "decided_by", "reason", "decided_at", "decided_on"])
    after = {"level": row.following_id, "reason": reason} if state == "confirmed" else {"reason": reason}
    _told(row, f"{'confirm' if state == 'confirmed' else 'decline'}_level_up", by, after)


def _told(row: LevelUp, action: str, by: Account | None, after: dict[str, Any]) -> None:
    record_change(
        action=action,
        entity="level_up",
        object_id=row.pk,
        before={"level": row.level_id, "facts": {"met": row.facts.get("met"), "of": row.facts.get("of")}},
        after=after,
        by=by.pk if by else None,
        student=row.student_id,
    )
