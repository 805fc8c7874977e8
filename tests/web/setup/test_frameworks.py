"""Can a data manager see what a framework's words mean here, confirm it, and choose its scale; and nobody else?"""

from datetime import timedelta

import pytest
from django.utils import timezone

from cairn.exchange.intake.models import Run
from cairn.learning.models import Framework, FrameworkVersion, Item, ItemMapping, ScaleUse
from cairn.people.models import Agency, AgencyAncestor
from cairn.trail.models import Change, Look
from tests.web.staff.people import build_staff, client_of, queries_of, text_of, tied, who_may

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff():
    return build_staff()


@pytest.fixture
def manager(staff):
    return client_of(staff.manager)


def science(name="Science") -> Framework:
    """A framework as an import leaves it: two standards, one example, a proposal that nobody has confirmed."""
    made = Framework.objects.create(identifier=name, title=f"{name} Standards", subject=name, language="en")
    for place, (item, kind, scored) in enumerate(
        (("Standard", "target", True), ("Standard", "target", True), ("Example", "other", False))
    ):
        Item.objects.create(
            framework=made, identifier=f"{name}{place}", statement=f"{name} {item} {place}", item_type=item,
            kind=kind, scorable=scored, position=place,
        )  # fmt: skip
    then = timezone.now() - timedelta(days=2)
    for value, kind, scored in (("Standard", "target", True), ("Example", "other", False)):
        ItemMapping.objects.create(
            framework=made, by="type", value=value, kind=kind, scorable=scored, valid_from=then
        )
    FrameworkVersion.objects.create(framework=made, number=3, label="2026", valid_from=then, digest="d")
    return made


def address(framework: Framework) -> str:
    return f"/setup/frameworks/{framework.public_id}"


def sent(framework: Framework, **more) -> dict[str, str]:
    """The form as the page shows it, with something changed."""
    seen = ItemMapping.objects.filter(framework=framework).latest("valid_from").valid_from.isoformat()
    values = {"do": "confirm", "seen": seen, "kind-1": "target", "scored-1": "on", "kind-2": "other"} | more
    return {key: value for key, value in values.items() if value is not None}


def test_who_looks_after_every_school_opens_it_and_nobody_else(staff):
    made = science()
    tied("school manager", "manages_data", agency=staff.school.school)
    for path in ("/setup/frameworks", address(made)):
        assert who_may(staff, path) == {"manager"}
    one_school = client_of(tied("one school", "manages_data", agency=staff.school.school))
    assert one_school.get(address(made)).content == one_school.get("/nothing-here").content
    assert one_school.post(address(made), sent(made)).status_code == 404
    assert one_school.post(address(made) + "/scale", {}).status_code == 404
    assert "/setup/frameworks" not in text_of(one_school.get("/data"))
    assert client_of(tied("admin", "administers")).get(address(made)).status_code == 200
    assert who_may(staff, "/setup/frameworks/zzzzzzzzzz") == set()
    assert not Look.objects.exists()


def test_a_framework_of_one_agency_is_for_who_looks_after_it(staff, manager):
    other = Agency.objects.create(kind="district", name="Elsewhere")
    AgencyAncestor.objects.create(agency=other, ancestor=other)
    made = science()
    assert manager.get(address(made)).status_code == 404  # another district works with it too
    Framework.objects.filter(pk=made.pk).update(agency=staff.district)
    assert manager.get(address(made)).status_code == 200
    text = text_of(manager.get("/setup/frameworks"))
    assert "Science Standards" in text
    assert "Math" not in text


def test_the_list_says_version_items_stage_and_what_waits(staff, manager):
    science()
    text = text_of(manager.get("/setup/frameworks"))
    assert "1 framework waits for you" in text
    for words in (
        "Science Standards",
        "(2026)",
        "Standards alone",
        "Proposed",
        "Scores are recorded",
        "No mapping yet",
    ):
        assert words in text
    Run.objects.create(kind="case", name="f", digest="d", state="done", begun_at=timezone.now())
    data = text_of(manager.get("/data"))
    assert "1 framework is used as proposed" in data
    assert "The one connection flowed." in data
    assert "Nothing is waiting" not in data


def test_without_any_framework_the_list_says_how_one_comes(staff, manager):
    ScaleUse.objects.all().delete()
    Framework.objects.filter(pk=staff.school.framework.pk).update(agency=Agency.objects.create(kind="state"))
    assert "cairn import case FILE" in text_of(manager.get("/setup/frameworks"))


def test_the_proposal_is_a_table_with_examples(manager):
    text = text_of(manager.get(address(science())))
    assert "Used as proposed since" in text
    assert "Science Standard 0" in text
    assert "Science Example 2" in text
    assert '<option value="target" selected>Target</option>' in text
    assert "No item would change: they stand as proposed." in text


