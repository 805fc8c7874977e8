"""Does each command do its work, say so plainly, and end with the right code?"""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from dataclasses import replace
from pathlib import Path

import pytest

SHARED = Path(os.environ.get("CAIRN_SHARED") or Path(__file__).resolve().parents[3] / "shared")
ROSTERS = SHARED / "specs/oneroster/samples"


def test_help_is_quick_and_loads_no_django(running):
    begin = time.perf_counter()
    said = running("--help")
    assert time.perf_counter() - begin < 3  # 0.4 s alone; this machine may be busy
    for word in (
        "demo",
        "serve",
        "import",
        "export",
        "recompute",
        "snapshot",
        "check",
        "upgrade",
        "backup",
        "restore",
        "user",
    ):
        assert word in said
    code = "import sys, cairn.cli.main; sys.exit(any(name.split('.')[0] in ('django', 'granian') for name in sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], env=running.env).returncode == 0


@pytest.mark.parametrize(
    "arguments", [["no-such-command"], ["import", "oneroster"], ["serve", "--port", "x"], ["user", "reset"]]
)
def test_wrong_usage_ends_with_2(running, arguments):
    running(*arguments, code=2)


def test_the_first_account_is_made_with_its_database(cairn):
    assert "Making the database" in cairn("user", "list")
    cairn.admin()
    (account,) = cairn.json("user", "list")["accounts"]
    assert (account["username"], account["kind"], account["active"]) == ("dana", "adult", True)


def test_an_admin_needs_a_free_name_and_a_good_password(running):
    ask = (
        "user",
        "create-admin",
        "--given-name",
        "A",
        "--family-name",
        "B",
        "--password-stdin",
        "--username",
    )
    assert "already" in running(*ask, "DANA", sent="three quiet rivers\n", code=1)
    assert "too short" in running(*ask, "ana", sent="short\n", code=1)
    assert "nobody to ask" in running(*ask[:-2], "--username", "ana", code=1)


def test_accounts_are_reset_disabled_and_enabled(running):
    answer = running.json("user", "reset", "Dana")
    assert (answer["username"], len(answer["code"])) == ("dana", 14)
    assert "switched off" in running("user", "disable", "dana")
    assert "switched off" in running("user", "list")
    assert "switched on" in running("user", "enable", "dana")
    assert running.json("user", "reset", "nobody", code=1)["reason"].startswith("There is no account")


def test_check_finds_a_sound_installation_in_order(running):
    set_up = replace(running, more=running.more | {"CAIRN_TIME_ZONE": "America/Denver"})
    answer = set_up.json("check")
    assert answer == {
        "state": "done",
        "in_order": ["configuration", "data folder", "database", "rows"],
        "findings": [],
        "warnings": [],
    }


def test_check_warns_of_a_time_zone_that_nobody_chose(founded):
    answer = founded.json("check")
    assert (answer["state"], answer["findings"]) == ("done", [])
    assert "CAIRN_TIME_ZONE" in answer["warnings"][0]["remedy"]
    assert "time zone is not set" in founded("check")


def test_check_makes_nothing_and_says_what_to_do(cairn):
    (finding,) = cairn.json("check", code=1)["findings"]
    assert "no database yet" in finding["problem"]
    cairn.home.chmod(0o755)
    assert "chmod 700" in cairn("check", code=1)
    assert "django_migrations" not in str(list(cairn.home.iterdir()))


def test_check_finds_rows_that_hang_in_the_air(founded):
    source = (
        "from cairn.people.models import *; s = Source.objects.create(key='sis', name='SIS');"
        "ExternalId.objects.create(source=s, entity='tie', value='x', object_id=99);"
        "a = Agency.objects.create(kind='school', name='Aspen');"
        "e = SchoolEnrollment.objects.create(student=Student.objects.create(given_name='A', family_name='B'), school=a);"
        "from cairn.trail.models import Change; from django.utils import timezone;"
        "Change.objects.create(occurred_at=timezone.now(), action='x', entity='x', run_id=77)"
    )
    founded.django("shell", "-c", source)
    problems = " ".join(finding["problem"] for finding in founded.json("check", code=1)["findings"])
    assert "ids of other systems for a tie" in problems
    assert "trail_change whose import is gone" in problems


def test_a_missing_server_is_a_sentence(cairn):
    cairn.more["DATABASE_URL"] = "postgres://nobody@127.0.0.1:1/nothing"
    assert "cannot be reached" in cairn("user", "list", code=1)
    assert "cannot be reached" in cairn("check", code=1)


@pytest.mark.parametrize(
    ("name", "value"),
    [("DATABASE_URL", "nonsense://x"), ("CAIRN_SESSION_HOURS", "ten"), ("CAIRN_HOME", "/proc/nothing")],
)
def test_a_wrong_setting_is_a_sentence(cairn, name, value):
    cairn.more[name] = value
    for command in (["user", "list"], ["check"], ["serve"]):
        said = cairn(*command, code=1)
        assert "settings are wrong" in said or "data folder cannot be used" in said


