"""May this person do this with this record, and why? And which rows may they see? Both from `policy.py`, denied by default."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date
from functools import cache
from types import MappingProxyType
from typing import Any, NamedTuple, TypeVar

from django.db.models import BooleanField, Exists, Field, Model, Q, QuerySet
from django.db.models.expressions import RawSQL
from django.utils import timezone

from cairn.access import reach
from cairn.access.policy import Rule, rules_for
from cairn.people.models import (
    AcademicSession,
    Account,
    AgencyAncestor,
    ClassEnrollment,
    SchoolEnrollment,
    Tie,
)
from cairn.people.ties import AGENCY_TIES, CLASS_TIES, STUDENT_TIES

M = TypeVar("M", bound=Model)


class NotHere(LookupError):
    """Absent, or not for this viewer: nobody outside can tell which. The web storey answers 404."""


class Decision(NamedTuple):
    """Allowed or not, and why. `until`: only what was entered on or before this day. `own_only`: only one's own entries."""

    allowed: bool
    because: str = ""
    values: Mapping[str, str] = MappingProxyType({})
    tie: str = ""
    until: date | None = None
    own_only: bool = False

    def as_json(self) -> dict[str, Any]:
        """What a look keeps of the reason."""
        return {"because": self.because, "values": dict(self.values), "tie": self.tie}


DENIED = Decision(False)
NOBODY = Q(pk__in=[])


def today() -> date:
    """The day it is in the district."""
    return timezone.localdate()


def school_year_begin(on: date) -> date | None:
    """The first day of the school year that `on` lies in; None in between years.

    Where districts differ the latest first day counts, which shows less. Where no school year was ever imported, a
    year runs from the first of August to the end of July.
    """
    years = AcademicSession.objects.filter(kind="schoolYear", active=True)
    begins = list(
        years.filter(begin_on__lte=on, end_on__gte=on).values_list("begin_on", flat=True).distinct()
    )
    if begins:
        return max(begins)
    if years.exists():
        return None
    return date(on.year if on.month >= 8 else on.year - 1, 8, 1)


def _grant(rule: Rule, link: reach.Link, on: date, year_begin: date | None) -> Decision | None:
    if link.tie != rule.tie or link.begin > on:
        return None
    values = {"klass": link.klass, "student": link.name, "agency": link.agency, "relation": link.relation}
    if rule.window == "now" and link.end >= on:
        return Decision(True, rule.because, values, link.tie)
    if (
        rule.window == "until_year_ends"
        and link.end < on
        and year_begin is not None
        and link.end >= year_begin
    ):
        return Decision(
            True, rule.because, values | {"until": link.end.isoformat()}, link.tie, until=link.end
        )
    return None


def _best(
    rules: Sequence[Rule], links: Iterable[reach.Link], on: date, year: Callable[[], date | None]
) -> Decision:
    """The first row of the table that grants it now; else the ended tie that shows most."""
    links = [link for link in links if link.begin <= on]
    for rule in rules:
        if rule.window == "now":
            for link in links:
                if decision := _grant(rule, link, on, None):
                    return decision
    ended = [rule for rule in rules if rule.window == "until_year_ends"]
    if not ended or not any(link.end < on for link in links):
        return DENIED
    year_begin = year()
    grants = [d for rule in ended for link in links if (d := _grant(rule, link, on, year_begin))]
    return max(grants, key=lambda d: d.until or date.min, default=DENIED)


def _rules(action: str, category: str, without: Collection[str]) -> tuple[Rule, ...]:
    return tuple(rule for rule in rules_for(action, category) if rule.tie not in without)


def may(
    viewer: Account | None,
    action: str,
    category: str,
    *,
    student: int | None = None,
    klass: int | None = None,
    agency: int | None = None,
    author: int | None = None,
    on: date | None = None,
    without: Collection[str] = (),
) -> Decision:
    """May `viewer` do `action` on this category of one student's record, of a class or of an agency (ids)?

    `author`: the adult (id) who made the one row asked about, where it is one row. `without`: ties that do not count
    here, for a page that is not for those who have only them.
    """
    on = on or today()
    rules = _rules(action, category, without)
    if viewer is None or not viewer.is_active or not rules:
        return DENIED
    if viewer.student_id is not None:
        mine = student is not None and student == viewer.student_id
        rule = next((rule for rule in rules if rule.tie == "self"), None)
        return Decision(True, rule.because, {}, "self") if mine and rule else DENIED
    assert viewer.adult_id is not None
    if student is not None:
        decision = may_many(viewer, action, category, [student], on=on, without=without)[student]
        own = next((rule for rule in rules if rule.window == "own"), None)
        if own and author == viewer.adult_id and (not decision.allowed or decision.until is not None):
            return Decision(True, own.because, {}, own.tie, own_only=True)
        return decision
    if klass is not None:
        return _best(rules, reach.to_class(viewer.adult_id, klass), on, lambda: school_year_begin(on))
    if agency is not None:
        return _best(rules, reach.to_agency(viewer.adult_id, agency), on, lambda: school_year_begin(on))
    return DENIED


