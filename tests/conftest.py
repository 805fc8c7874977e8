"""Under which conditions does every test run? Database, data folder, network, Hypothesis profile, what may be skipped."""

import atexit
import json
import os
import re
import shutil
import socket
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import hypothesis
import pytest

# --- The database and the data folder: chosen before Django reads its settings. ---
# pytest-django would load the settings before this file if pyproject.toml named them; so they are named here.

DATABASE = os.environ.get("CAIRN_TEST_DATABASE", "sqlite")
MUST_NOT_SKIP = re.compile(r"chrom|playwright|browser|postgres|gettext", re.IGNORECASE)
_at_end = ExitStack()
atexit.register(_at_end.close)


def _prepare_environment() -> Path:
    home = Path(tempfile.mkdtemp(prefix="cairn-test-"))
    _at_end.callback(shutil.rmtree, home, ignore_errors=True)
    (home / "static").mkdir()  # WhiteNoise warns about a missing folder
    os.environ["CAIRN_HOME"] = str(home)
    os.environ["CAIRN_SECRET_KEY"] = "only for tests"
    os.environ["DJANGO_SETTINGS_MODULE"] = "cairn.project.settings"
    if DATABASE == "postgres":
        # The workers of pytest-xdist inherit the server of the process that starts them.
        if "CAIRN_TEST_POSTGRES" not in os.environ:
            from tests.postgres import private_server

            os.environ["CAIRN_TEST_POSTGRES"] = _at_end.enter_context(private_server())
        os.environ["DATABASE_URL"] = os.environ["CAIRN_TEST_POSTGRES"]
    elif DATABASE == "sqlite":
        os.environ.pop("DATABASE_URL", None)
    else:
        raise pytest.UsageError("CAIRN_TEST_DATABASE is sqlite or postgres")
    return home


def _set_up_django(home: Path) -> None:
    import django
    from django.conf import settings

    if settings.configured:
        raise pytest.UsageError("unset DJANGO_SETTINGS_MODULE: the tests choose their own settings")
    database = settings.DATABASES["default"]
    if DATABASE == "sqlite":
        # A file, not memory: threads and commands must meet the locks that users meet.
        database.setdefault("TEST", {})["NAME"] = str(home / "test.sqlite3")
        # Nothing in a test database outlives the tests, so nothing need reach the disk.
        options = database["OPTIONS"]
        options["init_command"] = options["init_command"].replace("synchronous=FULL", "synchronous=OFF")
    database["CONN_MAX_AGE"] = 0  # a kept connection would forbid dropping the test database
    # Argon2 is slow on purpose; what the tests sign in with needs no protection. tests/people proves the real one.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher", *settings.PASSWORD_HASHERS]
    django.setup()


_set_up_django(_prepare_environment())


def pytest_configure(config: pytest.Config) -> None:
    """Each worker of pytest-xdist chooses its own data folder; it must not inherit settings that are chosen already."""
    if config.getoption("numprocesses", None):
        del os.environ["DJANGO_SETTINGS_MODULE"]


# --- Hypothesis. ---

hypothesis.settings.register_profile("dev", max_examples=50, deadline=None)
hypothesis.settings.register_profile(
    "ci", max_examples=50, deadline=None, derandomize=True, database=None, print_blob=True
)
hypothesis.settings.register_profile("deep", max_examples=5_000, deadline=None, print_blob=True)
IN_CI = os.environ.get("CAIRN_CI") == "1"
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE") or ("ci" if IN_CI else "dev"))

# --- What an installation begins with (scales, a rule, the lists of Django) is there again after a test that commits. ---


def pytest_itemcollected(item: pytest.Item) -> None:
    """A test that commits ends by emptying all tables, which fills in anew what every installation has.

    `serialized_rollback` would leave that out, and the next test of the same worker would meet an empty database.
    """
    marker = item.get_closest_marker("django_db")
    if marker and marker.kwargs.get("serialized_rollback"):
        raise pytest.UsageError(f"{item.nodeid}: leave serialized_rollback away")


# --- The network: loopback only. ---


@pytest.fixture(autouse=True, scope="session")
def only_loopback() -> Iterator[None]:
    """No test reaches another machine, on purpose or by a library's kindness."""

    def refuse_others(address: Any) -> None:
        host = address[0] if isinstance(address, tuple) else None  # a path is a local socket
        if host is not None and str(host) not in ("127.0.0.1", "::1", "localhost"):
            raise RuntimeError(f"A test tried to reach {host}; tests reach only 127.0.0.1.")

    class LoopbackSocket(socket.socket):
        def connect(self, address: Any) -> None:
            refuse_others(address)
            super().connect(address)

        def connect_ex(self, address: Any) -> int:
            refuse_others(address)
            return super().connect_ex(address)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket, "socket", LoopbackSocket)
        yield


# --- Where everything is installed on purpose, a skipped part is a failure. ---


def _skipped_by_lack(report: Any) -> str | None:
    if not (IN_CI and report.skipped) or hasattr(report, "wasxfail"):
        return None
    reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    return reason if MUST_NOT_SKIP.search(reason) else None


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[Any]:
    report = yield
    if reason := _skipped_by_lack(report):
        report.outcome = "failed"
        report.longrepr = f"Here nothing may be missing, yet this was skipped: {reason}"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector: pytest.Collector) -> Iterator[Any]:
    report = yield
    if reason := _skipped_by_lack(report):
        report.outcome = "failed"
        report.longrepr = f"Here nothing may be missing, yet this was skipped: {reason}"
    return report


# --- What tests/everything.py adds up. ---


def pytest_sessionfinish(session: pytest.Session) -> None:
    path = os.environ.get("CAIRN_TEST_COUNTS")
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if path and reporter and not hasattr(session.config, "workerinput"):
        counts = {kind: len(reports) for kind, reports in reporter.stats.items() if kind}
        Path(path).write_text(json.dumps(counts))
