"""A browser for the stories: real Chromium on the live server, watched.

Whatever a story does, it fails when a page asks anything of another host, logs an error to the console or
offends its own Content-Security-Policy. A story that means to meet an error says so: `watch.expect("404")`.

Fixtures: `page` (1280 px), `phone` (320 px), `page_no_js`; `language` runs a story in kk, ru and en;
`address(path, language)` is the full address of a page; `axe`, `no_horizontal_scroll` and `screenshot` are
the functions of inspection.py.
"""

import os
import shutil
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, sync_playwright

from tests.browser import inspection

# Playwright's own loop runs in the thread of the tests; Django would take that for asynchronous code.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"

LANGUAGES = ("kk", "ru", "en")
DESKTOP, PHONE = 1280, 320
PATIENCE = 30_000  # milliseconds until a step of a story is given up
QUIET = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
]


@dataclass
class Watch:
    """Everything that pages did which no page should do."""

    server: str
    offences: list[str] = field(default_factory=list)
    expected: list[str] = field(default_factory=list)

    def expect(self, words: str) -> None:
        """Let pass console errors that contain `words`, such as the status of an error page."""
        self.expected.append(words)

    def request(self, request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme in {"http", "https", "ws", "wss"} and address.netloc != self.server:
            self.offences.append(f"asked another host: {request.url}")

    def console(self, message: ConsoleMessage) -> None:
        if message.type == "error" or "Content Security Policy" in message.text:
            self.offences.append(f"console: {message.text} ({message.location.get('url', '')})")

    def error(self, error: Exception) -> None:
        self.offences.append(f"script failed: {error}")

    def judge(self) -> None:
        """Fail when anything was seen that the story did not expect."""
        seen = [offence for offence in self.offences if not any(words in offence for words in self.expected)]
        if seen:
            pytest.fail("The browser saw:\n" + "\n".join(seen), pytrace=False)


@pytest.hookimpl(wrapper=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> Generator[None, object, object]:
    """Judge within the test, so that a story fails and does not merely end in error."""
    result = yield
    watch = pyfuncitem.funcargs.get("watch")
    if isinstance(watch, Watch):
        watch.judge()
    return result


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for the whole run; it can reach this machine alone."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        pytest.skip("no Chromium on this machine: apt-get install --no-install-recommends chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture
def watch(live_server) -> Watch:
    return Watch(server=urlsplit(live_server.url).netloc)


@pytest.fixture
def open_page(browser: Browser, watch: Watch, live_server) -> Iterator[Callable[..., Page]]:
    """Open a page of any width in a context of its own: `open_page(width=640, javascript=False)`."""
    with ExitStack() as contexts:

        def fresh(*, width: int = DESKTOP, javascript: bool = True) -> Page:
            context = browser.new_context(
                base_url=live_server.url,
                viewport={"width": width, "height": 900},
                java_script_enabled=javascript,
                locale="kk-KZ",
                timezone_id="Asia/Almaty",
                accept_downloads=True,
            )
            contexts.callback(context.close)
            context.set_default_timeout(PATIENCE)
            context.on("request", watch.request)
            context.on("console", watch.console)
            context.on("weberror", lambda error: watch.error(error.error))
            return context.new_page()

        yield fresh


@pytest.fixture
def page(open_page: Callable[..., Page]) -> Page:
    return open_page()


@pytest.fixture
def phone(open_page: Callable[..., Page]) -> Page:
    return open_page(width=PHONE)


@pytest.fixture
def page_no_js(open_page: Callable[..., Page]) -> Page:
    return open_page(javascript=False)


@pytest.fixture(params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def address(live_server) -> Callable[[str, str], str]:
    """The address of `path` in `language`: Kazakh has no prefix."""

    def of(path: str, language: str = "kk") -> str:
        prefix = "" if language == "kk" else f"/{language}"
        return f"{live_server.url}{prefix}{path}"

    return of


@pytest.fixture
def axe() -> Callable[[Page], list[str]]:
    return inspection.axe


@pytest.fixture
def no_horizontal_scroll() -> Callable[[Page], None]:
    return inspection.no_horizontal_scroll


@pytest.fixture
def screenshot() -> Callable[..., object]:
    return inspection.screenshot
