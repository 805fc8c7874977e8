"""What does the class grid show, to whom, and at what cost?"""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cairn.access.decide import today
from cairn.learning.models import PlannedTarget, ScaleUse
from cairn.people.models import Class, ClassEnrollment, Student
from cairn.trail.models import Look
from tests.web.teacher.world import build, fill


def html_of(client, url, **more):
    answer = client.get(url, **more)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_teacher_sees_the_class_and_why(world, signed_in):
    world.score(0, 0, 300)
    html = html_of(signed_in(world.teacher), world.url)
    assert "Math 7, period 2" in html
    assert "You see this because you teach Math 7." in html
    assert "Isaiah Lewis" in html
    assert '<i class="c l3 new">3<span class="vh"> Competent, new this week</span></i>' in html


@pytest.mark.parametrize("who", ["co_teacher", "assistant", "leader"])
def test_others_with_a_tie_see_it(world, signed_in, who):
    assert "Isaiah Lewis" in html_of(signed_in(getattr(world, who)), world.url)


@pytest.mark.parametrize("who", ["stranger", "manager", "student"])
def test_absent_and_forbidden_are_the_same_bytes(world, signed_in, who):
    world.score(0, 0, 300)
    client = signed_in(getattr(world, who))
    student, target = world.students[0].public_id, world.targets[0].public_id
    for path in ("", "/live", f"/cells/{student}/{target}"):
        forbidden = client.get(world.url + path)
        absent = client.get(f"/classes/zzzzzzzzzz{path}")
        assert forbidden.status_code == absent.status_code == 404
        assert forbidden.content == absent.content
        assert b"Isaiah" not in forbidden.content


def test_an_ended_tie_shows_what_was_entered_until_then_and_is_not_live(world, signed_in):
    world.score(0, 0, 300)
    html = html_of(signed_in(world.former), world.url)
    assert "as it stood on" in html
    assert not re.search(r'class="c l3', html.split("<tbody", 1)[1])
    assert 'data-live="0"' in html
    assert 'data-record="0"' in html
    assert signed_in(world.former).get(world.url + "/live").status_code == 404


def test_an_assistant_may_look_and_not_score(world, signed_in):
    assert 'data-record="0"' in html_of(signed_in(world.assistant), world.url)
    answer = signed_in(world.assistant).post(
        world.url + "/scores", {"entries": []}, content_type="application/json"
    )
    assert answer.status_code == 404


def test_opening_writes_one_look_and_nothing_else_does(world, signed_in):
    client = signed_in(world.teacher)
    html = html_of(client, world.url)
    look = Look.objects.get()
    assert (look.page, look.klass_id) == ("grid", world.klass.pk)
    assert sorted(look.students) == sorted(student.pk for student in world.students)
    assert look.because["tie"] == "teaches"
    version = html.split('data-version="', 1)[1].split('"', 1)[0]
    mine = {"HX-Request": "true"}
    client.get(f"{world.url}/live?v={version}", headers=mine)
    client.get(f"{world.url}/live?v=old", headers=mine)
    client.get(f"{world.url}?sort=name", headers=mine)
    cell = f"{world.url}/cells/{world.students[0].public_id}/{world.targets[0].public_id}"
    client.get(cell, headers=mine)
    client.get("/classes")
    assert Look.objects.count() == 1


def test_a_part_of_the_page_without_the_page_is_a_look(world, signed_in):
    cell = f"{world.url}/cells/{world.students[0].public_id}/{world.targets[0].public_id}"
    signed_in(world.teacher).get(cell, headers={"HX-Request": "true"})
    look = Look.objects.get()
    assert (look.page, look.student_id, look.students) == (
        "cell",
        world.students[0].pk,
        [world.students[0].pk],
    )
    signed_in(world.co_teacher).get(f"{world.url}/live?v=old", headers={"HX-Request": "true"})
    assert Look.objects.count() == 2


def queries_of(client, url, **more):
    client.get(url, **more)  # the first page of a day also fills the bar
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url, **more).status_code in (200, 304)
    return len(queries)


@pytest.mark.django_db
@pytest.mark.parametrize("students", [1, 30])
def test_thirty_students_cost_as_many_queries_as_one(signed_in, students):
    world = build(students)
    world.score(0, 0, 300)
    assert queries_of(signed_in(world.teacher), world.url) == 8


@pytest.mark.django_db
def test_a_full_class_stays_within_the_budget(signed_in):
    world = build(30)
    fill(world)
    client = signed_in(world.teacher)
    assert queries_of(client, world.url) <= 8
    zipped = client.get(world.url, headers={"Accept-Encoding": "gzip"})
    assert len(zipped.content) <= 15_000


def test_an_idle_poll_is_a_304_of_two_queries(world, signed_in):
    client = signed_in(world.teacher)
    version = html_of(client, world.url).split('data-version="', 1)[1].split('"', 1)[0]
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(f"{world.url}/live?v={version}", headers={"If-None-Match": f'"{version}"'})
    assert answer.status_code == 304
    assert answer.headers["ETag"] == f'"{version}"'
    assert len(queries) == 2
    assert not answer.cookies


def test_a_poll_brings_the_rows_that_changed(world, signed_in):
    client = signed_in(world.teacher)
    html = html_of(client, world.url)
    version = html.split('data-version="', 1)[1].split('"', 1)[0]
    since = html.split('data-since="', 1)[1].split('"', 1)[0]
    world.score(1, 0, 400, by=world.co_teacher)
    data = client.get(f"{world.url}/live", {"v": version, "since": since}).json()
    student, target = world.students[1].public_id, world.targets[0].public_id
    assert list(data["rows"]) == [student]
    assert "l4 new" in data["rows"][student]["cells"][0]
    assert [row[:3] for row in data["others"]] == [[student, target, "Daniel Ruiz"]]
    assert client.get(f"{world.url}/live", {"v": data["version"]}).status_code == 304


