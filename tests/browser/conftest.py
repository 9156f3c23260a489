"""A real browser, headless, that can reach this machine alone. One a session; each test gets a tab of its own."""

import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Browser, Page, async_playwright

from pages.assets import STATIC, assets
from tests.client import Client
from tests.missing import skip_for_want_of

VIOLATIONS = "addEventListener('securitypolicyviolation', (e) => console.error(e.violatedDirective, e.blockedURI))"


@dataclass
class Tab:
    """A tab that remembers what it asked for and what went wrong in it."""

    page: Page
    addresses: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("request", lambda request: self.addresses.append(request.url))
        self.page.on("websocket", lambda socket: self.addresses.append(socket.url))
        self.page.on("pageerror", lambda error: self.problems.append(str(error)))
        self.page.on("console", lambda said: self.problems.append(said.text) if said.type == "error" else None)

    def foreign(self, home: str) -> list[str]:
        """The addresses that are not at home; those of data: and blob: leave nobody."""
        schemes = ("http", "https", "ws", "wss")
        parts = [urlsplit(address) for address in self.addresses]
        return [part.geturl() for part in parts if part.scheme in schemes and part.netloc != urlsplit(home).netloc]


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    executable = shutil.which("chromium") or shutil.which("chromium-browser")
    if executable is None:
        skip_for_want_of("Chromium (the package chromium)")
    if not all((STATIC / asset.place).is_file() for asset in assets()):
        skip_for_want_of("GraphiQL's files (make graphiql)")
    async with async_playwright() as playwright:
        offline = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
        running = await playwright.chromium.launch(executable_path=executable, args=["--no-sandbox", offline])
        yield running
        await running.close()


@pytest.fixture
async def tab(browser: Browser, client: Client) -> AsyncIterator[Tab]:
    """A tab in French. Whatever the test does in it: no other host is asked, and nothing is reported as wrong."""
    context = await browser.new_context(base_url=client.base_url, locale="fr-FR")
    context.set_default_timeout(10_000)
    await context.add_init_script(VIOLATIONS)
    opened = Tab(await context.new_page())
    yield opened
    await context.close()
    assert opened.addresses
    assert not opened.foreign(client.base_url)
    assert not opened.problems
