"""Is every sentence translated, in every plural form, and are the translations compiled?"""

import gettext
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.tree import SOURCE

LANGUAGES = ["es"]  # English stands in the source itself
MEND = "run `./run messages`, translate src/cairn/locale/{0}/LC_MESSAGES/django.po, run it again"

pytestmark = pytest.mark.skipif(
    shutil.which("xgettext") is None, reason="gettext is not installed: the translations are not checked"
)


def catalog_of(mo: Path) -> dict[object, str]:
    """All messages of a compiled catalog; a plural message once per form, by (message, form)."""
    with mo.open("rb") as file:
        catalog: dict[object, str] = gettext.GNUTranslations(file)._catalog  # type: ignore[attr-defined]
    return catalog


def run(*command: object, cwd: Path) -> str:
    done = subprocess.run([str(part) for part in command], cwd=cwd, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr + done.stdout
    return done.stdout


@pytest.fixture(scope="module")
def collected(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the source in which the messages are collected anew, so that checking writes nothing."""
    copy = tmp_path_factory.mktemp("messages") / "cairn"
    shutil.copytree(SOURCE, copy, ignore=shutil.ignore_patterns("__pycache__", "static", "migrations"))
    (copy / "locale").mkdir(exist_ok=True)
    environment = os.environ | {"PYTHONPATH": str(copy.parent)}
    command = [sys.executable, "-m", "django", "makemessages", "--no-obsolete", "--add-location=never"]
    for language in LANGUAGES:
        done = subprocess.run(
            [*command, "--locale", language], cwd=copy, env=environment, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
    return copy / "locale"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_message_is_translated(language: str, collected: Path) -> None:
    po = collected / language / "LC_MESSAGES" / "django.po"
    for option, word in (("--untranslated", "untranslated"), ("--only-fuzzy", "only guessed at")):
        left = run("msgattrib", option, "--no-wrap", po, cwd=collected)
        messages = [line for line in re.findall(r'^msgid "(.+)"$', left, re.MULTILINE) if line]
        assert not messages, (
            f"{len(messages)} {word} in {language} ({MEND.format(language)}): {messages[:15]}"
        )


@pytest.mark.parametrize("language", LANGUAGES)
def test_placeholders_agree_and_no_plural_form_is_empty(
    language: str, collected: Path, tmp_path: Path
) -> None:
    po = collected / language / "LC_MESSAGES" / "django.po"
    run("msgfmt", "--check-format", "--check-header", "-o", tmp_path / "django.mo", po, cwd=tmp_path)
    catalog = catalog_of(tmp_path / "django.mo")
    # Spanish has three plural forms in Django; one left empty silently falls back to English.
    empty = [key for key, text in catalog.items() if key and not text]
    assert not empty


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_compiled_is_what_is_written(language: str, tmp_path: Path) -> None:
    folder = SOURCE / "locale" / language / "LC_MESSAGES"
    run("msgfmt", "-o", tmp_path / "django.mo", folder / "django.po", cwd=tmp_path)
    same = catalog_of(tmp_path / "django.mo") == catalog_of(folder / "django.mo")
    assert same, MEND.format(language)
