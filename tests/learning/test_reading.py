"""Does reading the record agree with what was recorded, now and as of an earlier day?"""

from datetime import date, timedelta

from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from cairn.access.decide import Decision
from cairn.learning.evidence.chains import WITHDRAWN, standing
from cairn.learning.mastery.actions import withdraw_score
from cairn.learning.mastery.decide import Piece
from cairn.learning.mastery.explaining import explain
from cairn.learning.mastery.queries import recent_evidence, standings
from cairn.learning.models import Evidence, Mastery

NOW = Decision(True, "because")


def ask(school, decision=NOW):
    return explain(
        school.students[0].pk,
        school.targets[0],
        decision,
        viewer_adult=school.teacher.adult_id,
        language="en",
        on=timezone.localdate(),
    )


def test_the_explanation_is_of_the_level_that_is_kept(small):
    small.record(
        small.entry(value=200, day=date(2026, 9, 1), entry_key="a"),
        small.entry(value=350, day=date(2026, 9, 2)),
    )
    found = ask(small)
    assert found.mastery.level == Mastery.objects.get().level == 3.5
    assert [(line.value, line.use) for line in found.evidence] == [(350, "used"), (200, "earlier")]
    withdraw_score("a", by=small.teacher)
    assert [(line.value, line.use) for line in ask(small).evidence] == [(350, "used"), (200, "superseded")]


def test_as_of_a_day_later_corrections_are_not_known_yet(small):
    today = timezone.localdate()
    small.record(small.entry(value=200, entry_key="a"))
    Evidence.objects.update(entered_on=today - timedelta(days=10))
    small.record(small.entry(value=400, supersedes=Evidence.objects.get().pk), by=small.co_teacher)
    until = Decision(True, "because", until=today - timedelta(days=5))
    student, target = small.students[0].pk, small.targets[0].pk
    assert standings([student], until)[student][target].level == 2.0
    assert ask(small, until).mastery.level == 2.0
    since = date(2026, 1, 1)
    assert [row.value for row in recent_evidence(student, until, since=since)] == [200]
    assert [row.value for row in recent_evidence(student, NOW, since=since)] == [400]
    assert standings([student], NOW)[student][target].level == 4.0


def test_news_shows_what_stands_after_an_undone_correction(small):
    small.record(small.entry(value=200, entry_key="a"))
    small.record(small.entry(value=300, supersedes=Evidence.objects.get().pk, entry_key="b"))
    withdraw_score("b", by=small.teacher)
    rows = recent_evidence(small.students[0].pk, NOW, since=date(2026, 1, 1))
    assert [row.value for row in rows] == [200]


@given(st.lists(st.sampled_from(["score", "correct", "withdraw"]), max_size=12))
def test_a_chain_reads_like_a_stack(steps):
    """Against a plain stack: score and correct put on top, withdraw takes the top away."""
    rows: list[Piece] = []
    stack: list[int] = []
    for step in steps:
        last = rows[-1].id if rows else None
        if step == "withdraw" and not stack:
            continue
        rows.append(
            Piece(len(rows) + 1, 300, WITHDRAWN if step == "withdraw" else "", date(2026, 1, 1), last)
        )
        if step == "withdraw":
            stack.pop()
        else:
            stack.append(rows[-1].id)
    expected = {stack[-1]: rows[-1].id} if stack else {}
    assert standing(reversed(rows)) == expected