def test_a_damaged_database_is_a_sentence(founded):
    if "DATABASE_URL" in founded.more:
        pytest.skip("only SQLite is one file")
    for more in founded.home.glob("cairn.sqlite3-*"):
        more.unlink()
    with (founded.home / "cairn.sqlite3").open("r+b") as file:
        file.write(b"garbage, not a database")
    assert "damaged" in founded("user", "list", code=1)
    assert "cannot be reached" in founded("check", code=1)


def test_missing_files_are_sentences(running, tmp_path):
    assert "no such file" in running("import", "oneroster", tmp_path / "nothing", code=1)
    assert "state" in running.json("import", "case", tmp_path / "nothing.json", code=1)
    assert "no framework" in running("export", "case", "nothing", "--output", tmp_path / "x.json", code=1)
    assert not (tmp_path / "x.json").exists()


def test_recompute_says_how_much_it_looked_at(running):
    assert running.json("recompute", "--dry-run") == {
        "state": "dry_run",
        "students": 0,
        "cells": 0,
        "cells_changed": 0,
        "parents": 0,
        "parents_changed": 0,
    }
    assert "0 levels and 0 counts changed" in running("recompute")


def test_only_spark_decides_from_a_folder(running, tmp_path):
    assert "--engine spark" in running("recompute", "--from", tmp_path, code=1)


def test_a_snapshot_goes_into_an_empty_folder(running, tmp_path):
    pytest.importorskip("pyarrow", reason="pyarrow is not installed: pip install -e '.[analytics]'")
    out = tmp_path / "out"
    assert running.json("snapshot", "parquet", out)["rows"] == 0
    assert "something in" in running("snapshot", "parquet", out, code=1)
    assert running.json("snapshot", "packed", tmp_path / "packed", "--from", out)["scores"] == 0
    assert "no finished export" in running(
        "snapshot", "packed", tmp_path / "more", "--from", tmp_path, code=1
    )


@pytest.fixture
def packages() -> Path:
    folder = SHARED / "specs/case/packages_smarterbalanced"
    if not folder.is_dir():
        pytest.skip("no CASE packages in CAIRN_SHARED")
    return folder


def test_a_framework_comes_in_and_leaves_again(cairn, packages, tmp_path):
    file = packages / "b7bc9d8c-cb5f-4dc8-96da-13ce635053d1.json"
    package = json.loads(file.read_text(encoding="utf-8"))
    assert "nothing was changed" in cairn("import", "case", file, "--dry-run")
    assert cairn.json("import", "case", file)["changes"]["items"]["added"] == len(package["CFItems"])
    again = cairn.json("import", "case", file)
    assert not any(one["added"] or one["changed"] or one["ended"] for one in again["changes"].values())
    out = tmp_path / "out.json"
    cairn("export", "case", package["CFDocument"]["identifier"], "--output", out)
    assert len(json.loads(out.read_text(encoding="utf-8"))["CFItems"]) == len(package["CFItems"])
    assert "a file already" in cairn(
        "export", "case", package["CFDocument"]["identifier"], "--output", out, code=1
    )


def test_quarantined_rows_end_with_3_and_lie_in_a_file(running, packages):
    answer = running.json(
        "import", "case", packages / "cbbb8d01-63fc-4adf-9803-a3781839b6b6.json", "--dry-run", code=3
    )
    assert answer["quarantined"] == 2
    assert "cairn_problem" in Path(answer["quarantine_files"][0]).read_text(encoding="utf-8-sig")


def test_a_refused_file_ends_with_1_and_says_why(running, packages):
    answer = running.json("import", "case", packages / "CFDocuments.json", code=1)
    assert answer["state"] == "refused"
    assert answer["refusal"]["reason"]
    assert "nothing was changed" in running("import", "case", packages / "CFDocuments.json", code=1)


def test_a_roster_comes_in_once(cairn):
    if not ROSTERS.is_dir():
        pytest.skip("no OneRoster samples in CAIRN_SHARED")
    sample = ROSTERS / "legertom_1p1_5schools"
    first = cairn.json("import", "oneroster", sample)
    assert first["changes"]["students"]["added"] > 0
    again = cairn.json("import", "oneroster", sample)
    assert not any(one["added"] or one["changed"] or one["ended"] for one in again["changes"].values())


def test_serve_answers_and_refuses_a_taken_port(running):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "cairn", "serve", "--port", str(port)]
    with subprocess.Popen(command, env=running.env, stderr=subprocess.PIPE, text=True) as server:
        try:
            page = _open(f"http://127.0.0.1:{port}/signin")
            assert b"password" in page
            assert "cannot listen" in running("serve", "--port", port, code=1)
        finally:
            server.terminate()
            server.wait(20)


def _open(url: str) -> bytes:
    for _ in range(200):
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:
                return bytes(answer.read())
        except OSError:
            time.sleep(0.1)
    pytest.fail("cairn serve did not answer within 20 seconds")


def test_rules_in_force_are_applied_and_counted(founded):
    assert founded.json("policy", "pending")["pending"] == 0
    done = founded.json("policy", "apply")
    assert (done["state"], done["changed"]) == ("done", 0)
    assert "0 of 0 levels changed" in founded("policy", "apply")
