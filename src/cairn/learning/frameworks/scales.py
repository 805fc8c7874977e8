"""By which scale is a target scored, and by which rule do its scores become a level? Versioned data with dates."""

from django.db import models
from django.db.models import Q


class ScaleVersion(models.Model):
    """A proficiency scale from a day on. All values are hundredths: 0-4 with halves is low 0, high 400, step 50, goal 300."""

    key = models.CharField(max_length=40)  # stays over versions: "0-4", "1-4", "pass-fail", "letters"
    number = models.PositiveIntegerField(default=1)
    title = models.CharField(max_length=100)
    kind = models.CharField(max_length=12)  # numeric, pass_fail, letters
    low = models.IntegerField()
    high = models.IntegerField()
    step = models.PositiveIntegerField()
    goal = models.IntegerField()
    levels = models.JSONField(
        default=list
    )  # [value, label key, symbol, [other spellings]] for each named level
    valid_from = models.DateField()
    published_by = models.ForeignKey("people.Account", models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key", "number"], name="scale_version_once"),
            models.CheckConstraint(
                condition=Q(
                    low__lt=models.F("high"), goal__gt=models.F("low"), goal__lte=models.F("high"), step__gt=0
                ),
                name="scale_is_a_scale",
            ),
        ]


class ScaleLabel(models.Model):
    """How one level is called, by audience (student, family, staff) and language. Absent: the built-in words."""

    scale = models.ForeignKey(ScaleVersion, models.CASCADE, related_name="labels")
    value = models.IntegerField()
    audience = models.CharField(max_length=8)
    language = models.CharField(max_length=10)
    label = models.CharField(max_length=60)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["scale", "value", "audience", "language"], name="scale_label_once"
            )
        ]


class ScaleUse(models.Model):
    """Adoption in layers: from a day on a framework has standards only, then a scale, then recording; per school or for all."""

    STAGES = ["standards", "scales", "recording"]

    framework = models.ForeignKey("learning.Framework", models.CASCADE, related_name="+")
    school = models.ForeignKey("people.Agency", models.CASCADE, null=True, related_name="+")
    scale = models.ForeignKey(ScaleVersion, models.PROTECT, null=True, related_name="+")
    stage = models.CharField(max_length=10, default="recording")
    valid_from = models.DateField()
    # Evidence entered before this day was given on another scale and no longer makes a level; null: on this one always.
    counts_from = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["framework", "school", "valid_from"], name="scale_use_once", nulls_distinct=False
            ),
            models.CheckConstraint(
                condition=Q(stage="standards") | Q(scale__isnull=False), name="scale_use_has_scale"
            ),
        ]


class CalculationPolicy(models.Model):
    """Which method decides, from a day on: for one target, else its subject (framework), else everything."""

    framework = models.ForeignKey("learning.Framework", models.CASCADE, null=True, related_name="+")
    item = models.ForeignKey("learning.Item", models.CASCADE, null=True, related_name="+")
    method = models.CharField(max_length=40)
    params = models.JSONField(default=dict)
    conditions = models.JSONField(default=dict)  # as rules/conditions.py reads them; empty: none
    order = models.CharField(max_length=12, default="shown_on")
    version = models.PositiveIntegerField(default=1)
    valid_from = models.DateTimeField()
    published_by = models.ForeignKey("people.Account", models.SET_NULL, null=True, related_name="+")
    reason = models.CharField(max_length=400, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["framework", "item", "version"], name="policy_version_once", nulls_distinct=False
            ),
            models.CheckConstraint(
                condition=Q(framework__isnull=True) | Q(item__isnull=True), name="policy_has_one_scope"
            ),
        ]
