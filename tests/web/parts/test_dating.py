"""Does every page of a past day say so, keep the day in its links, and change nothing?"""

from datetime import timedelta

import pytest

from cairn.access.decide import today
from cairn.learning.models import Evidence
from cairn.people.models import Tie
from cairn.trail.models import Look
from cairn.web.parts.dating import keep_day
from tests.web.teacher.world import build, fill, person

FAR = timedelta(days=30)


@pytest.fixture
def world(db):
    """Ana's class; what was scored on Ratios was entered a month ago, all else today."""
    found = build()
    fill(found)
    Evidence.objects.filter(target__in=found.targets[:6]).update(entered_on=today() - FAR)
    return found


@pytest.fixture
def enter():
    from django.test import Client

    def browser(account):
        client = Client()
        client.force_login(account, backend="cairn.people.accounts.signin.AccountBackend")
        return client

    return browser


def family_of(world):
    parent = person("Pat", "Parent")
    Tie.objects.create(adult=parent.adult, kind="parents", student=world.students[0])
    return parent


def pages(world):
    """Who opens which page."""
    student, target = world.students[0].public_id, world.targets[0].public_id
    school = f"/school/{world.school.public_id}"
    cell = f"{world.url}/cells/{student}/{target}"
    parent = family_of(world)
    return [
        (world.teacher, url)
        for url in (
            "/classes",
            world.url,
            cell,
            f"/students/{student}",
            f"/students/{student}/targets/{target}",
        )
    ] + [
        (world.student, "/me"),
        (world.student, f"/me/targets/{target}"),
        (parent, "/family"),
        (parent, f"/family/{student}"),
        (parent, f"/family/{student}/targets/{target}"),
        (world.leader, "/school"),
        (world.leader, school),
        (world.leader, f"{school}/lists/enrolled"),
        (world.leader, f"{school}/targets/{target}"),
    ]


def test_every_page_says_of_which_day_it_is_and_leads_back(world, enter):
    day = (today() - timedelta(days=3)).isoformat()
    for who, url in pages(world):
        live = enter(who).get(url)
        then = enter(who).get(url, {"as_of": day})
        assert (live.status_code, then.status_code) == (200, 200), url
        if "/cells/" in url:
            continue
        assert b"This page as it stood on" in then.content, url
        assert b"This page as it stood on" not in live.content
        assert f'href="{url}" data-today'.encode() in then.content, url
        assert b'name="as_of"' in live.content, url


def test_a_page_of_a_day_shows_what_was_entered_by_then(world, enter):
    day = {"as_of": (today() - timedelta(days=3)).isoformat()}
    client = enter(world.teacher)
    live = client.get(world.url).context["drawing"]
    assert client.get(world.url, day).context["drawing"] != live
    page = client.get(world.url, day)
    assert not page.context["may_record"] and not page.context["is_live"] and not page.context["may_plan"]
    mine, then = enter(world.student).get("/me"), enter(world.student).get("/me", day)
    assert 0 < then.context["page"].met < mine.context["page"].met


def test_today_and_days_to_come_are_the_live_page_and_nonsense_is_refused(world, enter):
    client = enter(world.teacher)
    for day in (today(), today() + FAR):
        page = client.get(world.url, {"as_of": day.isoformat()})
        assert page.status_code == 200 and page.context["is_live"]
    page = client.get(world.url, {"as_of": "yesterday<b>"})
    assert page.status_code == 400 and "yesterday&lt;b&gt;" in page.content.decode()
    part = client.get(world.url, {"as_of": "nonsense"}, headers={"HX-Request": "true"})
    assert part.status_code == 400 and b"<html" not in part.content


def test_before_the_record_begins_the_page_says_so(world, enter):
    Evidence.objects.update(entered_on=today() - timedelta(days=2))
    page = enter(world.teacher).get(world.url, {"as_of": (today() - FAR).isoformat()})
    assert b"The record begins on" in page.content
    Evidence.objects.all().delete()
    page = enter(world.teacher).get(world.url, {"as_of": (today() - FAR).isoformat()})
    assert b"Nothing is recorded yet" in page.content


def test_nothing_can_be_recorded_on_a_page_of_a_past_day(world, enter):
    before = Evidence.objects.count()
    answer = enter(world.teacher).post(
        f"{world.url}/scores?as_of={today() - FAR}", {"v": "", "entries": []}, content_type="application/json"
    )
    assert answer.status_code == 400 and Evidence.objects.count() == before
    assert b"Nothing was saved" in answer.content


def test_who_may_see_is_decided_by_the_ties_of_today(world, enter):
    day = {"as_of": (today() - FAR).isoformat()}
    assert enter(world.stranger).get(world.url, day).status_code == 404
    Tie.objects.filter(adult=world.teacher.adult).update(end_on=today() - timedelta(days=1))
    Tie.objects.filter(adult=world.co_teacher.adult).delete()
    assert enter(world.co_teacher).get(world.url, day).status_code == 404
    former = enter(world.teacher)
    assert former.get(world.url, day).context["until"] == today() - FAR
    late = {"as_of": (today() - timedelta(days=0)).isoformat()}
    assert former.get(world.url, late).context["until"] == today() - timedelta(days=1)


def test_the_look_tells_the_day(world, enter):
    day = today() - timedelta(days=3)
    enter(world.teacher).get(world.url, {"as_of": day.isoformat()})
    assert Look.objects.latest("pk").because["as_of"] == day.isoformat()
    enter(world.teacher).get(world.url)
    assert "as_of" not in Look.objects.latest("pk").because


def test_links_between_dated_pages_keep_the_day():
    day = today()
    mark = f"as_of={day}"
    for before, after in (
        ('<a href="/students/k7f2">', f'<a href="/students/k7f2?{mark}">'),
        ('<a href="/me#math">', f'<a href="/me?{mark}#math">'),
        ('<a href="?sort=name">', f'<a href="?sort=name&amp;{mark}">'),
        ('<div data-query="?">', f'<div data-query="?{mark}">'),
        ('<a href="/classes" data-today>', '<a href="/classes" data-today>'),
        ('<a href="/me/log">', '<a href="/me/log">'),
        ('<a href="#main">', '<a href="#main">'),
        ('<a href="/settings">', '<a href="/settings">'),
        (f'<a href="?page=2&amp;{mark}">', f'<a href="?page=2&amp;{mark}">'),
    ):
        assert keep_day(before.encode(), day).decode() == after


def test_a_day_costs_few_queries_more_than_now(world, enter, django_assert_max_num_queries):
    day = {"as_of": (today() - timedelta(days=3)).isoformat()}
    client, student = enter(world.teacher), f"/students/{world.students[0].public_id}"
    client.get(world.url)
    with django_assert_max_num_queries(8 + 9):
        client.get(world.url, day)
    with django_assert_max_num_queries(10 + 19):
        client.get(student, day)
