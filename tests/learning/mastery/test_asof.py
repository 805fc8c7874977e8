"""Does a past day read as it was shown that day? Each day is kept live, and asked for again when all is over."""

from datetime import date, datetime, time, timedelta
from functools import partial

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cairn.access.decide import Decision
from cairn.learning.frameworks.adopting import publish_policy, use_scale
from cairn.learning.mastery.actions import record_scores, withdraw_score
from cairn.learning.mastery.asof import begins_on
from cairn.learning.mastery.explaining import explain
from cairn.learning.mastery.migrating import apply_policies
from cairn.learning.mastery.overrides import lift_override, mend_due, set_override
from cairn.learning.mastery.queries import standings
from cairn.learning.models import Evidence
from cairn.rules.mastery import Method

NOW = Decision(True, "because")
FIRST = date(2026, 9, 1)


class Clock:
    """What time it is, until the test says otherwise; each reading is a second later, so that nothing is at the same moment."""

    def __init__(self, monkeypatch):
        self.at = timezone.now()
        monkeypatch.setattr(timezone, "now", self.read)

    def go_to(self, day: date, hour: int = 9) -> None:
        self.at = timezone.make_aware(datetime.combine(day, time(hour)))

    def on(self, number: int) -> None:
        self.go_to(FIRST + timedelta(days=number - 1))

    def read(self) -> datetime:
        self.at += timedelta(seconds=1)
        return self.at


@pytest.fixture
def clock(monkeypatch):
    return Clock(monkeypatch)


def shown(school, decision=NOW):
    """Everything that pages read: the levels of all, and for each cell with one why."""
    students = [student.pk for student in school.students]
    found = standings(students, decision)
    why = {}
    for student in students:
        for target in school.targets[:2]:
            one = explain(
                student,
                target,
                decision,
                viewer_adult=None,
                language="en",
                on=decision.until or timezone.localdate(),
            )
            why[student, target.pk] = (
                one.level,
                one.mastery,
                one.method,
                one.scale.scale if one.scale else None,
                one.evidence,
            )
    return {student: dict(rows) for student, rows in found.items() if rows}, why


def as_of(school, day: date):
    return shown(school, Decision(True, "because", until=day))


def keep(school, days, day):
    days[day] = shown(school)


def check(school, days):
    for day, live in days.items():
        assert as_of(school, day) == live, day


def score_today(small, clock, student, target, value, ago=0, **more):
    day = timezone.localdate() - timedelta(days=ago)
    small.record(small.entry(student, target, value, day=day, recorded_at=clock.read(), **more))


def an_autumn(small, clock, first, second):
    """Scores, corrections, policies, levels set by hand and another scale; yields at the end of each day."""

    on, score = clock.on, partial(score_today, small, clock)
    on(1)
    score(0, 0, 200, 3, entry_key="a")
    score(1, 1, 400)
    yield
    on(2)  # a late entry, of an earlier day than what is there
    score(0, 0, 300, 9)
    yield
    on(3)  # a correction
    score(0, 0, 350, 5, supersedes=Evidence.objects.get(entry_key="a").pk, entry_key="c")
    yield
    on(4)  # and taken back again
    withdraw_score("c", by=small.teacher)
    yield
    on(5)
    publish_policy(small.framework, Method("mean"), by=None)
    yield
    on(6)  # scores before and after another is published on the same day
    score(0, 0, 400)
    publish_policy(small.targets[1], Method("highest"), by=None)
    score(1, 1, 100)
    yield
    on(7)  # an adult sets a level, for two days
    set_override(*first, 250, "Seen.", by=small.teacher, until=FIRST + timedelta(days=8))
    yield
    on(9)
    apply_policies(by=None)
    yield
    on(10)  # which has ended by itself
    mend_due()
    yield
    on(11)
    set_override(*second, 300, "Seen too.", by=small.teacher, locked=True)
    yield
    on(12)
    lift_override(*second, by=small.teacher)
    yield
    on(13)
    use_scale(small.framework, "pass-fail", "recording", timezone.localdate(), by=None)
    yield
    on(14)
    score(2, 2, 100)


