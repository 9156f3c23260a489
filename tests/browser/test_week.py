"""The first week of an alliance of forty: from an empty machine to its eighth day, on a frontend of another origin."""

import re
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from datetime import timedelta
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import httpx
import pytest
from playwright.async_api import Browser, Page, expect

from jobs.harvest import harvest_due
from tests.documents import alliance as docs
from tests.documents import hosting
from tests.wire.clock import DrivenClock
from tests.wire.player import PASSWORD, Player
from tests.wire.postgres import empty_database
from tests.wire.processes import free_port
from tests.worlds.week import PSEUDOS, TAG, Week, census, convoy, dump, entitled, table

FRONTEND = Path(__file__).parent / "frontend"
CODE = r"(?:\w{4}-){5}\w{4}"
INVITE = "mutation($uses: Int!) { createInvitation(uses: $uses) { code } }"
RESET = "mutation($input: ResetPasswordInput!) { resetPassword(input: $input) }"
COEFFICIENT = "mutation($input: MemberRightsInput!) { updateMemberRights(input: $input) { pseudo } }"
CLAIMS = "query($tag: String!) { alliance(tag: $tag) { members { id pseudo tdc claims { user { id } } } } }"
RECORD = "mutation($tag: String!, $at: DateTime!) { recordNextHarvest(allianceTag: $tag, at: $at) { tag } }"
RIGHTS = """query($tag: String!) { alliance(tag: $tag) { nextHarvestAt
    members { pseudo resourceRights { accumulatedRights coefficient } } } }"""
TREE = "{ categories { name sections { name topicCount } } }"
ABANDON = """mutation($tag: String!, $word: String!) { abandonAllianceKey(allianceTag: $tag, confirmation: $word) {
    closedAt } }"""
MINE = "query($tag: String!) { alliance(tag: $tag) { viewerMember { pseudo } } }"
WRITE = "mutation($topicId: ID!, $body: String!) { createPost(input: {topicId: $topicId, body: $body}) { id } }"
NOTIFICATIONS = "{ notifications(first: 100) { edges { node { kind message } } } }"


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: Any) -> None:
        """A served file is no news."""


@pytest.fixture
def frontend() -> Iterator[str]:
    """A frontend on a port of its own, as any server of files would give it."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(FRONTEND)))
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture
async def week(postgres: str | None, tmp_path: Path, frontend: str) -> AsyncIterator[Week]:
    """An empty machine: PostgreSQL, as an alliance would have it, where there is one."""
    async with AsyncExitStack() as stack:
        url = f"sqlite://{tmp_path / 'week.sqlite3'}"
        if postgres is not None:
            url = await stack.enter_async_context(empty_database(postgres))
        place = f"http://127.0.0.1:{free_port()}"
        http = await stack.enter_async_context(httpx.AsyncClient(base_url=place, timeout=30, verify=False))
        begun = Week(url, place, DrivenClock.started(), tmp_path, frontend, http)
        stack.push_async_callback(begun.running.aclose)
        yield begun


@pytest.fixture
async def window(browser: Browser) -> AsyncIterator[Page]:
    page = await browser.new_page(locale="fr-FR")
    yield page
    await page.close()


async def test_the_first_week(week: Week, window: Page) -> None:
    players = await _install(week)
    await _move_in(week, players)
    await _look_on(week, window)
    await _first_harvests(week, players, window)
    await _orders(week, players)
    await _expelled_by_mistake(week, players)
    await _key_lost(week, players, window)
    await _rest_of_the_week(week, players)


async def _install(week: Week) -> list[Player]:
    """An empty database, the first administrator, and forty who were invited."""
    week.command("migrate")
    week.command("seed")
    chef = week.player("chef", 0)
    mail = f"{chef.login}@example.org"
    said = week.command("user", "create", chef.login, "--email", mail, "--role", "admin", "--code")
    await week.start()
    code = re.findall(CODE, said)[0]
    await chef.data(RESET, input={"code": code, "password": PASSWORD})
    await chef.sign_in()
    invitation = (await chef.data(INVITE, uses=len(PSEUDOS)))["createInvitation"]["code"]
    players = [week.player(pseudo, number) for number, pseudo in enumerate(PSEUDOS, 1)]
    for player in players:
        await player.sign_up(invitation)
    return players


async def _move_in(week: Week, players: list[Player]) -> None:
    """The forum that they had, with its administrator; everybody else claims a place and is confirmed."""
    reine, others = players[0], players[1:]
    week.command("import", str(dump(week.folder)), "--administrator", reine.login, "--pseudo", "Reine")
    for player in others:
        await player.data(docs.CLAIM, tag=TAG, pseudo=player.pseudo)
    members = (await reine.data(CLAIMS, tag=TAG))["alliance"]["members"]
    for member in members:
        for claim in member["claims"]:
            await reine.data(docs.CONFIRM, id=member["id"], user=claim["user"]["id"])
        await reine.data(COEFFICIENT, input={"memberId": member["id"], "coefficient": 100})
    await reine.data(docs.SYNC, tag=TAG, members=table(players))


async def _look_on(week: Week, page: Page) -> None:
    """The administrator's window, in the frontend from elsewhere."""
    await page.goto(f"{week.frontend}/index.html?api={week.place}&tag={TAG}")
    await page.get_by_label("Nom").fill("joueuse1")
    await page.get_by_label("Mot de passe").fill(PASSWORD)
    await page.get_by_role("button").click()
    await expect(page.get_by_role("status")).to_have_text(f"{len(PSEUDOS)} membres")
    await expect(page.locator("body")).to_have_attribute("data-live", "yes")


