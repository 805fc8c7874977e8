"""Do the columns, too, give the numbers that other systems publish? All golden cases of the methods we offer, by columns."""

from datetime import date

import pytest

from cairn.rules.columns import decide_columns
from tests.agree.series import column_of, same_levels
from tests.rules.golden import MISSING, every_case, posed

if not every_case():
    pytest.skip(MISSING, allow_module_level=True)
CASES = {case["id"]: asked for case in every_case() if (asked := posed(case)) is not None}


def test_no_case_has_been_lost():
    assert len(CASES) == 96  # as tests/rules/test_golden.py counts them: 72 formulas, 3 + 4 + 14 + 3 others


@pytest.mark.parametrize(("scores", "method", "goal"), CASES.values(), ids=CASES)
def test_a_golden_case_by_columns(scores, method, goal):
    rows = [[score for score in scores if score.value is not None]]
    same_levels(decide_columns(column_of(rows, method), method, goal), rows, method, goal, date(2026, 10, 1))
