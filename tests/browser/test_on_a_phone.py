"""Can everyone use every page in Spanish on a small phone, and the main pages in every combination?"""

import pytest

from tests.browser.everywhere import MAIN, PAGES, judge


@pytest.mark.parametrize("name", sorted(PAGES))
def test_in_spanish_on_a_small_phone(open_page, name) -> None:
    judge(*open_page(name, 320, "es"))


@pytest.mark.parametrize("name", sorted(MAIN))
@pytest.mark.parametrize(("width", "language"), [(1366, "es"), (320, "en")])
def test_the_main_pages_in_the_other_combinations(open_page, name, width, language) -> None:
    judge(*open_page(name, width, language))
