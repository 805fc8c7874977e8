"""Does a mapping file say what it means, and is a slip in it refused?"""

from datetime import date
from pathlib import Path

import pytest

from cairn.exchange.case.wishes import read_wishes
from cairn.exchange.intake.outcome import Refused
from cairn.learning.frameworks.mapping import MappingRow
from cairn.learning.frameworks.rows import Wishes


def write(folder: Path, text: str) -> Path:
    path = folder / "map.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_everything_that_may_be_said(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        """
        scale = "1-4"
        stage = "scales"
        from = 2026-08-24
        subject = "Matemáticas"
        position = 2
        academic = false
        [[type]]
        value = "Standard"
        kind = "target"
        [[type]]
        value = "Cluster"
        kind = "strand"
        scorable = false
        [[depth]]
        value = 0
        kind = "level"
        [[depth]]
        value = "leaf"
        kind = "indicator"
        scorable = true
        [method]
        name = "highest"
        order = "due_on"
        """,
    )
    found = read_wishes(path)
    assert found.rows == [
        MappingRow("type", "Standard", "target", True),
        MappingRow("type", "Cluster", "strand", False),
        MappingRow("depth", "0", "level", False),
        MappingRow("depth", "leaf", "indicator", True),
    ]
    assert (found.scale, found.stage, found.since) == ("1-4", "scales", date(2026, 8, 24))
    assert (found.subject, found.position, found.academic) == ("Matemáticas", 2, False)
    assert found.method is not None
    assert (found.method.name, found.method.order) == ("highest", "due_on")


def test_an_empty_file_wishes_nothing(tmp_path: Path) -> None:
    assert read_wishes(write(tmp_path, "")) == Wishes(rows=[])


@pytest.mark.parametrize(
    "text",
    [
        "scale = 4",
        "sclae = '0-4'",
        "stage = 'soon'",
        "position = true",
        "from = 'today'",
        "= 3",
        "[[type]]\nvalue = 'x'",
        "[[type]]\nvalue = 'x'\nkind = 'goal'",
        "[[type]]\nvalue = 'x'\nkind = 'target'\nscorable = 'yes'",
        "[[depth]]\nvalue = 'top'\nkind = 'level'",
        "[[depth]]\nvalue = 0\nkind = 'level'\n[[depth]]\nvalue = 0\nkind = 'strand'",
        "[method]\nname = 'guess'",
        "[method]\nparams = {}",
    ],
)
def test_a_slip_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(Refused) as caught:
        read_wishes(write(tmp_path, text))
    assert caught.value.remedy


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused):
        read_wishes(tmp_path / "absent.toml")
