"""Can a teacher set a level by hand on the target's page, and does everybody see whose judgment it is?"""

import pytest

from cairn.learning.models import Mastery, Override


def page(world, student=0, target=0) -> str:
    return f"/students/{world.students[student].public_id}/targets/{world.targets[target].public_id}"


def sent(**more) -> dict[str, str]:
    return {"level": "3", "reason": "She taught it to her table."} | more


def test_a_level_is_set_shown_with_its_reason_and_lifted(world, signed_in):
    world.score(0, 0, 200)
    teacher = signed_in(world.teacher)
    assert "Set the level yourself" in teacher.get(page(world)).content.decode()
    answer = teacher.post(page(world) + "/level", sent(locked="on"))
    assert (answer.status_code, answer["Location"]) == (302, page(world))
    html = teacher.get(page(world)).content.decode()
    assert "set this level on" in html
    assert "She taught it to her table." in html
    assert "The evidence alone says: 2" in html
    grid = teacher.get(world.url).content.decode()
    assert 'class="c l3 new hand"' in grid
    assert "set by hand" in grid
    panel = teacher.get(
        f"{world.url}/cells/{world.students[0].public_id}/{world.targets[0].public_id}"
    ).content.decode()
    assert "Set by" in panel
    assert teacher.post(page(world) + "/level/lift").status_code == 302
    assert Mastery.objects.get().level == 2.0
    assert "set this level on" not in teacher.get(page(world)).content.decode()


def test_the_student_and_the_family_read_the_reason_and_have_no_form(world, signed_in):
    world.score(0, 0, 200)
    signed_in(world.teacher).post(page(world) + "/level", sent())
    html = signed_in(world.student).get(f"/me/targets/{world.targets[0].public_id}").content.decode()
    assert "She taught it to her table." in html
    assert "The next evidence ends it." in html
    assert "set-level" not in html


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"reason": " "}, "Say in one sentence why"),
        ({"level": "7"}, "Choose a level of the scale"),
        ({"level": ""}, "Choose a level of the scale"),
        ({"until": "2026-01-01"}, "Choose today or a later day"),
        ({"until": "soon"}, "Choose today or a later day"),
        ({"reason": "x" * 401}, "at most 400"),
    ],
)
def test_what_does_not_fit_comes_back_with_what_was_typed(world, signed_in, more, said):
    world.score(0, 0, 200)
    answer = signed_in(world.teacher).post(page(world) + "/level", sent(**more))
    html = answer.content.decode()
    assert answer.status_code == 422
    assert said in html
    assert 'role="alert"' in html
    if "reason" not in more:
        assert "She taught it to her table." in html
    assert not Override.objects.exists()


@pytest.mark.parametrize("who", ["stranger", "assistant", "former", "student"])
def test_nobody_else_may(world, signed_in, who):
    world.score(0, 0, 200)
    client = signed_in(getattr(world, who))
    absent = client.post("/students/zzzzzzzzzz/targets/zzzzzzzzzz/level", sent())
    for path in ("/level", "/level/lift"):
        answer = client.post(page(world) + path, sent())
        assert answer.status_code == 404
        assert answer.content == absent.content
    assert not Override.objects.exists()


def test_without_evidence_there_is_nothing_to_overrule(world, signed_in):
    teacher = signed_in(world.teacher)
    assert "set-level" not in teacher.get(page(world)).content.decode()
    assert teacher.post(page(world) + "/level", sent()).status_code == 422


def test_the_page_says_what_the_next_score_would_do(world, signed_in):
    world.score(0, 0, 200)
    html = signed_in(world.student).get(f"/me/targets/{world.targets[0].public_id}").content.decode()
    assert "One more 3 makes it" in html
    assert "In exact terms" in html
    assert "latest" in html
    world.score(0, 0, 300)
    html = signed_in(world.student).get(f"/me/targets/{world.targets[0].public_id}").content.decode()
    assert "A next score of 2½ or lower would take it below" in html
