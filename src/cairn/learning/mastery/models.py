"""Which tables hold mastery? All of them can be made again from evidence; `cairn recompute` does."""

from django.db import models
from django.db.models import F, Q


class Mastery(models.Model):
    """A student's level on a target, as the evidence says now."""

    student = models.ForeignKey("people.Student", models.PROTECT, related_name="+", db_index=False)
    target = models.ForeignKey("learning.Item", models.PROTECT, related_name="+", db_index=False)
    level = models.FloatField(null=True)  # level units, snapped to 1e-9; null: only no-score evidence
    met = models.BooleanField()
    no_score = models.CharField(max_length=10, blank=True)  # the kind, when there is no level
    count = models.PositiveIntegerField()  # pieces of evidence that carry a score and are not superseded
    last_shown_on = models.DateField()
    changed_on = models.DateField()  # the day (shown_on) on which the level last became another
    previous_level = models.FloatField(null=True)  # before that
    met_on = models.DateField(null=True)  # since when (shown_on) it has been met without a break
    policy = models.ForeignKey("learning.CalculationPolicy", models.PROTECT, related_name="+", db_index=False)
    # Where an adult set the level: who and why, and what the evidence alone says.
    override = models.ForeignKey(
        "learning.Override", models.PROTECT, null=True, related_name="+", db_index=False
    )
    computed_level = models.FloatField(
        null=True
    )  # null also without an override: then it is the level itself
    due_on = models.DateField(null=True)  # the first day that changes this row though nothing is recorded

    class Meta:
        constraints = [models.UniqueConstraint(fields=["student", "target"], name="mastery_once")]
        indexes = [models.Index(fields=["due_on"], condition=Q(due_on__isnull=False), name="mastery_due")]
        # No index by target: every reading begins with the students, and one would double the cost of an import.


class ParentCount(models.Model):
    """How many targets under a parent item a student has met, and has any score on; each target once, by whatever path."""

    student = models.ForeignKey("people.Student", models.PROTECT, related_name="+", db_index=False)
    item = models.ForeignKey("learning.Item", models.PROTECT, related_name="+")
    met = models.IntegerField()
    scored = models.IntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["student", "item"], name="parent_count_once"),
            models.CheckConstraint(condition=Q(met__gte=0, scored__gte=F("met")), name="parent_count_sane"),
        ]


class StudentLevel(models.Model):
    """The performance level a student works at in a subject, from a day on."""

    student = models.ForeignKey("people.Student", models.PROTECT, related_name="+")
    framework = models.ForeignKey("learning.Framework", models.PROTECT, related_name="+")
    level = models.ForeignKey("learning.Item", models.PROTECT, related_name="+")
    begin_on = models.DateField()
    end_on = models.DateField(null=True)
    account = models.ForeignKey("people.Account", models.SET_NULL, null=True, related_name="+")
    run_id = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["student", "framework", "begin_on"], name="student_level_once"),
            models.UniqueConstraint(
                fields=["student", "framework"],
                condition=Q(end_on__isnull=True),
                name="student_level_one_now",
            ),
            models.CheckConstraint(
                condition=Q(end_on__isnull=True) | Q(end_on__gte=F("begin_on")), name="student_level_dates"
            ),
        ]


class RecordVersion(models.Model):
    """A counter per student that rises with every recorded score; live pages ask for it."""

    student = models.OneToOneField("people.Student", models.CASCADE, primary_key=True, related_name="+")
    number = models.BigIntegerField(default=0)


class Override(models.Model):
    """A level that an adult set in the place of what the evidence says. One at a time per student and target; never deleted."""

    student = models.ForeignKey("people.Student", models.PROTECT, related_name="+", db_index=False)
    target = models.ForeignKey("learning.Item", models.PROTECT, related_name="+", db_index=False)
    level = models.IntegerField()  # hundredths, on the scale in force on set_on
    reason = models.CharField(max_length=400)
    locked = models.BooleanField(default=False)  # new evidence does not end it
    until = models.DateField(null=True)  # its last day
    after = models.BigIntegerField()  # the newest evidence of the cell when it was set
    set_on = models.DateField()
    set_at = models.DateTimeField()
    account = models.ForeignKey("people.Account", models.PROTECT, related_name="+")
    lifted_on = models.DateField(null=True)
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.ForeignKey("people.Account", models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["student", "target"], condition=Q(lifted_at__isnull=True), name="override_one_now"
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("set_on")), name="override_dates"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="override_has_reason"),
        ]
        indexes = [models.Index(fields=["student", "target", "set_on"], name="override_history")]


