"""Do teachers and counselors set a pace on the student's page, and do student and family read it in plain words?"""

from datetime import timedelta

import pytest

from cairn.learning.models import PaceByHand, PlannedTarget
from cairn.trail.models import Look
from tests.web.staff.people import build_staff, client_of, queries_of, text_of

pytestmark = pytest.mark.django_db
MAY = {"teacher", "co-teacher", "counselor"}


@pytest.fixture
def staff():
    found = build_staff()
    PlannedTarget.objects.update(planned_on=found.today - timedelta(days=7 + found.today.weekday()))
    return found


@pytest.fixture
def path(staff):
    return f"/students/{staff.ana.public_id}"


def sent(staff, **more):
    until = staff.today + timedelta(days=10)
    key = staff.school.targets[0].public_id
    return {"subject": key, "reading": "2", "reason": "She was ill.", "until": until.isoformat()} | more


def test_set_told_and_lifted(staff, path):
    counselor = client_of(staff.counselor)
    assert "3 to go on plan" in text_of(counselor.get(path))
    answer = counselor.post(f"{path}/pace", sent(staff))
    assert (answer.status_code, answer["Location"]) == (302, f"{path}#pace")
    text = text_of(counselor.get(path))
    assert "counselor Reyes moved the plan by 2 weeks until" in text and "“She was ill.”" in text
    assert "By the days alone: 3 to go on plan." in text
    assert "By the days alone: 3 to go on plan." in text_of(counselor.get(f"{path}/counts"))
    mine = text_of(client_of(staff.ana_account).get("/me"))
    assert "counselor Reyes moved your plan by 2 weeks until" in mine and "By the days alone" not in mine
    counselor.post(f"{path}/pace", sent(staff, reading="behind"))
    theirs = text_of(client_of(staff.father).get(f"/family/{staff.ana.public_id}"))
    assert "Some to go on plan" in theirs and "counselor Reyes set this until" in theirs
    assert "Ana has targets to go in every area." in text_of(client_of(staff.father).get("/family"))
    assert counselor.post(f"{path}/pace/lift", {"subject": sent(staff)["subject"]}).status_code == 302
    assert "set this until" not in text_of(counselor.get(path))
    assert PaceByHand.objects.count() == 2 and not PaceByHand.objects.filter(lifted_at=None).exists()


def test_only_they_find_the_form_and_the_addresses(staff, path):
    for name, account in staff.everyone.items():
        client = client_of(account)
        page = client.get(path)
        assert (f'action="{path}/pace"'.encode() in page.content) == (name in MAY), name
        for address in ("pace", "pace/lift"):
            answer = client.post(f"{path}/{address}", sent(staff))
            if name not in MAY:
                assert (answer.status_code, answer.content) == (404, client.get("/nothing-here").content), (
                    name
                )
            elif address == "pace":
                assert answer.status_code == 302
    teacher = client_of(staff.school.teacher)
    assert teacher.post(f"{path}/pace", sent(staff, subject="zzzzzzzzzz")).status_code == 404
    assert teacher.post(f"{path}/pace/lift", {}).status_code == 404
    assert teacher.get(f"{path}/pace").status_code == 405


@pytest.mark.parametrize(
    ("wrong", "anchor"),
    [
        ({"reading": ""}, "reading"),
        ({"reading": "late"}, "reading"),
        ({"reading": "99"}, "reading"),
        ({"reason": " "}, "reason"),
        ({"until": ""}, "until"),
        ({"until": "2020-01-01"}, "until"),
    ],
)
def test_what_is_wrong_comes_back_with_what_was_written(staff, path, wrong, anchor):
    answer = client_of(staff.school.teacher).post(f"{path}/pace", sent(staff, **wrong))
    assert answer.status_code == 422 and f'href="#{anchor}"'.encode() in answer.content
    assert wrong.get("reason") or b"She was ill." in answer.content
    assert not PaceByHand.objects.exists()


def test_a_past_day_is_read_and_never_changed(staff, path):
    teacher = client_of(staff.school.teacher)
    assert teacher.post(f"{path}/pace?as_of={staff.ago(1).isoformat()}", sent(staff)).status_code == 400
    page = teacher.get(f"{path}?as_of={staff.ago(1).isoformat()}&since={staff.ago(300).isoformat()}")
    assert f'action="{path}/pace"'.encode() not in page.content
    assert f'name="as_of" value="{staff.ago(1).isoformat()}"'.encode() in page.content


def test_growth_is_one_sentence_for_everyone(staff, path):
    expected = "Up 1 target since"
    teacher = client_of(staff.school.teacher)
    for client, address in (
        (teacher, path),
        (client_of(staff.ana_account), "/me"),
        (client_of(staff.father), f"/family/{staff.ana.public_id}"),
    ):
        assert expected in text_of(client.get(address))
    pretest = text_of(teacher.get(f"{path}?since={staff.ago(5).isoformat()}"))
    assert expected in pretest and f'value="{staff.ago(5).isoformat()}"' in pretest
    assert "No new target since" in text_of(teacher.get(f"{path}?since={staff.ago(2).isoformat()}"))
    assert expected in text_of(teacher.get(f"{path}?since=first"))
    assert "target since" not in text_of(teacher.get(f"{path}?since={staff.today.isoformat()}"))
    assert teacher.get(f"{path}?since=nonsense").status_code == 200


def test_still_ten_queries_with_a_pace_by_hand_and_a_look_each(staff, path):
    teacher = client_of(staff.school.teacher)
    teacher.post(f"{path}/pace", sent(staff))
    assert len(queries_of(teacher, path)) <= 10
    assert {look.because["tie"] for look in Look.objects.filter(page="student")} == {"teaches"}
