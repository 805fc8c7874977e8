"""Do real OneRoster bundles come in, or are they refused for exactly the reasons that hold?"""

import os
from datetime import date
from pathlib import Path

import pytest

from cairn.exchange.intake.models import Problem
from cairn.exchange.oneroster.export import export_roster
from cairn.exchange.oneroster.routes import import_roster
from cairn.people.models import Agency, Class, ClassEnrollment, Student, Tie

pytestmark = pytest.mark.django_db
SHARED = Path(os.environ.get("CAIRN_SHARED") or Path(__file__).resolve().parents[3] / "shared")
SAMPLES = SHARED / "specs/oneroster/samples"
ON = date(2026, 3, 2)

# Per sample: added per section, problems as (severity, code, file, first line, value, count).
EXPECTED = {
    "legertom_1p1_5schools": (
        {
            "agencies": 6, "sessions": 3, "courses": 50, "classes": 100, "students": 1000, "adults": 50,
            "demographics": 1000, "school_enrollments": 1000, "class_enrollments": 4705, "class_ties": 100,
            "agency_ties": 50, "family_ties": 0, "participations": 0,
        },
        set(),
    ),
    "moodle_Test_minimal_data_set": (
        {
            "agencies": 1, "sessions": 5, "courses": 0, "classes": 2, "students": 3, "adults": 3, "demographics": 0,
            "school_enrollments": 3, "class_enrollments": 2, "class_ties": 2, "agency_ties": 2, "family_ties": 0,
            "participations": 0,
        },
        {
            ("quarantined", "not_a_student", "enrollments.csv", 3, "usr-222-987654", 1),
            ("quarantined", "not_a_student", "enrollments.csv", 6, "usr-222-987654", 1),
            ("notice", "bool_spelling", "users.csv", 2, "TRUE", 6),
            ("notice", "choice_spelling", "classes.csv", 2, "Scheduled", 1),
            ("notice", "courses_absent", "classes.csv", 2, "crs-222-2023-456-12345", 2),
            ("notice", "no_school", "orgs.csv", 2, "department", 1),
            ("notice", "password", "users.csv", 2, "", 1),
        },
    ),
    "moodle_oneroster_test_data": (
        {
            "agencies": 1, "sessions": 1, "courses": 1, "classes": 1, "students": 1, "adults": 0, "demographics": 1,
            "school_enrollments": 1, "class_enrollments": 1, "class_ties": 0, "agency_ties": 0, "family_ties": 0,
            "participations": 0,
        },
        {
            ("notice", "bool_spelling", "users.csv", 2, "TRUE", 1),
            ("notice", "password", "users.csv", 2, "", 1),
        },
    ),
}  # fmt: skip


def sample(name: str) -> Path:
    """The bundle, or a visible skip."""
    path = SAMPLES / name
    if not path.is_dir():
        pytest.skip(f"sample bundle {name} is not here; set CAIRN_SHARED")
    return path


def test_every_sample_is_expected() -> None:
    if not SAMPLES.is_dir():
        pytest.skip("no OneRoster samples here; set CAIRN_SHARED")
    assert {path.name for path in SAMPLES.iterdir()} == set(EXPECTED)


@pytest.mark.parametrize("name", EXPECTED)
def test_a_sample_comes_in_and_changes_nothing_twice(name: str) -> None:
    added, problems = EXPECTED[name]
    outcome = import_roster(sample(name), source_key="sis", by=None, on=ON)
    assert outcome.state == "done"
    assert {section: counts.added for section, counts in outcome.changes.items()} == added
    found = Problem.objects.filter(run=outcome.run).values_list(
        "severity", "code", "file", "line", "value", "count"
    )
    assert set(found) == problems
    again = import_roster(sample(name), source_key="sis", by=None, on=date(2026, 3, 3))
    assert {section: counts.same for section, counts in again.changes.items()} == added
    assert not any(c.added or c.changed or c.ended for c in again.changes.values())


def test_five_schools_as_they_are(tmp_path: Path) -> None:
    import_roster(sample("legertom_1p1_5schools"), source_key="sis", by=None, on=ON)
    assert Agency.objects.filter(kind="school", parent__kind="district").count() == 5
    assert Student.objects.filter(active=True).count() == 1000
    assert Tie.objects.filter(kind="teaches").count() == 100
    klass = Class.objects.get(code="FL-082-06-e871ad")
    assert (klass.begin_on, klass.end_on) == (date(2025, 8, 15), date(2025, 12, 20))
    enrollment = ClassEnrollment.objects.filter(klass=klass).first()
    assert enrollment is not None
    assert (enrollment.begin_on, enrollment.end_on) == (date(2025, 8, 1), date(2026, 7, 31))
    # Born as 1.1, written as strict 1.2, read back: the same roster.
    report = export_roster(tmp_path / "out.zip")
    assert report.left_out == []
    again = import_roster(tmp_path / "out.zip", source_key="sis", by=None, on=ON)
    assert (again.state, again.quarantined, again.notices) == ("done", 0, 0)
    assert not any(c.added or c.changed or c.ended for c in again.changes.values())
