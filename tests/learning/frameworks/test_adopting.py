"""Do scales, stages, rules and labels come as new versions with dates, and leave a trail?"""

from datetime import date

import pytest

from cairn.learning.frameworks.actions import (
    confirm_mapping,
    label_level,
    newest_scale,
    publish_policy,
    publish_scale,
    use_scale,
)
from cairn.learning.frameworks.mapping import MappingRow
from cairn.learning.frameworks.queries import scale_in_use
from cairn.learning.models import CalculationPolicy, Framework, Item, ItemMapping, ScaleUse
from cairn.people.models import Account, Adult
from cairn.rules.mastery import Method
from cairn.rules.refusal import Refusal
from cairn.rules.scale import zero_to_four
from cairn.trail.models import Change

pytestmark = pytest.mark.django_db
DAY = date(2026, 8, 24)


@pytest.fixture
def math() -> Framework:
    return Framework.objects.create(identifier="math", title="Math", language="en")


def test_adoption_comes_in_layers(math: Framework) -> None:
    use_scale(math, "none", "standards", date(2025, 8, 1), by=None)
    use_scale(math, "0-4", "scales", date(2026, 1, 5), by=None)
    use_scale(math, "0-4", "recording", DAY, by=None)
    stages = [
        (found.stage if (found := scale_in_use(math.pk, "en", on)) else None)
        for on in (date(2025, 9, 1), date(2026, 2, 1), DAY)
    ]
    assert stages == [None, "scales", "recording"]


def test_saying_what_holds_changes_nothing_and_the_same_day_is_corrected(math: Framework) -> None:
    first = use_scale(math, "0-4", "recording", DAY, by=None)
    assert use_scale(math, "0-4", "recording", date(2026, 9, 1), by=None) == first
    use_scale(math, "1-4", "recording", DAY, by=None)
    assert ScaleUse.objects.get(framework=math).scale == newest_scale("1-4")
    assert Change.objects.filter(entity="scale_use").count() == 2


def test_what_makes_no_sense_is_refused(math: Framework) -> None:
    for key, stage in (("0-5", "recording"), ("0-4", "someday"), ("none", "recording")):
        with pytest.raises(Refusal):
            use_scale(math, key, stage, DAY, by=None)


def test_a_policy_is_a_new_version_for_its_scope(math: Framework) -> None:
    assert publish_policy(math, Method("highest"), by=None).version == 1
    assert publish_policy(math, Method("highest"), by=None).version == 1
    assert publish_policy(math, Method("mean"), by=None).version == 2
    assert publish_policy(None, Method("mean"), by=None).version == 2  # every installation begins with one
    assert CalculationPolicy.objects.filter(framework=math).count() == 2


def test_a_scale_gets_versions_and_labels() -> None:
    old = newest_scale("0-4")
    whole = zero_to_four(halves=False)
    new = publish_scale("0-4", "0 to 4", whole, valid_from=DAY, by=None)
    assert (new.number, newest_scale("0-4")) == (old.number + 1, new)
    assert publish_scale("0-4", "0 to 4", whole, valid_from=DAY, by=None) == new
    made = label_level(new, 300, "student", "es", " Lo  logré ", by=None)
    assert made is not None
    assert made.label == "Lo logré"
    assert label_level(new, 300, "student", "es", "", by=None) is None
    with pytest.raises(Refusal):
        label_level(new, 250, "student", "es", "Casi", by=None)
    with pytest.raises(Refusal):
        label_level(new, 300, "parrot", "es", "Casi", by=None)


def test_a_person_confirms_a_mapping_and_kinds_follow(math: Framework) -> None:
    Item.objects.create(framework=math, identifier="a", statement="A", item_type="Standard")
    confirm_mapping(math, [MappingRow("type", "Standard", "target", True)], by=None)
    assert Item.objects.get(identifier="a").scorable
    assert not ItemMapping.objects.get(framework=math).proposed
    confirm_mapping(math, [MappingRow("type", "Standard", "strand", False)], by=None)
    item = Item.objects.get(identifier="a")
    assert (item.kind, item.scorable) == ("strand", False)
    assert ItemMapping.objects.filter(framework=math).count() == 2  # the older one stays, with its date
    assert Change.objects.get(action="map_items").after == {
        "mapping": [["type", "Standard", "strand", False]],
        "proposed": 0,
    }


def test_whoever_confirms_a_proposal_as_it_is_stands_in_it_and_in_the_trail(math: Framework) -> None:
    Item.objects.create(framework=math, identifier="a", statement="A", item_type="Standard")
    row = MappingRow("type", "Standard", "target", True)
    confirm_mapping(math, [row], by=None)
    ItemMapping.objects.update(proposed=True)  # as an import leaves it
    person = Account.objects.create(username="dana", adult=Adult.objects.create(given_name="Dana"))
    confirm_mapping(math, [row], by=person)
    newest = ItemMapping.objects.filter(framework=math).latest("valid_from")
    assert (newest.proposed, newest.confirmed_by) == (False, person)
    change = Change.objects.get(action="map_items")
    assert (change.before["proposed"], change.after["proposed"], change.actor_id) == (1, 0, person.pk)