def test_a_scripted_autumn_reads_day_by_day_as_it_was_shown(small, clock):
    days: dict[date, object] = {}
    for _ in an_autumn(small, clock, *((small.students[n].pk, small.targets[n].pk) for n in (0, 1))):
        keep(small, days, timezone.localdate())
    keep(small, days, timezone.localdate())
    clock.go_to(FIRST + timedelta(days=20))
    assert len(days) == 13
    check(small, days)
    assert shown(small) == as_of(small, timezone.localdate())
    assert as_of(small, FIRST - timedelta(days=1))[0] == {}
    assert begins_on() == FIRST


STEPS = st.lists(
    st.tuples(
        st.integers(0, 2),  # days later
        st.sampled_from(["score", "score", "score", "correct", "withdraw", "policy", "apply", "set", "lift"]),
        st.integers(0, 1),
        st.integers(0, 1),
        st.sampled_from([0, 50, 100, 200, 250, 300, 350, 400]),
        st.integers(0, 20),
    ),
    max_size=14,
)
METHODS = ("latest", "mean", "highest", "decaying_average", "weighted_latest")


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    max_examples=max(5, settings.default.max_examples // 16),
)
@given(steps=STEPS)
def test_any_history_reads_day_by_day_as_it_was_shown(small, clock, steps):
    from django.db import transaction

    with transaction.atomic():
        _live_through(small, clock, steps)
        transaction.set_rollback(True)


def _live_through(small, clock, steps):
    days: dict[date, object] = {}
    day = FIRST
    clock.go_to(day)
    known: list[str] = []
    for number, (later, what, student, target, value, ago) in enumerate(steps):
        if later:
            keep(small, days, day)
            day += timedelta(days=later)
            clock.go_to(day)
        pair = small.students[student].pk, small.targets[target].pk
        cell = Evidence.objects.filter(student=pair[0], target=pair[1])
        standing = cell.exclude(no_score="withdrawn").exclude(
            pk__in=Evidence.objects.exclude(supersedes=None).values("supersedes")
        )
        if what == "score" or (what == "correct" and standing.exists()):
            key = f"s{number}"
            record_scores(
                [
                    small.entry(
                        student,
                        target,
                        value,
                        day=day - timedelta(days=ago),
                        recorded_at=clock.read(),
                        entry_key=key,
                        supersedes=standing.first().pk if what == "correct" else None,
                    )
                ],
                by=small.teacher,
            )
            known.append(key)
        elif what == "withdraw" and known:
            withdraw_score(known.pop(), by=small.teacher)
        elif what == "policy":
            scope = (None, small.framework, small.targets[0])[ago % 3]
            publish_policy(scope, Method(METHODS[value // 50 % len(METHODS)]), by=None)
        elif what == "apply":
            apply_policies(by=None)
        elif what == "set" and standing.filter(value__isnull=False).exists():
            set_override(*pair, value, "Seen.", by=small.teacher, locked=bool(ago % 2))
        elif what == "lift" and small_override(pair):
            lift_override(*pair, by=small.teacher)
    keep(small, days, day)
    check(small, days)


def small_override(pair) -> bool:
    from cairn.learning.models import Override

    return Override.objects.filter(student=pair[0], target=pair[1], lifted_at=None).exists()


def test_a_day_costs_few_queries_however_many_cells(small, clock, django_assert_max_num_queries):
    clock.go_to(FIRST)
    small.record(
        *(small.entry(s, t, day=FIRST, recorded_at=clock.read()) for s in range(3) for t in range(4))
    )
    clock.go_to(FIRST + timedelta(days=5))
    small.record(*(small.entry(s, 0, day=FIRST, recorded_at=clock.read()) for s in range(3)))
    decision = Decision(True, "because", until=FIRST + timedelta(days=1))
    with django_assert_max_num_queries(8):
        found = standings([student.pk for student in small.students], decision)
    assert sum(len(rows) for rows in found.values()) == 12
