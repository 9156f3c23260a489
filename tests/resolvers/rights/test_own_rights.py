"""A member's own rights: the administrators' columns, for the member alone."""

from tests.documents import alliance as docs
from tests.documents.forum import DELETE_TOPIC
from tests.wire.client import Client
from tests.wire.statements import statements
from tests.worlds import world
from tests.worlds.alliance import create_alliance

COLUMNS = "accumulatedRights projectedRights baseShare entitlement lastUpdatedAt"
RIGHTS = "mutation($input: MemberRightsInput!) { updateMemberRights(input: $input) { pseudo } }"
OWN = f"query($tag: String!) {{ alliance(tag: $tag) {{ members {{ pseudo ownRights {{ {COLUMNS} }} }} }} }}"
ALL = f"query($tag: String!) {{ alliance(tag: $tag) {{ members {{ pseudo resourceRights {{ {COLUMNS} }} }} }} }}"


async def _read(player: Client, query: str, field: str) -> dict[str, dict[str, object] | None]:
    members = (await player.data(query, tag="FDR"))["alliance"]["members"]
    return {one["pseudo"]: one[field] for one in members}


async def test_a_member_reads_their_own_columns_and_nobody_elses(client: Client) -> None:
    alliance = await create_alliance(client, "Zoé", "Paco")
    for pseudo, rights in (("Zoé", -900.0), ("Paco", 70.0)):
        await alliance.players[pseudo].data(docs.CENSUS, tag="FDR", census=docs.census(1_000))
        values = {"memberId": alliance.ids[pseudo], "accumulatedRights": rights, "coefficient": 100.0}
        await alliance.founder.data(RIGHTS, input=values)
    told = await _read(alliance.founder, ALL, "resourceRights")
    own = await _read(alliance.players["Zoé"], OWN, "ownRights")
    assert own.pop("Zoé") == told["Zoé"]
    assert told["Zoé"] is not None
    assert told["Zoé"]["accumulatedRights"] == -900.0
    assert set(own.values()) == {None}
    assert await _read(alliance.founder, OWN, "ownRights") == told


async def test_without_a_topic_of_ones_own_there_are_none(client: Client) -> None:
    alliance = await create_alliance(client, "Zoé")
    own = f"query($tag: String!) {{ alliance(tag: $tag) {{ viewerMember {{ ownRights {{ {COLUMNS} }} }} }} }}"
    zoe, moderator = alliance.players["Zoé"], await client.as_user(await world.user(role="moderator"))
    assert (await zoe.data(own, tag="FDR"))["alliance"]["viewerMember"]["ownRights"] is not None
    await moderator.data(DELETE_TOPIC, id=alliance.topics["Zoé"])
    assert (await zoe.data(own, tag="FDR"))["alliance"]["viewerMember"]["ownRights"] is None


async def test_those_of_all_take_no_more_statements_than_those_of_one(client: Client) -> None:
    alliance = await create_alliance(client, "Zoé")
    await alliance.founder.data(OWN, tag="FDR")
    async with statements() as one:
        await alliance.founder.data(OWN, tag="FDR")
    await alliance.founder.data(docs.SYNC, tag="FDR", members=[docs.row("Reine"), docs.row("Zoé"), docs.row("Ivo")])
    async with statements() as more:
        await alliance.founder.data(OWN, tag="FDR")
    assert len(more) == len(one)
