"""Which table holds what is planned?"""

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
