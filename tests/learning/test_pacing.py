"""Is pace told by the school's calendar, can it be set by hand until a day, and does a past day read what stood then?"""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from cairn.access.decide import Decision, NotHere
from cairn.learning.models import Evidence, Item, PaceByHand, PlannedTarget, StudentLevel
from cairn.learning.plans.around import around, of_school
from cairn.learning.plans.pacing import graces, lift_pace, set_grace, set_pace
from cairn.learning.plans.queries import student_progress
from cairn.learning.plans.school import numbers
from cairn.people.calendar import add_days_off, days_off, remove_days_off, sessions
from cairn.people.models import AcademicSession, DayOff
from cairn.rules.growth import Baseline
from cairn.rules.pace import ByHand
from cairn.rules.refusal import Refusal
from cairn.trail.models import Change
from tests.web.staff.people import build_staff

pytestmark = pytest.mark.django_db
WEEK, DAY = timedelta(weeks=1), timedelta(days=1)
YES = Decision(True)


@pytest.fixture
def staff():
    return build_staff()


@pytest.fixture
def monday(staff):
    return staff.today - DAY * staff.today.weekday()


def subject_of(staff, until: date | None = None, **more):
    decision = YES._replace(until=until)
    (subject,) = student_progress(staff.ana, decision, language="en", **more).subjects
    return subject


def everything_unmet(monday):
    PlannedTarget.objects.update(planned_on=monday - WEEK)
    return 4


def test_days_off_and_grace_hold_for_a_school_and_what_is_below(staff, monday):
    everything_unmet(monday)
    assert subject_of(staff).pace.word == "behind"
    row = add_days_off(staff.district, "Fall break", monday, monday + 6 * DAY, by=staff.manager)
    assert subject_of(staff).pace.word == "on"
    remove_days_off(row, by=staff.manager)
    assert subject_of(staff).pace.word == "behind"
    set_grace(staff.district, 20, by=staff.manager)
    assert subject_of(staff).pace.word == "on"
    set_grace(staff.school.school, 0, by=staff.manager)
    assert subject_of(staff).pace.word == "behind"  # the school's own
    assert graces() == {staff.district.pk: 20, staff.school.school.pk: 0}
    assert [
        change.action for change in Change.objects.filter(entity__in=["day_off", "pace_grace"]).order_by("pk")
    ] == [
        "add_days_off",
        "remove_days_off",
        "set_grace",
        "set_grace",
    ]


def test_another_school_keeps_its_own_days(staff, monday):
    everything_unmet(monday)
    add_days_off(staff.other_school, "Snow", monday, monday + 6 * DAY, by=None)
    assert subject_of(staff).pace.word == "behind"
    assert [row.name for row in days_off([staff.other_school.pk])] == ["Snow"]
    assert days_off([staff.school.school.pk]) == []


def test_sessions_say_when_school_is(staff, monday):
    everything_unmet(monday)
    made = {"kind": "term", "begin_on": monday - 5 * WEEK}
    AcademicSession.objects.create(district=staff.district, title="Fall", end_on=monday - 3 * DAY, **made)
    AcademicSession.objects.create(
        district=staff.other_school, title="Elsewhere", end_on=monday + WEEK, **made
    )
    assert subject_of(staff).pace.word == "on"  # school ended with the planned week
    assert [row.title for row in sessions([staff.school.school.pk])] == ["Fall"]


def test_the_year_begins_with_the_roster_or_in_august(staff):
    school, on = staff.school.school.pk, date(2026, 11, 20)
    assert of_school(school, on=on).year == date(2026, 8, 1)
    assert of_school(school, on=date(2026, 7, 31)).year == date(2025, 8, 1)
    made = {"district": staff.district, "kind": "schoolYear", "title": "2026"}
    AcademicSession.objects.create(begin_on=date(2026, 8, 17), end_on=date(2027, 6, 4), **made)
    assert of_school(school, on=on).year == date(2026, 8, 17)
    assert of_school(school, on=date(2026, 8, 1)).baseline is None


