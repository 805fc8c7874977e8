"""Does OneRoster 1.1, with one role per user, say the same as 1.2? And do records of one person find each other?"""

from datetime import date
from pathlib import Path

import pytest

from cairn.exchange.oneroster.routes import import_roster
from cairn.people.matching import Identity, reasons
from cairn.people.models import ClassEnrollment, SchoolEnrollment, Student, Tie

FALL = date(2026, 9, 1)
LATER = date(2026, 11, 2)
HEAD = "sourcedId,status,dateLastModified,enabledUser,orgSourcedIds,role,username,givenName,familyName,agentSourcedIds,grades"
FILES = {
    "orgs.csv": "sourcedId,name,type,parentSourcedId\nd,District,district,\naspen,Aspen,school,d\nbirch,Birch,school,d\n",
    "users.csv": f"{HEAD}\n"
    "t,,,true,aspen,teacher,t,Tina,Ruiz,,\n"
    "co,,,true,aspen,teacher,co,Theo,Park,,\n"
    "c,,,true,aspen,counselor,c,Carl,Frey,,\n"
    "m,,,true,aspen,mother,m,Maria,Lopez,,\n"
    "g,,,true,aspen,guardian,g,Gus,Lopez,,\n"
    'a,,,true,aspen,student,a,Ana,Lopez,g,"3"\n'
    'b,,,true,"aspen,birch",student,b,Ben,Okafor,,KG\n',
    "classes.csv": "sourcedId,title,schoolSourcedId\nk,Math,aspen\n",
    "enrollments.csv": "sourcedId,classSourcedId,userSourcedId,role\n"
    "e1,k,t,teacher\ne2,k,co,teacher\ne3,k,a,student\ne4,k,b,student\n",
}


def lay(path: Path, files: dict[str, str]) -> Path:
    path.mkdir()
    for name, text in files.items():
        (path / name).write_text(text)
    return path


@pytest.mark.django_db
def test_one_role_per_user(tmp_path: Path) -> None:
    outcome = import_roster(lay(tmp_path / "one", FILES), source_key="sis", by=None, on=FALL)
    assert outcome.state == "done"
    assert outcome.quarantined == 1  # "mother" is no word of the standard
    ties = set(Tie.objects.values_list("adult__given_name", "kind", "relation"))
    assert ties == {
        ("Tina", "teaches", ""), ("Theo", "co_teaches", ""), ("Tina", "works_at", ""), ("Theo", "works_at", ""),
        ("Carl", "counsels_at", ""), ("Gus", "parents", "guardian"),
    }  # fmt: skip
    rows = SchoolEnrollment.objects.order_by("student__given_name", "school__name")
    assert [(r.student.given_name, r.school.name, r.grade_level, r.is_primary) for r in rows] == [
        ("Ana", "Aspen", "03", True), ("Ben", "Aspen", "KG", True), ("Ben", "Birch", "KG", False),
    ]  # fmt: skip


@pytest.mark.django_db
def test_a_move_without_dates_is_dated_by_the_day_it_was_seen(tmp_path: Path) -> None:
    import_roster(lay(tmp_path / "one", FILES), source_key="sis", by=None, on=FALL)
    moved = {
        **FILES,
        "users.csv": FILES["users.csv"].replace("a,,,true,aspen,student", "a,,,true,birch,student"),
    }
    import_roster(lay(tmp_path / "two", moved), source_key="sis", by=None, on=LATER)
    spans = SchoolEnrollment.objects.filter(student__given_name="Ana").order_by("id")
    assert [(row.school.name, row.begin_on, row.end_on) for row in spans] == [
        ("Aspen", None, date(2026, 11, 1)), ("Birch", LATER, None),
    ]  # fmt: skip


@pytest.mark.django_db
def test_a_new_enrollment_without_a_date_begins_today(tmp_path: Path) -> None:
    import_roster(lay(tmp_path / "one", FILES), source_key="sis", by=None, on=FALL)
    more = {
        **FILES,
        "users.csv": FILES["users.csv"] + "z,,,true,aspen,student,z,Zoe,Hill,,KG\n",
        "enrollments.csv": FILES["enrollments.csv"] + "e5,k,z,student\n",
    }
    import_roster(lay(tmp_path / "two", more), source_key="sis", by=None, on=LATER)
    begins = dict(ClassEnrollment.objects.values_list("student__given_name", "begin_on"))
    assert begins == {"Ana": None, "Ben": None, "Zoe": LATER}


@pytest.mark.django_db
def test_a_missing_file_ends_nothing(tmp_path: Path) -> None:
    import_roster(lay(tmp_path / "one", FILES), source_key="sis", by=None, on=FALL)
    only = {name: FILES[name] for name in ("orgs.csv", "users.csv")}
    outcome = import_roster(lay(tmp_path / "two", only), source_key="sis", by=None, on=LATER)
    assert not any(counts.ended for counts in outcome.changes.values())
    assert Student.objects.filter(active=True).count() == 2


BORN = date(2018, 2, 3)


@pytest.mark.parametrize(
    ("one", "other", "because"),
    [
        (Identity("José", "Peña", BORN), Identity("jose", "PENA", BORN), ["name_and_birth_date"]),
        (Identity("José", "Peña", BORN), Identity("José", "Peña", date(2018, 3, 2)), []),
        (Identity("José", "Peña", None), Identity("José", "Peña", None), []),
        (
            Identity("A", "B", None, frozenset({"7"})),
            Identity("X", "Y", BORN, frozenset({"7", "8"})),
            ["state_id"],
        ),
        (Identity("Ann", "Lee", BORN), Identity("Anna", "Lee", BORN), []),
    ],
)
def test_reasons_to_think_that_two_are_one(one: Identity, other: Identity, because: list[str]) -> None:
    assert reasons(one, other) == reasons(other, one) == because
