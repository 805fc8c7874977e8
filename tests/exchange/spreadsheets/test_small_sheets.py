"""Do plans, ties and levels come in whole, once, with every bad row explained?"""

from datetime import date

from django.utils import timezone

from cairn.exchange.intake.actions import save_quarantine
from cairn.exchange.spreadsheets.routes import import_levels, import_targets, import_ties
from cairn.learning.models import PlannedTarget, StudentLevel
from cairn.people.models import Adult, Tie
from cairn.trail.models import Change
from tests.exchange.spreadsheets.conftest import World, bad_codes

PLAN = "course,class,target,order,planned_week,from"
TIES = "adult,given_name,family_name,email,language,kind,student,class,agency,relation,begin_on,end_on"
LEVELS = "student,framework,level,from"


def plan_of(**owner: object) -> list[tuple[str, date | None]]:
    rows = PlannedTarget.objects.filter(valid_to=None, **owner).order_by("position")
    return list(rows.values_list("target__code", "planned_on"))


def test_a_plan_comes_in_in_order(world: World, sheet) -> None:
    rows = (
        "k1,,MA.1.2,2,2025-09-10,2025-08-18",
        "k1,,MA.1.1,1,,2025-08-18",
        ",c1,MA.1.4,1,,",
        ",c1,MA.1.3,2,,",
    )
    outcome = import_targets(sheet(PLAN, *rows, name="targets.csv"))
    assert (outcome.state, outcome.changes["plans"].changed, outcome.quarantined) == ("done", 2, 0)
    assert plan_of(course=world.course) == [("MA.1.1", None), ("MA.1.2", date(2025, 9, 8))]
    assert plan_of(klass=world.klass) == [("MA.1.4", None), ("MA.1.3", None)]
    assert PlannedTarget.objects.filter(course=world.course, valid_from=date(2025, 8, 18)).count() == 2
    again = import_targets(sheet(PLAN, *rows, name="targets.csv"))
    assert again.changes["plans"].as_json() == {"added": 0, "changed": 0, "ended": 0, "same": 2}


def test_bad_rows_of_a_plan(world: World, sheet) -> None:
    path = sheet(
        PLAN,
        "k1,c1,MA.1.1,1,,", ",,MA.1.1,1,,", "k9,,MA.1.1,1,,", ",c9,MA.1.1,1,,", "k1,,MA.1,1,,", "k1,,ZZ,1,,", "k1,,,1,,",
        "k1,,MA.1.1,first,,", "k1,,MA.1.1,1,soon,", "k1,,MA.1.2,1,,", "k1,,MA.1.2,2,,",
        name="targets.csv",
    )  # fmt: skip
    outcome = import_targets(path)
    assert [code for *_rest, code in bad_codes(outcome)] == [
        "course_or_class", "course_or_class", "course_unknown", "class_unknown", "not_scorable", "target_unknown",
        "target_missing", "order_unreadable", "date_unreadable", "target_twice",
    ]  # fmt: skip
    assert plan_of(course=world.course) == [("MA.1.2", None)]


def test_a_dry_run_of_a_plan_writes_nothing(world: World, sheet) -> None:
    outcome = import_targets(sheet(PLAN, "k1,,MA.1.1,1,,", name="targets.csv"), dry_run=True)
    assert (outcome.state, outcome.changes["plans"].changed) == ("dry_run", 1)
    assert not PlannedTarget.objects.exists()
    assert not Change.objects.exists()


