"""Whose way in may this viewer look after? People of the schools where the policy says "manage accounts", and nobody above them.

Who resets an account could come in with the code they hand out. So an adult with any tie, now or to come, that reaches beyond
the viewer's own schools is shown but not offered (`beyond`): someone with a wider view does that. A tie to a class reaches
its school, a tie to a student reaches the schools where that student is now (or last was, when nowhere).
"""

from collections.abc import Iterable, Sequence
from typing import Any, Literal

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from cairn.access.decide import NotHere, may, today
from cairn.access.directory import agencies_of
from cairn.access.policy import POLICY
from cairn.people.models import (
    Account,
    ActivationCode,
    Adult,
    Agency,
    AgencyAncestor,
    Class,
    ClassEnrollment,
    SchoolEnrollment,
    Student,
    Tie,
)
from cairn.people.ties import AGENCY_TIES, CLASS_TIES, STUDENT_TIES

Group = Literal["students", "staff", "families"]
State = Literal["", "none", "waiting", "active", "disabled"]
REACHING = sorted({rule.tie for rule in POLICY})  # "works_at" alone shows nothing of anybody
KINDS = ("state", "district", "school", "department")


def _now() -> Q:
    on = today()
    return (Q(begin_on__isnull=True) | Q(begin_on__lte=on)) & (Q(end_on__isnull=True) | Q(end_on__gte=on))


def _everything(viewer: Account | None) -> bool:
    return may(viewer, "manage", "accounts", agency=-1).allowed  # only who administers the whole installation


def schools_managed(viewer: Account | None) -> QuerySet[Agency]:
    """The schools whose people's accounts the viewer looks after, by name."""
    return agencies_of(viewer, "manage", "accounts", kind="school")


def offices_managed(viewer: Account | None) -> QuerySet[Agency]:
    """The same for districts: the people of the district's own office."""
    return agencies_of(viewer, "manage", "accounts", kind="district")


def looks_after_accounts(viewer: Account | None) -> bool:
    """Is there any account at all that this viewer looks after?"""
    return _everything(viewer) or any(
        agencies_of(viewer, "manage", "accounts", kind=kind).exists() for kind in KINDS
    )


def agency_managed(viewer: Account | None, public_id: str) -> Agency:
    """The school or district with this opaque id. Raises NotHere alike for absent and forbidden."""
    agency = Agency.objects.filter(public_id=public_id).first()
    if agency is None or not may(viewer, "manage", "accounts", agency=agency.pk).allowed:
        raise NotHere
    return agency


def classes_at(viewer: Account | None, school: Agency) -> QuerySet[Class]:
    """The running classes of a school whose accounts the viewer looks after, by title."""
    agency_managed(viewer, school.public_id)
    return Class.objects.filter(_now(), school=school, active=True).order_by("title", "pk")


def _places(viewer: Account | None, agency: Agency | None) -> Q:
    """A condition on agencies' ids."""
    if agency is not None:
        return Q(pk=agency_managed(viewer, agency.public_id).pk)
    places = Q(pk__in=[])
    for kind in KINDS:
        places |= Q(pk__in=agencies_of(viewer, "manage", "accounts", kind=kind).order_by().values("pk"))
    return places


def people_managed(
    viewer: Account | None,
    group: Group,
    *,
    agency: Agency | None = None,
    klass: Class | None = None,
    state: State = "",
    text: str = "",
) -> QuerySet[Any]:
    """Students, staff or families of one school (or of all of the viewer's), by family name; slice it to page.

    Each row knows its way in: `account_id`, `way_in` (its user name), `account_active`, `locked_until`, `code_until` (of a
    waiting code) and `beyond` (not for this viewer to reset). `text`: words with which its names begin.
    """
    places = Agency.objects.filter(_places(viewer, agency)).values("pk")
    if group == "students":
        rows: QuerySet[Any] = _students(places, klass)
    else:
        rows = _adults(group, places, klass).annotate(beyond=_beyond(viewer))
    rows = _with_way_in(rows, "student" if group == "students" else "adult")
    for word in text.split()[:4]:
        begins = Q(username__istartswith=word) | Q(way_in__istartswith=word)
        for field in ("given_name", "family_name", "preferred_given_name", "preferred_family_name"):
            begins |= Q(**{f"{field}__istartswith": word})
        rows = rows.filter(begins)
    wanted = {
        "none": Q(account_id__isnull=True),
        "waiting": Q(code_until__isnull=False),
        "active": Q(account_id__isnull=False, account_active=True),
        "disabled": Q(account_id__isnull=False, account_active=False),
    }
    return rows.filter(wanted.get(state, Q())).order_by("family_name", "given_name", "pk")


