"""Who can be tried out in a demo, and how do they come in? Only in a database that carries the mark of `cairn demo`.

Whether the request comes from this very machine is the web's question (`web/signin/demo.py`); both must hold.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone

from cairn.people.accounts.actions import account_of_person
from cairn.people.accounts.models import Account, DemoMark
from cairn.people.persons import Adult, ExternalId, Student
from cairn.people.ties import AGENCY_TIES, CLASS_TIES, ClassEnrollment, SchoolEnrollment, Tie

EACH = 2
PRE_READERS = ("PK", "KG")
# The demo's own words for roles -> the roles of the page.
ROLES = {
    "student": "student",
    "family": "family",
    "teacher": "teacher",
    "counselor": "support",
    "principal": "principal",
    "district": "district",
    "state": "district",
    "data_manager": "data",
}
LEARNERS = ("student", "pre_reader")


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """One person on the page of one-click sign-in."""

    role: str  # student, pre_reader, family, teacher, support, principal, district, data
    key: str  # "student:abc" or "adult:abc"
    name: str
    detail: str  # a class, a school, names of children
    grade: str = ""


# --- the mark ---


def demo_mark() -> DemoMark | None:
    """The mark of this database, if it is a demo."""
    return DemoMark.objects.first()


def is_demo() -> bool:
    """Was this database begun by `cairn demo`?"""
    return DemoMark.objects.exists()


def mark_demo(
    *, size: str, seed: int, digests: Sequence[str], people: Mapping[str, Sequence[Mapping[str, Any]]]
) -> DemoMark:
    """Marks the database as a demo for good. `digests`: of every file it may take; `people`: by the demo's roles, whom to offer."""
    offered = [
        [ROLES[role], str(person["sourcedId"])]
        for role, some in people.items()
        if role in ROLES
        for person in some
    ]
    return DemoMark.objects.create(size=size, seed=seed, digests=list(digests), people=offered)


def finish_demo() -> None:
    """Everything is in."""
    DemoMark.objects.update(ready=True)


# --- the people ---


def demo_people() -> list[DemoPerson]:
    """A handful of each role; always the same ones. Empty unless this database is a demo."""
    mark = demo_mark()
    if mark is None:
        return []
    chosen = _of_the_files(mark.people)
    for role in ("teacher", "student", "pre_reader", "family", "principal", "data"):
        if not any(one == role for one, _pk in chosen):
            chosen += [(role, pk) for pk in list(_any(role))[:EACH]]
    return [
        *_students([pair for pair in chosen if pair[0] in LEARNERS]),
        *_adults([p for p in chosen if p[0] not in LEARNERS]),
    ]


def _now() -> Q:
    on = timezone.localdate()
    return (Q(begin_on__isnull=True) | Q(begin_on__lte=on)) & (Q(end_on__isnull=True) | Q(end_on__gte=on))


def _of_the_files(offered: Iterable[Sequence[str]]) -> list[tuple[str, int]]:
    """Those whom the demo's own files name, as (role, id)."""
    found: list[tuple[str, int]] = []
    for entity in ("student", "adult"):
        mine = [(role, own) for role, own in offered if (role == "student") == (entity == "student")]
        ids = dict(
            ExternalId.objects.filter(entity=entity, value__in=[own for _role, own in mine]).values_list(
                "value", "object_id"
            )
        )
        found += [(role, ids[own]) for role, own in mine if own in ids]
    small = set(
        SchoolEnrollment.objects.filter(
            _now(), student__in=[pk for role, pk in found if role == "student"], grade_level__in=PRE_READERS
        ).values_list("student", flat=True)
    )
    return [("pre_reader" if role == "student" and pk in small else role, pk) for role, pk in found]


def _any(role: str) -> Iterator[int]:
    """Someone of this role, where the files named nobody."""
    ties, enrolled = Tie.objects.filter(_now(), adult__active=True), SchoolEnrollment.objects.filter(_now())
    if role == "teacher":
        yield from ties.filter(kind="teaches").order_by("pk").values_list("adult", flat=True)[:EACH]
    elif role == "family":
        several = (
            ties.filter(kind="parents").values("adult").annotate(children=Count("student", distinct=True))
        )
        yield from several.order_by("-children", "adult").values_list("adult", flat=True)[:EACH]
    elif role == "pre_reader":
        yield from (
            enrolled.filter(grade_level__in=PRE_READERS)
            .order_by("pk")
            .values_list("student", flat=True)[:EACH]
        )
    elif role == "student":
        in_class = ClassEnrollment.objects.filter(_now()).values("student")
        rows = enrolled.exclude(grade_level__in=PRE_READERS).filter(student__in=in_class)
        yield from rows.order_by("pk").values_list("student", flat=True)[:EACH]
    else:
        kind = "leads" if role == "principal" else "manages_data"
        yield from ties.filter(kind=kind).order_by("pk").values_list("adult", flat=True)[:EACH]


def _students(chosen: Sequence[tuple[str, int]]) -> Iterator[DemoPerson]:
    ids = [pk for _role, pk in chosen]
    people = Student.objects.filter(active=True).in_bulk(ids)
    places = {
        row.student_id: row
        for row in SchoolEnrollment.objects.filter(_now(), student__in=ids)
        .select_related("school")
        .order_by("is_primary")
    }
    for role, pk in chosen:
        if pk in people:
            place = places.get(pk)
            detail, grade = (place.school.name, place.grade_level) if place else ("", "")
            yield DemoPerson(role, f"student:{people[pk].public_id}", people[pk].name, detail, grade)


def _adults(chosen: Sequence[tuple[str, int]]) -> Iterator[DemoPerson]:
    ids = [pk for _role, pk in chosen]
    people = Adult.objects.filter(active=True).in_bulk(ids)
    ties: dict[int, list[Tie]] = {pk: [] for pk in ids}
    for tie in (
        Tie.objects.filter(_now(), adult__in=ids)
        .select_related("klass__school", "student", "agency")
        .order_by("pk")
    ):
        ties[tie.adult_id].append(tie)
    for role, pk in chosen:
        if pk in people:
            yield DemoPerson(role, f"adult:{people[pk].public_id}", people[pk].name, _detail(role, ties[pk]))


def _detail(role: str, ties: Sequence[Tie]) -> str:
    if role == "family":
        return ", ".join(tie.student.called for tie in ties if tie.kind == "parents" and tie.student)
    if role == "teacher":
        classes = [tie.klass for tie in ties if tie.kind in CLASS_TIES and tie.klass]
        return f"{classes[0].title}, {classes[0].school.name}" if classes else ""
    return next((tie.agency.name for tie in ties if tie.kind in AGENCY_TIES and tie.agency), "")


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