def test_ties_come_in_with_new_adults(world: World, sheet) -> None:
    rows = (
        "m1,Rosa,Diaz,rosa@example.org,es,mentors,s1,,,,2025-09-01,",
        "m1,Rosa,Diaz,,,mentors,s2,,,,2025-09-01,",
        "t1,,,,,leads,,,o1,,,",
        "t1,,,,,co_teaches,,c1,,,,",
        "g1,Ana,Lee,,,parents,s1,,,grandmother,,",
    )
    outcome = import_ties(sheet(TIES, *rows, name="ties.csv"))
    assert (outcome.changes["adults"].added, outcome.changes["ties"].added, outcome.quarantined) == (2, 5, 0)
    rosa = Adult.objects.get(given_name="Rosa")
    assert (rosa.home_language, Tie.objects.filter(adult=rosa, kind="mentors").count()) == ("es", 2)
    assert Tie.objects.get(kind="parents").relation == "grandmother"
    again = import_ties(sheet(TIES, *rows, name="ties.csv"))
    assert again.changes["ties"].as_json() == {"added": 0, "changed": 0, "ended": 0, "same": 5}
    ended = import_ties(sheet(TIES, rows[0] + "2025-10-01", name="ties.csv"))
    assert ended.changes["ties"].as_json() == {"added": 0, "changed": 1, "ended": 0, "same": 0}
    assert Tie.objects.get(adult=rosa, student=world.students[0]).end_on == date(2025, 10, 1)
    assert Change.objects.filter(action="change_tie").count() == 1


def test_bad_ties_can_be_fixed_and_fed_back(world: World, sheet) -> None:
    path = sheet(
        TIES,
        ",,,,,mentors,s1,,,,,", "x,,,,,mentors,s1,,,,,", "t1,,,,,administers,,,o1,,,", "t1,,,,,mentors,,,,,,",
        "t1,,,,,mentors,s9,,,,,", "t1,,,,,leads,,,o9,,,", "t1,,,,,mentors,s1,,,,2025-09-01,2025-08-01",
        "t1,,,,,mentors,s1,,,,,", "t1,,,,,mentors,s1,,,,,",
        name="ties.csv",
    )  # fmt: skip
    outcome = import_ties(path)
    assert [code for *_rest, code in bad_codes(outcome)] == [
        "adult_missing", "adult_unknown", "kind_unknown", "to_whom", "student_unknown", "agency_unknown",
        "ends_before_begin", "tie_twice",
    ]  # fmt: skip
    assert Tie.objects.filter(kind="mentors").count() == 1
    (fixed,) = save_quarantine(outcome.run)
    fixed.write_text(fixed.read_text(encoding="utf-8").replace("s9", "s2"), encoding="utf-8")
    assert import_ties(fixed).changes["ties"].added == 1


def test_levels_follow_each_other(world: World, sheet) -> None:
    rows = ("s1,Math,MA.1,2025-08-18", "s1,Mathematics,MA.2,2025-10-01", "s2,,MA.1,2025-08-18")
    outcome = import_levels(sheet(LEVELS, *rows, name="levels.csv"))
    assert (outcome.changes["levels"].added, outcome.quarantined) == (3, 0)
    held = StudentLevel.objects.filter(student=world.students[0]).order_by("begin_on")
    assert list(held.values_list("level__code", "begin_on", "end_on")) == [
        ("MA.1", date(2025, 8, 18), date(2025, 9, 30)), ("MA.2", date(2025, 10, 1), None),
    ]  # fmt: skip
    again = import_levels(sheet(LEVELS, *rows, name="levels.csv"))
    assert again.changes["levels"].as_json() == {"added": 0, "changed": 0, "ended": 0, "same": 3}
    more = import_levels(sheet(LEVELS, "s2,,MA.2,2025-11-03", "s1,,MA.2,2025-08-18", name="levels.csv"))
    assert more.changes["levels"].as_json() == {"added": 1, "changed": 1, "ended": 0, "same": 0}
    assert StudentLevel.objects.filter(student=world.students[1], end_on=None).get().level == world.levels[1]


def test_bad_levels(world: World, sheet) -> None:
    tomorrow = timezone.localdate().replace(year=2999).isoformat()
    rows = ("s9,,MA.1,", ",,MA.1,", "s1,,ZZ,", "s1,Science,MA.1,", f"s1,,MA.1,{tomorrow}", "s1,,MA.1,soon",
            "s1,,MA.1,2025-08-18", "s1,,MA.2,2025-08-18")  # fmt: skip
    outcome = import_levels(sheet(LEVELS, *rows, name="levels.csv"))
    assert [code for *_rest, code in bad_codes(outcome)] == [
        "student_unknown", "student_missing", "level_unknown", "level_unknown", "date_future", "date_unreadable", "level_twice",
    ]  # fmt: skip
    assert StudentLevel.objects.count() == 1
