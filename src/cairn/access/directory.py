"""Which people, classes and agencies can this viewer find? Lookups by opaque id and by name, through the policy."""

from collections.abc import Collection, Sequence
from datetime import date

from django.db.models import Case, Exists, F, Q, QuerySet, When

from cairn.access.decide import Decision, NotHere, may, today, visible
from cairn.access.policy import rules_for
from cairn.people.models import (
    Account,
    Agency,
    AgencyAncestor,
    Class,
    ClassEnrollment,
    SchoolEnrollment,
    Student,
    Tie,
)
from cairn.people.ties import AGENCY_TIES


def student_of(
    viewer: Account | None,
    public_id: str,
    *,
    action: str = "view",
    category: str = "academic",
    on: date | None = None,
) -> tuple[Student, Decision]:
    """The student with this opaque id and why the viewer may `action` them. Raises NotHere alike for absent and forbidden."""
    student = Student.objects.filter(public_id=public_id).first()
    decision = may(viewer, action, category, student=student.pk if student else -1, on=on)
    if student is None or not decision.allowed:
        raise NotHere
    return student, decision


NOT_STAFF = ("self", "parents")


def record_for_staff(
    viewer: Account, public_id: str, *, on: date | None = None
) -> tuple[Student, Decision, list[SchoolEnrollment]]:
    """A student's record for those who work with them, and all school enrollments, the newest first. Raises NotHere.

    Students and families have their own pages. Whoever is family and works with the child too comes in by that work.
    """
    rows = SchoolEnrollment.objects.select_related("student", "school").filter(student__public_id=public_id)
    enrollments = list(rows.order_by(F("begin_on").desc(nulls_last=True), "-is_primary", "-pk"))
    named = Student.objects.filter(public_id=public_id)  # only asked where there is no enrollment to bring it
    student = enrollments[0].student if enrollments else named.first()
    pk = student.pk if student else -1
    decision = may(viewer, "view", "academic", student=pk, on=on, without=NOT_STAFF)
    if student is None or not decision.allowed:
        if enrollments:
            named.first()  # a refusal costs the same queries whether the student is there or not
        raise NotHere
    return student, decision, enrollments


def class_of(
    viewer: Account | None,
    public_id: str,
    *,
    action: str = "view",
    category: str = "roster",
    on: date | None = None,
) -> tuple[Class, Decision]:
    """The class with this opaque id, with school and course, and why. Raises NotHere alike for absent and forbidden."""
    klass = Class.objects.select_related("school", "course").filter(public_id=public_id).first()
    decision = may(viewer, action, category, klass=klass.pk if klass else -1, on=on)
    if klass is None or not decision.allowed:
        raise NotHere
    return klass, decision


def agency_of(
    viewer: Account | None,
    public_id: str,
    *,
    action: str = "view",
    category: str = "school_numbers",
    on: date | None = None,
) -> tuple[Agency, Decision]:
    """The agency with this opaque id, and why. Raises NotHere alike for absent and forbidden."""
    agency = Agency.objects.filter(public_id=public_id).first()
    decision = may(viewer, action, category, agency=agency.pk if agency else -1, on=on)
    if agency is None or not decision.allowed:
        raise NotHere
    return agency, decision


def _held(on: date) -> Q:
    return (Q(begin_on__isnull=True) | Q(begin_on__lte=on)) & (Q(end_on__isnull=True) | Q(end_on__gte=on))


def agencies_of(
    viewer: Account | None,
    action: str,
    category: str,
    *,
    kind: str | None = "school",
    on: date | None = None,
) -> QuerySet[Agency]:
    """The agencies of one kind (None: of any) over which the viewer may `action` this category, by name."""
    if viewer is None or viewer.adult_id is None or not viewer.is_active:
        return Agency.objects.none()
    kinds = {rule.tie for rule in rules_for(action, category) if rule.window == "now"}
    ties = Tie.objects.filter(
        _held(on or today()), adult=viewer.adult_id, kind__in=kinds.intersection(AGENCY_TIES)
    )
    below = AgencyAncestor.objects.filter(
        ancestor__in=ties.filter(agency__isnull=False).values("agency")
    ).values("agency")
    everything = Exists(ties.filter(kind="administers", agency__isnull=True))
    found = Agency.objects.filter(Q(pk__in=below) | Q(everything), active=True).order_by("name", "pk")
    return found.filter(kind=kind) if kind else found


def classes_of(viewer: Account | None, *, on: date | None = None) -> QuerySet[Class]:
    """The classes this adult teaches, co-teaches or assists in on the day, in the order of the day."""
    on = on or today()
    if viewer is None or viewer.adult_id is None or not viewer.is_active:
        return Class.objects.none()
    kinds = {rule.tie for rule in rules_for("view", "roster") if rule.window == "now"}
    ties = Tie.objects.filter(_held(on), adult=viewer.adult_id, kind__in=kinds, klass__isnull=False)
    return (
        Class.objects.filter(_held(on), pk__in=ties.values("klass"), active=True)
        .select_related("school")
        .order_by("periods", "title", "pk")
    )


