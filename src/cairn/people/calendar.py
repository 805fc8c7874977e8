"""When is school in session, and which days are off? Sessions come with the roster; days off are set by a person.

A day off that is removed stays as a row: a past day is read as it stood.
"""

from collections.abc import Collection
from datetime import date

from django.db import transaction
from django.utils import timezone

from cairn.people.agencies import AcademicSession, Agency, AgencyAncestor, DayOff
from cairn.people.models import Account
from cairn.rules.refusal import Refusal
from cairn.trail.actions import record_change

LONGEST = 120  # days in one entry


def add_days_off(agency: Agency, name: str, begin: date, end: date, *, by: Account | None) -> DayOff:
    """Days without school, the first and the last one too, for an agency and all below it. Ask `access` first.

    Raises Refusal for no name, a last day before the first, or more than 120 days.
    """
    name = " ".join(name.split())[:100]
    if not name:
        raise Refusal("no_name", "These days have no name.", "Say what they are.")
    if end < begin:
        raise Refusal(
            "ends_early", "The last day is before the first.", "Choose the first day or a later one."
        )
    if (end - begin).days >= LONGEST:
        raise Refusal("too_many", "These are too many days.", f"Use at most {LONGEST} in one entry.")
    with transaction.atomic():
        row = DayOff.objects.create(
            agency=agency, name=name, begin_on=begin, end_on=end, account=by, set_on=timezone.localdate()
        )
        _record("add_days_off", row, by)
    return row


def remove_days_off(row: DayOff, *, by: Account | None) -> None:
    """There is school on these days after all, from today's reading on. Ask `access` first."""
    with transaction.atomic():
        row.removed_on = timezone.localdate()
        row.save(update_fields=["removed_on"])
        _record("remove_days_off", row, by)


def days_off(agencies: Collection[int]) -> list[DayOff]:
    """The days off that these agencies set themselves and that stand, in their order. One query."""
    rows = DayOff.objects.filter(agency__in=agencies, removed_on=None).select_related("agency")
    return list(rows.order_by("begin_on", "end_on", "pk"))


def sessions(agencies: Collection[int]) -> list[AcademicSession]:
    """The sessions that hold in these agencies, the newest first. One query."""
    above = AgencyAncestor.objects.filter(agency__in=agencies).values("ancestor")
    rows = AcademicSession.objects.filter(active=True)
    held = rows.filter(district=None) | rows.filter(district__in=above)
    return list(held.select_related("district").distinct().order_by("-begin_on", "end_on", "pk"))


def _record(action: str, row: DayOff, by: Account | None) -> None:
    told = {"agency": row.agency_id, "name": row.name}
    told |= {"begin_on": row.begin_on.isoformat(), "end_on": row.end_on.isoformat()}
    added = row.removed_on is None
    record_change(
        action=action,
        entity="day_off",
        object_id=row.pk,
        before=None if added else told,
        after=told if added else None,
        by=by.pk if by else None,
    )