class LevelPolicy(models.Model):
    """When is a performance level complete, and who confirms it? Versioned, for one framework or for all."""

    framework = models.ForeignKey("learning.Framework", models.CASCADE, null=True, related_name="+")
    rule = models.JSONField()  # as rules/rollups.py reads it
    least = (
        models.PositiveSmallIntegerField()
    )  # of a hundred targets, met at least: counting alone rules the rest out
    automatic = models.BooleanField(default=False)  # moves on at once, without a person
    version = models.PositiveIntegerField()
    valid_from = models.DateTimeField()
    published_by = models.ForeignKey("people.Account", models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["framework", "version"], name="level_policy_version_once", nulls_distinct=False
            )
        ]


class LevelUp(models.Model):
    """A student who completed a level: proposed the moment it was, then decided. Never deleted."""

    STATES = [
        "proposed",
        "confirmed",
        "declined",
        "lapsed",
    ]  # lapsed: no longer complete before anybody decided

    student = models.ForeignKey("people.Student", models.PROTECT, related_name="+")
    framework = models.ForeignKey("learning.Framework", models.PROTECT, related_name="+")
    level = models.ForeignKey("learning.Item", models.PROTECT, related_name="+")  # the completed one
    following = models.ForeignKey(
        "learning.Item", models.PROTECT, null=True, related_name="+"
    )  # null: the last
    state = models.CharField(max_length=10, default="proposed")
    policy = models.ForeignKey(LevelPolicy, models.PROTECT, null=True, related_name="+")  # null: all targets
    # What it rests on: {"met": 42, "of": 42, "targets": [[item id, level], ...]}.
    facts = models.JSONField(default=dict)
    proposed_at = models.DateTimeField()
    proposed_on = models.DateField()
    decided_at = models.DateTimeField(null=True)
    decided_on = models.DateField(null=True)
    decided_by = models.ForeignKey(
        "people.Account", models.PROTECT, null=True, related_name="+"
    )  # null: policy
    reason = models.CharField(max_length=400, blank=True)
    # A target of the completed level fell below the goal afterwards. Nothing is undone; somebody looks at it.
    review_on = models.DateField(null=True)
    review_target = models.ForeignKey("learning.Item", models.PROTECT, null=True, related_name="+")
    reviewed_on = models.DateField(null=True)
    reviewed_by = models.ForeignKey("people.Account", models.PROTECT, null=True, related_name="+")
    review_note = models.CharField(max_length=400, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["student", "level"],
                condition=Q(state__in=["proposed", "declined", "confirmed"]),
                name="level_up_once",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["proposed", "lapsed"]) | Q(decided_at__isnull=False),
                name="level_up_decided",
            ),
        ]
        indexes = [
            models.Index(fields=["decided_on"], condition=Q(state="confirmed"), name="level_up_confirmed")
        ]


class PolicyRun(models.Model):
    """Once that every kept level was decided anew, under the policies then in force: who did it, when, and how much it changed."""

    applied_at = models.DateTimeField()
    applied_on = models.DateField()
    account = models.ForeignKey(
        "people.Account", models.PROTECT, null=True, related_name="+"
    )  # null: a command
    cells = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    finished = models.BooleanField(default=True)  # false: its place (RecomputePlace) says how far it has come

    class Meta:
        indexes = [models.Index(fields=["applied_at"], name="policy_run_applied")]


class PolicyChange(models.Model):
    """One level that a policy run changed, before and after. Never changed, never deleted."""

    run = models.ForeignKey(PolicyRun, models.PROTECT, related_name="+", db_index=False)
    student = models.ForeignKey("people.Student", models.PROTECT, related_name="+")
    target = models.ForeignKey("learning.Item", models.PROTECT, related_name="+", db_index=False)
    level_before = models.FloatField(null=True)
    level_after = models.FloatField(null=True)
    met_before = models.BooleanField()
    met_after = models.BooleanField()
    policy_before = models.ForeignKey(
        "learning.CalculationPolicy", models.PROTECT, null=True, related_name="+", db_index=False
    )
    policy_after = models.ForeignKey(
        "learning.CalculationPolicy", models.PROTECT, null=True, related_name="+", db_index=False
    )

    class Meta:
        indexes = [models.Index(fields=["run", "student", "target"], name="policy_change_run")]


class RecomputePlace(models.Model):
    """How far a recomputation has come that has not ended yet; gone when it has."""

    key = models.CharField(max_length=20, unique=True)  # what was asked for
    rules = models.CharField(max_length=64)  # of everything that was in force: other rules begin anew
    after = models.BigIntegerField(default=0)  # students up to this id are done
    done = models.JSONField(default=dict)  # the counts so far
    run = models.ForeignKey(PolicyRun, models.CASCADE, null=True, related_name="+")  # keeps the changes
