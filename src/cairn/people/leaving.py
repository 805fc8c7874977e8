"""Who is here today, as a roster would say it? Everyone and everything running, each with the id by which a source knows it.

Rows the source never named go by their own opaque id. Nothing that has ended is said; integer keys never leave.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from cairn.people.agencies import AcademicSession, Agency, Class, ClassSession, Course
from cairn.people.persons import Adult, Demographics, ExternalId, Student
from cairn.people.ties import ClassEnrollment, ProgramParticipation, SchoolEnrollment, Tie
from cairn.trail.actions import record_change

READ = 2_000


@dataclass(frozen=True, slots=True)
class Place:
    """One person at one agency: what they are there, from when."""

    key: str
    person: str
    agency: str
    kind: str  # student, a kind of tie to an agency, teaches, or parents
    word: str  # a student's grade level, a family's own word
    agency_kind: str
    begin: date | None
    program: tuple[date | None, date | None] | None = None  # in personalized learning, from when to when


@dataclass(frozen=True, slots=True)
class Seat:
    """One person in one class: a student, or who teaches it."""

    key: str
    person: str
    klass: str
    school: str
    kind: str  # student, teaches, co_teaches, assists
    begin: date | None
    end: date | None


@dataclass
class Leaving:
    """Everything running on a day, with the ids of one source (its id, or None: our own)."""

    source: int | None
    on: date
    _keys: dict[str, dict[int, str]] = field(default_factory=dict)

    def _open(self, prefix: str = "") -> Q:
        begin, end = f"{prefix}begin_on", f"{prefix}end_on"
        return (Q(**{f"{begin}__isnull": True}) | Q(**{f"{begin}__lte": self.on})) & (
            Q(**{f"{end}__isnull": True}) | Q(**{f"{end}__gte": self.on})
        )

    def _not_over(self) -> Q:
        return Q(end_on__isnull=True) | Q(end_on__gte=self.on)

    def key(self, entity: str, pk: int | None, otherwise: str = "", *, kind: str = "sourcedId") -> str:
        """The source's id of a row; `otherwise` where it has none."""
        shelf = f"{entity} {kind}"
        if shelf not in self._keys:
            rows = ExternalId.objects.filter(source=self.source, entity=entity, kind=kind)
            self._keys[shelf] = dict(rows.values_list("object_id", "value")) if self.source else {}
        return self._keys[shelf].get(pk or 0, otherwise)

    def agencies(self) -> Iterator[tuple[str, Agency, str]]:
        """(key, agency, key of the agency above)."""
        for agency in Agency.objects.filter(active=True).select_related("parent").order_by("pk"):
            above = agency.parent
            yield self._agency(agency), agency, self._agency(above) if above and above.active else ""

    def _agency(self, agency: Agency) -> str:
        return self.key("agency", agency.pk, agency.public_id)

    def sessions(self) -> Iterator[tuple[str, AcademicSession, str]]:
        """(key, session, key of the session above)."""
        for session in AcademicSession.objects.filter(active=True).select_related("parent").order_by("pk"):
            above = session.parent
            yield self._session(session), session, self._session(above) if above and above.active else ""

    def _session(self, session: AcademicSession) -> str:
        return self.key("session", session.pk, session.public_id)

    def courses(self) -> Iterator[tuple[str, Course, str]]:
        """(key, course, key of its agency)."""
        for course in (
            Course.objects.filter(active=True, agency__active=True).select_related("agency").order_by("pk")
        ):
            yield self._course(course), course, self._agency(course.agency)

    def _course(self, course: Course) -> str:
        return self.key("course", course.pk, course.public_id)

    def _running(self) -> QuerySet[Class]:
        return Class.objects.filter(self._not_over(), active=True, school__active=True)

    def classes(self) -> Iterator[tuple[str, Class, str, str, list[str]]]:
        """(key, class, key of its course or nothing, key of its school, keys of its sessions)."""
        meets: dict[int, list[str]] = {}
        for row in ClassSession.objects.filter(session__active=True).select_related("session").order_by("pk"):
            meets.setdefault(row.klass_id, []).append(self._session(row.session))
        for klass in self._running().select_related("course", "school").order_by("pk"):
            course = self._course(klass.course) if klass.course and klass.course.active else ""
            yield self._class(klass), klass, course, self._agency(klass.school), meets.get(klass.pk, [])

    def _class(self, klass: Class) -> str:
        return self.key("class", klass.pk, klass.public_id)

    def students(self) -> Iterator[tuple[str, Student, list[str], list[str]]]:
        """(key, student, grade levels, keys of the family)."""
        grades: dict[int, list[str]] = {}
        rows = SchoolEnrollment.objects.filter(self._open()).order_by("-is_primary", "pk")
        for pk, grade in rows.values_list("student", "grade_level"):
            grades.setdefault(pk, []).append(grade)
        families: dict[int, list[str]] = {}
        ties = Tie.objects.filter(self._open(), kind="parents", adult__active=True).order_by("pk")
        for pk, adult, own in ties.values_list("student", "adult", "adult__public_id"):
            families.setdefault(pk or 0, []).append(self.key("adult", adult, own))
        for student in Student.objects.filter(active=True).order_by("pk").iterator(READ):
            if student.pk in grades:
                key = self.key("student", student.pk, student.public_id)
                yield (
                    key,
                    student,
                    sorted(set(filter(None, grades[student.pk]))),
                    families.get(student.pk, []),
                )

    def adults(self) -> Iterator[tuple[str, Adult]]:
        """(key, adult), for adults who have a place."""
        placed = {place.person for place in self._adult_places()}
        for adult in Adult.objects.filter(active=True).order_by("pk").iterator(READ):
            if (key := self.key("adult", adult.pk, adult.public_id)) in placed:
                yield key, adult

    def places(self) -> Iterator[Place]:
        """Who is what where: students at their schools, staff at theirs, families at the schools of their children."""
        programs = {
            (student, school): (begin, end)
            for student, school, begin, end in ProgramParticipation.objects.filter(
                self._open(), program="personalized_learning"
            ).values_list("student", "school", "begin_on", "end_on")
        }
        rows = SchoolEnrollment.objects.filter(self._open(), student__active=True, school__active=True)
        for row in rows.select_related("student", "school").order_by("pk").iterator(READ):
            person = self.key("student", row.student_id, row.student.public_id)
            key = self.key("school_enrollment", row.pk)
            agency = self._agency(row.school)
            program = programs.get((row.student_id, row.school_id))
            yield Place(
                key, person, agency, "student", row.grade_level, row.school.kind, row.begin_on, program
            )
        yield from self._adult_places()

    def _adult_places(self) -> Iterator[Place]:
        seen: set[tuple[str, str, str]] = set()
        for place in (*self._agency_places(), *self._class_places(), *self._family_places()):
            if (what := (place.person, place.agency, place.kind)) not in seen:
                seen.add(what)
                yield place

    def _agency_places(self) -> Iterator[Place]:
        ties = Tie.objects.filter(self._open(), agency__isnull=False, agency__active=True, adult__active=True)
        for tie in ties.select_related("adult", "agency").order_by("pk").iterator(READ):
            assert tie.agency is not None
            person = self.key("adult", tie.adult_id, tie.adult.public_id)
            key = self.key("tie", tie.pk, kind="role")
            yield Place(key, person, self._agency(tie.agency), tie.kind, "", tie.agency.kind, tie.begin_on)

    def _class_places(self) -> Iterator[Place]:
        """Who teaches at a school works there, also where no tie to the school says so."""
        ties = Tie.objects.filter(self._open(), klass__in=self._running(), adult__active=True)
        for tie in ties.select_related("adult", "klass__school").order_by("pk").iterator(READ):
            assert tie.klass is not None
            person = self.key("adult", tie.adult_id, tie.adult.public_id)
            yield Place("", person, self._agency(tie.klass.school), "works_at", "", "school", tie.begin_on)

    def _family_places(self) -> Iterator[Place]:
        children = SchoolEnrollment.objects.filter(self._open(), student__active=True, school__active=True)
        schools = dict(children.order_by("is_primary").values_list("student", "school"))
        known = {agency.pk: agency for agency in Agency.objects.filter(active=True)}
        ties = Tie.objects.filter(self._open(), kind="parents", adult__active=True)
        for tie in ties.select_related("adult").order_by("pk").iterator(READ):
            if school := known.get(schools.get(tie.student_id or 0, 0)):
                person = self.key("adult", tie.adult_id, tie.adult.public_id)
                yield Place(
                    "", person, self._agency(school), "parents", tie.relation, school.kind, tie.begin_on
                )

    def seats(self) -> Iterator[Seat]:
        """Who is in which running class, students first."""
        rows = ClassEnrollment.objects.filter(
            self._not_over(), klass__in=self._running(), student__active=True
        )
        for row in rows.select_related("student", "klass__school").order_by("pk").iterator(READ):
            person = self.key("student", row.student_id, row.student.public_id)
            yield self._seat(self.key("class_enrollment", row.pk), person, row.klass, "student", row)
        ties = Tie.objects.filter(self._not_over(), klass__in=self._running(), adult__active=True)
        for tie in ties.select_related("adult", "klass__school").order_by("pk").iterator(READ):
            assert tie.klass is not None
            person = self.key("adult", tie.adult_id, tie.adult.public_id)
            yield self._seat(self.key("tie", tie.pk), person, tie.klass, tie.kind, tie)

    def _seat(self, key: str, person: str, klass: Class, kind: str, row: ClassEnrollment | Tie) -> Seat:
        return Seat(
            key, person, self._class(klass), self._agency(klass.school), kind, row.begin_on, row.end_on
        )

    def demographics(self) -> Iterator[tuple[str, Demographics]]:
        """(key of the student, sensitive facts)."""
        for row in Demographics.objects.filter(student__active=True).select_related("student").iterator(READ):
            yield self.key("student", row.student_id, row.student.public_id), row

    def other_ids(self) -> dict[str, list[tuple[str, str]]]:
        """Key of a student or adult -> their ids of other kinds (state, local ...)."""
        found: dict[str, list[tuple[str, str]]] = {}
        rows = ExternalId.objects.filter(source=self.source, entity__in=("student", "adult")).exclude(
            kind="sourcedId"
        )
        for entity, pk, kind, value in rows.values_list("entity", "object_id", "kind", "value"):
            if key := self.key(entity, pk):
                found.setdefault(key, []).append((kind, value))
        return found


def record_leaving(*, what: str, counts: dict[str, Any]) -> None:
    """A whole roster left this database by the command line."""
    record_change(
        action="export_roster",
        entity="roster",
        object_id=None,
        before=None,
        after={"file": what, **counts},
        by=None,
    )