async def _first_harvests(week: Week, players: list[Player], page: Page) -> None:
    """All but the last have written what they have: the harvest waits for her, says so, and is made up for."""
    for player in players[:-1]:
        await player.data(docs.CENSUS, tag=TAG, text=census(player.number))
    await players[5].data(RECORD, tag=TAG, at=(week.clock() + timedelta(minutes=30)).isoformat())
    await week.half_hours()
    await expect(page.locator("body")).to_have_attribute("data-harvest", f"BLOCKED {PSEUDOS[-1]}")
    told = (await players[7].data(NOTIFICATIONS))["notifications"]["edges"]
    assert any(PSEUDOS[-1] in edge["node"]["message"] for edge in told)
    await players[-1].data(docs.CENSUS, tag=TAG, text=census(players[-1].number))
    await week.half_hours()
    await expect(page.locator("body")).to_have_attribute("data-harvest", "APPLIED")
    assert await _rights(players) == pytest.approx(entitled(2))
    shown = page.locator('[data-member="Reine"] td').nth(2)
    await expect(shown).to_have_text(str((await _rights(players))["Reine"]))


async def _rights(players: list[Player]) -> dict[str, float]:
    members = (await players[0].data(RIGHTS, tag=TAG))["alliance"]["members"]
    return {member["pseudo"]: member["resourceRights"]["accumulatedRights"] for member in members}


async def _orders(week: Week, players: list[Player]) -> None:
    """Two orders; the first is served by three convoys, and the second then comes into its place by itself."""
    reine, asker, next_asker = players[0], players[3], players[4]
    first = (await asker.data(docs.PLACE, input=docs.order(TAG, 3000)))["placeOrder"]
    second = (await next_asker.data(docs.PLACE, input=docs.order(TAG, 5000)))["placeOrder"]
    for order in (second, first):
        await reine.data(docs.STATUS, id=order["id"], status="WAITING")
    assert await _statuses(reine) == {first["id"]: "WAITING", second["id"]: "IN_PROGRESS"}
    arrival = week.clock() + timedelta(hours=3)
    await players[9].data(docs.SEND, input=docs.convoy(second["id"], 2000, arrives=arrival.isoformat()))
    await players[10].data(WRITE, topicId=second["topic"]["id"], body=convoy(3000, next_asker.pseudo, arrival))
    assert await _statuses(reine) == {first["id"]: "IN_PROGRESS", second["id"]: "DONE"}
    before = await _rights(players)
    await week.half_hours()
    due = entitled(1)
    expected = {pseudo: before[pseudo] + due[pseudo] for pseudo in PSEUDOS}
    for pseudo, materials in ((PSEUDOS[9], 2000), (PSEUDOS[10], 3000), (next_asker.pseudo, -5000)):
        expected[pseudo] += materials
    assert await _rights(players) == pytest.approx(expected)


async def _statuses(reader: Player) -> dict[str, str]:
    orders = (await reader.data(docs.ORDERS, tag=TAG))["alliance"]["orders"]
    return {order["id"]: order["status"] for order in orders}


async def _expelled_by_mistake(week: Week, players: list[Player]) -> None:
    """Half a table is not taken. One without a line is: she is out, is told, and comes back to what was hers."""
    reine, zoe = players[0], players[20]
    before = await _rights(players)
    assert await reine.codes(docs.SYNC, tag=TAG, members=table(players[:15])) == ["CONFLICT"]
    await reine.data(docs.SYNC, tag=TAG, members=table([player for player in players if player is not zoe]))
    assert zoe.pseudo not in await _rights(players)
    assert (await zoe.data(MINE, tag=TAG))["alliance"]["viewerMember"] is None
    told = (await zoe.data(NOTIFICATIONS))["notifications"]["edges"]
    assert any("plus dans le tableau" in edge["node"]["message"] for edge in told), told
    await reine.data(docs.SYNC, tag=TAG, members=table(players))
    assert await _rights(players) == before
    assert (await zoe.data(MINE, tag=TAG))["alliance"]["viewerMember"]["pseudo"] == zoe.pseudo


async def _key_lost(week: Week, players: list[Player], page: Page) -> None:
    """Moved to a machine whose master key is another one, with a hosting open: given up, the alliance goes on."""
    reine, host = players[0], week.player("Hôtesse", len(players) + 1)
    chef = week.player("chef", 0)
    await chef.sign_in()
    await host.sign_up((await chef.data(INVITE, uses=1))["createInvitation"]["code"])
    await host.data(docs.CREATE, tag="HOTE", name="Les hôtes")
    await reine.data(hosting.OPEN, mother=TAG, host="HOTE")
    await host.data(hosting.ACCEPT, mother=TAG, host="HOTE")
    before = await _rights(players)
    await week.start(master="another key " * 4)
    assert await players[5].codes(docs.MEMBERS, tag=TAG) == ["ALLIANCE_KEY_INVALID"]
    assert await players[5].codes(TREE) == []
    await expect(page.get_by_role("status")).to_contain_text("clé")
    assert await reine.codes(ABANDON, tag=TAG, word="fdr") == ["BAD_INPUT"]
    await reine.data(ABANDON, tag=TAG, word=TAG)
    assert await _rights(players) == before
    told = (await players[5].data(NOTIFICATIONS))["notifications"]["edges"]
    assert any("clé" in edge["node"]["message"] for edge in told)


async def _rest_of_the_week(week: Week, players: list[Player]) -> None:
    """Nobody looks after the machine for six days: one update covers all of them."""
    before = await _rights(players)
    week.clock.forward(days=6)
    await harvest_due(week.clock)
    due = entitled(6 * 48)
    assert await _rights(players) == pytest.approx({pseudo: before[pseudo] + due[pseudo] for pseudo in PSEUDOS})
