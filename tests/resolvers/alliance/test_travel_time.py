"""The time of travel to members: from the viewer's own place, for whoever holds one, in two statements."""

from domain.alliance.evolution import travel_time
from models.core.database import execute
from tests.documents import alliance as docs
from tests.wire.client import Client
from tests.wire.statements import statements
from tests.worlds import world
from tests.worlds.alliance import create_alliance

QUERY = '{ alliance(tag: "FDR") { members { pseudo travelTime } } }'
PLAIN = '{ alliance(tag: "FDR") { members { pseudo } } }'
LEVEL = {"evolution": "VITESSE_ATTAQUE", "level": 7}


async def times(player: Client) -> dict[str, int | None]:
    return {row["pseudo"]: row["travelTime"] for row in (await player.data(QUERY))["alliance"]["members"]}


async def test_each_viewer_has_times_of_their_own(client: Client) -> None:
    alliance = await create_alliance(client, "Zoé", "Paco")
    rows = [docs.row("Reine", x=10, y=20), docs.row("Zoé", x=13, y=24), docs.row("Paco")]
    await alliance.founder.data(docs.SYNC, tag="FDR", members=rows)
    zoe, unknown = alliance.players["Zoé"], dict.fromkeys(("Reine", "Zoé", "Paco"))
    assert await times(zoe) == unknown, "no census tells a level"
    census = docs.census()
    await zoe.data(docs.CENSUS, tag="FDR", census={**census, "levels": [*census["levels"], LEVEL]})
    assert await times(zoe) == {"Reine": travel_time(5, 7), "Zoé": 0, "Paco": None}
    assert await times(alliance.founder) == unknown
    async with statements() as plain:
        await zoe.data(PLAIN)
    async with statements() as seen:
        await zoe.data(QUERY)
    assert len(seen) == len(plain) + 2


async def test_it_needs_a_topic_of_the_viewers_own(client: Client) -> None:
    alliance = await create_alliance(client, "Zoé")
    rows = [docs.row("Reine", x=10, y=20), docs.row("Zoé", x=13, y=24)]
    await alliance.founder.data(docs.SYNC, tag="FDR", members=rows)
    census = docs.census()
    own = {**census, "levels": [*census["levels"], LEVEL]}
    await alliance.founder.data(docs.CENSUS, tag="FDR", census=own)
    assert (await times(alliance.founder))["Zoé"] == travel_time(5, 7)
    staff = await client.as_user(await world.user("moderator"))
    assert set((await times(staff)).values()) == {None}
    await execute(
        "UPDATE users SET role_id = (SELECT id FROM roles WHERE name = 'moderator') WHERE id = $1",
        alliance.users["Reine"].id,
    )
    await execute(
        "UPDATE topics SET deleted_at = created_at WHERE id = (SELECT topic_id FROM members WHERE pseudo = $1)", "Reine"
    )
    assert set((await times(alliance.founder)).values()) == {None}