@pytest.mark.parametrize("rule", [ByHand("ahead"), ByHand("on"), ByHand("behind"), ByHand(None, 1)])
def test_a_counselor_sets_and_lifts_with_a_reason_and_a_last_day(staff, monday, rule):
    everything_unmet(monday)
    framework = staff.school.framework.pk
    set_pace(staff.ana.pk, framework, ByHand("behind"), "First.", until=staff.today, by=staff.school.teacher)
    until = staff.today + 10 * DAY
    row = set_pace(staff.ana.pk, framework, rule, "  She was\n ill. ", until=until, by=staff.counselor)
    found = subject_of(staff)
    assert (found.by_hand.rule, found.by_hand.until, found.by_hand.reason) == (rule, until, "She was ill.")
    assert found.by_hand.by == "counselor Reyes"
    assert found.pace.word == (rule.word or "on") and found.computed.word == "behind"
    assert PaceByHand.objects.filter(lifted_at=None).get() == row
    lift_pace(staff.ana.pk, framework, by=staff.counselor)
    assert subject_of(staff).by_hand is None and subject_of(staff).pace.word == "behind"
    with pytest.raises(NotHere):
        lift_pace(staff.ana.pk, framework, by=staff.counselor)
    told = Change.objects.filter(entity="pace_by_hand").order_by("pk")
    assert [change.action for change in told] == ["set_pace", "set_pace", "lift_pace"]
    assert {change.student_id for change in told} == {staff.ana.pk}


def test_it_ends_by_itself(staff, monday):
    everything_unmet(monday)
    set_pace(
        staff.ana.pk, staff.school.framework.pk, ByHand("on"), "Ill.", until=staff.today, by=staff.counselor
    )
    ago = staff.today - 5 * DAY
    PaceByHand.objects.update(set_on=ago, until=ago + DAY)
    assert subject_of(staff).by_hand is None
    assert around(staff.ana.pk, None, on=ago + DAY).by_hand
    assert not around(staff.ana.pk, None, on=ago - DAY).by_hand
    PaceByHand.objects.update(lifted_on=ago + DAY)
    assert around(staff.ana.pk, None, on=ago).by_hand and not around(staff.ana.pk, None, on=ago + DAY).by_hand


@pytest.mark.parametrize(
    ("rule", "reason", "days", "code"),
    [
        (ByHand("on"), " ", 1, "no_reason"),
        (ByHand("on"), "x" * 401, 1, "too_long"),
        (ByHand("on"), "Ill.", -1, "day_is_over"),
        (ByHand("on"), "Ill.", 367, "day_is_over"),
        (ByHand("on", 1), "Ill.", 1, "no_pace"),
        (ByHand(None, 0), "Ill.", 1, "no_pace"),
        (ByHand(None, 13), "Ill.", 1, "no_pace"),
        (ByHand("late"), "Ill.", 1, "no_pace"),
    ],
)
def test_what_does_not_fit_is_refused_and_changes_nothing(staff, rule, reason, days, code):
    until = staff.today + days * DAY
    with pytest.raises(Refusal) as refused:
        set_pace(staff.ana.pk, staff.school.framework.pk, rule, reason, until=until, by=staff.counselor)
    assert refused.value.code == code and not PaceByHand.objects.exists()


def test_only_teachers_and_counselors_set_it(staff):
    may = {"teacher", "co-teacher", "counselor"}
    for name, account in staff.everyone.items():
        if name in may:
            set_pace(
                staff.ana.pk, staff.school.framework.pk, ByHand("on"), "x", until=staff.today, by=account
            )
            continue
        with pytest.raises(NotHere):
            set_pace(
                staff.ana.pk, staff.school.framework.pk, ByHand("on"), "x", until=staff.today, by=account
            )
        with pytest.raises(NotHere):
            lift_pace(staff.ana.pk, staff.school.framework.pk, by=account)
    with pytest.raises(NotHere):
        set_grace(staff.district, 1, by=staff.leader)
    with pytest.raises(Refusal):
        set_grace(staff.district, 21, by=staff.manager)


