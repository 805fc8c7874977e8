"""Who may ask what another rule would change, and publish one?"""

from datetime import timedelta

import pytest
from django.test import Client

from cairn.access.decide import today
from cairn.learning.frameworks.actions import publish_policy
from cairn.learning.models import CalculationPolicy, Framework, Mastery, PolicyRun
from cairn.people.models import Agency, AgencyAncestor, Tie
from cairn.rules.mastery import Method
from cairn.trail.models import Look
from tests.web.teacher.world import build, person


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


CONDITIONS = {
    "minimum": "2",
    "pool": "mean",
    "expires_after": "90",
    "stale_after": "30",
    "cut": "2.5",
    "categories": "Test: 60\nTalk: 40",
}


def test_conditions_are_asked_about_and_published(world):
    client = enter(world.manager)
    page = client.get("/setup/policies", ASK | CONDITIONS | {"about": world.framework.public_id})
    assert page.context["form"].method.conditions.minimum == 2
    text = page.content.decode()
    for name, value in CONDITIONS.items():
        assert f'<input type="hidden" name="{name}" value="{value}">' in text, name
    sent = dict(page.context["form"].chosen) | {"from": today().isoformat(), "reason": "Agreed."}
    assert client.post("/setup/policies/publish", sent).status_code == 302
    policy = CalculationPolicy.objects.get(framework=world.framework)
    assert policy.conditions == {
        "minimum": 2,
        "pool": "mean",
        "expires_after": 90,
        "stale_after": 30,
        "cut": 250,
        "categories": {"Test": 60, "Talk": 40},
    }
    text = client.get("/setup/policies").content.decode()
    assert "Kinds of work and their weights: Test 60, Talk 40" in text and "Met from: 2.5" in text


def test_weights_of_single_scores_are_published_with_the_average(world):
    client = enter(world.manager)
    sent = {"method": "mean", "order": "shown_on", "weighted": "1", "about": world.framework.public_id}
    refused = client.get("/setup/policies", sent | {"method": "latest"})
    assert refused.status_code == 422 and b'href="#weighted"' in refused.content
    sent |= {"from": today().isoformat(), "reason": "Agreed."}
    assert client.post("/setup/policies/publish", sent).status_code == 302
    assert CalculationPolicy.objects.get(framework=world.framework).conditions == {"weighted": True}


@pytest.fixture
def narrow(world):
    """A data manager of one school, with a framework of that school's own, in a district of two schools."""
    other = Agency.objects.create(kind="school", name="Birch")
    AgencyAncestor.objects.create(agency=other, ancestor=other)
    world.own = Framework.objects.create(
        identifier="own", title="Our own", subject="Garden", agency=world.school, in_use=True, position=9
    )
    world.keeper = person("Kay", "Keeper")
    Tie.objects.create(adult=world.keeper.adult, kind="manages_data", agency=world.school)
    return world


def test_who_looks_after_one_school_sees_and_publishes_only_what_they_keep(narrow):
    client = enter(narrow.keeper)
    page = client.get("/setup/policies", ASK)
    assert [value for value, _word, _chosen in page.context["form"].abouts] == ["", narrow.own.public_id]
    assert [name for _id, name, _chosen in page.context["form"].places] == [narrow.school.name]
    assert {one.about for one, *_rest in page.context["versions"]} == {""}
    assert not page.context["may_publish"]
    assert "choose one above" in page.content.decode()
    sent = ASK | {"from": today().isoformat(), "reason": "Agreed."}
    for about in ("", narrow.framework.public_id):  # everything, and a framework of the district
        assert client.post("/setup/policies/publish", sent | {"about": about}).status_code == 404
    assert client.post("/setup/policies/publish", sent | {"about": narrow.own.public_id}).status_code == 302
    assert CalculationPolicy.objects.exclude(framework=None).get().framework == narrow.own


def test_who_looks_after_one_school_neither_applies_nor_counts_the_rest(narrow):
    client = enter(narrow.keeper)
    publish_policy(narrow.framework, Method("highest"), by=None)
    page = client.get("/setup/policies")
    assert page.context["pending"] == 0 and page.context["begun"] is None
    assert client.post("/setup/policies/apply").status_code == 404
    assert not PolicyRun.objects.exists()


def test_above_a_step_applying_goes_on_request_by_request(world, monkeypatch):
    monkeypatch.setattr("cairn.learning.mastery.chunks.MOST", 1)
    monkeypatch.setattr("cairn.learning.mastery.migrating.apply_step.__kwdefaults__", {"most": 1})
    world.score(1, 0, 300, shown_on=today())
    publish_policy(world.framework, Method("highest"), by=None)
    client = enter(world.manager)
    assert client.post("/setup/policies/apply").status_code == 302
    text = client.get("/setup/policies").content.decode()
    assert "1 of 2 students are done." in text and "cairn policy apply" in text
    assert not PolicyRun.objects.get().finished
    client.post("/setup/policies/apply")
    assert PolicyRun.objects.get().finished
    text = client.get("/setup/policies").content.decode()
    assert "are done." not in text and "2 of 2 levels changed." in text
