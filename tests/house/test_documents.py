"""Do the glossary, the list of settings and the page about sheets say what is so?"""

import csv
import os
import re
from pathlib import Path

import pytest

from cairn.exchange.spreadsheets.columns import KINDS
from cairn.exchange.spreadsheets.mapping import read_mapping
from cairn.exchange.spreadsheets.read import open_sheet
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


SHEETS = (ROOT / "docs/sheets.md").read_text("utf-8")


@pytest.mark.parametrize("kind", KINDS)
def test_every_column_of_a_sheet_is_documented_and_the_example_can_be_read(kind: str, tmp_path: Path) -> None:
    part = next(part for part in SHEETS.split("\n## ") if part.casefold().startswith(kind))
    absent = [
        name for name in KINDS[kind].columns if not re.search(rf"^\|.*`{name}`.*\|", part, re.MULTILINE)
    ]
    assert not absent, f"Describe in docs/sheets.md: {absent}"
    path = tmp_path / f"{kind}.csv"
    path.write_text(part.split("```\n")[1], "utf-8")
    sheet = open_sheet(path, kind, read_mapping(None, kind))
    assert tuple(sheet.header) == KINDS[kind].columns
    rows = [cells for _, cells in sheet.open()]
    assert rows and all(len(cells) == len(sheet.header) for cells in rows)


def test_the_mapping_file_of_the_example_can_be_read(tmp_path: Path) -> None:
    path = tmp_path / "gradebook.toml"
    path.write_text(SHEETS.split("```toml\n")[1].split("```")[0], "utf-8")
    mapping = read_mapping(path, "scores")
    assert mapping.columns["score"] == "Rating" and mapping.words["NYT"] == "not_taught"