def test_a_changed_plan_or_roster_says_that_rows_move(world, signed_in):
    client = signed_in(world.teacher)
    version = html_of(client, world.url).split('data-version="', 1)[1].split('"', 1)[0]
    Class.objects.filter(pk=world.klass.pk).update(version=world.klass.version + 1)
    assert client.get(f"{world.url}/live", {"v": version}).json()["moved"] is True


def test_rows_are_grouped_by_the_next_target(world, signed_in):
    for target in world.targets:
        world.score(0, world.targets.index(target), 300)
    world.score(1, 0, 300)
    html = html_of(signed_in(world.teacher), world.url)
    assert "All targets met" in html
    assert html.index("All targets met") < html.index("Next: ")
    assert "1 student<" in html


def test_sorts_and_shows_fall_back(world, signed_in):
    world.score(2, 0, 300)
    client = signed_in(world.teacher)
    by_name = html_of(client, world.url + "?sort=name&show=count")
    assert "Next:" not in by_name
    assert by_name.index("Mateo Alvarez") < by_name.index("Isaiah Lewis")
    assert "piece of evidence" in by_name
    assert "Isaiah Lewis" in html_of(client, world.url + "?sort=nonsense&show=nonsense&see=nonsense")
    assert "First level" in html_of(client, world.url + "?show=change")


def test_the_three_readings_count_and_filter(world, signed_in):
    old = today() - timedelta(days=20)
    for target in range(5):
        world.score(0, target, 300)
    world.score(1, 0, 200, shown_on=old)
    client = signed_in(world.teacher)
    html = html_of(client, world.url)
    assert "is one target away from finishing" in html
    assert "is close on" in html
    assert "have no new evidence in the last two weeks" in html
    seen = html_of(client, world.url + "?see=finish")
    assert "You see 1 of 3 students." in seen
    assert "Isaiah Lewis" in seen
    assert "Mateo Alvarez" not in seen


def test_no_score_is_said_and_never_a_zero(world, signed_in):
    world.score(0, 0, None, no_score="missing")
    html = html_of(signed_in(world.teacher), world.url)
    row = html.split("<tbody", 1)[1]
    assert '<b aria-hidden="true">M</b><span class="vh"> Missing</span>' in row


def test_names_are_escaped(world, signed_in):
    Student.objects.filter(pk=world.students[0].pk).update(given_name="<b>Eve", family_name="O'Neil")
    html = html_of(signed_in(world.teacher), world.url)
    assert "&lt;b&gt;Eve O&#x27;Neil" in html
    assert "<b>Eve" not in html


@pytest.mark.django_db
@pytest.mark.parametrize(("scale", "word"), [("pass-fail", "Passed"), ("letters", "A"), ("1-4", "Extends")])
def test_other_scales_speak_their_own_words(signed_in, scale, word):
    world = build(2, scale=scale)
    world.score(0, 0, 100 if scale == "pass-fail" else 400)
    html = html_of(signed_in(world.teacher), world.url)
    assert f"</span>{word}</li>" in html
    assert " l" in html.split("<tbody", 1)[1]


def test_cells_are_compact_until_this_person_wants_them_larger(world, signed_in):
    client = signed_in(world.teacher)
    assert "Larger cells" in html_of(client, world.url)
    assert (
        client.post("/settings/density", {"density": "comfortable", "next": world.url})["Location"]
        == world.url
    )
    html = html_of(client, world.url)
    assert " roomy" in html
    assert "Smaller cells" in html
    assert " roomy" not in html_of(signed_in(world.co_teacher), world.url)


def test_a_class_without_targets_asks_for_them(world, signed_in):
    PlannedTarget.objects.all().delete()
    html = html_of(signed_in(world.teacher), world.url)
    assert "No targets yet" in html
    assert f"{world.url}/targets" in html
    assert 'id="grid"' not in html


def test_a_framework_without_recording_is_said_and_not_drawn(world, signed_in):
    ScaleUse.objects.update(stage="scales")
    html = html_of(signed_in(world.teacher), world.url)
    assert "Scores are not recorded in Mathematics yet" in html
    assert 'id="grid"' not in html


def test_an_empty_class_says_so(world, signed_in):
    ClassEnrollment.objects.all().delete()
    assert "Nobody is in this class yet" in html_of(signed_in(world.teacher), world.url)


def test_the_list_of_classes(world, signed_in):
    world.score(0, 0, 300)
    html = html_of(signed_in(world.teacher), "/classes")
    assert "Math 7, period 2" in html
    assert "<b>1</b> of 72 steps met" in html
    assert "Isaiah" not in html
    assert "No classes yet" in html_of(signed_in(world.stranger), "/classes")


@pytest.mark.django_db
def test_a_long_plan_is_drawn_one_strand_at_a_time(signed_in):
    world = build(2, strands={f"Strand {n}": [f"Target {n}.{t}" for t in range(16)] for n in range(4)})
    world.score(0, 0, 300)
    client = signed_in(world.teacher)
    html = html_of(client, world.url)
    assert html.count('class="tg') == 16
    assert "<b>64</b> targets" in html
    assert html_of(client, world.url + "?part=all").count('class="tg') == 64
    third = html_of(client, world.url + "?part=3")
    assert "Target 2.0" in third
    assert 'data-query="?part=3"' in third
    assert len(client.get(world.url + "/live?v=x.y.z-0&part=3").json().get("columns", [])) in (0, 16)
