"""Can a newcomer see what was decided, why, and what was turned down?"""

import re

from tests.house.tree import ROOT, name_of

RECORDS = sorted((ROOT / "docs" / "decisions").glob("*.md"))


def test_decision_records_are_numbered_without_gaps() -> None:
    numbers = [
        int(match[1]) for path in RECORDS if (match := re.match(r"(\d{4})-[a-z0-9-]+\.md$", path.name))
    ]
    assert len(numbers) == len(RECORDS), "A record is named NNNN-words.md"
    assert numbers == list(range(1, len(RECORDS) + 1))


def test_every_record_says_what_was_rejected() -> None:
    for path in RECORDS:
        text = path.read_text("utf-8")
        assert text.startswith("# "), name_of(path)
        for heading in ("## Decision", "## Rejected", "## Consequences"):
            assert f"\n{heading}\n" in text, f"{name_of(path)} lacks {heading}"
