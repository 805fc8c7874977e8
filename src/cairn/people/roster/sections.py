"""Which parts does a roster have, in which order do they depend on each other, and which columns does each bring?

A row's `values` come in the order of `columns`; `refs` are its one or two foreign keys (the first is the person, where there is one).
A dated section never loses a row: it ends (`end_on`); the others become inactive.
"""

from dataclasses import dataclass

from django.db import models

from cairn.people.agencies import AcademicSession, Agency, Class, Course
from cairn.people.persons import Adult, Demographics, Student
from cairn.people.ties import ClassEnrollment, ProgramParticipation, SchoolEnrollment, Tie


@dataclass(frozen=True, slots=True)
class Section:
    """One part of a roster."""

    name: str
    entity: str  # ExternalId.entity
    model: type[models.Model]
    columns: tuple[str, ...]
    refs: tuple[str, ...] = ()
    kind: str = "sourcedId"  # ExternalId.kind
    spans: bool = False  # has begin_on and end_on
    dated: bool = False  # ... and is ended by them
    active: bool = False  # has `active`
    public: bool = False  # has `public_id`
    student: str = ""  # the column that holds the student, for the trail
    klass: str = ""  # the column that holds the class whose pages change

    @property
    def table(self) -> str:
        return self.model._meta.db_table


_NAMES = (
    "given_name",
    "middle_name",
    "family_name",
    "preferred_given_name",
    "preferred_family_name",
    "pronouns",
    "username",
    "email",
    "phone",
    "home_language",
)

SECTIONS: tuple[Section, ...] = (
    Section("agencies", "agency", Agency, ("kind", "name", "identifier", "is_alternative"), ("parent_id",), active=True, public=True),
    Section(
        "sessions", "session", AcademicSession, ("title", "kind", "school_year"), ("parent_id", "district_id"),
        spans=True, active=True, public=True,
    ),
    Section("courses", "course", Course, ("title", "code", "subjects", "grades"), ("agency_id",), active=True, public=True),
    Section(
        "classes", "class", Class, ("title", "code", "kind", "location", "periods", "subjects", "grades"),
        ("school_id", "course_id"), spans=True, active=True, public=True, klass="id",
    ),
    Section("students", "student", Student, _NAMES, active=True, public=True, student="id"),
    Section("adults", "adult", Adult, _NAMES, active=True, public=True),
    Section(
        "demographics", "demographics", Demographics,
        ("birth_date", "sex", "races", "hispanic_or_latino", "country_of_birth", "state_of_birth", "city_of_birth",
         "public_school_residence_status"),
        ("student_id",), student="student_id",
    ),
    Section(
        "school_enrollments", "school_enrollment", SchoolEnrollment, ("grade_level", "is_primary"),
        ("student_id", "school_id"), spans=True, dated=True, student="student_id",
    ),
    Section(
        "class_enrollments", "class_enrollment", ClassEnrollment, (), ("student_id", "klass_id"),
        spans=True, dated=True, student="student_id", klass="klass_id",
    ),
    Section(
        "class_ties", "tie", Tie, ("kind", "relation"), ("adult_id", "klass_id"), spans=True, dated=True, klass="klass_id",
    ),
    Section("agency_ties", "tie", Tie, ("kind", "relation"), ("adult_id", "agency_id"), "role", spans=True, dated=True),
    Section(
        "family_ties", "tie", Tie, ("kind", "relation"), ("adult_id", "student_id"), "agent", spans=True, dated=True,
        student="student_id",
    ),
    Section(
        "participations", "participation", ProgramParticipation, ("program",), ("student_id", "school_id"),
        spans=True, dated=True, student="student_id",
    ),
)  # fmt: skip
BY_NAME = {section.name: section for section in SECTIONS}
PERSONS = ("students", "adults")
