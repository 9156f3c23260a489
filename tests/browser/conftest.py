"""A real browser, headless, that can reach this machine alone. One a session; each test gets a tab of its own."""

import shutil
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, async_playwright

from pages.assets import missing
from tests.wire.client import Client
from tests.wire.missing import skip_for_want_of
from tests.wire.tab import Tab

BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser")
"""The first that is there: the shell is the same engine without windows, which are half of a browser's work."""
VIOLATIONS = "addEventListener('securitypolicyviolation', (e) => console.error(e.violatedDirective, e.blockedURI))"


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    executable = next(filter(None, map(shutil.which, BROWSERS)), None)
    if executable is None:
        skip_for_want_of("Chromium (the package chromium-headless-shell, or chromium)")
    if missing():
        skip_for_want_of("the files of GraphiQL and of the charts (make graphiql)")
    async with async_playwright() as playwright:
        offline = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
        running = await playwright.chromium.launch(
            executable_path=executable, args=["--no-sandbox", "--disable-gpu", offline]
        )
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
