"""Which tables remember what came in?"""

from django.db import models

from cairn.trail.models import new_public_id


class Run(models.Model):
    """One import: what came, what it changed, where it stands. `position` lets a killed run of scores go on."""

    STATES = ["reading", "checked", "applying", "done", "refused", "failed"]

    public_id = models.CharField(max_length=10, unique=True, default=new_public_id)
    kind = models.CharField(max_length=12)  # oneroster, case, scores, targets, ties, levels
    source = models.ForeignKey("people.Source", models.PROTECT, null=True, related_name="+")
    name = models.CharField(max_length=300)  # of the file or folder
    digest = models.CharField(max_length=64)  # SHA-256 of what came and how it was read (mapping)
    state = models.CharField(max_length=10, default="reading")
    by = models.ForeignKey(
        "people.Account", models.SET_NULL, null=True, related_name="+"
    )  # null: the command line
    dry_run = models.BooleanField(default=False)
    begun_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    rows_in = models.BigIntegerField(default=0)
    position = models.BigIntegerField(default=0)  # rows applied, kept in the transaction that applies them
    counts = models.JSONField(
        default=dict
    )  # {"students": {"added": 3, "changed": 0, "ended": 0, "same": 597}, ...}
    refusal = models.JSONField(null=True)  # {"reason", "remedy"} when refused or failed

    class Meta:
        indexes = [
            models.Index(fields=["kind", "begun_at"], name="run_kind"),
            models.Index(fields=["digest"], name="run_digest"),
        ]


class Problem(models.Model):
    """A row that did not come in (quarantined) or a defect that we read through (a notice). Nothing is lost: `row` has it all."""

    run = models.ForeignKey(Run, models.CASCADE, related_name="+")
    severity = models.CharField(max_length=12)  # quarantined, notice
    file = models.CharField(max_length=200)
    line = models.PositiveIntegerField(default=0)  # 0: the file as a whole
    field = models.CharField(max_length=100, blank=True)
    value = models.CharField(max_length=500, blank=True)
    code = models.CharField(max_length=40)
    reason = models.CharField(max_length=500)
    remedy = models.CharField(max_length=500)
    row = models.JSONField(null=True)
    count = models.PositiveIntegerField(default=1)  # notices of one kind are counted, the first line is shown

    class Meta:
        indexes = [models.Index(fields=["run", "severity", "id"], name="problem_run")]
