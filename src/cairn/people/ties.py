"""Who belongs to whom, from when to when? Enrollments of students and ties of adults, all dated."""

from django.db import models
from django.db.models import F, Q

from cairn.people.agencies import Agency, Class
from cairn.people.persons import Adult, Student

ENDS_AFTER_BEGIN = Q(end_on__isnull=True) | Q(begin_on__isnull=True) | Q(end_on__gte=F("begin_on"))

CLASS_TIES = ("teaches", "co_teaches", "assists")
STUDENT_TIES = ("parents", "counsels", "supports", "mentors")
AGENCY_TIES = ("leads", "counsels_at", "manages_data", "works_at", "administers")


class Dated(models.Model):
    """From the morning of `begin_on` (null: always) to the evening of `end_on` (null: still)."""

    begin_on = models.DateField(null=True)
    end_on = models.DateField(null=True)

    class Meta:
        abstract = True


class SchoolEnrollment(Dated):
    """A student is enrolled in a school, in a grade."""

    student = models.ForeignKey(Student, models.CASCADE, related_name="+")
    school = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    grade_level = models.CharField(max_length=10, blank=True)  # CEDS 000100: PK, KG, 01 ... 12
    is_primary = models.BooleanField(default=True)

    class Meta:
        indexes = [
            models.Index(fields=["school", "student"], name="school_enrollment_school"),
            models.Index(fields=["student", "begin_on"], name="school_enrollment_student"),
        ]
        constraints = [models.CheckConstraint(condition=ENDS_AFTER_BEGIN, name="school_enrollment_dates")]


class ClassEnrollment(Dated):
    """A student is enrolled in a class."""

    student = models.ForeignKey(Student, models.CASCADE, related_name="+")
    klass = models.ForeignKey(Class, models.CASCADE, related_name="+")

    class Meta:
        indexes = [
            models.Index(fields=["klass", "student"], name="class_enrollment_class"),
            models.Index(fields=["student", "klass"], name="class_enrollment_student"),
        ]
        constraints = [models.CheckConstraint(condition=ENDS_AFTER_BEGIN, name="class_enrollment_dates")]


class ProgramParticipation(Dated):
    """A student takes part in a program; "personalized learning" is counted apart from enrollment (G1)."""

    student = models.ForeignKey(Student, models.CASCADE, related_name="+")
    school = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    program = models.CharField(max_length=40, default="personalized_learning")

    class Meta:
        indexes = [
            models.Index(fields=["school", "program"], name="participation_school"),
            models.Index(fields=["student"], name="participation_student"),
        ]
        constraints = [models.CheckConstraint(condition=ENDS_AFTER_BEGIN, name="participation_dates")]


class Tie(Dated):
    """What an adult is to a class, to a student or to an agency. The access policy speaks of nothing else."""

    adult = models.ForeignKey(Adult, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=16)
    klass = models.ForeignKey(Class, models.CASCADE, null=True, related_name="ties")
    student = models.ForeignKey(Student, models.CASCADE, null=True, related_name="+")
    agency = models.ForeignKey(Agency, models.CASCADE, null=True, related_name="+")
    relation = models.CharField(
        max_length=40, blank=True
    )  # mother, grandfather, ... in the family's own word

    class Meta:
        indexes = [
            models.Index(fields=["adult", "kind"], name="tie_adult"),
            models.Index(fields=["klass", "kind"], name="tie_class"),
            models.Index(fields=["student", "kind"], name="tie_student"),
            models.Index(fields=["agency", "kind"], name="tie_agency"),
        ]
        constraints = [
            models.CheckConstraint(condition=ENDS_AFTER_BEGIN, name="tie_dates"),
            models.CheckConstraint(
                condition=Q(
                    kind__in=CLASS_TIES, klass__isnull=False, student__isnull=True, agency__isnull=True
                )
                | Q(kind__in=STUDENT_TIES, klass__isnull=True, student__isnull=False, agency__isnull=True)
                | Q(kind__in=AGENCY_TIES[:-1], klass__isnull=True, student__isnull=True, agency__isnull=False)
                | Q(
                    kind="administers", klass__isnull=True, student__isnull=True
                ),  # no agency: the whole installation
                name="tie_kind_and_target",
            ),
        ]