def may_many(
    viewer: Account,
    action: str,
    category: str,
    students: Sequence[int],
    *,
    on: date | None = None,
    without: Collection[str] = (),
) -> dict[int, Decision]:
    """The same for many students in one query. Keys: every id asked for."""
    on = on or today()
    if viewer.student_id is not None or viewer.adult_id is None or not viewer.is_active:
        return {
            student: may(viewer, action, category, student=student, on=on, without=without)
            for student in students
        }
    rules = _rules(action, category, without)
    links: dict[int, list[reach.Link]] = {student: [] for student in students}
    for link in reach.to_students(viewer.adult_id, students, {rule.tie for rule in rules}):
        assert link.student is not None  # a link to students names its student
        links[link.student].append(link)
    year = cache(lambda: school_year_begin(on))  # asked for at most once, and only where a tie has ended
    return {student: _best(rules, links[student], on, year) for student in students}


def _begun(on: date) -> Q:
    return Q(begin_on__isnull=True) | Q(begin_on__lte=on)


def _open(on: date, prefix: str = "") -> Q:
    return Q(**{f"{prefix}end_on__isnull": True}) | Q(**{f"{prefix}end_on__gte": on})


def _students_now(viewer: Account, rules: Sequence[Rule], on: date, student: str) -> Q:
    """Everyone within a row whose window is now. Two ways to say it would be one too many: dates as in `reach`."""
    kinds = {rule.tie for rule in rules if rule.window == "now"}
    if viewer.student_id is not None:
        return Q(**{student: viewer.student_id}) if "self" in kinds else NOBODY
    ties = Tie.objects.filter(_begun(on), _open(on), adult=viewer.adult_id)
    classes = ties.filter(kind__in=kinds.intersection(CLASS_TIES), klass__isnull=False)
    direct = ties.filter(kind__in=kinds.intersection(STUDENT_TIES), student__isnull=False)
    agencies = ties.filter(kind__in=kinds.intersection(AGENCY_TIES), agency__isnull=False)
    schools = AgencyAncestor.objects.filter(ancestor__in=agencies.values("agency")).values("agency")
    in_class = ClassEnrollment.objects.filter(
        _begun(on), _open(on), _open(on, "klass__"), klass__in=classes.values("klass")
    )
    in_school = SchoolEnrollment.objects.filter(_begun(on), _open(on), school__in=schools)
    found = NOBODY
    if kinds.intersection(CLASS_TIES):
        found |= Q(**{f"{student}__in": in_class.values("student")})
    if kinds.intersection(STUDENT_TIES):
        found |= Q(**{f"{student}__in": direct.values("student")})
    if kinds.intersection(AGENCY_TIES):
        found |= Q(**{f"{student}__in": in_school.values("student")})
    if "administers" in kinds:
        found |= Q(Exists(ties.filter(kind="administers", agency__isnull=True)))
    return found


def _students_ended(viewer: Account, rules: Sequence[Rule], on: date, column: str, entered: str | None) -> Q:
    """Everyone within an ended tie's window; with a column `entered`, cut at the tie's last day."""
    kinds = sorted({rule.tie for rule in rules if rule.window == "until_year_ends"})
    year_begin = school_year_begin(on) if kinds and viewer.adult_id else None
    if year_begin is None:
        return NOBODY
    sql, params = reach.ended_sql(column, entered)
    values = {"adult": viewer.adult_id, "on": on, "year": year_begin}
    return Q(
        RawSQL(
            sql.format(kinds=",".join(f"'{kind}'" for kind in kinds)),
            [values[p] for p in params],
            BooleanField(),
        )
    )


def visible(
    viewer: Account | None,
    action: str,
    category: str,
    rows: QuerySet[M],
    *,
    student: str = "student",
    entered: str | None = None,
    author: str | None = None,
    on: date | None = None,
) -> QuerySet[M]:
    """Those `rows` that `viewer` may `action`, as one query.

    `student` names the column that holds the student ("pk" for students themselves), `entered` the date column that an
    ended tie is cut at (None: the rows have no such day), `author` the adult who made the row.
    """
    on = on or today()
    rules = rules_for(action, category)
    if viewer is None or not viewer.is_active or not rules:
        return rows.none()
    table = rows.model._meta.db_table
    holder = rows.model._meta.pk if student == "pk" else rows.model._meta.get_field(student)
    assert isinstance(holder, Field)
    column = f'"{table}"."{holder.column}"'
    found = _students_now(viewer, rules, on, student)
    found |= _students_ended(viewer, rules, on, column, f'"{table}"."{entered}"' if entered else None)
    if author and viewer.adult_id and any(rule.window == "own" for rule in rules):
        found |= Q(**{author: viewer.adult_id})
    return rows.filter(found)
