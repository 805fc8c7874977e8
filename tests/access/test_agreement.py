"""Do the two faces of the policy agree, with each other and with a plain reading of the rules, in any world?"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import product

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cairn.access.decide import may, may_many, visible
from cairn.access.policy import POLICY
from cairn.learning.models import Evidence, Framework, Item
from cairn.people.models import (
    AcademicSession,
    Account,
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

TODAY = date(2026, 11, 23)
DAYS = [TODAY + timedelta(days=d) for d in (-400, -130, -60, -1, 0, 1, 90)]
STUDENTS, CLASSES, SCHOOLS = 3, 2, 2
PAIRS = sorted({(rule.action, rule.category) for rule in POLICY})


@dataclass(frozen=True)
class Span:
    begin: date | None
    end: date | None

    def holds(self, day: date) -> bool:
        return (self.begin is None or self.begin <= day) and (self.end is None or self.end >= day)

    def __and__(self, other: "Span") -> "Span":
        begins = [d for d in (self.begin, other.begin) if d]
        ends = [d for d in (self.end, other.end) if d]
        return Span(max(begins, default=None), min(ends, default=None))

    @property
    def empty(self) -> bool:
        return self.begin is not None and self.end is not None and self.begin > self.end


@st.composite
def spans(draw):
    days = sorted(draw(st.lists(st.sampled_from(DAYS), min_size=2, max_size=2)))
    return Span(draw(st.sampled_from([None, days[0]])), draw(st.sampled_from([None, days[1]])))


@st.composite
def worlds(draw):
    kinds = [*((k, "klass", c) for k in CLASS_TIES for c in range(CLASSES))]
    kinds += [(k, "student", s) for k in STUDENT_TIES for s in range(STUDENTS)]
    kinds += [
        (k, "agency", a) for k in AGENCY_TIES for a in range(SCHOOLS + 1)
    ]  # the last one is the district
    kinds.append(("administers", "nothing", 0))
    return {
        "ties": draw(st.lists(st.tuples(st.sampled_from(kinds), spans()), max_size=5)),
        "class_ends": draw(st.lists(st.sampled_from([None, *DAYS]), min_size=CLASSES, max_size=CLASSES)),
        "in_class": draw(
            st.lists(
                st.tuples(st.integers(0, STUDENTS - 1), st.integers(0, CLASSES - 1), spans()), max_size=5
            )
        ),
        "in_school": draw(
            st.lists(
                st.tuples(st.integers(0, STUDENTS - 1), st.integers(0, SCHOOLS - 1), spans()), max_size=4
            )
        ),
        "year": draw(st.sampled_from([None, (DAYS[1], DAYS[6]), (DAYS[2], DAYS[6]), (DAYS[0], DAYS[3])])),
        "evidence": draw(
            st.lists(
                st.tuples(st.integers(0, STUDENTS - 1), st.sampled_from(DAYS[:5]), st.booleans()), max_size=6
            )
        ),
    }


def links(world, student):
    """Every (tie kind, span together) by which the adult reaches the student: the rules read plainly."""
    for (kind, on, place), span in world["ties"]:
        if on == "nothing" or (on == "student" and place == student):
            yield kind, span
        elif on == "klass":
            for s, c, enrolled in world["in_class"]:
                if (s, c) == (student, place):
                    yield kind, span & enrolled & Span(None, world["class_ends"][c])
        elif on == "agency":
            for s, a, enrolled in world["in_school"]:
                if s == student and place in (a, SCHOOLS):
                    yield kind, span & enrolled


def year_begin(world):
    if world["year"] is None:
        return date(2026, 8, 1)
    begin, end = world["year"]
    return begin if begin <= TODAY <= end else None


def plainly(world, action, category, student, without=()):
    """(allowed, until): what the table says, without its code. until None: no cut."""
    rules = [
        rule
        for rule in POLICY
        if (rule.action, rule.category) == (action, category) and rule.tie not in without
    ]
    spans = [(kind, span) for kind, span in links(world, student) if not span.empty]
    if any(
        rule.window == "now" and rule.tie == kind and span.holds(TODAY)
        for rule in rules
        for kind, span in spans
    ):
        return True, None
    year = year_begin(world)
    ended = [
        span.end
        for rule in rules
        if rule.window == "until_year_ends" and year
        for kind, span in spans
        if kind == rule.tie
        and span.end
        and year <= span.end < TODAY
        and (span.begin is None or span.begin <= TODAY)
    ]
    return (True, max(ended)) if ended else (False, None)


def build(world):
    district = Agency.objects.create(kind="district", name="D")
    schools = [Agency.objects.create(kind="school", name=f"S{i}", parent=district) for i in range(SCHOOLS)]
    for agency in [*schools, district]:
        AgencyAncestor.objects.create(agency=agency, ancestor=agency)
        if agency != district:
            AgencyAncestor.objects.create(agency=agency, ancestor=district)
    classes = [
        Class.objects.create(school=schools[0], title=f"C{i}", end_on=end)
        for i, end in enumerate(world["class_ends"])
    ]
    students = [Student.objects.create(given_name=f"N{i}", family_name="X") for i in range(STUDENTS)]
    adult, other = (Adult.objects.create(given_name=n, family_name="Y") for n in "AB")
    account = Account.objects.create(username="a", adult=adult)
    places = {"klass": classes, "student": students, "agency": [*schools, district]}
    for (kind, on, place), span in world["ties"]:
        target = {on: places[on][place]} if on in places else {}
        Tie.objects.create(adult=adult, kind=kind, begin_on=span.begin, end_on=span.end, **target)
    for s, c, span in world["in_class"]:
        ClassEnrollment.objects.create(
            student=students[s], klass=classes[c], begin_on=span.begin, end_on=span.end
        )
    for s, a, span in world["in_school"]:
        SchoolEnrollment.objects.create(
            student=students[s], school=schools[a], begin_on=span.begin, end_on=span.end
        )
    if world["year"]:
        begin, end = world["year"]
        AcademicSession.objects.create(title="Y", kind="schoolYear", begin_on=begin, end_on=end)
    item = Item.objects.create(
        framework=Framework.objects.create(identifier="f", title="F"), identifier="t", statement="t"
    )
    for s, day, mine in world["evidence"]:
        moment = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
        Evidence.objects.create(
            student=students[s], target=item, value=300, shown_on=day, recorded_at=moment, entered_at=moment,
            entered_on=day, recorded_by=adult if mine else other,
        )  # fmt: skip
    return account, students


@pytest.mark.django_db
@settings(
    suppress_health_check=[
        HealthCheck.too_slow,
        HealthCheck.function_scoped_fixture,
        HealthCheck.data_too_large,
    ]
)
@given(world=worlds(), without=st.sets(st.sampled_from([*CLASS_TIES, *STUDENT_TIES, *AGENCY_TIES])))
def test_both_faces_follow_the_table(world, without):
    with transaction.atomic():
        account, students = build(world)
        for (action, category), place in product(PAIRS, range(STUDENTS)):
            decision = may(account, action, category, student=students[place].pk, on=TODAY)
            assert (decision.allowed, decision.until) == plainly(world, action, category, place), (
                action,
                category,
            )
            assert bool(decision.because) == decision.allowed
            other = may(account, action, category, student=students[place].pk, on=TODAY, without=without)
            assert (other.allowed, other.until) == plainly(world, action, category, place, without)
            assert other.tie not in without
        for action, category in PAIRS:
            seen = set(
                visible(account, action, category, Student.objects.all(), student="pk", on=TODAY).values_list(
                    "pk", flat=True
                )
            )
            many = may_many(account, action, category, [s.pk for s in students], on=TODAY)
            assert seen == {pk for pk, decision in many.items() if decision.allowed}, (action, category)
        rows = Evidence.objects.all()
        seen_rows = visible(
            account, "view", "academic", rows, entered="entered_on", author="recorded_by", on=TODAY
        )
        seen = set(seen_rows.values_list("pk", flat=True))
        for row in rows:
            d = may(account, "view", "academic", student=row.student_id, on=TODAY)
            whole = d.allowed and (d.until is None or row.entered_on <= d.until)
            one = may(
                account, "view", "academic", student=row.student_id, author=row.recorded_by_id, on=TODAY
            )
            assert (row.pk in seen) == (whole or one.own_only)
        transaction.set_rollback(True)


@pytest.mark.django_db
def test_a_student_reaches_only_their_own_record():
    me, other = (Student.objects.create(given_name=n, family_name="X") for n in "AB")
    account = Account.objects.create(username="me", student=me)
    for action, category in PAIRS:
        mine = may(account, action, category, student=me.pk)
        assert mine.allowed == (
            (action, category) in {("view", "directory"), ("view", "academic"), ("view", "looks")}
        )
        assert not may(account, action, category, student=other.pk).allowed
        assert not may(account, action, category, student=me.pk, without=("self",)).allowed
        assert not may(account, action, category, klass=1).allowed
        rows = visible(account, action, category, Student.objects.all(), student="pk")
        assert set(rows) == ({me} if mine.allowed else set())


@pytest.mark.django_db
def test_nobody_and_disabled_accounts_see_nothing():
    student = Student.objects.create(given_name="A", family_name="X")
    account = Account.objects.create(username="a", student=student, is_active=False)
    for viewer, (action, category) in product((None, account), PAIRS):
        assert not may(viewer, action, category, student=student.pk).allowed
        assert not visible(viewer, action, category, Student.objects.all(), student="pk").exists()
