"""Is the made-up district the same for the same seed, and has it everything a real one has?"""

import csv
import hashlib
import itertools
import json
from collections import Counter, defaultdict
from datetime import date
from pathlib import Path

import pytest

from cairn.demo import packages
from cairn.demo.calendar import school_years
from cairn.demo.files import read_manifest, write_files
from cairn.demo.sizes import SIZES
from cairn.demo.subjects import subjects

ON = date(2026, 11, 23)


def digests(folder: Path) -> dict[str, str]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files
    }


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tiny")
    write_files(folder, size="tiny", seed=7, on=ON)
    return folder


def test_same_seed_same_bytes(tiny: Path, tmp_path: Path) -> None:
    paths = write_files(tmp_path, size="tiny", seed=7, on=ON)
    assert digests(tmp_path) == digests(tiny)
    assert all(path.exists() for path in paths)
    write_files(tmp_path, size="tiny", seed=8, on=ON)
    other = digests(tmp_path)
    assert other["scores.csv"] != digests(tiny)["scores.csv"]
    assert {
        name: other[name] for name in other if name.startswith("frameworks/math") and name.endswith("json")
    } == {
        name: digest
        for name, digest in digests(tiny).items()
        if name.startswith("frameworks/math") and name.endswith("json")
    }


def test_the_roster_has_what_real_ones_have(tiny: Path) -> None:
    roster = tiny / "roster"
    users = {row["sourcedId"]: row for row in rows_of(roster / "users.csv")}
    students = [row for row in users.values() if row["sourcedId"].startswith("s")]
    assert len(students) == SIZES["tiny"].students
    assert {"PK", "KG", "12"} <= {row["grades"] for row in students}
    assert len({row["metadata.homeLanguage"] for row in students}) >= 3
    children = Counter(guardian for row in students for guardian in row["agentSourcedIds"].split(","))
    assert max(children.values()) >= 2
    teachers = defaultdict(set)
    roles = Counter()
    for row in rows_of(roster / "enrollments.csv"):
        roles[row["role"]] += 1
        if row["role"] == "teacher":
            teachers[row["classSourcedId"]].add(row["userSourcedId"])
    assert any(len(found) > 1 for found in teachers.values())
    assert roles["ext:aide"]
    assert any(row["metadata.alternative"] == "true" for row in rows_of(roster / "orgs.csv"))
    begin = school_years(ON, 2)[-1].begin.isoformat()
    stays = Counter(
        row["userSourcedId"]
        for row in rows_of(roster / "roles.csv")
        if row["role"] == "student" and row["beginDate"] >= begin
    )
    assert sum(count == 2 for count in stays.values()) >= 2  # moved school this year
    taking_part = {
        row["metadata.personalizedLearning"]
        for row in rows_of(roster / "roles.csv")
        if row["role"] == "student"
    }
    assert taking_part == {"true", "false"}


def test_scores_grow(tiny: Path) -> None:
    rows = rows_of(tiny / "scores.csv")
    assert abs(len(rows) / SIZES["tiny"].scores - 1) < 0.25
    assert len({row["id"] for row in rows}) == len(rows)
    days = [row["shown_on"] for row in rows]
    assert max(days) < ON.isoformat() <= (date.fromisoformat(max(days)).replace(day=30)).isoformat()
    cells = defaultdict(list)
    for row in rows:
        if row["score"]:
            cells[row["student"], row["target"]].append((row["shown_on"], float(row["score"])))
    several = [sorted(found) for found in cells.values() if len(found) > 1]
    assert sum(found[-1][1] >= found[0][1] for found in several) / len(several) > 0.85
    last = Counter(
        found[-1] >= 3 for found in ([score for _day, score in sorted(found)] for found in cells.values())
    )
    assert 0.4 < last[True] / last.total() < 0.96
    assert sum(row["score"] == "4" for row in rows) / len(rows) < 0.06
    assert {row["no_score"] for row in rows} >= {"", "missing", "exempt", "not_taught"}
    assert any(row["score"].endswith(".5") for row in rows)
    assert any(row["comment"] for row in rows)


def test_scores_come_student_by_student(tiny: Path) -> None:
    order = [row["student"] for row in rows_of(tiny / "scores.csv")]
    assert sum(one != after for one, after in itertools.pairwise(order)) == len(set(order)) - 1


def test_students_stand_at_different_levels(tiny: Path) -> None:
    now: dict[tuple[str, str], str] = {}
    for row in sorted(rows_of(tiny / "levels.csv"), key=lambda row: row["from"]):
        now[row["student"], row["framework"]] = row["level"]
    math = {level for (_student, framework), level in now.items() if framework == "Mathematics"}
    assert len(math) >= 6
    by_student = defaultdict(set)
    for (student, framework), level in now.items():
        if framework in ("Mathematics", "Reading and writing", "Science"):
            by_student[student].add(level.split(".")[1])
    assert any(len(found) > 1 for found in by_student.values())


def test_plans_name_targets_of_the_frameworks(tiny: Path) -> None:
    known = {code for subject in subjects() for code in subject.line}
    rows = rows_of(tiny / "targets.csv")
    assert {row["target"] for row in rows} <= known
    assert all(date.fromisoformat(row["planned_week"]).weekday() == 0 for row in rows if row["planned_week"])
    plans = Counter(row["course"] or row["class"] for row in rows)
    assert 18 <= max(plans.values()) <= 36


def test_the_manifest_names_people_and_files(tiny: Path) -> None:
    manifest = read_manifest(tiny)
    assert {"student", "family", "teacher", "principal", "data_manager", "district", "counselor"} <= set(
        manifest["people"]
    )
    assert all(people for people in manifest["people"].values())
    users = {row["sourcedId"] for row in rows_of(tiny / "roster" / "users.csv")}
    assert {person["sourcedId"] for people in manifest["people"].values() for person in people} <= users
    assert [entry["kind"] for entry in manifest["files"] if entry["kind"] != "case"] == [
        "oneroster", "targets", "ties", "levels", "scores",
    ]  # fmt: skip


@pytest.mark.parametrize("subject", subjects(), ids=lambda subject: subject.key)
def test_both_languages_say_the_same_things(subject) -> None:
    english, spanish = (packages.build(subject, language) for language in packages.LANGUAGES)
    assert len(english["CFItems"]) == len(spanish["CFItems"])
    ids = {item["identifier"] for item in english["CFItems"]}
    links = [one for one in spanish["CFAssociations"] if one["associationType"] == "isTranslationOf"]
    assert {one["destinationNodeURI"]["identifier"] for one in links} == ids | {
        packages.document_id(subject, "en")
    }
    assert any(one["associationType"] == "precedes" for one in english["CFAssociations"])
    criteria = [criterion for rubric in english["CFRubrics"] for criterion in rubric["CFRubricCriteria"]]
    assert len(criteria) == len(subject.line)
    assert all(len(criterion["CFRubricCriterionLevels"]) >= 4 for criterion in criteria)
    assert json.dumps(english, ensure_ascii=False)


@pytest.mark.parametrize("month", range(1, 13))
@pytest.mark.parametrize("day", [1, 10, 25])
def test_there_is_always_a_running_year(month: int, day: int) -> None:
    on = date(2027, month, day)
    before, running = school_years(on, 2)
    assert before.end < running.begin <= on <= running.end
    assert len(running.days) >= 20
    assert all(one < on for one in running.days)
