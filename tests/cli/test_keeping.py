"""Is nothing lost when the database is backed up, restored or upgraded?"""

import shutil

import pytest


@pytest.fixture(autouse=True)
def tools(cairn):
    if "DATABASE_URL" in cairn.more and shutil.which("pg_dump") is None:
        pytest.skip("pg_dump of PostgreSQL is not installed")


def test_a_backup_comes_back_whole(founded, tmp_path):
    file = tmp_path / "backup"
    said = founded("backup", file)
    assert "secret_key is not in the backup" in said
    assert file.stat().st_mode & 0o077 == 0
    assert "a file already" in founded("backup", file, code=1)
    founded("user", "disable", "dana")
    assert "Pass --yes" in founded("restore", file, code=1)
    answer = founded.json("restore", file, "--yes")
    assert founded.json("user", "list")["accounts"][0]["active"] is True
    founded("restore", answer["before"], "--yes")
    assert founded.json("user", "list")["accounts"][0]["active"] is False
    assert founded.json("check")["state"] == "done"


def test_a_backup_goes_into_an_empty_place(founded, tmp_path):
    file = tmp_path / "backup"
    founded("backup", file)
    other = type(founded)(tmp_path / "other", dict(founded.more))
    other.home.mkdir(mode=0o700)
    if "DATABASE_URL" in other.more:
        other.more["DATABASE_URL"] += "_other"
    assert other.json("restore", file)["before"] is None
    assert [account["username"] for account in other.json("user", "list")["accounts"]] == ["dana"]


def test_what_is_no_backup_replaces_nothing(founded, tmp_path):
    file = tmp_path / "letter.txt"
    file.write_text("Dear school, this is not a database.\n" * 200)
    founded("restore", file, "--yes", code=1)
    founded("restore", tmp_path / "nothing", "--yes", code=1)
    assert len(founded.json("user", "list")["accounts"]) == 1


def test_an_older_database_waits_for_upgrade_which_backs_up_first(founded):
    founded.django("migrate", "intake", "zero", "--verbosity", "0")
    for command in (["user", "list"], ["serve"], ["recompute"], ["demo", "--no-serve"]):
        assert "cairn upgrade" in founded(*command, code=1)
    answer = founded.json("upgrade")
    assert answer["steps"] == ["intake 0001_initial"]
    assert answer["backup"]
    assert len(founded.json("user", "list")["accounts"]) == 1
    assert "up to date" in founded("upgrade")


def test_a_newer_database_is_left_alone(founded):
    source = (
        "from django.db.migrations.recorder import MigrationRecorder; from django.db import connection;"
        "MigrationRecorder(connection).record_applied('people', '9999_later')"
    )
    founded.django("shell", "-c", source)
    assert "newer Cairn" in founded("user", "list", code=1)
    assert "newer Cairn" in founded("upgrade", code=1)
    assert "newer than this program" in founded("check", code=1)
