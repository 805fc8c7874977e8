"""Do the glossary and the list of settings say what is so?"""

import csv
import os
import re
from pathlib import Path

import pytest

from tests.house.tree import ROOT, SOURCE, files_ending

SHARED = Path(os.environ.get("CAIRN_SHARED") or ROOT.parent / "shared")
VARIABLE = re.compile(
    r"""environ(?:\.get\(|\.setdefault\(|\.pop\(|\[)\s*["']((?:CAIRN_|DATABASE_URL)[A-Z_]*)["']"""
)


def test_every_setting_is_documented() -> None:
    read = {
        name
        for path in files_ending(".py")
        if SOURCE in path.parents
        for name in VARIABLE.findall(path.read_text("utf-8"))
    }
    written = set(
        re.findall(r"^\| `([A-Z_]+)`", (ROOT / "docs/settings.md").read_text("utf-8"), re.MULTILINE)
    )
    assert read, "no setting was found: the pattern above is wrong"
    assert not read - written, f"Add to docs/settings.md: {sorted(read - written)}"


def test_the_glossary_cites_ceds_elements_that_exist() -> None:
    elements = SHARED / "specs/ceds/ceds_elements.csv"
    if not elements.exists():
        pytest.skip(f"the list of CEDS elements is not at {elements.name} in CAIRN_SHARED")
    with elements.open(encoding="utf-8-sig", newline="") as file:
        names = {row["global_id"]: row["element"].strip() for row in csv.DictReader(file)}
    glossary = (ROOT / "docs/glossary.md").read_text("utf-8")
    cited = re.findall(r"\b(\d{6}) ([A-Z][^|,]*?)(?=\s*[|,])", glossary)
    assert len(cited) > 20
    wrong = [(number, name) for number, name in cited if names.get(number) != name]
    assert not wrong
