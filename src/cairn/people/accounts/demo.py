"""Who can be tried out in a demo, and how do they come in? Only in a database that carries the mark of `cairn demo`.

Whether the request comes from this very machine is the web's question (`web/signin/demo.py`); both must hold.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone

from cairn.people.accounts.actions import account_of_person
from cairn.people.accounts.models import Account, DemoMark
from cairn.people.persons import Adult, Student
from cairn.people.ties import ClassEnrollment, SchoolEnrollment, Tie

EACH = 3
PRE_READERS = ("PK", "KG", "K")


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """One person on the page of one-click sign-in. `role` is a home (`access.directory.roles_of`) or "pre_reader"."""

    role: str
    key: str  # "student:abc" or "adult:abc"
    name: str
    detail: str  # a class, a school, names of children
    grade: str = ""


def is_demo() -> bool:
    """Was this database begun by `cairn demo`?"""
    return DemoMark.objects.exists()


def _now() -> Q:
    on = timezone.localdate()
    return (Q(begin_on__isnull=True) | Q(begin_on__lte=on)) & (Q(end_on__isnull=True) | Q(end_on__gte=on))


def demo_people() -> list[DemoPerson]:
    """A handful of each role; always the same ones. Empty unless this database is a demo."""
    if not is_demo():
        return []
    return [
        *_teachers(),
        *_students(),
        *_pre_readers(),
        *_families(),
        *_agency("leads", "principal"),
        *_agency("manages_data", "data"),
    ]


def _agency(kind: str, role: str) -> Iterator[DemoPerson]:
    ties = (
        Tie.objects.filter(_now(), kind=kind, adult__active=True)
        .select_related("adult", "agency")
        .order_by("pk")
    )
    seen: set[int | None] = set()
    wide = ties.filter(agency__kind="district" if role == "data" else "school")
    for tie in wide[: 10 * EACH]:
        if tie.agency and tie.agency_id not in seen and len(seen) < EACH:
            seen.add(tie.agency_id)
            yield DemoPerson(role, f"adult:{tie.adult.public_id}", tie.adult.name, tie.agency.name)


def _teachers() -> Iterator[DemoPerson]:
    """Teachers of different schools, each named with a class."""
    ties = (
        Tie.objects.filter(
            _now(), kind="teaches", adult__active=True, klass__active=True, klass__kind="scheduled"
        )
        .select_related("adult", "klass__school")
        .order_by("pk")
    )
    schools: set[int] = set()
    for tie in islice(ties.iterator(), 2_000):
        if tie.klass and tie.klass.school_id not in schools:
            schools.add(tie.klass.school_id)
            yield DemoPerson(
                "teacher",
                f"adult:{tie.adult.public_id}",
                tie.adult.name,
                f"{tie.klass.title}, {tie.klass.school.name}",
            )
            if len(schools) == EACH:
                return


def _student(role: str, row: SchoolEnrollment) -> DemoPerson:
    student = row.student
    return DemoPerson(role, f"student:{student.public_id}", student.name, row.school.name, row.grade_level)


def _students() -> Iterator[DemoPerson]:
    for grade in ("07", "04", "10"):
        row = (
            SchoolEnrollment.objects.filter(_now(), grade_level=grade, student__active=True)
            .filter(student__in=ClassEnrollment.objects.filter(_now()).values("student"))
            .select_related("student", "school")
            .order_by("pk")
            .first()
        )
        if row:
            yield _student("student", row)


def _pre_readers() -> Iterator[DemoPerson]:
    rows = SchoolEnrollment.objects.filter(_now(), grade_level__in=PRE_READERS, student__active=True)
    for row in rows.select_related("student", "school").order_by("pk")[:2]:
        yield _student("pre_reader", row)


def _families() -> Iterator[DemoPerson]:
    several = (
        Tie.objects.filter(_now(), kind="parents", student__active=True)
        .values("adult")
        .annotate(children=Count("student", distinct=True))
        .filter(children__gte=2)
        .order_by("-children", "adult")
    )
    ids = [row["adult"] for row in several[:EACH]]
    names: dict[int, list[str]] = {pk: [] for pk in ids}
    for tie in (
        Tie.objects.filter(_now(), kind="parents", adult__in=ids).select_related("student").order_by("pk")
    ):
        if tie.student:
            names[tie.adult_id].append(tie.student.called)
    for adult in sorted(Adult.objects.filter(pk__in=ids), key=lambda one: ids.index(one.pk)):
        yield DemoPerson("family", f"adult:{adult.public_id}", adult.name, ", ".join(names[adult.pk]))


@transaction.atomic
def demo_account(key: str) -> Account | None:
    """The account of a person of the demo, made when it is first asked for. None outside a demo, and for unknown people.

    It has no password: nobody can come in with it by another way.
    """
    if not is_demo():
        return None
    kind, _, public_id = key.partition(":")
    tables: dict[str, type[Student] | type[Adult]] = {"student": Student, "adult": Adult}
    table = tables.get(kind)
    person = table.objects.filter(public_id=public_id, active=True).first() if table else None
    if person is None:
        return None
    if account := account_of_person(person):
        return account
    account = Account(username=f"demo-{public_id}", **{kind: person})
    account.set_unusable_password()
    account.save()
    return account
