"""Which rows hold the history? One per change of a replaced row, one per page opened on a student's record."""

import secrets

from django.db import models
from django.db.models import Q

ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"  # no 0, 1, i, l, o: people read these ids aloud


def new_public_id() -> str:
    """An opaque id for URLs: 10 characters out of 31, about 49 bits."""
    return "".join(secrets.choice(ALPHABET) for _ in range(10))


class Change(models.Model):
    """A replaced row, before and after. Append-only rows (evidence, looks) are their own trail."""

    occurred_at = models.DateTimeField()
    actor = models.ForeignKey(
        "people.Account", models.SET_NULL, null=True, related_name="+"
    )  # null: a command
    run_id = models.BigIntegerField(null=True)  # the import run, when a file brought the change
    action = models.CharField(max_length=40)
    entity = models.CharField(max_length=40)
    object_id = models.BigIntegerField(null=True)
    student = models.ForeignKey("people.Student", models.PROTECT, null=True, related_name="+")
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["entity", "object_id", "occurred_at"], name="change_object"),
            models.Index(fields=["student", "occurred_at"], name="change_student"),
            models.Index(fields=["run_id"], name="change_run"),
        ]


class Look(models.Model):
    """One opening of one page: who, which page, whose records it showed, and why that was allowed.

    `students` holds the ids of every student on the page, so one row is enough for a class of thirty; a student's
    own log finds the row through `student`, `klass` or `agency` and keeps it when the id is among `students`.
    """

    occurred_at = models.DateTimeField()
    viewer = models.ForeignKey("people.Account", models.PROTECT, related_name="+")
    page = models.CharField(max_length=60)
    student = models.ForeignKey("people.Student", models.PROTECT, null=True, related_name="+")
    klass = models.ForeignKey("people.Class", models.PROTECT, null=True, related_name="+")
    agency = models.ForeignKey("people.Agency", models.PROTECT, null=True, related_name="+")
    students = models.JSONField(default=list)
    because = models.JSONField()  # the decision's reason: {"code": ..., "values": {...}}

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(student__isnull=False) | Q(klass__isnull=False) | Q(agency__isnull=False),
                name="look_is_somewhere",
            )
        ]
        indexes = [
            models.Index(fields=["student", "occurred_at"], name="look_student"),
            models.Index(fields=["klass", "occurred_at"], name="look_class"),
            models.Index(fields=["agency", "occurred_at"], name="look_agency"),
            models.Index(fields=["viewer", "occurred_at"], name="look_viewer"),
        ]
