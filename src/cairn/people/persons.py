"""Who are the people, and by which ids do other systems know them?"""

from django.db import models

from cairn.trail.models import new_public_id


class Named(models.Model):
    """Names as the person gives them, with marks and order kept."""

    public_id = models.CharField(max_length=10, unique=True, default=new_public_id)
    given_name = models.CharField(max_length=100)
    middle_name = models.CharField(max_length=100, blank=True)
    family_name = models.CharField(max_length=100)
    preferred_given_name = models.CharField(max_length=100, blank=True)
    preferred_family_name = models.CharField(max_length=100, blank=True)
    pronouns = models.CharField(max_length=50, blank=True)
    username = models.CharField(max_length=200, blank=True)
    email = models.CharField(max_length=254, blank=True)
    phone = models.CharField(max_length=50, blank=True)
    home_language = models.CharField(max_length=20, blank=True)  # BCP 47
    active = models.BooleanField(default=True)

    class Meta:
        abstract = True

    @property
    def called(self) -> str:
        """The given name this person goes by."""
        return self.preferred_given_name or self.given_name

    @property
    def name(self) -> str:
        """Full name as the person goes by it."""
        return f"{self.called} {self.preferred_family_name or self.family_name}".strip()


class Student(Named):
    """A person whose learning record this is."""

    class Meta:
        indexes = [models.Index(fields=["family_name", "given_name"], name="student_name")]


class Adult(Named):
    """Anyone else: staff, family, mentors. What they are to whom stands in dated ties."""

    class Meta:
        indexes = [models.Index(fields=["family_name", "given_name"], name="adult_name")]


class Demographics(models.Model):
    """OneRoster demographics: sensitive, never on a teaching page."""

    student = models.OneToOneField(Student, models.CASCADE, related_name="+")
    birth_date = models.DateField(null=True)
    sex = models.CharField(max_length=20, blank=True)
    races = models.JSONField(default=list)
    hispanic_or_latino = models.BooleanField(null=True)
    country_of_birth = models.CharField(max_length=10, blank=True)
    state_of_birth = models.CharField(max_length=10, blank=True)
    city_of_birth = models.CharField(max_length=100, blank=True)
    public_school_residence_status = models.CharField(max_length=20, blank=True)


class Source(models.Model):
    """A system that sends us people or scores: a district's SIS, an LMS, a spreadsheet."""

    key = models.CharField(max_length=100, unique=True)
    name = models.CharField(max_length=200)
    agency = models.ForeignKey("people.Agency", models.PROTECT, null=True, related_name="+")


class ExternalId(models.Model):
    """By which id does a source know this row? Kept per source; two sources may know one row by two ids."""

    ENTITIES = [
        "agency",
        "session",
        "course",
        "class",
        "student",
        "adult",
        "class_enrollment",
        "school_enrollment",
        "tie",
        "participation",
    ]

    source = models.ForeignKey(Source, models.PROTECT, related_name="+")
    entity = models.CharField(max_length=20)
    value = models.CharField(max_length=200)
    object_id = models.BigIntegerField()
    kind = models.CharField(
        max_length=20, default="sourcedId"
    )  # sourcedId, state, local, or the SIS's own word
    digest = models.CharField(
        max_length=32, blank=True
    )  # of the row as last applied: equal means nothing to do

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "entity", "kind", "value"], name="external_id_once")
        ]
        indexes = [
            models.Index(fields=["entity", "object_id"], name="external_id_object"),
            models.Index(fields=["entity", "value"], name="external_id_value"),
        ]


class MatchProposal(models.Model):
    """Two rows that may be the same person. Proposed by us, decided by a person, never merged silently."""

    student = models.ForeignKey(Student, models.CASCADE, related_name="+")
    other = models.ForeignKey(Student, models.CASCADE, related_name="+")
    because = models.JSONField()
    proposed_at = models.DateTimeField()
    run_id = models.BigIntegerField(null=True)
    state = models.CharField(max_length=10, default="open")  # open, same, different
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey("people.Account", models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["student", "other"], name="match_once"),
            models.CheckConstraint(condition=models.Q(student__lt=models.F("other")), name="match_in_order"),
        ]
