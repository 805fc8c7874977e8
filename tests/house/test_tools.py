"""Is everything here that the tests would like to use? What is missing shows as a skip with its reason."""

import shutil

import pytest

from tests.postgres import newest_binaries


def test_postgresql_is_here() -> None:
    if newest_binaries() is None:
        pytest.skip("PostgreSQL is not installed: the database tests run on SQLite only")


def test_chromium_is_here() -> None:
    if shutil.which("chromium") is None:
        pytest.skip("chromium is not installed: the browser tests are left out")


def test_gettext_is_here() -> None:
    if shutil.which("xgettext") is None or shutil.which("msgfmt") is None:
        pytest.skip("gettext is not installed: the translations are not checked")
