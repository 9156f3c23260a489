"""An alliance with some harvests, and its page as its administrator has it open."""

from datetime import UTC, datetime, timedelta

from playwright.async_api import Locator, Page, expect

from domain.account.password import SALT_BYTES, hash_password
from models.account.user import User
from models.alliance.member import Member
from models.rights.harvest_run import harvest
from tests.worlds import world
from tests.worlds.rights import Planted, plant, some_players

PASSWORD = "a long password"
HALF_HOUR = timedelta(minutes=30)


async def administrator(name: str = "reine") -> User:
    user = await world.user(name=name)
    await User.filter(id=user.id).update(password_hash=hash_password(PASSWORD, b"s" * SALT_BYTES))
    return user


async def alliance_with_harvests(administrator: User, harvests: int = 4) -> Planted:
    """Six members with some harvests behind them; the first is the administrator's."""
    start = datetime.now(UTC).replace(second=0, microsecond=0) - HALF_HOUR * (harvests + 1)
    planted = await plant(some_players(6, start), start, start + HALF_HOUR)
    first = planted.members[0]
    await Member.filter(id=first.id).update(user_id=administrator.id, can_administer=True)
    for number in range(harvests):
        await harvest(planted.alliance.id, start + HALF_HOUR * (number + 1))
        await Member.filter(alliance=planted.alliance).update(tdc=10**5 * (number + 2))
    return planted


async def open_page(page: Page, planted: Planted, name: str = "reine") -> None:
    await page.goto(f"/alliances/{planted.alliance.tag}")
    await sign_in(page, name)


async def sign_in(page: Page, name: str, password: str = PASSWORD) -> None:
    """Through the form of the page that is open."""
    await page.locator("#sign-in").get_by_label("Nom ou adresse").fill(name)
    await page.locator("#sign-in").get_by_label("Mot de passe").fill(password)
    await page.get_by_role("button", name="Se connecter").click()
    await expect(page.locator("#name")).to_have_text(name)


def cell(page: Page, pseudo: str, column: str) -> Locator:
    return page.locator(f'tr[data-member="{pseudo}"] [data-column="{column}"]')
