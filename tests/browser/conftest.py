"""Which fixtures do the tests of every page share?"""

import os

from tests.browser.everywhere import open_page, site

# The browser's driver keeps an event loop in this thread for the whole session; Django would take the tests for asynchronous.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
__all__ = ["open_page", "site"]
