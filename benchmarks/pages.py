"""How long does the server take for a page, beside the bare query of the same rows?"""

import gzip
from datetime import timedelta

from django.db import connection
from django.test import Client
from django.utils import timezone

from benchmarks.table import add, add_pair, count, once, paired
from benchmarks.world import PER_CLASS, World
from cairn.learning.mastery.actions import Entry, record_scores
from cairn.learning.mastery.whatif import what_if
from cairn.people.models import Agency
from cairn.rules.mastery import Method

BROWSER = {"HTTP_HOST": "127.0.0.1", "REMOTE_ADDR": "127.0.0.1"}


def signed_in(account) -> Client:
    client = Client(**BROWSER)
    client.force_login(account)
    return client


def bare(klass: int, targets: list[int]):
    """The mastery rows of a class on its planned targets, by one query and nothing else."""
    marks = ",".join(map(str, targets))
    sql = (
        "SELECT m.student_id, m.target_id, m.level, m.met FROM people_classenrollment e "
        f"JOIN learning_mastery m ON m.student_id = e.student_id AND m.target_id IN ({marks}) WHERE e.klass_id = %s"
    )

    def run() -> None:
        with connection.cursor() as cursor:
            cursor.execute(sql, [klass])
            cursor.fetchall()

    return run


def fetch(client: Client, url: str, expected: int = 200, **headers: str):
    def run():
        answer = client.get(url, **headers)
        assert answer.status_code == expected, (url, answer.status_code)
        return answer

    return run


def grids(world: World, note: str = "") -> None:
    """The class grid as HTML, 30 x 40 and 30 x 60."""
    client = signed_in(world.teacher)
    for klass, targets, budget in ((world.klass, 40, "<= 12 ms"), (world.wide, 60, "<= 20 ms")):
        page = fetch(client, f"/classes/{klass.public_id}")
        ms, query = paired(page, bare(klass.pk, [t.pk for t in world.targets[:targets]]), runs=40)
        size = len(gzip.compress(page().content, 6))
        add_pair(
            f"class grid 30 x {targets}{note}",
            ms,
            query,
            f"{budget}, <= 8 queries, <= 15 KB gzipped",
            count(page),
        )
        if not note:
            add("  its size", f"{size / 1000:.1f} KB gzipped", "", "", "<= 15 KB gzipped")


def student_page(world: World, note: str = "") -> None:
    """The student's page for staff and for the student."""
    mine = f"SELECT target_id, level, met FROM learning_mastery WHERE student_id = {world.students[0].pk}"

    def query() -> None:
        with connection.cursor() as cursor:
            cursor.execute(mine)
            cursor.fetchall()

    for name, client, url in (
        ("student page for staff", signed_in(world.teacher), f"/students/{world.students[0].public_id}"),
        ("my progress", signed_in(world.student_account), "/me"),
    ):
        page = fetch(client, url)
        ms, plain = paired(page, query, runs=40)
        add_pair(f"{name}{note}", ms, plain, "<= 14 ms, <= 10 queries", count(page))


def explanations(world: World) -> None:
    """The explanation of one number, from the request to the HTML: of a level (the grid's panel, the page of a target) and of counts."""
    client, student = signed_in(world.teacher), world.students[0]
    client.get(f"/classes/{world.klass.public_id}")
    target = world.targets[0].public_id
    mine = f"SELECT value, shown_on FROM learning_evidence WHERE student_id = {student.pk} AND target_id = {world.targets[0].pk}"

    def query() -> None:
        with connection.cursor() as cursor:
            cursor.execute(mine)
            cursor.fetchall()

    for name, url in (
        ("a level, beside the grid", f"/classes/{world.klass.public_id}/cells/{student.public_id}/{target}"),
        ("a level, on its page", f"/students/{student.public_id}/targets/{target}"),
        ("the counts of a student", f"/students/{student.public_id}/counts"),
    ):
        page = fetch(client, url)
        ms, plain = paired(page, query, runs=40)
        add_pair(f"explanation of {name}", ms, plain, "<= 20 ms", count(page))


def past(world: World) -> None:
    """Pages as of a past day beside the live ones, where half of the cells have changed since and are decided again."""
    entries = [
        Entry(student.pk, target.pk, 350, timezone.localdate(), timezone.now(), klass=world.klass.pk)
        for student in world.students[:PER_CLASS]
        for place, target in enumerate(world.targets[:40])
        if (student.pk + place) % 2
    ]
    record_scores(entries, by=world.teacher)
    day = f"?as_of={timezone.localdate() - timedelta(days=30)}"
    for name, client, url in (
        ("class grid 30 x 40", signed_in(world.teacher), f"/classes/{world.klass.public_id}"),
        ("student page for staff", signed_in(world.teacher), f"/students/{world.students[0].public_id}"),
        ("my progress", signed_in(world.student_account), "/me"),
        ("list of classes", signed_in(world.teacher), "/classes"),
    ):
        then, now = fetch(client, url + day), fetch(client, url)
        ms, live = paired(then, now, runs=40)
        add_pair(f"{name} as of a past day, beside now", ms, live, "<= 2 x the live page", count(then))


def another_rule(world: World) -> None:
    """Who would change under another rule, over every student of the district."""
    district = Agency.objects.get(kind="district")
    found = what_if(world.teacher, Method("mean"), None, agency=district)
    seconds = min(
        once(lambda: what_if(world.teacher, Method("mean"), None, agency=district)) / 1000 for _ in range(2)
    )
    add(
        f"what if, {found.students:,} students, {found.total.cells:,} levels",
        f"{seconds:.1f} s",
        "",
        "",
        "<= 10 s for 10,000 students",
    )


def idle_poll(world: World) -> None:
    """A live poll with nothing new, beside reading the counters alone."""
    client = signed_in(world.teacher)
    first = client.get(f"/classes/{world.klass.public_id}/live")
    etag = first.headers["ETag"]
    poll = fetch(client, f"/classes/{world.klass.public_id}/live", 304, HTTP_IF_NONE_MATCH=etag)

    def query() -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT SUM(v.number) FROM people_classenrollment e JOIN learning_recordversion v ON v.student_id = e.student_id "
                "WHERE e.klass_id = %s",
                [world.klass.pk],
            )
            cursor.fetchall()

    ms, plain = paired(poll, query, runs=100)
    add_pair("idle poll (304)", ms, plain, "<= 2 ms, <= 2 queries", count(poll))