def students_in_class(klass: Class, *, on: date | None = None) -> QuerySet[Student]:
    """Who is enrolled in this class on the day, by family name. Ask `class_of` first whether the viewer may know."""
    enrolled = ClassEnrollment.objects.filter(_held(on or today()), klass=klass)
    return Student.objects.filter(pk__in=enrolled.values("student"), active=True).order_by(
        "family_name", "given_name", "pk"
    )


def children_of(viewer: Account, *, on: date | None = None) -> QuerySet[Student]:
    """The students whose family this adult is, youngest names first by given name."""
    # Asked from the viewer's side (IN, not EXISTS): SQLite would go through every student of the state for the other.
    ties = Tie.objects.filter(_held(on or today()), adult=viewer.adult_id or -1, kind="parents")
    return Student.objects.filter(pk__in=ties.values("student"), active=True).order_by("given_name", "pk")


NAMES = ("given_name", "family_name", "preferred_given_name", "preferred_family_name")


def _named(look: str, text: str) -> Q:
    """One of a student's names, looked at in this way, has the text."""
    return Q(*((f"{name}__{look}", text) for name in NAMES), _connector=Q.OR)


def find_students(
    viewer: Account | None, text: str, *, most: int = 20, on: date | None = None
) -> Sequence[Student]:
    """Students with a word of their names beginning with each of these words, among those the viewer may know of.

    Whose names are these words comes first: An before Anabel.
    """
    words = text.split()[:4]
    if not words:
        return []
    rows = visible(viewer, "view", "directory", Student.objects.filter(active=True), student="pk", on=on)
    exact = Q()
    for word in words:
        later = _named("icontains", f" {word}") | _named("icontains", f"-{word}")
        rows = rows.filter(_named("istartswith", word) | later)
        exact &= _named("iexact", word)
    return list(rows.order_by(Case(When(exact, then=0), default=1), "family_name", "given_name", "pk")[:most])


def schools_at(student: Student, *, on: date | None = None) -> list[SchoolEnrollment]:
    """The student's school enrollments on the day, the primary one first."""
    return list(
        SchoolEnrollment.objects.filter(_held(on or today()), student=student)
        .select_related("school")
        .order_by("-is_primary", F("begin_on").desc(nulls_last=True), "pk")
    )


def places_of(student: Student) -> tuple[list[int], list[int]]:
    """Every class, and every school with the agencies above it, in which the student was ever enrolled (ids)."""
    classes = list(ClassEnrollment.objects.filter(student=student).values_list("klass", flat=True).distinct())
    schools = SchoolEnrollment.objects.filter(student=student).values("school")
    agencies = AgencyAncestor.objects.filter(agency__in=schools).values_list("ancestor", flat=True).distinct()
    return classes, list(agencies)


def schools_of(students: Sequence[int], *, on: date | None = None) -> dict[int, SchoolEnrollment]:
    """Student id -> the primary school enrollment on the day; absent: enrolled nowhere. One query."""
    rows = SchoolEnrollment.objects.filter(_held(on or today()), student__in=students).select_related(
        "school"
    )
    return {
        row.student_id: row for row in rows.order_by("is_primary", F("begin_on").asc(nulls_first=True), "-pk")
    }


def keeps_flows(viewer: Account | None, *, on: date | None = None) -> bool:
    """Does this person look after the data of any agency, or of the whole installation?"""
    if may(viewer, "view", "data_flows", agency=-1, on=on).allowed:
        return True
    return agencies_of(viewer, "view", "data_flows", kind=None, on=on).exists()


def roles_of(viewer: Account | None, *, on: date | None = None) -> list[str]:
    """The homes this person has, in a fixed order: student, family, teacher, principal, data."""
    if viewer is None:
        return []
    if viewer.student_id is not None:
        return ["student"]
    kinds = set(
        Tie.objects.filter(_held(on or today()), adult=viewer.adult_id)
        .values_list("kind", flat=True)
        .distinct()
    )
    homes = {
        "teacher": {"teaches", "co_teaches", "assists"},
        "principal": {"leads"},
        "support": {"counsels", "counsels_at", "supports", "mentors"},
        "data": {"manages_data", "administers"},
        "family": {"parents"},
    }
    return [home for home, needed in homes.items() if kinds & needed]


def enrolled_students(schools: Collection[int], *, on: date | None = None) -> QuerySet[SchoolEnrollment, int]:
    """Ids of the students enrolled in any of these schools on the day. Ask first whether the viewer may know."""
    return SchoolEnrollment.objects.filter(_held(on or today()), school__in=list(schools)).values_list(
        "student", flat=True
    )
