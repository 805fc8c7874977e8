"""Can everyone use the pages of a past day, on a laptop and on a phone?"""

from datetime import date, timedelta

import pytest

from tests.browser.everywhere import MAIN, PAGES, judge

ON_A_LAPTOP = sorted(MAIN)
ON_A_PHONE = sorted({"classes", "class_grid", "family_home", "school", "school_list"} & set(PAGES))


@pytest.mark.parametrize(
    ("name", "width", "language"),
    [(name, 1366, "en") for name in ON_A_LAPTOP] + [(name, 320, "es") for name in ON_A_PHONE],
)
def test_pages_of_a_past_day(open_page, name, width, language) -> None:
    page, refused = open_page(name, width, language, f"&as_of={date.today() - timedelta(days=9)}")
    judge(page, refused)
    assert page.locator(".as-of").count() == 1
    # The same form by keyboard: another day, then back.
    page.locator("#as-of").fill(str(date.today() - timedelta(days=2)))
    page.locator("#as-of").press("Enter")
    page.wait_for_load_state("load")
    assert page.locator(".as-of").count() == 1
    page.locator(".as-of [data-today]").click()
    page.wait_for_load_state("load")
    assert page.locator(".as-of").count() == 0
