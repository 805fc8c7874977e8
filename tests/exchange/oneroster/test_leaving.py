"""Does a roster leave so that it comes back the same, for the source that sent it and for a district that has never seen it?"""

import csv
from datetime import date
from pathlib import Path

import pytest

from cairn.exchange.intake.outcome import Refused
from cairn.exchange.oneroster.export import export_roster
from cairn.exchange.oneroster.routes import import_roster
from cairn.exchange.oneroster.write import write_bundle
from cairn.people.models import AcademicSession, Account, Adult, Class, Student, Tie
from cairn.trail.models import Change

pytestmark = pytest.mark.django_db(transaction=True)
DAY = date(2026, 11, 23)
BEGIN, END = "2026-08-17", "2027-05-28"


def roster() -> dict[str, list[dict[str, object]]]:
    """One school: Bo and Cy (who has left one class), their teacher, aide and principal, Bo's mother."""

    def user(own: str, given: str, **more: object) -> dict[str, object]:
        return {"sourcedId": own, "enabledUser": True, "givenName": given, "familyName": "Lee", **more}

    def role(own: str, person: str, word: str, org: str = "aspen", **more: object) -> dict[str, object]:
        return {
            "sourcedId": own,
            "userSourcedId": person,
            "roleType": "primary",
            "role": word,
            "orgSourcedId": org,
            **more,
        }

    def seat(own: str, person: str, word: str, **more: object) -> dict[str, object]:
        return {
            "sourcedId": own, "classSourcedId": "m7", "schoolSourcedId": "aspen", "userSourcedId": person,
            "role": word, "beginDate": BEGIN, **more,
        }  # fmt: skip

    return {
        "orgs": [
            {"sourcedId": "mesa", "name": "Mesa", "type": "district", "identifier": "08"},
            {"sourcedId": "aspen", "name": "Aspen", "type": "school", "identifier": "081", "parentSourcedId": "mesa"},
        ],
        "academicSessions": [
            {"sourcedId": "y27", "title": "2026-27", "type": "schoolYear", "startDate": BEGIN, "endDate": END, "schoolYear": "2027"}
        ],
        "courses": [{"sourcedId": "c7", "title": "Math 7", "courseCode": "M7", "orgSourcedId": "aspen", "grades": ["07"]}],
        "classes": [
            {"sourcedId": "m7", "title": "Math 7, period 2", "courseSourcedId": "c7", "classType": "scheduled",
             "schoolSourcedId": "aspen", "termSourcedIds": ["y27"], "subjects": ["Math"]}
        ],
        "users": [
            user("bo", "Bo", grades=["07"], agentSourcedIds=["mona"], userIds="{stateId:77}", **{"metadata.homeLanguage": "es"}),
            user("cy", "Cy", grades=["07"]),
            user("tess", "Tess"), user("abe", "Abe"), user("ruth", "Ruth"), user("mona", "Mona"),
        ],
        "roles": [
            role("r1", "bo", "student", beginDate=BEGIN, **{"metadata.grade": ["07"], "metadata.personalizedLearning": True}),
            role("r2", "cy", "student", beginDate=BEGIN, **{"metadata.grade": ["07"]}),
            role("r3", "tess", "teacher"), role("r4", "abe", "aide"), role("r5", "ruth", "principal"),
            role("r6", "mona", "guardian"), role("r7", "ruth", "counselor"),
        ],
        "enrollments": [
            seat("e1", "bo", "student"), seat("e2", "cy", "student", endDate="2026-09-30"),
            seat("e3", "tess", "teacher", primary=True), seat("e4", "abe", "ext:aide"),
        ],
    }  # fmt: skip


METADATA = ("metadata.homeLanguage", "metadata.grade", "metadata.personalizedLearning")


@pytest.fixture
def imported(tmp_path: Path) -> Path:
    write_bundle(tmp_path / "in", roster(), metadata=METADATA)
    outcome = import_roster(tmp_path / "in", source_key="sis", by=None, on=DAY)
    assert (outcome.state, outcome.quarantined) == ("done", 0)
    return tmp_path


def rows(path: Path, name: str) -> list[dict[str, str]]:
    with (path / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_what_leaves_comes_back_without_a_change(imported: Path) -> None:
    export_roster(imported / "out", source_key="sis", demographics=True, on=DAY)
    outcome = import_roster(imported / "out", source_key="sis", by=None, on=DAY, dry_run=True)
    differing = {name: one for name, one in outcome.changes.items() if one.added or one.changed or one.ended}
    assert (outcome.state, outcome.quarantined, differing) == ("dry_run", 0, {})


def test_only_what_runs_today_leaves(imported: Path) -> None:
    export_roster(imported / "out", source_key="sis", on=DAY)
    out = imported / "out"
    assert [row["sourcedId"] for row in rows(out, "enrollments")] == [
        "e1",
        "e3",
        "e4",
    ]  # Cy has left the class
    assert {row["sourcedId"] for row in rows(out, "users")} == {"bo", "cy", "tess", "abe", "ruth", "mona"}
    bo = next(row for row in rows(out, "users") if row["sourcedId"] == "bo")
    assert (bo["agentSourcedIds"], bo["userIds"], bo["grades"]) == ("mona", "{state:77}", "07")
    assert not (out / "demographics.csv").exists()
    assert Change.objects.get(action="export_roster").after["enrollments"] == 3


def test_rows_that_no_source_ever_named_go_by_their_own_ids(imported: Path) -> None:
    klass = Class.objects.get()
    new = Adult.objects.create(given_name="New", family_name="Here")
    Account.objects.create(username="new", adult=new)
    Tie.objects.create(adult=new, kind="co_teaches", klass=klass)
    Tie.objects.create(
        adult=new, kind="parents", student=Student.objects.get(given_name="Cy"), relation="aunt"
    )
    Class.objects.create(school=klass.school, title="Club")
    export_roster(imported / "out.zip", source_key="sis", on=DAY)
    export_roster(imported / "out", source_key="sis", on=DAY)
    out = imported / "out"
    seat = next(row for row in rows(out, "enrollments") if row["userSourcedId"] == new.public_id)
    assert (seat["role"], seat["primary"]) == ("teacher", "false")
    assert {row["role"] for row in rows(out, "roles") if row["userSourcedId"] == new.public_id} == {
        "teacher",
        "parent",
    }
    club = next(row for row in rows(out, "classes") if row["title"] == "Club")
    assert club["courseSourcedId"] in {row["sourcedId"] for row in rows(out, "courses")}
    assert club["termSourcedIds"] == "y27"
    integers = {str(new.pk), str(klass.pk)}
    assert not integers & {
        row["sourcedId"] for name in ("users", "classes", "enrollments") for row in rows(out, name)
    }
    outcome = import_roster(imported / "out.zip", source_key="sis", by=None, on=DAY, dry_run=True)
    assert (outcome.state, outcome.quarantined) == ("dry_run", 0)


def test_what_the_standard_demands_and_nobody_knows_is_refused(imported: Path) -> None:
    AcademicSession.objects.update(active=False)
    with pytest.raises(Refused, match="standard"):
        export_roster(imported / "out", source_key="sis", on=DAY)
    assert not Change.objects.filter(action="export_roster").exists()
