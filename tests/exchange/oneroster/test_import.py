"""Does a roster come in whole, change only what changed, and end what is gone without deleting anything?"""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from cairn.exchange.intake.actions import Outcome, save_quarantine
from cairn.exchange.intake.models import Problem, Run
from cairn.exchange.intake.outcome import Refused
from cairn.exchange.oneroster import routes
from cairn.exchange.oneroster.export import export_roster
from cairn.exchange.oneroster.routes import import_roster
from cairn.people.accounts.actions import make_codes, waiting_code
from cairn.people.models import (
    Account,
    Adult,
    Agency,
    AgencyAncestor,
    Class,
    ClassEnrollment,
    Demographics,
    DemoMark,
    ExternalId,
    MatchProposal,
    ProgramParticipation,
    SchoolEnrollment,
    Source,
    Student,
    Tie,
)
from cairn.trail.models import Change
from tests.exchange.oneroster.world import Rows, row_of, without, world, write

pytestmark = pytest.mark.django_db
FALL = date(2026, 9, 1)
LATER = date(2026, 11, 2)


@pytest.fixture
def bring(tmp_path: Path) -> Any:
    """Writes rows and imports them; each call is a new file."""
    count = iter(range(100))

    def bring(
        rows: Rows, on: date = FALL, mode: str = "bulk", source: str = "sis", **options: Any
    ) -> Outcome:
        path = write(tmp_path / f"roster{next(count)}", rows, mode=mode)
        return import_roster(path, source_key=source, by=None, on=on, **options)

    return bring


def moved(outcome: Outcome) -> dict[str, tuple[int, int, int]]:
    """Sections in which anything happened: added, changed, ended."""
    return {
        name: (counts.added, counts.changed, counts.ended)
        for name, counts in outcome.changes.items()
        if (counts.added, counts.changed, counts.ended) != (0, 0, 0)
    }


def student(given: str) -> Student:
    return Student.objects.get(given_name=given)


def test_a_first_import(bring: Any) -> None:
    outcome = bring(world())
    assert (outcome.state, outcome.quarantined, outcome.notices) == ("done", 0, 0)
    assert {name: counts.added for name, counts in outcome.changes.items()} == {
        "agencies": 3, "sessions": 1, "courses": 1, "classes": 1, "students": 6, "adults": 4, "demographics": 1,
        "school_enrollments": 6, "class_enrollments": 6, "class_ties": 2, "agency_ties": 3, "family_ties": 0,
        "participations": 0,
    }  # fmt: skip
    klass = Class.objects.get()
    assert (klass.school.name, klass.course and klass.course.title) == ("Aspen", "Math")
    assert (klass.begin_on, klass.end_on) == (date(2026, 8, 10), date(2027, 6, 4))
    kinds = {tie.adult.given_name: tie.kind for tie in Tie.objects.filter(klass=klass)}
    assert kinds == {"Tina": "teaches", "Theo": "co_teaches"}
    assert Tie.objects.get(kind="leads").agency == Agency.objects.get(name="Aspen")
    assert Agency.objects.get(name="Birch").is_alternative
    assert AgencyAncestor.objects.filter(ancestor__name="Westbrook").count() == 3
    assert SchoolEnrollment.objects.get(student=student("Ana")).grade_level == "03"
    assert Demographics.objects.get().races == ["white"]
    ids = ExternalId.objects.filter(entity="student", object_id=student("Ana").pk).values_list(
        "kind", "value"
    )
    assert set(ids) == {("sourcedId", "ana"), ("state", "0"), ("identifier", "L-ana")}
    assert Source.objects.get(key="sis").agency == Agency.objects.get(name="Westbrook")
    assert not Change.objects.exists()
    assert Run.objects.get().counts["students"] == {"added": 6, "changed": 0, "ended": 0, "same": 0}


def test_the_second_import_changes_nothing(bring: Any) -> None:
    bring(world())
    outcome = bring(world(), on=LATER)
    assert moved(outcome) == {}
    assert outcome.changes["class_enrollments"].same == 6


def test_only_what_differs_is_touched_and_leaves_a_trail(bring: Any) -> None:
    bring(world())
    version = Class.objects.get().version
    rows = world()
    row_of(rows, "users", "ana")["familyName"] = "Lopez Diaz"
    outcome = bring(rows, on=LATER)
    assert moved(outcome) == {"students": (0, 1, 0)}
    change = Change.objects.get()
    assert (change.before, change.after) == ({"family_name": "Lopez"}, {"family_name": "Lopez Diaz"})
    assert (change.student, change.run_id) == (student("Ana"), outcome.run.pk)
    assert Class.objects.get().version == version + 1


