"""Where do browser tests meet a class of their own? A live server on the tests' database, a browser, and people signed in."""

import functools
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.db import connections

from cairn.people.accounts.sessions import SessionStore
from cairn.people.models import Account
from tests.web.teacher.world import World, build

playwright = pytest.importorskip(
    "playwright.sync_api", reason="playwright is not installed, so no browser test ran"
)

CHROMIUM = Path("/usr/bin/chromium")
# Browsers live in one thread of their own, so that other browser tests may keep theirs open.
WORKER = ThreadPoolExecutor(1)


def in_a_browser(test):
    """Runs a test in the thread of the browsers."""

    @functools.wraps(test)
    def run(*args, **kwargs):
        def there():
            try:
                return test(*args, **kwargs)
            finally:
                connections.close_all()

        return WORKER.submit(there).result()

    return run


@pytest.fixture(scope="module")
def chromium() -> Iterator:
    if not CHROMIUM.exists():
        pytest.skip("chromium is not installed, so no browser test ran")

    def start():
        driver = playwright.sync_playwright().start()
        return driver, driver.chromium.launch(
            executable_path=str(CHROMIUM), args=["--no-sandbox", "--disable-gpu"]
        )

    driver, browser = WORKER.submit(start).result()
    yield browser
    WORKER.submit(browser.close).result()
    WORKER.submit(driver.stop).result()


@pytest.fixture
def world(transactional_db, monkeypatch) -> World:
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # the browser's loop is not ours
    made = build(6)
    for student, target, value in ((0, 0, 300), (0, 1, 200), (1, 0, 200), (2, 0, 100)):
        made.score(student, target, value)
    return made


def cookie_of(account: Account) -> str:
    session = SessionStore()
    session["_auth_user_id"] = str(account.pk)
    session["_auth_user_backend"] = "cairn.people.accounts.signin.AccountBackend"
    session["_auth_user_hash"] = account.get_session_auth_hash()
    session.save()
    return session.session_key


@pytest.fixture
def visit(chromium, live_server) -> Iterator:
    """Opens a page as somebody, at a size."""
    contexts = []

    def open_page(account: Account, path: str, width: int = 1440, height: int = 900):
        context = chromium.new_context(viewport={"width": width, "height": height}, reduced_motion="reduce")
        contexts.append(context)
        context.add_cookies([{"name": "cairn_session", "value": cookie_of(account), "url": live_server.url}])
        page = context.new_page()
        page.goto(live_server.url + path)
        page.wait_for_load_state("load")
        return page

    yield open_page
    for context in contexts:
        WORKER.submit(context.close).result()


def cell(page, world: World, student: int, target: int):
    place = page.evaluate(
        "t => [...document.querySelectorAll('th.tg')].findIndex(th => th.dataset.t === t)",
        world.targets[target].public_id,
    )
    return page.locator(f'tr[data-s="{world.students[student].public_id}"] > *').nth(place + 3)


def until(page, condition: str) -> None:
    """Wait for a condition; the strict content policy refuses playwright's own way of waiting."""
    for _ in range(100):
        if page.evaluate(condition):
            return
        page.wait_for_timeout(50)
    pytest.fail(f"never came true: {condition}")


def saved(page) -> None:
    until(page, "document.getElementById('saved').textContent.startsWith('All changes saved')")
