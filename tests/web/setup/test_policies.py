"""Who may ask what another rule would change, and publish one?"""

from datetime import timedelta

import pytest
from django.test import Client

from cairn.access.decide import today
from cairn.learning.models import CalculationPolicy, Mastery, PolicyRun
from cairn.trail.models import Look
from tests.web.teacher.world import build


@pytest.fixture
def world(db):
    found = build()
    found.score(0, 0, 400, shown_on=today() - timedelta(days=3))
    found.score(0, 0, 200, shown_on=today())
    return found


def enter(account) -> Client:
    client = Client()
    client.force_login(account, backend="cairn.people.accounts.signin.AccountBackend")
    return client


ASK = {"method": "highest", "order": "shown_on"}


def test_strangers_and_teachers_find_nothing(world):
    for account in (world.stranger, world.teacher, world.student):
        assert enter(account).get("/setup/policies").status_code == 404
        for url in ("/setup/policies/publish", "/setup/policies/apply"):
            assert enter(account).post(url, ASK).status_code == 404
    assert enter(world.leader).post("/setup/policies/publish", ASK | {"reason": "x"}).status_code == 404
    assert enter(world.leader).post("/setup/policies/apply").status_code == 404


def test_a_leader_reads_names_and_that_is_a_look(world):
    page = enter(world.leader).get("/setup/policies", ASK | {"place": world.school.public_id})
    assert page.context["found"].total.changed == 1
    assert world.students[0].name.encode() in page.content
    look = Look.objects.get(page="what_if")
    assert look.students == [world.students[0].pk] and look.because["tie"] == "leads"
    assert b"Publish this rule" not in page.content


def test_a_data_manager_reads_numbers_publishes_and_applies(world):
    client = enter(world.manager)
    page = client.get("/setup/policies", ASK)
    assert page.context["found"].total.changed == 1 and page.context["rows"] == []
    assert not Look.objects.exists()
    sent = ASK | {"about": world.framework.public_id, "from": today().isoformat()}
    refused = client.post("/setup/policies/publish", sent)
    assert refused.status_code == 422 and b'href="#reason"' in refused.content
    past = sent | {"reason": "Agreed.", "from": (today() - timedelta(days=1)).isoformat()}
    assert client.post("/setup/policies/publish", past).status_code == 422
    assert client.post("/setup/policies/publish", sent | {"reason": "Agreed."}).status_code == 302
    policy = CalculationPolicy.objects.get(framework=world.framework)
    assert (policy.method, policy.reason, policy.published_by) == ("highest", "Agreed.", world.manager)
    assert Mastery.objects.get().level == 2.0
    page = client.get("/setup/policies")
    assert page.context["pending"] == 1 and b"A rule waits to be applied" in page.content
    assert client.post("/setup/policies/apply").status_code == 302
    assert Mastery.objects.get().level == 4.0 and PolicyRun.objects.get().changed == 1
    run = PolicyRun.objects.get().pk
    assert client.get(f"/setup/policies?run={run}").context["of_run"] == []
    seen = enter(world.leader).get(f"/setup/policies?run={run}")
    assert world.students[0].name.encode() in seen.content


@pytest.mark.parametrize(
    ("wrong", "anchor"),
    [
        ({"method": "decaying_average", "p-d": "x"}, "p-"),
        ({"method": "decaying_average", "p-decay": "999", "p-d": "999"}, ""),
        ({"method": "nonsense"}, "method"),
        ({"order": "nonsense"}, "method"),
        ({"code": "nonsense"}, "code"),
    ],
)
def test_nonsense_is_refused_in_words(world, wrong, anchor):
    from cairn.rules.formulas import FORMULAS

    if wrong.get("method") == "decaying_average":
        (name,) = FORMULAS["decaying_average"].parameters
        wrong = {"method": "decaying_average", f"p-{name}": wrong["p-d"]}
    page = enter(world.manager).get("/setup/policies", ASK | wrong)
    assert page.status_code == 422 and page.context["found"] is None
    assert f'href="#{anchor}'.encode() in page.content
