"""Which agencies, sessions, courses and classes are there? (OneRoster orgs, academicSessions, courses, classes.)"""

from django.db import models

from cairn.trail.models import new_public_id


class Agency(models.Model):
    """A state, a district or a school (CEDS: organization). Schools know their district, districts their state."""

    KINDS = [("state", "state"), ("district", "district"), ("school", "school"), ("department", "department")]

    public_id = models.CharField(max_length=10, unique=True, default=new_public_id)
    kind = models.CharField(max_length=12, choices=KINDS)
    name = models.CharField(max_length=200)
    identifier = models.CharField(max_length=100, blank=True)  # OneRoster org.identifier, often the NCES id
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    is_alternative = models.BooleanField(default=False)
    active = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=["state", "district", "school", "department"]), name="agency_kind"
            )
        ]


class AgencyAncestor(models.Model):
    """Every agency above an agency, itself included: one join from a leader to all schools below."""

    agency = models.ForeignKey(Agency, models.CASCADE, related_name="+")
    ancestor = models.ForeignKey(Agency, models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ancestor", "agency"], name="agency_ancestor_once")]


class AcademicSession(models.Model):
    """A school year, semester, term or grading period (OneRoster academicSession)."""

    KINDS = [(kind, kind) for kind in ("schoolYear", "semester", "term", "gradingPeriod")]

    public_id = models.CharField(max_length=10, unique=True, default=new_public_id)
    district = models.ForeignKey(Agency, models.CASCADE, null=True, related_name="+")
    title = models.CharField(max_length=200)
    kind = models.CharField(max_length=16, choices=KINDS)
    begin_on = models.DateField()
    end_on = models.DateField()
    school_year = models.CharField(max_length=4, blank=True)  # the year in which it ends
    parent = models.ForeignKey("self", models.SET_NULL, null=True, related_name="+")
    active = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(end_on__gte=models.F("begin_on")), name="session_ends_after_begin"
            )
        ]
        indexes = [models.Index(fields=["kind", "begin_on"], name="session_kind")]


class DayOff(models.Model):
    """Days without school within a session, for an agency and all below it. Never deleted: a past day is read as it stood."""

    public_id = models.CharField(max_length=10, unique=True, default=new_public_id)
    agency = models.ForeignKey(Agency, models.CASCADE, related_name="+")
    name = models.CharField(max_length=100)
    begin_on = models.DateField()
    end_on = models.DateField()
    account = models.ForeignKey("people.Account", models.SET_NULL, null=True, related_name="+")
    set_on = models.DateField()
    removed_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(end_on__gte=models.F("begin_on")), name="day_off_ends_after_begin"
            )
        ]


class Course(models.Model):
    """What can be taught: the plan of targets hangs here by default (OneRoster course)."""

    public_id = models.CharField(max_length=10, unique=True, default=new_public_id)
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    title = models.CharField(max_length=200)
    code = models.CharField(max_length=100, blank=True)
    subjects = models.JSONField(default=list)
    grades = models.JSONField(default=list)
    active = models.BooleanField(default=True)


class Class(models.Model):
    """A course as it meets in a school, in some sessions, with these people (OneRoster class)."""

    public_id = models.CharField(max_length=10, unique=True, default=new_public_id)
    school = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    course = models.ForeignKey(Course, models.PROTECT, null=True, related_name="+")
    title = models.CharField(max_length=200)
    code = models.CharField(max_length=100, blank=True)
    kind = models.CharField(max_length=12, default="scheduled")  # OneRoster classType: homeroom, scheduled
    location = models.CharField(max_length=100, blank=True)
    periods = models.CharField(max_length=100, blank=True)
    subjects = models.JSONField(default=list)
    grades = models.JSONField(default=list)
    begin_on = models.DateField(
        null=True
    )  # first and last day of its sessions, kept in step by the roster actions
    end_on = models.DateField(null=True)
    active = models.BooleanField(default=True)
    version = models.BigIntegerField(
        default=0
    )  # rises when the plan or the roster changes; live pages ask for it

    class Meta:
        indexes = [models.Index(fields=["school", "end_on"], name="class_school")]


class ClassSession(models.Model):
    """The sessions in which a class meets."""

    klass = models.ForeignKey(Class, models.CASCADE, related_name="+")
    session = models.ForeignKey(AcademicSession, models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["klass", "session"], name="class_session_once")]
