"""Does every import stage privately, refuse plainly, and show its runs only to those who look after the data?"""

import sqlite3
import stat
from pathlib import Path

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from cairn.access.decide import NotHere
from cairn.exchange.intake import actions, queries
from cairn.exchange.intake.guard import Roster, hold, too_much
from cairn.exchange.intake.models import Problem, Run
from cairn.exchange.intake.outcome import Refused
from cairn.exchange.intake.quarantine import csv_of
from cairn.exchange.intake.staging import Staging, staging_folder
from cairn.people.models import Account, Adult, Agency, AgencyAncestor, Source, Tie

# --- The guard ---


@given(st.integers(0, 1_000), st.integers(0, 1_000))
def test_the_guard_holds_over_half_of_five_or_more(now: int, vanishing: int) -> None:
    vanishing = min(now, vanishing)
    assert too_much(Roster("x", now, vanishing)) == (now >= 5 and 2 * vanishing > now)


def test_a_refusal_names_the_lists_and_the_way_on() -> None:
    rosters = [Roster(f"class {n}", 10, 9) for n in range(7)]
    with pytest.raises(Refused) as caught:
        hold(rosters, allow_shrink=False)
    assert "class 0: 9 of 10" in caught.value.reason
    assert "2 more" in caught.value.reason
    hold(rosters, allow_shrink=True)


# --- Staging ---


def test_staging_is_private_and_gone_when_done() -> None:
    with Staging("a" * 64) as staging:
        assert stat.S_IMODE(staging.path.stat().st_mode) == 0o600
        assert stat.S_IMODE(staging_folder().stat().st_mode) == 0o700
        staging.discard()
    assert not list(staging_folder().glob("aaaa*"))


def test_two_imports_of_one_file_at_a_time_are_refused() -> None:
    with Staging("b" * 64), pytest.raises(Refused, match="right now"), Staging("b" * 64):
        pass


def test_a_killed_step_is_forgotten_and_a_done_one_kept() -> None:
    with Staging("c" * 64) as staging:
        staging.begin("read a")
        staging.notice("spaces", "a.csv", 3)
        staging.notice("spaces", "a.csv", 4)
        staging.set_mark("read a", "2")
        staging.commit()
        staging.begin("read b")
        staging.bad("too_long", "b.csv", 2, "x", "y", {"x": "y"})
        staging.rollback()
    with Staging("c" * 64) as staging:
        assert (staging.mark("read a"), staging.mark("read b")) == ("2", None)
        assert staging.notices() == [("spaces", "a.csv", "", 3, "", 2)]
        assert staging.count_bad() == 0
        staging.begin("read a")  # done again: what it found before is replaced, not added
        staging.notice("spaces", "a.csv", 3)
        staging.commit()
        assert staging.notices() == [("spaces", "a.csv", "", 3, "", 1)]
        staging.discard()


def test_a_broken_staging_file_is_begun_anew() -> None:
    with Staging("d" * 64) as staging:
        path = staging.path
    path.write_bytes(b"no database" * 1_000)
    with Staging("d" * 64) as staging:
        assert staging.mark("form") is not None
        staging.discard()


def test_staging_of_another_form_is_begun_anew() -> None:
    with Staging("e" * 64) as staging:
        staging.set_mark("form", "0")
        staging.set_mark("read a", "1")
    with Staging("e" * 64) as staging:
        assert staging.mark("read a") is None
        assert isinstance(staging.db, sqlite3.Connection)
        staging.discard()


# --- Runs and who sees them ---


def person(name: str, agency: Agency | None, kind: str = "manages_data") -> Account:
    adult = Adult.objects.create(given_name=name, family_name="X")
    if agency is not None or kind == "administers":
        Tie.objects.create(adult=adult, kind=kind, agency=agency)
    return Account.objects.create(username=name, adult=adult)


@pytest.mark.django_db
def test_runs_are_seen_by_those_who_look_after_the_data() -> None:
    west, east = (Agency.objects.create(kind="district", name=name) for name in ("West", "East"))
    school = Agency.objects.create(kind="school", name="Aspen", parent=west)
    for low, high in ((west, west), (east, east), (school, school), (school, west)):
        AgencyAncestor.objects.create(agency=low, ancestor=high)
    runs = {}
    for name, source in (
        ("west", Source.objects.create(key="w", name="w", agency=west)),
        ("east", Source.objects.create(key="e", name="e", agency=east)),
        ("framework", None),
    ):
        run = actions.begin_run(
            kind="oneroster", name=name, digest="x", by=None, begun_at=timezone.now(),
            source=source.pk if source else None,
        )  # fmt: skip
        Problem.objects.create(
            run=run,
            severity="quarantined",
            file="u.csv",
            line=2,
            code="c",
            reason="r",
            remedy="m",
            row={"a": "1"},
        )
        runs[name] = run

    def seen(who: Account) -> set[str]:
        return {run.name for run in queries.runs_of(who)}

    manager = person("manager", west)
    assert seen(manager) == {"west", "framework"}
    assert seen(person("clerk", school)) == set()
    assert seen(person("teacher", west, "works_at")) == set()
    assert seen(person("stranger", None)) == set()
    assert seen(person("root", None, "administers")) == {"west", "east", "framework"}
    first = queries.runs_of(manager).get(name="west")
    assert (first.quarantined, first.notices) == (1, 0)
    assert queries.problems_of(manager, runs["west"]).count() == 1
    assert queries.problems_of(manager, runs["east"]).count() == 0
    assert queries.run_of(manager, runs["west"].public_id) == runs["west"]
    with pytest.raises(NotHere):
        queries.run_of(manager, runs["east"].public_id)
    with pytest.raises(NotHere):
        queries.quarantine_csv(manager, runs["east"], "u.csv")
    assert "".join(queries.quarantine_csv(manager, runs["west"], "u.csv")).startswith("a,cairn_problem")


@pytest.mark.django_db
def test_quarantined_rows_go_out_with_their_reason(tmp_path: Path) -> None:
    run = actions.begin_run(kind="scores", name="s", digest="x", by=None, begun_at=timezone.now())
    for line, row in ((2, {"id": "1", "score": "7"}), (3, {"id": "2", "note": "a,b"})):
        Problem.objects.create(
            run=run,
            severity="quarantined",
            file="scores.xlsx",
            line=line,
            code="c",
            reason="=1+1",
            remedy="Fix it",
            row=row,
        )
    text = "".join(csv_of(run, "scores.xlsx"))
    assert text.splitlines() == [
        "id,score,note,cairn_problem,cairn_remedy,cairn_file,cairn_line",
        "1,7,, =1+1,Fix it,scores.xlsx,2",
        '2,,"a,b", =1+1,Fix it,scores.xlsx,3',
    ]
    (path,) = actions.save_quarantine(run, tmp_path / "out")
    assert path.name == "scores.csv"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.django_db
def test_a_killed_run_is_found_again() -> None:
    run = actions.begin_run(kind="scores", name="s", digest="abc", by=None, begun_at=timezone.now())
    assert actions.unfinished_run("scores", "abc") == run
    actions.end_run(run, state="done", changes={}, rows_in=3)
    assert actions.unfinished_run("scores", "abc") is None
    assert Run.objects.get().rows_in == 3
