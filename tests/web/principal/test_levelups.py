"""Who moved on between two days: by name, for those who lead the school, to print or to take along?"""

from datetime import timedelta

import pytest
from django.utils import timezone

from cairn.access.decide import today
from cairn.learning.models import Item, LevelUp
from cairn.trail.models import Look

pytestmark = pytest.mark.django_db


@pytest.fixture
def raised(staff):
    """Ana moved on nine days ago."""
    framework = staff.school.framework
    level = Item.objects.create(framework=framework, identifier="l7", statement="Level 7", kind="level")
    after = Item.objects.create(framework=framework, identifier="l8", statement="=Level 8", kind="level")
    return LevelUp.objects.create(
        student=staff.ana,
        framework=framework,
        level=level,
        following=after,
        state="confirmed",
        proposed_at=timezone.now(),
        proposed_on=today() - timedelta(days=9),
        decided_at=timezone.now(),
        decided_on=today() - timedelta(days=9),
    )


def test_the_list_of_the_last_three_weeks_and_of_a_window(staff, leader, path, raised):
    page = leader.get(path + "/levelups")
    html = page.content.decode()
    assert staff.ana.name in html
    assert "Level 7" in html
    assert Look.objects.filter(page="levelups").count() == 1
    before = leader.get(f"{path}/levelups?to={today() - timedelta(days=10)}").content.decode()
    assert "Nobody moved on in these days." in before
    odd = leader.get(path + "/levelups?from=soon&to=2999-99-99")
    assert odd.status_code == 200


def test_the_download_is_no_formula(staff, leader, path, raised):
    answer = leader.get(path + "/levelups?format=csv")
    assert answer["Content-Type"].startswith("text/csv")
    assert "'=Level 8" in answer.content.decode()
