"""Does a class's teacher see who would change under another rule, write nothing by it, and nobody else see it?"""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cairn.access.decide import today
from cairn.learning.frameworks.actions import publish_policy
from cairn.learning.mastery.migrating import apply_policies
from cairn.learning.models import CalculationPolicy, Mastery
from cairn.rules.mastery import Method
from cairn.trail.models import Change, Look

ASK = {"method": "highest", "order": "shown_on"}


@pytest.fixture
def scored(world):
    world.score(0, 0, 400, shown_on=today() - timedelta(days=3))
    world.score(0, 0, 200, shown_on=today())
    world.score(1, 0, 300, shown_on=today())
    return world


def test_a_teacher_reads_who_would_change_and_that_is_a_look(scored, signed_in):
    before = list(Mastery.objects.order_by("pk").values())
    changes = Change.objects.count()
    client = signed_in(scored.teacher)
    assert f"{scored.url}/what-if" in client.get(scored.url).content.decode()
    page = client.get(f"{scored.url}/what-if", ASK)
    found = page.context["found"]
    assert (found.total.cells, found.total.changed, found.total.newly_met) == (2, 1, 1)
    assert scored.students[0].name in page.content.decode()
    look = Look.objects.get(page="what_if")
    assert (look.klass_id, look.students) == (scored.klass.pk, [scored.students[0].pk])
    assert list(Mastery.objects.order_by("pk").values()) == before
    assert (Change.objects.count(), CalculationPolicy.objects.count()) == (changes, 1)
    assert "Publish this rule" not in page.content.decode()


def test_conditions_are_carried_into_the_answer(scored, signed_in):
    client = signed_in(scored.teacher)
    asked = {"method": "latest", "order": "shown_on"}
    assert client.get(f"{scored.url}/what-if", asked).context["found"].total.changed == 0
    found = client.get(f"{scored.url}/what-if", asked | {"minimum": "2"}).context["found"]
    assert (found.total.changed, found.total.no_longer_met) == (1, 1)
    found = client.get(f"{scored.url}/what-if", asked | {"cut": "2"}).context["found"]
    assert found.total.newly_met == 1


def test_nonsense_is_refused_at_its_field(scored, signed_in):
    page = signed_in(scored.teacher).get(f"{scored.url}/what-if", ASK | {"minimum": "0"})
    assert page.status_code == 422 and b'href="#minimum"' in page.content and "found" not in page.context


def test_nobody_else_finds_it(scored, signed_in):
    for account in (scored.stranger, scored.student, scored.former, scored.manager):
        client = signed_in(account)
        answer = client.get(f"{scored.url}/what-if", ASK)
        nowhere = client.get("/nothing-here")
        assert (answer.status_code, answer.content) == (404, nowhere.content), account.username
    for account in (scored.co_teacher, scored.leader):
        assert signed_in(account).get(f"{scored.url}/what-if", ASK).status_code == 200


def test_only_subjects_of_the_class_are_offered(scored, signed_in):
    page = signed_in(scored.teacher).get(f"{scored.url}/what-if")
    assert [value for value, _word, _chosen in page.context["form"].abouts] == [
        "",
        scored.framework.public_id,
    ]


def test_the_queries_do_not_grow_with_the_students(scored, signed_in):
    client = signed_in(scored.teacher)

    def count() -> int:
        client.get(f"{scored.url}/what-if", ASK)
        with CaptureQueriesContext(connection) as queries:
            client.get(f"{scored.url}/what-if", ASK)
        return len(queries)

    two = count()
    scored.score(2, 0, 400, shown_on=date(today().year - 1, 1, 5))
    scored.score(2, 0, 200, shown_on=today())
    assert count() == two <= 30


def test_the_class_and_the_target_say_that_a_newer_rule_waits(scored, signed_in):
    client = signed_in(scored.teacher)
    says = "decided by a rule that was in force before"
    assert says not in client.get(scored.url).content.decode()
    publish_policy(scored.framework, Method("highest"), by=None)
    text = client.get(scored.url).content.decode()
    assert f"2 levels here were {says}." in text
    target = f"/students/{scored.students[0].public_id}/targets/{scored.targets[0].public_id}"
    text = client.get(target).content.decode()
    assert "Decided by the rule from the start. The rule in force since" in text
    assert "would give 4 “Extends”." in text and "The rule in force now" in text
    panel = f"{scored.url}/cells/{scored.students[1].public_id}/{scored.targets[0].public_id}"
    assert "would give the same." in client.get(panel).content.decode()
    apply_policies(by=None)
    assert says not in client.get(scored.url).content.decode()
    assert "Decided by the rule" not in client.get(target).content.decode()