def test_confirming_keeps_who_and_when_and_a_trail(staff, manager):
    made = science()
    answer = manager.post(address(made), sent(made))
    assert answer["Location"] == address(made)
    rows = ItemMapping.objects.filter(framework=made).order_by("-valid_from")[:2]
    assert {(row.proposed, row.confirmed_by) for row in rows} == {(False, staff.manager)}
    assert Change.objects.get(action="map_items").actor_id == staff.manager.pk
    text = text_of(manager.get(address(made)))
    assert f"Confirmed by {staff.manager.person.name}, in force since" in text
    assert "used as proposed" not in text_of(manager.get("/data"))
    again = manager.post(address(made), sent(made), follow=True)
    assert "Nothing was changed." in text_of(again)
    assert Change.objects.filter(action="map_items").count() == 1


def test_what_would_change_is_said_before_and_done_after(manager):
    made = science()
    other = sent(
        made, do="look", **{"kind-1": "strand", "scored-1": None, "kind-2": "target", "scored-2": "on"}
    )
    part = manager.post(address(made), other, headers={"HX-Request": "true"}).content.decode()
    for words in ("3 items would be something else", "Scored items: 2 now, 1 then", "Strand: 0 now, 2 then"):
        assert words in part
    assert "<html" not in part
    assert ItemMapping.objects.filter(framework=made).count() == 2
    whole = text_of(manager.post(address(made), other))
    assert '<option value="strand" selected>' in whole
    manager.post(address(made), other | {"do": "confirm"})
    kinds = Item.objects.filter(framework=made).order_by("position").values_list("kind", "scorable")
    assert list(kinds) == [("strand", False), ("strand", False), ("target", True)]


def test_planned_targets_that_would_be_lost_are_named(staff, manager):
    made = staff.school.framework
    ItemMapping.objects.create(
        framework=made, by="depth", value="leaf", kind="target", scorable=True, valid_from=timezone.now()
    )
    form = {"do": "look", "seen": sent(made)["seen"], "kind-1": "other"}
    text = manager.post(address(made), form, headers={"HX-Request": "true"}).content.decode()
    assert "Nothing would be scored" in text  # scores are recorded in it
    ScaleUse.objects.filter(framework=made).update(stage="standards")
    text = manager.post(address(made), form, headers={"HX-Request": "true"}).content.decode()
    assert "4 targets that classes work on now would no longer be scored." in text


def test_bad_input_is_a_summary_with_links_and_changes_nothing(manager):
    made = science()
    answer = manager.post(address(made), sent(made, **{"kind-2": "wizard"}))
    assert answer.status_code == 422
    text = answer.content.decode()
    assert "There is a problem" in text
    assert 'href="#kind-2">Example: choose what it is here.' in text
    old = manager.post(address(made), sent(made, seen="2020-01-01", **{"kind-1": "strand"}))
    assert "This mapping was changed while you looked at it." in old.content.decode()
    assert '<option value="target" selected>' in old.content.decode()
    assert not Change.objects.exists()


def test_scale_and_day_are_chosen_and_kept(staff, manager):
    made, day = science(), staff.today + timedelta(days=10)
    form = {"scale": "1-4", "stage": "recording", "from": day.isoformat()}
    assert manager.post(address(made) + "/scale", form)["Location"] == address(made)
    use = ScaleUse.objects.get(framework=made)
    assert (use.scale.key, use.stage, use.valid_from, use.school) == ("1-4", "recording", day, None)
    assert Change.objects.get(entity="scale_use").actor_id == staff.manager.pk
    assert "Scores are recorded: 1 to 4" in text_of(manager.get(address(made)))
    assert manager.get(address(made) + "/scale").status_code == 405


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"scale": "none"}, "without a scale nothing can be scored"),
        ({"scale": "0-9"}, "Choose a scale."),
        ({"stage": "someday"}, "Choose how far this framework is."),
        ({"from": "soon"}, "Choose the day from which this counts."),
        ({"from": "2020-05-05"}, "earlier days keep their scale"),
    ],
)
def test_a_scale_that_cannot_be_is_said(staff, manager, wrong, said):
    made = staff.school.framework  # has a scale already
    form = {"scale": "1-4", "stage": "recording", "from": staff.today.isoformat()} | wrong
    answer = manager.post(address(made) + "/scale", form)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert ScaleUse.objects.filter(framework=made).count() == 1


def test_the_queries_do_not_grow(manager):
    one = science()
    first = [len(queries_of(manager, path)) for path in ("/setup/frameworks", address(one), "/data")]
    for name in ("Art", "Civics"):
        science(name)
    second = [len(queries_of(manager, path)) for path in ("/setup/frameworks", address(one), "/data")]
    assert first == second
    assert max(first) <= 20, first


def test_it_speaks_spanish(manager):
    text = text_of(manager.get(address(science()) + "?lang=es"))
    assert "Confirmar" in text
    assert "What it is here" not in text