def test_the_table_takes_a_word_or_weeks_and_never_both(staff):
    now = timezone.now()
    made = {
        "student": staff.ana,
        "framework": staff.school.framework,
        "account": staff.counselor,
        "set_at": now,
    }
    made |= {"set_on": staff.today, "until": staff.today, "reason": "x"}
    for wrong in (
        {"word": "on", "weeks": 1},
        {"word": "", "weeks": 0},
        {"word": "late"},
        {"weeks": 1, "reason": ""},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            PaceByHand.objects.create(**(made | wrong))


def test_a_past_day_reads_the_calendar_and_the_hand_of_that_day(staff, monday):
    everything_unmet(monday - WEEK)
    PlannedTarget.objects.update(planned_on=monday - 2 * WEEK)
    past = monday - 3 * DAY  # the Friday of last week
    assert subject_of(staff, until=past).pace.word == "behind"
    row = add_days_off(staff.district, "Flood", monday - WEEK, monday - 3 * DAY, by=None)
    assert subject_of(staff, until=past).pace.word == "behind"  # nobody knew of it then
    DayOff.objects.update(set_on=past - 2 * DAY)
    assert subject_of(staff, until=past).pace.word == "on"
    remove_days_off(row, by=None)
    assert subject_of(staff, until=past).pace.word == "on"
    DayOff.objects.update(removed_on=past)
    assert subject_of(staff, until=past).pace.word == "behind"


def test_growth_counts_all_targets_of_the_subject_and_the_levels(staff):
    school = staff.school
    higher = Item.objects.create(
        framework=school.framework, identifier="level-2", statement="Level 2", kind="level", position=9
    )
    StudentLevel.objects.update(end_on=staff.ago(3))
    StudentLevel.objects.create(
        student=staff.ana, framework=school.framework, level=higher, begin_on=staff.ago(2)
    )
    PlannedTarget.objects.filter(target=school.targets[0]).delete()  # met, though no longer planned
    since = Baseline(staff.ago(5), "day")
    grown = subject_of(staff, since=since).growth
    assert (grown.baseline, grown.met, grown.gained) == (since, 1, 1)
    assert (grown.level_then, grown.level_now, grown.per_year) == (school.level.pk, higher.pk, None)
    assert subject_of(staff, since=Baseline(staff.today, "day")).growth is None
    first = subject_of(staff, since=Baseline(date.min, "first")).growth
    assert first.baseline == Baseline(staff.ago(9), "first")


def test_growth_of_a_past_day_knows_nothing_of_later(staff):
    since = Baseline(staff.ago(8), "day")
    assert subject_of(staff, since=since).growth.met == 1
    Evidence.objects.filter(title="Exit ticket").update(entered_on=staff.today)
    Evidence.objects.exclude(title="Exit ticket").update(entered_on=staff.ago(9))
    assert subject_of(staff, until=staff.ago(1), since=since).growth.met == 0


def test_the_school_s_list_follows_calendar_grace_and_hand(staff, monday):
    everything_unmet(monday)
    school, day = staff.school.school, staff.today

    def to_go() -> int:
        return numbers(school, YES, on=day)["to_go"]

    assert to_go() == 3  # Ana met one of four; the other two met none
    set_pace(staff.ana.pk, staff.school.framework.pk, ByHand(None, 1), "Ill.", until=day, by=staff.counselor)
    assert to_go() == 2
    set_pace(staff.ana.pk, staff.school.framework.pk, ByHand("ahead"), "Ill.", until=day, by=staff.counselor)
    assert to_go() == 2
    set_pace(staff.ana.pk, staff.school.framework.pk, ByHand("behind"), "Ill.", until=day, by=staff.counselor)
    assert to_go() == 3
    add_days_off(school, "Break", monday, monday + 6 * DAY, by=None)
    assert to_go() == 0


def test_days_off_that_cannot_be(staff):
    for name, last, code in (("", 0, "no_name"), ("x", -1, "ends_early"), ("x", 120, "too_many")):
        with pytest.raises(Refusal) as refused:
            add_days_off(staff.district, name, staff.today, staff.today + last * DAY, by=None)
        assert refused.value.code == code
    assert not DayOff.objects.exists()
