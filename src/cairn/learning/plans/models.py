"""Which tables hold what is planned, and what a person said of a student's pace?"""

from django.db import models
from django.db.models import F, Q


class PlannedTarget(models.Model):
    """A target of a course (the default) or of one class (which then replaces the course's list), with dates of validity.

    A class without rows of its own follows its course. `planned_on` is the Monday of the planned week.
    """

    course = models.ForeignKey("people.Course", models.CASCADE, null=True, related_name="+")
    klass = models.ForeignKey("people.Class", models.CASCADE, null=True, related_name="+")
    target = models.ForeignKey("learning.Item", models.PROTECT, related_name="+")
    position = models.PositiveIntegerField()
    planned_on = models.DateField(null=True)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)  # last day; null: still
    account = models.ForeignKey("people.Account", models.SET_NULL, null=True, related_name="+")
    run_id = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(course__isnull=True, klass__isnull=False)
                | Q(course__isnull=False, klass__isnull=True),
                name="planned_for_course_or_class",
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")), name="planned_dates"
            ),
            models.UniqueConstraint(
                fields=["course", "target"],
                condition=Q(valid_to__isnull=True, course__isnull=False),
                name="planned_once_in_course",
            ),
            models.UniqueConstraint(
                fields=["klass", "target"],
                condition=Q(valid_to__isnull=True, klass__isnull=False),
                name="planned_once_in_class",
            ),
        ]
        indexes = [models.Index(fields=["target"], name="planned_target")]


class PaceGrace(models.Model):
    """How many school days a planned week may be over before anybody is behind, for an agency and all below it, from a day on."""

    agency = models.ForeignKey("people.Agency", models.CASCADE, related_name="+")
    days = models.PositiveSmallIntegerField()
    set_on = models.DateField()
    account = models.ForeignKey("people.Account", models.SET_NULL, null=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["agency", "set_on"], name="pace_grace_since")]


class PaceByHand(models.Model):
    """A student's pace in a subject as an adult set it, or their plan as an adult moved it, until a day. Never deleted."""

    student = models.ForeignKey("people.Student", models.PROTECT, related_name="+", db_index=False)
    framework = models.ForeignKey("learning.Framework", models.PROTECT, related_name="+", db_index=False)
    word = models.CharField(max_length=6, blank=True)  # ahead, on or behind; empty: the plan is moved
    weeks = models.PositiveSmallIntegerField(default=0)  # by which the plan is later
    reason = models.CharField(max_length=400)
    until = models.DateField()  # its last day
    set_on = models.DateField()
    set_at = models.DateTimeField()
    account = models.ForeignKey("people.Account", models.PROTECT, related_name="+")
    lifted_on = models.DateField(null=True)
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.ForeignKey("people.Account", models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["student", "framework"],
                condition=Q(lifted_at__isnull=True),
                name="pace_by_hand_one_now",
            ),
            models.CheckConstraint(condition=Q(until__gte=F("set_on")), name="pace_by_hand_dates"),
            models.CheckConstraint(condition=~Q(reason=""), name="pace_by_hand_has_reason"),
            models.CheckConstraint(
                condition=Q(word="", weeks__gte=1) | Q(word__in=["ahead", "on", "behind"], weeks=0),
                name="pace_by_hand_says_one",
            ),
        ]
        indexes = [models.Index(fields=["student", "framework", "set_on"], name="pace_by_hand_history")]
