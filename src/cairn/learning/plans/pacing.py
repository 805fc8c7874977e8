"""How does an adult set a student's pace by hand, or move their plan, until a day; how is it lifted; and who gives how much grace?

What was set is a row of its own with its reason; what the days alone say is always computed beside it.
"""

from datetime import date

from django.db import transaction
from django.utils import timezone

from cairn.access.decide import NotHere, may
from cairn.learning.mastery.actions import bump
from cairn.learning.mastery.reasons import reason_of
from cairn.learning.plans.models import PaceByHand, PaceGrace
from cairn.people.models import Account, Agency
from cairn.rules.pace import MOST_GRACE, MOST_WEEKS, WORDS, ByHand
from cairn.rules.refusal import Refusal
from cairn.trail.actions import record_change

LONGEST = 366  # days for which a reading may stand


def set_pace(
    student: int, framework: int, rule: ByHand, reason: str, *, until: date, by: Account
) -> PaceByHand:
    """Set the reading of a subject, or move its plan; what stood before is lifted.

    Raises NotHere when the account may not, Refusal for a word that is none, weeks out of range, no reason, or a last day that
    is over or more than a year away.
    """
    _allow(by, student)
    now = timezone.now()
    today = timezone.localdate(now)
    reason = reason_of(reason)
    if not (rule.weeks == 0 if rule.word in WORDS else rule.word is None and 1 <= rule.weeks <= MOST_WEEKS):
        raise Refusal("no_pace", "This is no pace.", f"Use {', '.join(WORDS)}, or 1 to {MOST_WEEKS} weeks.")
    if until < today or (until - today).days > LONGEST:
        raise Refusal(
            "day_is_over", "This day cannot be the last.", "Choose today or a day of the next year."
        )
    with transaction.atomic():
        before = _lift(student, framework, by)
        row = PaceByHand.objects.create(
            student_id=student,
            framework_id=framework,
            word=rule.word or "",
            weeks=rule.weeks,
            reason=reason,
            until=until,
            set_on=today,
            set_at=now,
            account=by,
        )
        _record("set_pace", row, by, before=_told(before) if before else None, after=_told(row))
    return row


def lift_pace(student: int, framework: int, *, by: Account) -> None:
    """Let the days alone say it again. Raises NotHere when the account may not, or nothing is set."""
    _allow(by, student)
    with transaction.atomic():
        row = _lift(student, framework, by)
        if row is None:
            raise NotHere
        _record("lift_pace", row, by, before=_told(row), after=None)


def set_grace(agency: Agency, days: int, *, by: Account) -> PaceGrace:
    """So many school days a planned week may be over before anybody is behind, from today on. Raises NotHere, Refusal."""
    if not may(by, "manage", "frameworks", agency=agency.pk).allowed:
        raise NotHere
    if not 0 <= days <= MOST_GRACE:
        raise Refusal("no_grace", "This is no number of days.", f"Use a whole number from 0 to {MOST_GRACE}.")
    with transaction.atomic():
        last = PaceGrace.objects.filter(agency=agency).order_by("set_on", "pk").last()
        row = PaceGrace.objects.create(agency=agency, days=days, set_on=timezone.localdate(), account=by)
        record_change(
            action="set_grace",
            entity="pace_grace",
            object_id=row.pk,
            before={"days": last.days if last else 0},
            after={"days": days, "agency": agency.pk},
            by=by.pk,
        )
    return row


def graces() -> dict[int, int]:
    """Agency -> its own days of grace, where it ever set any. One query."""
    rows = PaceGrace.objects.order_by("set_on", "pk")
    return dict(rows.values_list("agency", "days"))


def _allow(by: Account, student: int) -> None:
    if not may(by, "plan", "pace", student=student).allowed:
        raise NotHere


def _lift(student: int, framework: int, by: Account) -> PaceByHand | None:
    bump([student])
    row = PaceByHand.objects.filter(student=student, framework=framework, lifted_at=None).first()
    if row is not None:
        row.lifted_at = timezone.now()
        row.lifted_on, row.lifted_by = timezone.localdate(row.lifted_at), by
        row.save(update_fields=["lifted_at", "lifted_on", "lifted_by"])
    return row


def _told(row: PaceByHand) -> dict[str, object]:
    told: dict[str, object] = {"framework": row.framework_id, "word": row.word, "weeks": row.weeks}
    return told | {"reason": row.reason, "until": row.until.isoformat()}


def _record(
    action: str,
    row: PaceByHand,
    by: Account,
    *,
    before: dict[str, object] | None,
    after: dict[str, object] | None,
) -> None:
    record_change(
        action=action,
        entity="pace_by_hand",
        object_id=row.pk,
        before=before,
        after=after,
        by=by.pk,
        student=row.student_id,
    )
