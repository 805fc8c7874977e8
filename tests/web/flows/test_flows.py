"""Does a data manager see what came in, what did not, and what to do; and never "success" over lost rows?"""

from datetime import timedelta

import pytest
from django.utils import timezone

from cairn.exchange.intake.models import Problem, Run
from cairn.people.models import Account, Agency, Source, Tie
from cairn.trail.models import Look
from tests.learning.conftest import person
from tests.web.staff.people import build_staff, client_of, queries_of, text_of, who_may

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff():
    return build_staff()


@pytest.fixture
def manager(staff):
    return client_of(staff.manager)


def ran(staff, state="done", *, kind="oneroster", days=0, bad=0, notices=0, source="SIS", **more) -> Run:
    """A run of a source of the district, `days` ago, with problems."""
    found = None
    if source:
        found, _ = Source.objects.get_or_create(
            key=source, defaults={"name": source, "agency": staff.district}
        )
    then = timezone.now() - timedelta(days=days, minutes=5)
    counts = {"students": {"added": 3, "changed": 1, "ended": 0, "same": 597}}
    values = {"name": "roster", "digest": "d", "rows_in": 1234, "counts": counts, "ended_at": then} | more
    run = Run.objects.create(kind=kind, source=found, state=state, begun_at=then, **values)
    for severity, count in (("quarantined", bad), ("notice", notices)):
        for line in range(count):
            Problem.objects.create(
                run=run, severity=severity, file="users.csv", line=line + 2, field="role", value="=wizard",
                code="role", reason="This role is not known.", remedy="Use a role of OneRoster.",
                row={"sourcedId": f"u{line}", "role": "=wizard"},
            )  # fmt: skip
    return run


def test_data_managers_open_it_and_nobody_else(staff):
    run = ran(staff, bad=1)
    for path in (
        "/data",
        f"/data/runs/{run.public_id}",
        f"/data/runs/{run.public_id}/quarantine?file=users.csv",
    ):
        assert who_may(staff, path) == {"manager"}
    assert who_may(staff, "/data/runs/zzzzzzzzzz") == set()
    assert who_may(staff, f"/data/runs/{run.public_id}/quarantine?file=other.csv") == set()
    assert not Look.objects.exists()


def test_another_district_is_not_there(staff, manager):
    other = Agency.objects.create(kind="district", name="Elsewhere")
    run = ran(staff, source="Their SIS")
    Source.objects.filter(name="Their SIS").update(agency=other)
    assert "Their SIS" not in text_of(manager.get("/data"))
    assert manager.get(f"/data/runs/{run.public_id}").content == manager.get("/nothing-here").content


def test_before_the_first_import_the_page_says_how(staff, manager):
    text = text_of(manager.get("/data"))
    assert "Nothing has been imported yet" in text
    assert "cairn import oneroster FOLDER" in text
    admin = person("admin")
    Tie.objects.create(adult=admin.adult, kind="administers")
    Agency.objects.all().update(active=False)  # a fresh installation knows no agency
    assert "Nothing has been imported yet" in text_of(
        client_of(Account.objects.get(pk=admin.pk)).get("/data")
    )


def test_a_connection_is_a_line_with_its_last_run(staff, manager):
    ran(staff, days=3, bad=2)
    ran(staff, days=0)
    text = text_of(manager.get("/data"))
    assert "The one connection flowed. Nothing is waiting for you." in text
    assert "Nothing to do" in text
    assert "1,234" in text
    assert 'aria-label="2 runs in the last 30 days, problems on 1 day"' in text
    assert text.count("<rect") == 2
    assert "Done, 2 rows set aside" in text  # in the list of runs
    assert "uccess" not in text


def test_set_aside_rows_are_the_main_action(staff, manager):
    run = ran(staff, bad=3, notices=2)
    ran(staff, kind="scores", source="LMS", days=1)
    text = text_of(manager.get("/data"))
    assert "1 of 2 connections needs you: SIS." in text
    assert "Done, 3 rows set aside" in text
    assert f'href="/data/runs/{run.public_id}">' in text.split("acts main")[1][:80]
    assert "Open today’s problems" in text
    assert "Mend 3 rows" in text


