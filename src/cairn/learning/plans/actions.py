"""How is it chosen what is taught, in which order, by when?"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.db.models import F, Q, QuerySet

from cairn.access.decide import NotHere, may, today
from cairn.learning.frameworks.models import Item
from cairn.learning.plans.models import PlannedTarget
from cairn.people.models import Account, Class, Course
from cairn.rules.refusal import Refusal
from cairn.trail.actions import record_change


@dataclass(frozen=True, slots=True)
class Choice:
    """One target of a plan and the Monday of its planned week, if any."""

    target: int
    planned_on: date | None = None


def monday(day: date) -> date:
    """The Monday of this day's week."""
    return day - timedelta(days=day.weekday())


def choose_targets(
    choices: Sequence[Choice],
    *,
    by: Account | None,
    course: Course | None = None,
    klass: Class | None = None,
    on: date | None = None,
    run: int | None = None,
) -> int:
    """Make this the plan of a course or of one class from `on` (today) on; earlier days keep what they had.

    An empty list for a class makes it follow its course again. Returns how many rows changed; 0 when the plan was
    already so. Raises NotHere when the account may not plan here, Refusal for a target that cannot be scored.
    """
    if (course is None) == (klass is None):
        raise ValueError("a plan is of one course or of one class")
    _allow(by, run, course, klass)
    on = on or today()
    wanted = {choice.target: choice for choice in choices}
    if len(wanted) != len(choices):
        raise Refusal("twice", "A target is chosen twice.", "Choose each target once.")
    fit = set(Item.objects.filter(pk__in=wanted, scorable=True, retired_at=None).values_list("pk", flat=True))
    if missing := set(wanted) - fit:
        raise Refusal(
            "no_target",
            f"{len(missing)} of the chosen items cannot be scored.",
            "Choose targets, not headings.",
        )
    rows = [
        PlannedTarget(
            course=course,
            klass=klass,
            target_id=choice.target,
            position=place,
            planned_on=monday(choice.planned_on) if choice.planned_on else None,
            valid_from=on,
            account=by,
            run_id=run,
        )
        for place, choice in enumerate(choices)
    ]
    with transaction.atomic():
        # Two people who plan the same class at once come one after the other.
        owner: QuerySet[Class] | QuerySet[Course]
        if klass is not None:
            owner = Class.objects.filter(pk=klass.pk)
        else:
            assert course is not None  # one of the two, as said above
            owner = Course.objects.filter(pk=course.pk)
        owner.select_for_update().get()
        return _replace(rows, course, klass, on, by, run)


def _allow(by: Account | None, run: int | None, course: Course | None, klass: Class | None) -> None:
    if by is None:
        if run is None:
            raise ValueError("a plan has an author: an account or a run")
        return
    if klass is not None:
        decision = may(by, "plan", "class_plan", klass=klass.pk)
    else:
        assert course is not None
        decision = may(by, "plan", "class_plan", agency=course.agency_id)
    if not decision.allowed:
        raise NotHere


def _replace(
    rows: list[PlannedTarget],
    course: Course | None,
    klass: Class | None,
    on: date,
    by: Account | None,
    run: int | None,
) -> int:
    open_rows = PlannedTarget.objects.select_for_update().filter(course=course, klass=klass, valid_to=None)
    now = {row.target_id: row for row in open_rows}
    same = {
        row.target_id
        for row in rows
        if row.target_id in now
        and (now[row.target_id].position, now[row.target_id].planned_on) == (row.position, row.planned_on)
    }
    leaving = [row for target, row in now.items() if target not in same]
    coming = [row for row in rows if row.target_id not in same]
    if not leaving and not coming:
        return 0
    # A row that began today (or later) never was a plan of any past day, so it gives way without a trace of dates.
    PlannedTarget.objects.filter(pk__in=[row.pk for row in leaving if row.valid_from >= on]).delete()
    PlannedTarget.objects.filter(pk__in=[row.pk for row in leaving if row.valid_from < on]).update(
        valid_to=on - timedelta(days=1)
    )
    PlannedTarget.objects.bulk_create(coming, batch_size=500)
    touched = Q(pk=klass.pk) if klass else Q(course=course)
    classes = list(
        Class.objects.select_for_update().filter(touched).order_by("pk").values_list("pk", flat=True)
    )
    Class.objects.filter(pk__in=classes).update(version=F("version") + 1)
    record_change(
        action="choose_targets",
        entity="class_plan" if klass else "course_plan",
        object_id=klass.pk if klass else course.pk if course else None,
        before={"targets": [row.target_id for row in sorted(now.values(), key=lambda row: row.position)]},
        after={"targets": [row.target_id for row in rows]},
        by=by.pk if by else None,
        run=run,
    )
    return len(leaving) + len(coming)
