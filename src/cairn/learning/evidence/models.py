"""Which tables hold the evidence, and what it took to record it?"""

from django.db import models
from django.db.models import F, Q

KINDS = ["not_taught", "missing", "exempt", "hidden", "withdrawn"]


class Evidence(models.Model):
    """One judgment of one student on one target. Never changed, never deleted; `supersedes` corrects.

    A row `withdrawn` takes back the row it supersedes and says nothing itself.
    """

    # The columns' own indexes would only slow down recording: every reading begins with the student.
    student = models.ForeignKey("people.Student", models.PROTECT, related_name="+", db_index=False)
    target = models.ForeignKey("learning.Item", models.PROTECT, related_name="+", db_index=False)
    # Hundredths, on the scale in force on entered_on; null: then no_score says why (not_taught, missing, exempt,
    # hidden, or withdrawn).
    value = models.IntegerField(null=True)
    no_score = models.CharField(max_length=10, blank=True)
    shown_on = models.DateField()  # the student did it
    recorded_at = models.DateTimeField()  # the adult judged (file or device)
    entered_at = models.DateTimeField()  # this database took it
    entered_on = models.DateField()  # the same as the district's day: as-of and ended ties are cut here
    due_on = models.DateField(null=True)
    title = models.CharField(max_length=200, blank=True)  # "Exit ticket"
    comment = models.TextField(blank=True)
    # What conditions of a method may ask for: pieces of one task, what kind of work it was, how much it weighs (hundredths).
    task = models.CharField(max_length=80, blank=True, default="")
    category = models.CharField(max_length=40, blank=True, default="")
    weight = models.PositiveIntegerField(default=100)
    klass = models.ForeignKey("people.Class", models.PROTECT, null=True, related_name="+", db_index=False)
    recorded_by = models.ForeignKey(
        "people.Adult", models.PROTECT, null=True, related_name="+", db_index=False
    )
    # The account that typed it; null: a file brought it, and the run says which.
    account = models.ForeignKey("people.Account", models.PROTECT, null=True, related_name="+", db_index=False)
    run_id = models.BigIntegerField(null=True)
    entry_key = models.CharField(
        max_length=80, null=True
    )  # the device's or file's own id: an entry counts once
    supersedes = models.ForeignKey("self", models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["entry_key"], name="evidence_entry_once"),
            models.UniqueConstraint(
                fields=["supersedes"], condition=Q(supersedes__isnull=False), name="evidence_supersedes_once"
            ),
            models.CheckConstraint(
                condition=Q(value__isnull=False, no_score="") | Q(value__isnull=True, no_score__in=KINDS),
                name="evidence_scored_or_why_not",
            ),
            models.CheckConstraint(condition=~Q(supersedes=F("id")), name="evidence_supersedes_another"),
        ]
        indexes = [
            # Covers what mastery is decided from.
            models.Index(
                fields=[
                    "student",
                    "target",
                    "shown_on",
                    "recorded_at",
                    "id",
                    "value",
                    "no_score",
                    "due_on",
                    "entered_on",
                    "supersedes",
                ],
                name="evidence_cell",
            ),
        ]


class Effort(models.Model):
    """So many scores of a class on a day took so much entry, in the bins of rules/burden.py. Never whose scores, never who entered them."""

    klass = models.ForeignKey("people.Class", models.PROTECT, related_name="+", db_index=False)
    recorded_on = models.DateField()
    seconds = models.SmallIntegerField()  # a bin of burden.SECONDS
    taps = models.SmallIntegerField()  # a bin of burden.TAPS: keys and clicks
    scores = models.IntegerField()
    spent = models.BigIntegerField()  # milliseconds of all these scores together

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["klass", "recorded_on", "seconds", "taps"], name="effort_once"),
            models.CheckConstraint(
                condition=Q(seconds__gte=0, taps__gte=0, scores__gt=0, spent__gte=0), name="effort_sane"
            ),
        ]