def test_several_problems_open_the_list_of_them(staff, manager):
    ran(staff, bad=1)
    ran(staff, "refused", kind="case", source="", refusal={"reason": "A list.", "remedy": "Fetch one."})
    ran(staff, kind="scores", source="LMS")
    assert 'href="/data?show=problems#runs"' in text_of(manager.get("/data"))
    text = text_of(manager.get("/data?show=problems"))
    assert "Runs with problems" in text
    assert text.split("<tbody>")[1].count("<tr>") == 2


def test_a_dry_run_is_no_connection(staff, manager):
    ran(staff, "checked", dry_run=True)
    text = text_of(manager.get("/data"))
    assert "Dry run, nothing changed" in text
    assert 'id="connections"' not in text


def test_an_old_roster_and_a_killed_run_are_said(staff, manager):
    ran(staff, days=8)
    killed = ran(staff, "applying", kind="scores", source="LMS", days=1, ended_at=None)
    text = text_of(manager.get("/data"))
    assert "Rosters last updated" in text
    assert "Stopped part way" in text
    assert "See how to go on" in text
    assert "goes on where it stopped" in text_of(manager.get(f"/data/runs/{killed.public_id}"))
    fresh = ran(staff, "applying", kind="ties", ended_at=None)
    assert "Under way." in text_of(manager.get(f"/data/runs/{fresh.public_id}"))


def test_the_report_has_counts_problems_and_remedies(staff, manager):
    run = ran(staff, bad=60, notices=1)
    text = text_of(manager.get(f"/data/runs/{run.public_id}"))
    for expected in (
        "Done, 60 rows set aside.",
        "1 notice.",
        "Students",
        "597",
        "users.csv",
        "line 2",
        "=wizard",
        "This role is not known.",
        "Use a role of OneRoster.",
        "Page 1 of 2",
        "manifest.csv",
    ):
        assert expected in text
    assert "Notice" in text_of(manager.get(f"/data/runs/{run.public_id}?page=2"))


def test_set_aside_rows_download_with_their_manifest(staff, manager):
    run = ran(staff, bad=2)
    answer = manager.get(f"/data/runs/{run.public_id}/quarantine?file=users.csv")
    assert answer["Content-Disposition"] == 'attachment; filename="users.csv"'
    text = b"".join(answer.streaming_content).decode()
    columns = text.splitlines()[0].split(",")
    assert set(columns[:2]) == {"sourcedId", "role"}
    assert columns[2:] == ["cairn_problem", "cairn_remedy", "cairn_file", "cairn_line"]
    assert len(text.splitlines()) == 3
    manifest = text_of(manager.get(f"/data/runs/{run.public_id}/quarantine?file=manifest.csv"))
    assert "file.users,delta" in manifest


def test_a_refusal_says_why_and_what_to_do(staff, manager):
    run = ran(
        staff, "refused", counts={}, refusal={"reason": "More than half would vanish.", "remedy": "Check it."}
    )
    text = text_of(manager.get(f"/data/runs/{run.public_id}"))
    assert "Refused, nothing changed." in text
    assert "Why it was refused" in text
    assert "More than half would vanish." in text
    assert "Check it." in text
    failed = ran(staff, "failed", counts={}, refusal={"reason": "The disk is full.", "remedy": ""})
    assert "Why it stopped" in text_of(manager.get(f"/data/runs/{failed.public_id}"))


def test_the_queries_do_not_grow(staff, manager):
    run = ran(staff, bad=1)
    few, report = len(queries_of(manager, "/data")), len(queries_of(manager, f"/data/runs/{run.public_id}"))
    for days in range(3):
        ran(staff, days=days, bad=2, kind="scores", source=f"LMS {days}")
    Problem.objects.filter(run=run).update(count=3)
    for line in range(5):
        Problem.objects.create(
            run=run, severity="notice", file="orgs.csv", line=line, code="x", reason="r", remedy="m"
        )
    assert len(queries_of(manager, "/data")) == few
    assert len(queries_of(manager, f"/data/runs/{run.public_id}")) == report
