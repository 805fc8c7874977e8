"""Does a score count whatever its page says of the effort, and is an honest effort kept once, of the class and of nobody?"""

import json
from uuid import UUID

import pytest
from django.utils import timezone

from cairn.access.decide import today
from cairn.learning.models import Effort, Evidence
from cairn.rules.burden import MOST_SECONDS, PAUSE, SECONDS, TAPS


@pytest.fixture
def send(world, signed_in):
    """Post scores of value 3 as the page does: (student, key, what the page says of the effort as JSON text)."""

    def post(*sent, by=None):
        entries = []
        for student, number, said in sent:
            entry = {
                "student": world.students[student].public_id,
                "target": world.targets[0].public_id,
                "value": "3",
                "key": str(UUID(int=number)),
                "at": timezone.now().isoformat(),
            }
            entries.append(json.dumps(entry)[:-1] + (f", {said}" if said else "") + "}")
        return signed_in(by or world.teacher).post(
            f"{world.url}/scores", f'{{"entries": [{", ".join(entries)}]}}', content_type="application/json"
        )

    return post


def test_the_grid_is_told_the_rule_of_pauses(world, signed_in):
    assert f'data-pause="{PAUSE}"' in signed_in(world.teacher).get(world.url).content.decode()


def test_what_scores_took_is_kept_with_the_class_and_the_day(world, send):
    answer = send((0, 1, '"ms": 3800, "taps": 2'), (1, 2, '"ms": 4000, "taps": 1.5'), (2, 3, "")).json()
    assert len(answer["saved"]) == 3
    rows = Effort.objects.order_by("taps").values_list(
        "klass", "recorded_on", "seconds", "taps", "scores", "spent"
    )
    four = SECONDS.index(4)
    assert list(rows) == [
        (world.klass.pk, today(), four, TAPS.index(1.5), 1, 4000),
        (world.klass.pk, today(), four, TAPS.index(2), 1, 3800),
    ]
    send((0, 4, '"ms": 3900, "taps": 2'), by=world.co_teacher)
    assert list(Effort.objects.values_list("scores", "spent").order_by("scores")) == [(1, 4000), (2, 7700)]


@pytest.mark.parametrize(
    "said",
    [
        '"ms": -1, "taps": 1',
        '"ms": NaN, "taps": 1',
        '"ms": Infinity, "taps": 1',
        '"ms": 1, "taps": -Infinity',
        '"ms": "4000", "taps": 1',
        '"ms": true, "taps": true',
        '"ms": null, "taps": null',
        '"ms": [1], "taps": {"a": 1}',
        '"ms": 4000',
        '"taps": 4',
        '"ms": "\\u0000", "taps": "\\ud800"',
    ],
)
def test_what_is_no_effort_never_loses_the_score(world, send, said):
    assert len(send((0, 1, said)).json()["saved"]) == 1
    assert Evidence.objects.count() == 1
    assert not Effort.objects.exists()


@pytest.mark.parametrize("huge", ["1" + "0" * 400, "1e308"])
def test_more_than_any_bound_is_clipped(world, send, huge):
    assert len(send((0, 1, f'"ms": {huge}, "taps": {huge}')).json()["saved"]) == 1
    row = Effort.objects.get()
    assert (row.seconds, row.taps, row.spent) == (len(SECONDS), len(TAPS), MOST_SECONDS * 1000)


def test_a_batch_that_comes_again_and_a_refused_score_are_not_measured(world, send):
    took = '"ms": 1000, "taps": 1'
    for _again in range(2):
        send((0, 1, took))
    assert Effort.objects.get().scores == 1
    answer = send((1, 2, f'{took}, "value": "9"'), (2, 3, took)).json()
    assert len(answer["saved"]) == len(answer["refused"]) == 1
    assert Effort.objects.get().scores == 2