def test_what_is_gone_ends_and_comes_back_as_a_second_row(bring: Any) -> None:
    bring(world())
    gone = without(without(without(world(), "users", "fay"), "roles", "r-fay"), "enrollments", "e-fay")
    outcome = bring(gone, on=LATER)
    assert moved(outcome) == {
        "students": (0, 0, 1),
        "school_enrollments": (0, 0, 1),
        "class_enrollments": (0, 0, 1),
    }
    fay = student("Fay")
    assert not fay.active
    assert ClassEnrollment.objects.get(student=fay).end_on == date(2026, 11, 1)
    assert Change.objects.filter(action="roster.end", student=fay).count() == 3
    assert moved(bring(gone, on=date(2026, 11, 3))) == {}
    back = bring(world(), on=date(2026, 12, 1))
    assert moved(back) == {
        "students": (0, 1, 0),
        "school_enrollments": (1, 0, 0),
        "class_enrollments": (1, 0, 0),
    }
    spans = SchoolEnrollment.objects.filter(student=fay).order_by("id").values_list("begin_on", "end_on")
    assert list(spans) == [(date(2026, 8, 10), date(2026, 11, 1)), (date(2026, 12, 1), None)]
    assert moved(bring(world(), on=date(2026, 12, 2))) == {}


def test_a_move_between_schools_is_two_dated_rows(bring: Any) -> None:
    bring(world())
    rows = world()
    row_of(rows, "roles", "r-ben")["orgSourcedId"] = "birch"
    assert moved(bring(rows, on=LATER)) == {"school_enrollments": (0, 1, 0)}
    spans = SchoolEnrollment.objects.filter(student=student("Ben")).order_by("id")
    assert [(row.school.name, row.begin_on, row.end_on) for row in spans] == [
        ("Aspen", date(2026, 8, 10), date(2026, 11, 1)),
        ("Birch", LATER, None),
    ]


def test_a_move_that_the_file_itself_dates(bring: Any) -> None:
    rows = world()
    row_of(rows, "roles", "r-ben")["endDate"] = "2026-10-09"
    rows["roles"].append({**row_of(rows, "roles", "r-ben"), "sourcedId": "r-ben-2", "orgSourcedId": "birch",
                          "beginDate": "2026-10-12", "endDate": None})  # fmt: skip
    bring(rows)
    spans = SchoolEnrollment.objects.filter(student=student("Ben")).order_by("begin_on")
    assert [(row.school.name, row.end_on) for row in spans] == [("Aspen", date(2026, 10, 9)), ("Birch", None)]


def test_personalized_learning_is_a_fact_of_its_own(bring: Any) -> None:
    rows = world()
    row_of(rows, "users", "ana")["metadata.personalizedLearning"] = True
    row_of(rows, "users", "ben").update(
        {"metadata.personalizedLearning": True, "metadata.personalizedLearningBeginDate": "2026-10-01"}
    )
    assert bring(rows).changes["participations"].added == 2
    begun = {part.student.given_name: part.begin_on for part in ProgramParticipation.objects.all()}
    assert begun == {"Ana": date(2026, 8, 10), "Ben": date(2026, 10, 1)}
    outcome = bring(world(), on=LATER)
    assert moved(outcome) == {"participations": (0, 0, 2)}
    assert SchoolEnrollment.objects.filter(end_on__isnull=True).count() == 6


def test_families_come_from_agents_of_either_side(bring: Any) -> None:
    rows = world()
    row_of(rows, "users", "ana")["agentSourcedIds"] = ["mom", "tina"]
    row_of(rows, "users", "mom")["agentSourcedIds"] = ["ben", "nobody"]
    outcome = bring(rows)
    ties = {tie.student.given_name: tie.adult.given_name for tie in Tie.objects.filter(kind="parents")}
    assert ties == {"Ana": "Maria", "Ben": "Maria"}
    # A teacher named as agent is not let into a child's record by that.
    codes = set(Problem.objects.filter(run=outcome.run).values_list("code", "value"))
    assert codes == {("agent_not_family", "tina"), ("reference_dropped", "nobody")}


def test_the_guard_refuses_and_can_be_told(bring: Any) -> None:
    bring(world())
    rows = without(world(), "enrollments", "e-ana", "e-ben", "e-cam", "e-dia")
    outcome = bring(rows, on=LATER)
    assert outcome.state == "refused"
    assert outcome.refusal is not None
    assert "4 of 6" in outcome.refusal.reason
    assert "--allow-shrink" in outcome.refusal.remedy
    assert Run.objects.filter(state="refused").count() == 1
    assert ClassEnrollment.objects.filter(end_on__isnull=True).count() == 6
    allowed = bring(rows, on=LATER, allow_shrink=True)
    assert moved(allowed) == {"class_enrollments": (0, 0, 4)}


