"""Which fixtures do the tests of every page share?"""

from tests.browser.everywhere import open_page, site

__all__ = ["open_page", "site"]
