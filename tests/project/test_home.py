"""Is what Cairn keeps readable by its owner only, and does a crash at the first start leave nothing that stops the second?"""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from cairn.project.home import make_private, secret_key

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("CAIRN_SECRET_KEY")
    return tmp_path


def rights(path: Path) -> int:
    return path.stat().st_mode & 0o777


def test_the_secret_is_made_once_and_is_its_owners(home: Path) -> None:
    key = secret_key(home)
    assert len(key) > 50
    assert secret_key(home) == key
    assert [path.name for path in home.iterdir()] == ["secret_key"]
    assert rights(home / "secret_key") == 0o600


def test_an_empty_secret_left_by_a_crash_is_made_anew(home: Path) -> None:
    (home / "secret_key").touch(mode=0o644)
    key = secret_key(home)
    assert key and secret_key(home) == key
    assert rights(home / "secret_key") == 0o600


def test_a_crash_while_the_secret_is_written_leaves_none(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(_descriptor: int) -> None:
        raise OSError("power cut")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", crash)
        with pytest.raises(OSError, match="power cut"):
            secret_key(home)
    assert not (home / "secret_key").exists()
    assert secret_key(home)


def test_who_starts_at_the_same_moment_has_the_same_secret(home: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(secret_key, [home] * 8))) == 1


def test_a_file_that_is_there_keeps_what_it_holds(tmp_path: Path) -> None:
    (tmp_path / "kept").write_text("rows")
    make_private(tmp_path / "kept")
    assert (tmp_path / "kept").read_text() == "rows"


def test_the_database_is_its_owners_also_in_a_folder_open_to_all(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    source = (
        "import os; os.umask(0o022); import django; django.setup(); from django.db import connection as c;"
        "k = c.cursor(); k.execute('CREATE TABLE t (x)'); k.execute('INSERT INTO t VALUES (1)');"
        f"import pathlib; print(sorted((p.name, oct(p.stat().st_mode & 0o777)) for p in pathlib.Path({str(tmp_path)!r})"
        ".glob('cairn*')))"
    )
    kept = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    more = {"CAIRN_HOME": str(tmp_path), "DJANGO_SETTINGS_MODULE": "cairn.project.settings"}
    done = subprocess.run(
        [sys.executable, "-c", source],
        env=kept | more | {"PYTHONPATH": str(ROOT / "src")},
        capture_output=True,
        text=True,
        check=True,
    )
    names = ("cairn.sqlite3", "cairn.sqlite3-shm", "cairn.sqlite3-wal")
    assert done.stdout.strip() == str([(name, "0o600") for name in names])