def _students(places: QuerySet[Any], klass: Class | None) -> QuerySet[Any]:
    enrolled = SchoolEnrollment.objects.filter(_now(), school__in=places, student=OuterRef("pk"))
    rows = Student.objects.filter(Exists(enrolled), active=True)
    if klass is not None:
        rows = rows.filter(
            Exists(ClassEnrollment.objects.filter(_now(), klass=klass, student=OuterRef("pk")))
        )
    return rows.annotate(beyond=Exists(Tie.objects.none()))


def _adults(group: Group, places: QuerySet[Any], klass: Class | None) -> QuerySet[Any]:
    ties = Tie.objects.filter(_now())
    if group == "families":
        enrolled = SchoolEnrollment.objects.filter(_now(), school__in=places)
        if klass is not None:
            enrolled = enrolled.filter(
                student__in=ClassEnrollment.objects.filter(_now(), klass=klass).values("student")
            )
        ties = ties.filter(kind="parents", student__in=enrolled.values("student"))
    elif klass is not None:
        ties = ties.filter(kind__in=CLASS_TIES, klass=klass, klass__school__in=places)
    else:
        ties = ties.filter(
            Q(kind__in=CLASS_TIES, klass__school__in=places) | Q(kind__in=AGENCY_TIES, agency__in=places)
        )
    return Adult.objects.filter(pk__in=ties.values("adult"), active=True)


def _beyond(viewer: Account | None) -> Exists:
    """Has the adult a tie that reaches beyond the viewer's agencies, today or on a day to come?"""
    on = today()
    ties = Tie.objects.filter(
        Q(end_on__isnull=True) | Q(end_on__gte=on),
        Q(klass__end_on__isnull=True) | Q(klass__end_on__gte=on),
        adult=OuterRef("pk"),
        kind__in=REACHING,
    )
    if _everything(viewer):
        return Exists(ties.none())
    places = Agency.objects.filter(_places(viewer, None)).values("pk")
    mine = AgencyAncestor.objects.filter(ancestor__in=places).values("agency")  # closed schools too
    ever = SchoolEnrollment.objects.filter(student=OuterRef("student"))
    current = ever.filter(_now())
    here = Exists(current.filter(school__in=mine)) | (~Exists(current) & Exists(ever.filter(school__in=mine)))
    return Exists(
        ties.filter(
            Q(kind__in=CLASS_TIES) & ~Q(klass__school__in=mine)
            | Q(kind__in=STUDENT_TIES) & ~here
            | Q(kind__in=AGENCY_TIES) & (Q(agency__isnull=True) | ~Q(agency__in=mine))
        )
    )


def _with_way_in(rows: QuerySet[Any], column: str) -> QuerySet[Any]:
    account = Account.objects.filter(**{column: OuterRef("pk")})
    code = ActivationCode.objects.filter(
        used_at__isnull=True,
        revoked_at__isnull=True,
        expires_at__gt=timezone.now(),
        **{column: OuterRef("pk")},
    ).order_by("-expires_at")
    found: QuerySet[Any] = rows.annotate(
        account_id=Subquery(account.values("pk")),
        way_in=Subquery(account.values("username")),
        account_active=Subquery(account.values("is_active")),
        locked_until=Subquery(account.values("locked_until")),
        code_until=Subquery(code.values("expires_at")[:1]),
    )
    return found


def belongings(group: Group, people: Iterable[Student | Adult]) -> dict[int, list[str]]:
    """Where each of these people belongs, in words of the roster: students their homeroom, staff their classes or places,
    families their children. For rows that `people_managed` gave."""
    ids = [person.pk for person in people]
    found: dict[int, list[str]] = {pk: [] for pk in ids}
    for pk, word in _belongings(group, ids):
        if word and word not in found[pk]:
            found[pk].append(word)
    return found


def _belongings(group: Group, ids: Sequence[int]) -> Iterable[tuple[int, str]]:
    if group == "students":
        enrolled = ClassEnrollment.objects.filter(_now(), student__in=ids, klass__active=True)
        order = ("klass__kind", "klass__periods", "klass__title")
        yield from enrolled.order_by(*order).values_list("student", "klass__title")
        return
    ties = (
        Tie.objects.filter(_now(), adult__in=ids).select_related("klass", "agency", "student").order_by("pk")
    )
    if group == "families":
        for tie in ties.filter(kind="parents"):
            yield tie.adult_id, tie.student.name if tie.student else ""
        return
    for tie in ties.exclude(kind="parents"):
        place = tie.klass.title if tie.klass else tie.agency.name if tie.agency else ""
        yield tie.adult_id, place


def account_managed(viewer: Account | None, group: Group, public_id: str) -> Account:
    """The account of this person. Raises NotHere where there is none, or it is not for this viewer to look after."""
    person = people_managed(viewer, group).filter(public_id=public_id).first()
    if person is None or person.account_id is None or person.beyond:
        raise NotHere
    return Account.objects.select_related("student", "adult").get(pk=person.account_id)
