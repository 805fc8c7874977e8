"""How is every page of the program found, opened as whoever may, and judged?"""

import re
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.browser.judging import violations
from tests.browser.site import demo_site, links_of

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SOURCE = Path(__file__).parents[2] / "src" / "cairn"
TABLE = tomllib.loads((SOURCE / "access/pages.toml").read_text("utf-8"))
PAGES = {name: row["path"] for name, row in TABLE.items() if row["kind"] == "page"}
MAIN = {"class_grid", "my_progress", "family_child", "student"}
ROLES = ["teacher", "student", "family", "principal", "data"]
# Links of each role's pages are followed this far to meet every page.
DEPTH = 3


@dataclass
class Site:
    """The running demo, a browser, and for each page of the table one address with the role that opens it."""

    url: str
    browser: object
    home: Path
    cookies: dict[str, list] = field(default_factory=dict)
    found: dict[str, tuple[str, str]] = field(default_factory=dict)  # page -> (role, path)
    windows: dict[tuple[str, int], object] = field(default_factory=dict)

    def window(self, role: str, width: int):
        """The browser window of a role at a width, opened once: what it has fetched once it need not fetch again."""
        if (role, width) not in self.windows:
            made = self.browser.new_context(viewport={"width": width, "height": 768}, reduced_motion="reduce")
            made.add_cookies(self.cookies.get(role, []))
            self.windows[role, width] = made
        return self.windows[role, width]


def route_of(path: str) -> str | None:
    """The page of the table that a path is, if any."""
    bare = path.split("?")[0].strip("/")
    exact = [name for name, route in PAGES.items() if route == bare]
    if exact:
        return exact[0]
    for name, route in PAGES.items():
        pattern = re.sub(r"<[^>]+>", "[^/]+", route)
        if "<" in route and re.fullmatch(pattern, bare):
            return name
    return None


def sign_in(site: Site, role: str) -> None:
    """One click at the door of the demo."""
    context = site.browser.new_context()
    page = context.new_page()
    page.goto(f"{site.url}/signin")
    page.locator(f'section[data-role="{role}"] button.someone').first.click()
    page.wait_for_load_state()
    assert "/signin" not in page.url, role
    site.cookies[role] = context.cookies()
    meet(site, role, page)
    context.close()


def meet(site: Site, role: str, page) -> None:
    """Follow the links of a role from its home until every page that it can open has an address."""
    queue = [(page.url.removeprefix(site.url), 0), ("/settings", 0), ("/find?q=a", 0)]
    seen: set[str] = set()
    while queue:
        path, depth = queue.pop(0)
        name = route_of(path)
        kind = name or path
        if kind in seen or depth > DEPTH:
            continue
        seen.add(kind)
        answer = page.request.get(site.url + path)
        if answer.status != 200 or "text/html" not in answer.headers.get("content-type", ""):
            continue
        if name:
            site.found.setdefault(name, (role, path))
        queue += [(link, depth + 1) for link in links_of(answer.text())]


@pytest.fixture(scope="session")
def site(tmp_path_factory) -> Iterator[Site]:
    """The running demo with everybody signed in, once per process."""
    if not CHROMIUM.exists():
        pytest.skip("chromium is not installed, so no browser test ran")
    playwright = pytest.importorskip(
        "playwright.sync_api", reason="playwright is not installed, so no browser test ran"
    )
    home = tmp_path_factory.mktemp("site")
    with demo_site(home) as url, playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        made = Site(url, browser, home)
        for role in ROLES:
            sign_in(made, role)
        for name in ("sign_in", "activate", "words"):
            made.found[name] = ("", "/" + PAGES[name])
        yield made
        browser.close()


@pytest.fixture
def open_page(site) -> Iterator[Callable]:
    """Opens a page of the table as the role that may, at a width and in a language; whatever the browser refuses fails."""
    opened = []

    def opening(name: str, width: int, language: str, more: str = ""):
        role, path = site.found[name]
        page = site.window(role, width).new_page()
        opened.append(page)
        refused: list[str] = []
        page.on(
            "console",
            lambda message: refused.append(message.text) if message.type in ("error", "warning") else None,
        )
        page.on("pageerror", lambda error: refused.append(str(error)))
        answer = page.goto(f"{site.url}{path}{'&' if '?' in path else '?'}lang={language}{more}")
        page.wait_for_load_state("load")
        assert answer is not None and answer.status == 200
        assert page.locator("html").get_attribute("lang") == language
        return page, refused

    yield opening
    for page in opened:
        page.close()


def judge(page, refused: list[str]) -> None:
    """One heading, nothing sideways, nothing that axe finds, nothing that the browser refused."""
    axe = pytest.importorskip(
        "axe_playwright_python.sync_playwright", reason="axe is not installed, so no browser test ran"
    )
    assert page.locator("h1").count() == 1
    sideways = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert sideways <= 0, f"{sideways} px sideways"
    results = violations(page, axe)
    assert results.violations_count == 0, results.generate_report()
    assert not refused, refused
