"""Do the numbers of a class stand in the panel of a target, for its teachers?"""

import pytest

from tests.web.staff.people import client_of, text_of
from tests.web.teacher.world import build

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return build(4)


def panel(world, student=0):
    address = f"{world.url}/cells/{world.students[student].public_id}/{world.targets[0].public_id}"
    return client_of(world.teacher).get(address)


def test_counts_middle_and_average_of_the_class(world):
    assert "The class on this target" not in text_of(panel(world))
    for student, value in enumerate((300, 250, 100)):
        world.score(student, 0, value)
    answer = panel(world, 3)
    numbers = answer.context["numbers"]
    assert [(level.text, count, part) for level, count, part in numbers.rows] == [
        ("4", 0, 0),
        ("3", 1, 34),
        ("2", 1, 33),
        ("1", 1, 33),
        ("0", 0, 0),
    ]
    assert (numbers.without, numbers.median, numbers.mean) == (1, "2½", "2.2")
    text = text_of(answer)
    assert "The middle level is 2½, the average 2.2. 1 student has no level yet." in text
    assert '3 Competent: <b class="num">1</b>' in text


def test_a_past_day_counts_what_stood_then(world):
    world.score(0, 0, 300)
    address = f"{world.url}/cells/{world.students[0].public_id}/{world.targets[0].public_id}?as_of=2020-01-01"
    answer = client_of(world.teacher).get(address)
    assert answer.status_code == 200 and answer.context["numbers"] is None
