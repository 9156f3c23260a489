"""axe-core, which finds in a page what shuts out those who do not see it or use no mouse. `make test` fetches it."""

from pathlib import Path
from typing import Any

from playwright.async_api import Page

from pages.assets import Asset, FetchError, fetch, missing
from tests.wire.missing import skip_for_want_of

FOLDER = Path(__file__).parents[2] / ".cache" / "axe"
AXE = Asset(
    "axe-core", "4.14.1", "axe.min.js", "sha384-xt1SFg49QaDwsyt0Xfs2XAyBtYPClXl3X2q5OOLeGAUmq9jZTYIMdztpF99WdhiH"
)
FOREIGN = [["#graphiql"]]
"""GraphiQL's own markup is not ours to mend."""

RUN = "(without) => axe.run({ exclude: without }, { resultTypes: ['violations'], preload: false })"


async def violations(page: Page) -> list[str]:
    """What is wrong with the page as it stands: the rule and where, a line each."""
    if missing(FOLDER, [AXE]):
        skip_for_want_of("axe-core (make .cache/axe/.ready)")
    # By the debugger and not by an element: the page's own policy keeps strange scripts out.
    if not await page.evaluate("'axe' in window"):
        await page.evaluate((FOLDER / AXE.place).read_text("utf-8"))
    found: Any = await page.evaluate(RUN, FOREIGN)
    return [
        f"{rule['id']}: {' '.join(map(str, node['target']))} {node['failureSummary']}"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]


async def violations_by_day_and_night(page: Page) -> list[str]:
    """The same in both schemes of colours, which a page changes as it stands."""
    found = []
    for scheme in ("light", "dark"):
        await page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        found += [f"{scheme}, {one}" for one in await violations(page)]
    return found


if __name__ == "__main__":
    try:
        fetch(FOLDER, [AXE])
    except FetchError as error:
        raise SystemExit(f"axe-core: {error}") from None