def test_half_of_a_roster_may_go(bring: Any) -> None:
    bring(world())
    rows = without(world(), "enrollments", "e-ana", "e-ben", "e-cam")
    assert bring(rows, on=LATER).state == "done"


def test_a_dry_run_says_and_does_nothing(bring: Any) -> None:
    outcome = bring(world(), dry_run=True)
    assert (outcome.state, outcome.changes["students"].added, outcome.run.dry_run) == ("dry_run", 6, True)
    assert not Student.objects.exists()
    assert not Source.objects.exists()


def test_delta_ends_only_what_it_names(bring: Any) -> None:
    bring(world())
    stamp = {"dateLastModified": "2026-11-01T00:00:00.000Z"}
    rows: Rows = {
        "users": [{**row_of(world(), "users", "ana"), "pronouns": "she", "status": "active", **stamp}],
        "enrollments": [{**row_of(world(), "enrollments", "e-ben"), "status": "tobedeleted", **stamp}],
    }
    outcome = bring(rows, on=LATER, mode="delta")
    assert moved(outcome) == {"students": (0, 1, 0), "class_enrollments": (0, 0, 1)}
    assert ClassEnrollment.objects.filter(end_on__isnull=True).count() == 5
    assert moved(bring(rows, on=LATER, mode="delta")) == {}


def test_bad_rows_wait_and_come_back_fixed(bring: Any, tmp_path: Path) -> None:
    bring(world())
    path = write(tmp_path / "defects", world())
    text = (path / "enrollments.csv").read_text()
    text = text.replace("e-ana,,,k1", "e-ana,,,k9").replace(
        "e-ben,,,k1,aspen,ben,student,", "e-ben,,,k1,aspen,ben,wizard,"
    )
    (path / "enrollments.csv").write_text(text)
    users = (path / "users.csv").read_text()
    (path / "users.csv").write_text(users.replace("Okafor", ""))
    outcome = import_roster(path, source_key="sis", by=None, on=LATER)
    # What is quarantined has not vanished: nothing ends.
    assert (outcome.state, outcome.quarantined, moved(outcome)) == ("done", 3, {})
    problems = Problem.objects.filter(run=outcome.run).order_by("file", "line")
    assert [(p.file, p.line, p.field, p.value, p.code) for p in problems] == [
        ("enrollments.csv", 4, "classSourcedId", "k9", "dangling"),
        ("enrollments.csv", 5, "role", "wizard", "choice_unknown"),
        ("users.csv", 7, "familyName", "", "required_empty"),
    ]
    assert all(problem.reason and problem.remedy for problem in problems)
    written = save_quarantine(outcome.run, tmp_path / "fix")
    assert [file.name for file in written] == ["enrollments.csv", "users.csv", "manifest.csv"]
    fixed = (tmp_path / "fix/enrollments.csv").read_text()
    assert "There is no" not in fixed.splitlines()[0]
    assert fixed.splitlines()[0].endswith("cairn_problem,cairn_remedy,cairn_file,cairn_line")
    fixed = fixed.replace("k9", "k1", 1).replace("wizard", "student", 1).replace("2026-08-10", "2026-08-12")
    (tmp_path / "fix/enrollments.csv").write_text(fixed)
    users = (tmp_path / "fix/users.csv").read_text()
    (tmp_path / "fix/users.csv").write_text(users.replace("Ben,,", "Ben,Okafor-Hill,", 1))
    again = import_roster(tmp_path / "fix", source_key="sis", by=None, on=LATER)
    assert (again.quarantined, moved(again)) == (0, {"students": (0, 1, 0), "class_enrollments": (0, 2, 0)})
    assert student("Ben").family_name == "Okafor-Hill"
    assert ClassEnrollment.objects.filter(end_on__isnull=True).count() == 6


def test_rows_that_do_not_fit_together_are_set_aside(bring: Any, tmp_path: Path) -> None:
    path = write(tmp_path / "defects", world())

    def add(file: str, line: str) -> None:
        with (path / file).open("a", newline="") as target:
            target.write(line + "\r\n")

    add("users.csv", "ana,,,true,ana2,,Ann,Twice")
    add("users.csv", "zoe,,,true,zoe,,Zoe,Roleless")
    add("enrollments.csv", "e-x,,,k1,aspen,tina,student,,,")
    add("enrollments.csv", "e-y,,,k1,aspen,ana,teacher,,,")
    add("enrollments.csv", "e-z,,,k1,aspen,ben,student,,2026-10-02,2026-10-01")
    add("orgs.csv", "loop,,,Loop,department,,loop")
    outcome = import_roster(path, source_key="sis", by=None, on=FALL)
    found = set(Problem.objects.filter(run=outcome.run, severity="quarantined").values_list("code", "value"))
    assert found == {
        ("duplicate_id", "ana"), ("user_without_role", "zoe"), ("not_a_student", "tina"), ("not_an_adult", "ana"),
        ("ends_before_begin", "2026-10-02 - 2026-10-01"), ("own_ancestor", "loop"),
    }  # fmt: skip
    assert outcome.changes["students"].added == 6


