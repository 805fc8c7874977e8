"""Does a family read about its own children, the same page as the child's, and about nobody else's?"""

import pytest

from cairn.people.models import Tie
from cairn.trail.models import Look
from tests.web.parts.record import build_family, client_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def family():
    return build_family()


@pytest.fixture
def father(family):
    return client_of(family.father)


def text_of(response) -> str:
    assert response.status_code == 200, response.status_code
    return " ".join(response.content.decode().split())


def test_home_has_one_honest_sentence_and_one_question_per_child(father, family):
    text = text_of(father.get("/family"))
    assert "Ana is on plan in the one area that has a plan." in text
    assert "“Target 1”. What part does Ana know already?" in text
    assert f'href="/family/{family.ana.public_id}"' in text


def test_home_names_the_area_that_needs_most(family):
    other = family.school.students[1]
    Tie.objects.create(adult=family.father.adult, kind="parents", student=other)
    text = text_of(client_of(family.father).get("/family"))
    assert "Ben has targets to go in every area. Math needs one more target to be on plan." in text


def test_opening_home_is_in_the_log_of_every_child(family):
    other = family.school.students[1]
    Tie.objects.create(adult=family.father.adult, kind="parents", student=other)
    client_of(family.father).get("/family")
    assert [look.student_id for look in Look.objects.order_by("pk")] == [family.ana.pk, other.pk]


def test_the_child_page_is_the_childs_own_with_a_strip_on_top(father, family):
    text = text_of(father.get(f"/family/{family.ana.public_id}"))
    assert "Ana has met <strong>1 of 4 targets</strong> in this plan." in text
    for strip in ("New this month", "Working on", "You can help by", "Ask Ana to show you “Target 1”."):
        assert strip in text
    assert "You see this because you are family of Ana" in text


def test_a_target_and_the_log_open_too(father, family):
    base = f"/family/{family.ana.public_id}"
    assert "Ana is here" in text_of(father.get(f"{base}/targets/{family.target(0)}"))
    father.get(base)
    assert "father Reyes" in text_of(father.get(f"{base}/log"))


def test_other_children_and_other_adults_get_the_same_404(father, family):
    ben = family.school.students[1].public_id
    nowhere = father.get("/nothing-here").content
    for account in (family.father, family.school.stranger, family.ana_account):
        client = client_of(account)
        for path in (f"/family/{ben}", f"/family/{ben}/log", "/family/zzzzzzzzzz"):
            assert client.get(path).content == nowhere
    # A teacher may read Ana's record, but not as her family.
    assert client_of(family.school.teacher).get(f"/family/{family.ana.public_id}").content == nowhere
    assert client_of(family.school.stranger).get("/family").content == nowhere


def test_when_the_tie_ends_the_page_is_gone(father, family):
    Tie.objects.filter(kind="parents").update(end_on=family.today.replace(year=family.today.year - 1))
    assert father.get(f"/family/{family.ana.public_id}").status_code == 404
