"""Does a student read where they stand, why, and who has looked, and nobody else's record?"""

import pytest
from django.db import connection
from django.test import Client

from cairn.trail.models import Look
from tests.web.parts.record import build_family, client_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def family():
    return build_family()


@pytest.fixture
def mine(family):
    return client_of(family.ana_account)


def text_of(response) -> str:
    assert response.status_code == 200, response.status_code
    return " ".join(response.content.decode().split())


def test_the_page_opens_with_a_sentence_that_answers(mine):
    text = text_of(mine.get("/me"))
    assert "Hi, Ana" in text
    assert "You have met <strong>1 of 4 targets</strong> in your plan." in text
    assert "One of them is new in the last 30 days." in text


def test_the_next_step_says_what_the_goal_looks_like(mine, family):
    text = text_of(mine.get("/me"))
    assert "Does 1 alone." in text
    assert f"/me/targets/{family.target(1)}" in text


def test_news_gives_both_levels_and_the_words_of_the_teacher(mine):
    text = text_of(mine.get("/me"))
    assert "moved from Getting there to <strong>Got it</strong>" in text
    assert "Well said." in text


def test_the_pace_is_against_the_own_plan_and_no_number_of_others_is_there(mine):
    text = text_of(mine.get("/me"))
    assert "Right on your plan" in text
    for never in ("average", "rank", "%", "percent"):
        assert never not in text.lower().split("<main")[1].split("</main")[0]


def test_a_target_shows_scale_evidence_and_reason(mine, family):
    text = text_of(mine.get(f"/me/targets/{family.target(0)}"))
    for expected in ("You are here", "The goal", "Does 0 alone.", "Exit ticket", "Newer evidence counts"):
        assert expected in text
    assert "The newest evidence counts: 3" in text


def test_hidden_evidence_is_not_shown_to_the_student(mine, family):
    text = text_of(mine.get(f"/me/targets/{family.target(2)}"))
    assert "Secret" not in text
    assert "There is evidence, but it is not shown yet." in text


def test_opening_writes_one_look_and_the_log_shows_the_others(mine, family):
    client_of(family.father).get(f"/family/{family.ana.public_id}")
    mine.get("/me")
    assert [look.page for look in Look.objects.order_by("pk")] == ["progress", "progress"]
    text = text_of(mine.get("/me/log"))
    assert "father Reyes" in text
    assert "is family of Ana" in text


def test_adults_have_no_such_page_and_nobody_gets_in_unsigned(family):
    teacher = client_of(family.school.teacher)
    nowhere = teacher.get("/nothing-here")
    for path in ("/me", "/me/log", f"/me/targets/{family.target(0)}"):
        answer = teacher.get(path)
        assert (answer.status_code, answer.content) == (404, nowhere.content)
        assert Client().get(path)["Location"].startswith("/signin?next=/me")


def test_a_target_that_does_not_exist_is_the_same_404(mine):
    assert mine.get("/me/targets/nope").content == mine.get("/nothing-here").content


def test_the_page_speaks_spanish_and_remembers_it(mine):
    answer = mine.get("/me?lang=es")
    assert '<html lang="es"' in answer.content.decode()
    assert '<html lang="es"' in mine.get("/me").content.decode()


def test_the_queries_do_not_grow_with_the_targets(mine, family):
    mine.get("/me")
    counted = []

    def count(execute, sql, params, many, context):
        counted.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(count):
        mine.get("/me")
    assert len(counted) <= 14


def test_the_words_page_is_open_to_everyone():
    text = text_of(Client().get("/words"))
    assert "What the words mean" in text
    assert "Going further" in text
