"""Does every number on every page open to how it is worked out?"""

import pytest

from tests.browser.everywhere import PAGES
from tests.browser.numbers import bare_numbers, names_in

MORE = dict.fromkeys(["setup_policies", "class_what_if"], "&method=highest&order=shown_on")


@pytest.fixture(scope="module")
def names(site) -> list[str]:
    return names_in(next(site.home.rglob("*.sqlite3")))


@pytest.mark.parametrize("name", sorted(PAGES))
def test_no_number_is_bare(site, names, name) -> None:
    role, path = site.found[name]
    window = site.window(role, 1366)
    mark = "&" if "?" in path else "?"
    html = window.request.get(f"{site.url}{path}{mark}lang=en{MORE.get(name, '')}").text()
    assert not bare_numbers(html, names)


@pytest.mark.parametrize(
    ("html", "bare"),
    [
        ("<main><p>Met: 12 of 20</p></main>", 1),
        ("<main><p data-how=''>Met: 12 of 20</p></main>", 1),
        ("<main><p data-how=''>Met: <b>12</b> <a href='/how'>How?</a></p></main>", 0),
        ("<main><p data-how='h'>12</p><details id='h'><summary>How?</summary>3 more</details></main>", 0),
        ("<main><ul><li>Add within 20</li><li>November 20, 2026</li><li>Grade 5</li></ul></main>", 0),
        ("<main><ul><li>Add within 20: 3</li></ul></main>", 1),
    ],
)
def test_a_bare_number_is_found(html, bare) -> None:
    assert len(bare_numbers(html, ["Add within 20"])) == bare


def test_an_explanation_that_is_not_there_is_found() -> None:
    with pytest.raises(AssertionError, match="not on the page"):
        bare_numbers("<main><p data-how='gone'>12</p></main>", [])
