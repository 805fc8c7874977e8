"""Can everyone use every page on a school laptop? Accessible, nothing sideways, nothing refused by the browser."""

import pytest

from tests.browser.everywhere import PAGES, judge


def test_every_page_of_the_table_was_met(site) -> None:
    assert set(site.found) == set(PAGES), f"no link leads to {sorted(set(PAGES) - set(site.found))}"


@pytest.mark.parametrize("name", sorted(PAGES))
def test_in_english_on_a_school_laptop(open_page, name) -> None:
    judge(*open_page(name, 1366, "en"))


def test_who_would_change_is_shown(open_page) -> None:
    more = "&method=highest&order=shown_on&minimum=2"  # with a condition, so that they stand open
    for name, width, language in (
        ("setup_policies", 1366, "en"),
        ("setup_policies", 320, "es"),
        ("class_what_if", 320, "es"),
    ):
        page, refused = open_page(name, width, language, more)
        assert page.locator("#found-title").count() == 1
        judge(page, refused)


def test_who_would_have_completed_a_level_is_shown(open_page) -> None:
    more = "&asked=1&rule=share&share-percent=60&share-floor=1&rule=weighted&weighted-cut=2"
    for width, language in ((1366, "en"), (320, "es")):
        page, refused = open_page("setup_levelrules", width, language, more)
        assert page.locator("#found-title").count() == 1
        judge(page, refused)


def test_the_form_of_a_pace_is_shown(open_page) -> None:
    for width, language in ((1366, "en"), (320, "es")):
        page, refused = open_page("student", width, language)
        page.locator(".setpace summary").click()
        judge(page, refused)


def test_pages_carry_the_headers_that_protect_them(site) -> None:
    context = site.browser.new_context()
    context.add_cookies(site.cookies["teacher"])
    answer = context.request.get(site.url + site.found["class_grid"][1])
    headers = answer.headers
    assert (
        "default-src 'none'" in headers["content-security-policy"]
        and "unsafe" not in headers["content-security-policy"]
    )
    assert headers["x-frame-options"] == "DENY" and headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin" and "no-store" in headers["cache-control"]
    context.close()
