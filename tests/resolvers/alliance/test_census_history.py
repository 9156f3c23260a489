"""A member's censuses, newest first, as far back as posts say, for those who see the newest one."""

from datetime import UTC, datetime
from typing import Any

import pytest

from models.alliance.census.census import Census
from models.alliance.member import Member
from tests.documents import alliance as docs
from tests.wire.client import Client
from tests.worlds import world
from tests.worlds.alliance import CreatedAlliance, create_alliance

HISTORY = """query($id: ID!, $first: Int, $after: String) { node(id: $id) { ... on Member { census { id }
    censuses(first: $first, after: $after) { totalCount pageInfo { endCursor hasNextPage }
        edges { node { id tdc levels { level } } } } } } }"""
DELETE = "mutation($id: ID!) { deletePost(id: $id) }"


async def _three(client: Client) -> CreatedAlliance:
    alliance = await create_alliance(client, "Zoé", "Paco")
    for tdc in (1, 2, 3):
        await alliance.players["Zoé"].data(docs.CENSUS, tag="FDR", census={**docs.census(), "tdc": tdc})
    return alliance


async def _page(reader: Client, member: str, **values: Any) -> dict[str, Any]:
    found: dict[str, Any] = (await reader.data(HISTORY, id=member, **values))["node"]
    return found


async def test_the_newest_comes_first_and_is_the_current_one(client: Client) -> None:
    alliance = await _three(client)
    # What was said first counts last, whatever was written down first; of one instant, the later row.
    (oldest, *_) = await Census.all().order_by("id")
    await Census.exclude(id=oldest.id).update(recorded_at=datetime(2026, 1, 1, tzinfo=UTC))
    found = await _page(alliance.players["Paco"], alliance.ids["Zoé"])
    nodes = [edge["node"] for edge in found["censuses"]["edges"]]
    assert [one["tdc"] for one in nodes] == [1, 3, 2]
    assert nodes[0]["id"] == found["census"]["id"]
    assert nodes[0]["levels"] == [{"level": level} for level in (5, 6, 7)]


async def test_pages_lead_to_the_end(client: Client) -> None:
    alliance = await _three(client)
    first = (await _page(alliance.founder, alliance.ids["Zoé"], first=2))["censuses"]
    assert (first["totalCount"], first["pageInfo"]["hasNextPage"]) == (3, True)
    second = (await _page(alliance.founder, alliance.ids["Zoé"], after=first["pageInfo"]["endCursor"]))["censuses"]
    tdcs = [edge["node"]["tdc"] for page in (first, second) for edge in page["edges"]]
    assert (tdcs, second["pageInfo"]["hasNextPage"]) == ([3, 2, 1], False)


async def test_a_deleted_post_takes_its_census_out(client: Client) -> None:
    alliance = await _three(client)
    posts = (await alliance.founder.data(docs.POSTS, id=alliance.topics["Zoé"]))["topic"]["posts"]["edges"]
    (second,) = (edge["node"]["id"] for edge in posts if "Terrain de Chasse: 2 cm²" in edge["node"]["body"])
    await alliance.players["Zoé"].data(DELETE, id=second)
    found = (await _page(alliance.founder, alliance.ids["Zoé"]))["censuses"]
    assert ([edge["node"]["tdc"] for edge in found["edges"]], found["totalCount"]) == ([3, 1], 2)


@pytest.mark.parametrize("who", ["seatless", "stranger", "staff"])
async def test_who_sees_the_newest_one_sees_them_all_and_nobody_else(client: Client, who: str) -> None:
    alliance = await _three(client)
    reader = await client.as_user(await world.user("game_master" if who == "staff" else "player"))
    if who == "seatless":
        await Member.filter(pseudo="Zoé").update(topic_id=None)
        found = await _page(alliance.players["Zoé"], alliance.ids["Zoé"])
        assert (found["census"], found["censuses"]["edges"], found["censuses"]["totalCount"]) == (None, [], 0)
    else:
        node = (await reader.data(HISTORY, id=alliance.ids["Zoé"]))["node"]
        assert node is None if who == "stranger" else node["censuses"]["totalCount"] == 3
