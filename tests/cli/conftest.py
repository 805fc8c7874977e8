"""In which installation do the tests of the command run? In their own data folder, on the database of this run, as a real process."""

import json
import os
import secrets
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest

ROOT = Path(__file__).resolve().parents[2]


@dataclass
class Installation:
    """A data folder, and with PostgreSQL a database of its own name, not made yet."""

    home: Path
    more: dict[str, str] = field(default_factory=dict)

    @property
    def env(self) -> dict[str, str]:
        kept = {name: os.environ[name] for name in ("PATH", "LANG", "TZ") if name in os.environ}
        return (
            kept
            | {"CAIRN_HOME": str(self.home), "PYTHONPATH": str(ROOT / "src"), "PYTHONWARNINGS": "ignore"}
            | self.more
        )

    def __call__(self, *arguments: object, sent: str = "", code: int = 0) -> str:
        """Runs `cairn ...`; answers what it printed. Fails when it ends with another code than `code`, or shows a traceback."""
        done = subprocess.run(
            [sys.executable, "-m", "cairn", *map(str, arguments)],
            env=self.env,
            cwd=self.home,
            input=sent,
            capture_output=True,
            text=True,
            timeout=300,
        )
        assert "Traceback" not in done.stderr, done.stderr
        assert done.returncode == code, f"{done.returncode}: {done.stdout}\n{done.stderr}"
        return done.stdout + done.stderr

    def json(self, *arguments: object, sent: str = "", code: int = 0) -> dict[str, Any]:
        """The same with --json, whose standard output is one object."""
        done = subprocess.run(
            [sys.executable, "-m", "cairn", *map(str, arguments), "--json"],
            env=self.env,
            cwd=self.home,
            input=sent,
            capture_output=True,
            text=True,
            timeout=300,
        )
        assert done.returncode == code, f"{done.returncode}: {done.stdout}\n{done.stderr}"
        answer: dict[str, Any] = json.loads(done.stdout)
        return answer

    def django(self, *arguments: str) -> str:
        """Runs one of Django's own commands, as a developer would."""
        done = subprocess.run(
            [sys.executable, "-m", "django", *arguments],
            env=self.env | {"DJANGO_SETTINGS_MODULE": "cairn.project.settings"},
            capture_output=True,
            text=True,
            timeout=120,
            check=True,
        )
        return done.stdout

    def admin(self, username: str = "dana") -> None:
        self(
            *(
                "user",
                "create-admin",
                "--username",
                username,
                "--given-name",
                "Dana",
                "--family-name",
                "Reyes",
            ),
            *("--password-stdin",),
            sent="three quiet rivers\n",
        )


def make(folder: Path) -> Installation:
    made = Installation(folder)
    if server := os.environ.get("CAIRN_TEST_POSTGRES"):
        made.more["DATABASE_URL"] = urlsplit(server)._replace(path=f"/cairn_{secrets.token_hex(5)}").geturl()
    return made


@pytest.fixture(scope="session")
def first(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """An installation with an administrator, which is only copied."""
    folder = tmp_path_factory.mktemp("first")
    folder.chmod(0o700)
    made = make(folder)
    made.admin()
    return made


@pytest.fixture
def cairn(tmp_path: Path) -> Installation:
    """A fresh installation."""
    folder = tmp_path / "home"
    folder.mkdir(mode=0o700)
    return make(folder)


def copy_of(first: Installation, folder: Path) -> Installation:
    """Another installation with the same database, secret and administrator."""
    shutil.copytree(first.home, folder, dirs_exist_ok=True)
    made = make(folder)
    if made.more:
        name, model = (urlsplit(one.more["DATABASE_URL"]).path[1:] for one in (made, first))
        address = urlsplit(os.environ["CAIRN_TEST_POSTGRES"])._replace(path="/postgres").geturl()
        with psycopg.connect(address, autocommit=True) as server:
            server.execute(f"CREATE DATABASE {name} TEMPLATE {model}")
    return made


@pytest.fixture
def founded(first: Installation, tmp_path: Path) -> Installation:
    """An installation of the test's own that has an administrator already, for tests of what comes after."""
    return copy_of(first, tmp_path / "home")


@pytest.fixture(scope="module")
def running(first: Installation, tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """One installation with an administrator, shared by the tests of a file that leave it as it was."""
    return copy_of(first, tmp_path_factory.mktemp("home"))