def test_an_export_imports_as_nothing_new(bring: Any, tmp_path: Path) -> None:
    rows = world()
    row_of(rows, "users", "ana").update(
        {"metadata.personalizedLearning": True, "metadata.homeLanguage": "es", "agentSourcedIds": ["mom"]}
    )
    bring(rows)
    report = export_roster(tmp_path / "out.zip", source_key="sis")
    assert report.left_out == []
    outcome = import_roster(tmp_path / "out.zip", source_key="sis", by=None, on=LATER)
    assert (outcome.state, outcome.quarantined, outcome.notices, moved(outcome)) == ("done", 0, 0, {})
    assert not Change.objects.exists()
    first = {path.name: path.read_bytes() for path in _exported(tmp_path / "one")}
    assert first == {path.name: path.read_bytes() for path in _exported(tmp_path / "two")}


def _exported(path: Path) -> list[Path]:
    export_roster(path, source_key="sis")
    return sorted(path.iterdir())


def test_the_same_person_from_another_source_is_proposed_not_merged(bring: Any) -> None:
    bring(world())
    rows = world()
    row_of(rows, "demographics", "ana")["sourcedId"] = "ana"
    outcome = bring(rows, source="other")
    assert outcome.changes["students"].added == 6
    # Both districts name the same agencies by the same identifiers: these are shared, people are not.
    assert Agency.objects.count() == 3
    assert Student.objects.count() == 12
    proposals = list(MatchProposal.objects.values_list("because", flat=True))
    assert len(proposals) == 6
    assert sorted(proposals, key=len)[-1] == ["state_id", "name_and_birth_date"]


def test_who_is_switched_off_cannot_sign_in(bring: Any) -> None:
    bring(world())
    tina = Adult.objects.get(given_name="Tina")
    account = Account.objects.create(username="tina", adult=tina)
    (waiting,) = make_codes([tina], by=None)
    rows = world()
    row_of(rows, "users", "tina")["enabledUser"] = False
    outcome = bring(rows, on=LATER)
    account.refresh_from_db()
    assert not account.is_active
    assert waiting_code(waiting.code) is None
    assert Change.objects.get(action="disable_account").run_id == outcome.run.pk


def test_a_demo_takes_only_its_own_files(bring: Any, tmp_path: Path) -> None:
    DemoMark.objects.create(size="school", seed=1, digests=[])
    with pytest.raises(Refused, match="demo"):
        bring(world())


class Killed(BaseException):
    """Stands for a process that is killed."""


@pytest.mark.parametrize("step", ["reading", "checking", "applying"])
def test_killed_at_any_step_leaves_nothing_half_done(
    step: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tmp_path / "roster", world())

    def die(*_args: Any, **_more: Any) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        if step == "reading":
            done: list[str] = []

            def progress(_done: int, _total: int, label: str) -> None:
                done.append(label)
                if label == "users.csv":
                    raise Killed

        else:
            progress = None  # type: ignore[assignment]
            target = (routes.stage, "fetch_bad_rows") if step == "checking" else (routes, "propose_matches")
            patch.setattr(*target, die)
        with pytest.raises(Killed):
            import_roster(path, source_key="sis", by=None, on=FALL, progress=progress)
    assert not Student.objects.exists()
    assert not Source.objects.exists()
    assert not Run.objects.filter(state="done").exists()
    outcome = import_roster(path, source_key="sis", by=None, on=FALL)
    assert (outcome.state, outcome.changes["students"].added, outcome.quarantined) == ("done", 6, 0)
    assert outcome.run.rows_in == sum(len(rows) for rows in world().values())


def test_an_error_is_written_down_and_nothing_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path / "roster", world())

    def fail(*_args: Any, **_more: Any) -> None:
        raise ValueError("disk on fire")

    monkeypatch.setattr(routes, "propose_matches", fail)
    with pytest.raises(ValueError, match="fire"):
        import_roster(path, source_key="sis", by=None, on=FALL)
    run = Run.objects.get()
    assert (run.state, run.refusal["code"]) == ("failed", "failed")
    assert not Student.objects.exists()
