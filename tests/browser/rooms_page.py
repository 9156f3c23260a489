"""An alliance that has something to send, with accounts that sign in, and its pages as they have them open."""

from typing import Any

from playwright.async_api import BrowserContext, Locator, Page, expect

from domain.account.password import SALT_BYTES, hash_password
from models.account.user import User
from tests.browser.alliance_page import PASSWORD, sign_in
from tests.documents import alliance as docs
from tests.wire.client import Client
from tests.worlds.alliance import CreatedAlliance, create_alliance, place, set_status

LEVELS = [{"evolution": "ETABLE_PUCERONS", "level": 10}, {"evolution": "VITESSE_ATTAQUE", "level": 7}]
RIGHTS = "mutation($input: MemberRightsInput!) { updateMemberRights(input: $input) { id } }"
PLACES = {"Reine": (0, 0), "Zoé": (10, 20), "Paco": (13, 24)}


async def planned_alliance(client: Client) -> tuple[CreatedAlliance, str]:
    """Reine administers. Zoé asks for 1,500 materials: Paco, who owes most, is to send 1,000, and Reine the rest."""
    alliance = await create_alliance(client, "Zoé", "Paco")
    digest = hash_password(PASSWORD, b"s" * SALT_BYTES)
    await User.filter(id__in=[user.id for user in alliance.users.values()]).update(password_hash=digest)
    rows = [docs.row(pseudo, x=x, y=y) for pseudo, (x, y) in PLACES.items()]
    await alliance.founder.data(docs.SYNC, tag=alliance.tag, members=rows)
    for pseudo, materials in (("Reine", 4000), ("Zoé", 10), ("Paco", 1000)):
        await report(alliance, pseudo, materials)
    await set_rights(alliance, "Paco", accumulatedRights=-900.0)
    order = await place(alliance, "Zoé", 1500)
    await set_status(alliance, order, "IN_PROGRESS")
    return alliance, order


async def report(alliance: CreatedAlliance, pseudo: str, materials: int) -> None:
    census = docs.census(materials, food=0, workers=10**6)
    player = alliance.players.get(pseudo, alliance.founder)
    await player.data(docs.CENSUS, tag=alliance.tag, census={**census, "levels": [*census["levels"], *LEVELS]})


async def set_rights(alliance: CreatedAlliance, pseudo: str, **values: Any) -> None:
    await alliance.founder.data(RIGHTS, input={"memberId": alliance.ids[pseudo], **values})


async def open_room(page: Page, alliance: CreatedAlliance, room: str, pseudo: str = "Reine") -> None:
    """Signs in as the member, where nobody is signed in yet, and waits until the page shows what it has."""
    await page.goto(f"/alliances/{alliance.tag}/{room}")
    await sign_in(page, alliance.users[pseudo].username)
    await expect(page.locator("#room")).to_be_visible()


async def second_window(context: BrowserContext, alliance: CreatedAlliance, room: str, pseudo: str) -> Page:
    page = await context.new_page()
    await open_room(page, alliance, room, pseudo)
    return page


def row(page: Page, table: str, text: str) -> Locator:
    return page.locator(f"#{table} tbody tr").filter(has_text=text)
