"""The game's table, claims and their confirmation, ranks, and an alliance that always has an administrator."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest

from domain.alliance.member import MemberTitle, read_member_title
from engine.operation.node import global_id, parse_global_id
from models.alliance.member import Member
from models.core.database import is_postgres
from models.forum.section import Section
from models.forum.topic import Topic
from models.live.notification import Notification
from tests.documents import alliance as docs
from tests.documents.forum import CREATE_POST
from tests.wire.client import Client
from tests.wire.statements import statements
from tests.worlds import world
from tests.worlds.alliance import CreatedAlliance, create_alliance


async def members(alliance: CreatedAlliance, *rows: dict[str, Any]) -> dict[str, Any]:
    """The present members after the founder and these rows were synchronised."""
    table = [docs.row("Reine"), *rows]
    found = (await alliance.founder.data(docs.SYNC, tag="FDR", members=table))["syncMembers"]
    return {member["pseudo"]: member for member in found}


def saved(title: str) -> MemberTitle:
    read = read_member_title(title)
    assert isinstance(read, MemberTitle)
    return read


async def test_a_newcomer_has_the_initial_values_of_the_document(client: Client) -> None:
    alliance = await create_alliance(client)
    before = datetime.now(UTC).replace(second=0, microsecond=0)
    zoe = (await members(alliance, docs.row("Zoé", 793800, playerId=7, x=299, y=113)))["Zoé"]
    title = saved(zoe["topic"]["title"])
    assert (title.pseudo, title.player_id, title.x, title.y, title.rank) == ("Zoé", 7, 299, 113, None)
    assert title.rights is not None
    assert (title.rights.coefficient, title.rights.adjustment, title.rights.accumulated_thousandths) == (0, "EXACT", 0)
    assert (title.rights.tdc_at_last_update, zoe["tdc"]) == (793800, 793800)
    assert before <= title.rights.last_updated_at <= datetime.now(UTC)


async def test_a_table_updates_what_it_shows_and_keeps_what_it_does_not(client: Client) -> None:
    alliance = await create_alliance(client)
    first = (await members(alliance, docs.row("Zoé", 100, playerId=7, x=299, y=113)))["Zoé"]
    second = (await members(alliance, docs.row("ZOÉ", 250, x=300)))["ZOÉ"]
    assert (second["id"], second["topic"]["id"]) == (first["id"], first["topic"]["id"])
    assert (second["tdc"], second["x"], second["y"], second["playerId"]) == (250, 300, 113, 7)
    title = saved(second["topic"]["title"])
    assert (title.pseudo, title.x) == ("ZOÉ", 300)
    assert title.rights is not None
    assert title.rights.tdc_at_last_update == 100


async def test_whoever_leaves_and_comes_back_finds_topic_and_history(client: Client) -> None:
    alliance = await create_alliance(client, "Zoé")
    zoe = alliance.players["Zoé"]
    await zoe.data(docs.CENSUS, tag="FDR", census=docs.census())
    await Member.filter(pseudo="Zoé").update(
        accumulated_thousandths=-1250, last_updated_at=datetime(2020, 1, 1, tzinfo=UTC)
    )
    assert set(await members(alliance)) == {"Reine"}
    gone = await Member.get(pseudo="Zoé")
    assert gone.left_at is not None
    await Member.filter(pseudo="Zoé").update(left_at=datetime(2020, 2, 1, tzinfo=UTC))
    assert await zoe.codes(docs.CENSUS, tag="FDR", census=docs.census()) == ["FORBIDDEN"]
    back = (await members(alliance, docs.row("Zoé", 900)))["Zoé"]
    assert back["topic"]["id"] == alliance.topics["Zoé"]
    title = saved(back["topic"]["title"])
    assert title.rights is not None
    # What grew elsewhere is not owed: the rights go on from the return, with what was saved.
    assert (title.rights.accumulated_thousandths, title.rights.tdc_at_last_update) == (-1250, 900)
    assert title.rights.last_updated_at.year > 2020
    assert await zoe.codes(docs.CENSUS, tag="FDR", census=docs.census()) == []


async def test_the_last_administrator_stays_in_the_table_or_not(client: Client) -> None:
    alliance = await create_alliance(client, "Zoé")
    rows = [docs.row("Zoé")]
    found = (await alliance.founder.data(docs.SYNC, tag="FDR", members=rows))["syncMembers"]
    assert {member["pseudo"] for member in found} == {"Reine", "Zoé"}
    await alliance.founder.data(docs.RANK, id=alliance.ids["Zoé"], admin=True)
    await alliance.founder.data(docs.SYNC, tag="FDR", members=rows)
    assert [member.pseudo for member in await Member.filter(left_at__isnull=True)] == ["Zoé"]
    assert await alliance.founder.codes(docs.SYNC, tag="FDR", members=rows) == ["FORBIDDEN"]


@pytest.mark.parametrize(
    "rows",
    [
        [{"pseudo": "a / b", "tdc": 1}],
        [{"pseudo": "", "tdc": 1}],
        [{"pseudo": "a\nb", "tdc": 1}],
        [{"pseudo": "Zoé", "tdc": -1}],
        [{"pseudo": "Zoé", "tdc": 10**12 + 1}],
        [{"pseudo": "Zoé", "tdc": 1}, {"pseudo": "zoé", "tdc": 2}],
        [{"pseudo": f"M{number}", "tdc": 1} for number in range(1001)],
    ],
)
async def test_a_table_that_cannot_be_is_refused_whole(client: Client, rows: list[dict[str, Any]]) -> None:
    alliance = await create_alliance(client)
    assert await alliance.founder.codes(docs.SYNC, tag="FDR", members=[docs.row("Autre"), *rows]) == ["BAD_INPUT"]
    assert await Member.all().count() == 1


async def test_five_hundred_members_cost_as_many_statements_as_five(client: Client) -> None:
    alliance = await create_alliance(client)
    counts, rows = [], [docs.row("0", 1)]
    await members(alliance, *rows)
    for size in (5, 500):
        rows += [docs.row(f"{size} {number}", 1 + number) for number in range(size)]
        async with statements() as seen:
            await members(alliance, *rows)
        counts.append(len(seen))
    assert await Topic.all().count() == 507
    section = await Section.get(kind="MEMBERS")
    assert section.topic_count == 507
    if is_postgres():  # SQLite repeats one prepared statement for the rows, inside its own process.
        assert counts[0] == counts[1] <= 28


async def test_a_claim_waits_for_an_administrator(client: Client) -> None:
    alliance = await create_alliance(client, "Zoé")
    await members(alliance, docs.row("Zoé"), docs.row("Paco"))
    user = await world.user()
    paco, account = await client.as_user(user), global_id("User", user.id)
    claimed = (await paco.data(docs.CLAIM, tag="fdr", pseudo="PACO"))["claimMember"]
    assert (claimed["pseudo"], set(claimed)) == ("Paco", {"memberId", "pseudo"})
    assert (await paco.data(docs.MEMBERS, tag="FDR"))["alliance"]["members"] == []
    claims = """query($id: ID!) { node(id: $id) { ... on Member {
        pseudo claimedBy { username } claims { user { username } } } } }"""
    seen = (await alliance.founder.data(claims, id=claimed["memberId"]))["node"]
    assert (seen["claimedBy"], seen["claims"]) == ({"username": user.username}, [{"user": seen["claimedBy"]}])
    answer = await alliance.players["Zoé"].ask(claims, id=claimed["memberId"])
    assert answer["data"]["node"] == {"pseudo": "Paco", "claimedBy": None, "claims": None}
    assert {error["extensions"]["code"] for error in answer["errors"]} == {"FORBIDDEN"}
    assert await alliance.players["Zoé"].codes(docs.CONFIRM, id=claimed["memberId"], user=account) == ["FORBIDDEN"]
    await alliance.founder.data(docs.CONFIRM, id=claimed["memberId"], user=account)
    assert len((await paco.data(docs.MEMBERS, tag="FDR"))["alliance"]["members"]) == 3
    await alliance.founder.data(docs.RELEASE, id=claimed["memberId"])
    assert (await paco.data(docs.MEMBERS, tag="FDR"))["alliance"]["members"] == []
    assert await told(paco) == ["claim_confirmed", "member_released"]


async def told(player: Client) -> list[str]:
    """The keys of what a player was told of their places, oldest first."""
    user = (await player.data("query { me { id } }"))["me"]["id"]
    rows = await Notification.filter(user_id=parse_global_id(user)[1], kind="MEMBERSHIP").order_by("id")
    return [row.message for row in rows]


async def test_claims_that_cannot_be(client: Client) -> None:
    alliance = await create_alliance(client, "Zoé")
    await members(alliance, docs.row("Zoé"), docs.row("Paco"))
    stranger = await client.as_user(await world.user())
    assert await stranger.codes(docs.CLAIM, tag="XYZ", pseudo="Paco") == ["NOT_FOUND"]
    assert await alliance.players["Zoé"].codes(docs.CLAIM, tag="FDR", pseudo="Paco") == ["CONFLICT"]
    assert await client.codes(docs.CLAIM, tag="FDR", pseudo="Paco") == ["UNAUTHENTICATED"]


async def test_a_claim_tells_nobody_who_plays_in_an_alliance(client: Client) -> None:
    """Taken, gone, never heard of: a stranger is told the same bytes, and so is a member."""
    alliance = await create_alliance(client, "Zoé", "Paco")
    await members(alliance, docs.row("Zoé"))
    for player, code in (
        (await client.as_user(await world.user()), "NOT_FOUND"),
        (alliance.players["Zoé"], "CONFLICT"),
    ):
        answers = [await player.ask(docs.CLAIM, tag="FDR", pseudo=name) for name in ("Reine", "Paco", "Personne")]
        assert answers[0] == answers[1] == answers[2]
        assert answers[0]["errors"][0]["extensions"]["code"] == code


async def test_claims_stand_side_by_side_and_the_account_that_was_seen_is_seated(client: Client) -> None:
    alliance = await create_alliance(client)
    paco = (await members(alliance, docs.row("Paco"), docs.row("Attila")))["Paco"]["id"]
    users = [await world.user() for _ in range(3)]
    players = [await client.as_user(user) for user in users]
    first, second, third = (global_id("User", user.id) for user in users)
    for player in players[:2]:
        await player.data(docs.CLAIM, tag="FDR", pseudo="Paco")
    assert await alliance.founder.codes(docs.CONFIRM, id=paco, user=third) == ["CONFLICT"], "it never claimed"
    confirmed = (await alliance.founder.data(docs.CONFIRM, id=paco, user=first))["confirmMember"]
    assert confirmed["user"]["username"] == users[0].username, "a newer claim displaces no older one"
    assert await alliance.founder.codes(docs.CONFIRM, id=paco, user=second) == ["CONFLICT"], "the place is taken"
    assert await alliance.founder.codes(docs.CONFIRM, id=paco, user=first) == []
    assert [await told(player) for player in players] == [["claim_confirmed"], ["claim_declined"], []]


async def test_a_claim_that_was_declined_or_moved_seats_nobody(client: Client) -> None:
    alliance = await create_alliance(client)
    rows = await members(alliance, docs.row("Paco"), docs.row("Attila"))
    user = await world.user()
    player, account = await client.as_user(user), global_id("User", user.id)
    await player.data(docs.CLAIM, tag="FDR", pseudo="Paco")
    await player.data(docs.CLAIM, tag="FDR", pseudo="Attila")
    assert await alliance.founder.codes(docs.CONFIRM, id=rows["Paco"]["id"], user=account) == ["CONFLICT"]
    await alliance.founder.data(docs.DECLINE, id=rows["Attila"]["id"], user=account)
    assert await alliance.founder.codes(docs.DECLINE, id=rows["Attila"]["id"], user=account) == ["CONFLICT"]
    assert await alliance.founder.codes(docs.CONFIRM, id=rows["Attila"]["id"], user=account) == ["CONFLICT"]
    await player.data(docs.CLAIM, tag="FDR", pseudo="Attila")
    await player.data(docs.LEAVE, tag="FDR")
    assert await alliance.founder.codes(docs.CONFIRM, id=rows["Attila"]["id"], user=account) == ["CONFLICT"]


# ---- leaving ------------------------------------------------------------------------


async def test_a_member_leaves_and_founds_or_joins_elsewhere(client: Client) -> None:
    alliance = await create_alliance(client, "Zoé")
    zoe = alliance.players["Zoé"]
    await alliance.founder.data(docs.RANK, id=alliance.ids["Zoé"], admin=True)
    assert await zoe.codes(docs.CREATE, tag="ABC", name="Autre", pseudo="Zoé") == ["CONFLICT"]
    assert await zoe.data(docs.LEAVE, tag="fdr") == {"leaveAlliance": True}
    assert (await zoe.data(docs.MEMBERS, tag="FDR"))["alliance"]["members"] == []
    assert await told(alliance.founder) == ["claim_made", "member_gone"]
    place = await Member.get(pseudo="Zoé")
    assert (place.user_id, place.can_administer, place.left_at) == (None, False, None), "the player is there still"
    await zoe.data(docs.CREATE, tag="ABC", name="Autre", pseudo="Zoé")
    assert await zoe.data(docs.LEAVE, tag="FDR") == {"leaveAlliance": True}, "who is no member is told the same"
    assert await client.codes(docs.LEAVE, tag="FDR") == ["UNAUTHENTICATED"]


async def test_the_last_administrator_leaves_only_an_alliance_without_members(client: Client) -> None:
    alliance = await create_alliance(client, "Zoé")
    assert await alliance.founder.codes(docs.LEAVE, tag="FDR") == ["CONFLICT"]
    assert (await Member.get(pseudo="Reine")).can_administer
    await alliance.players["Zoé"].data(docs.LEAVE, tag="FDR")
    assert await alliance.founder.data(docs.LEAVE, tag="FDR") == {"leaveAlliance": True}
    assert await Member.filter(user_id__isnull=False).count() == 0


async def test_two_administrators_who_leave_at_once_do_not_leave_members_without_any(client: Client) -> None:
    alliance = await create_alliance(client, "Zoé", "Paco")
    await alliance.founder.data(docs.RANK, id=alliance.ids["Zoé"], admin=True)
    leaving = (alliance.founder, alliance.players["Zoé"])
    codes = await asyncio.gather(*(player.codes(docs.LEAVE, tag="FDR") for player in leaving))
    assert sorted(codes) == [[], ["CONFLICT"]]


async def test_an_administrator_changes_place_and_takes_the_administration_along(client: Client) -> None:
    alliance = await create_alliance(client)
    await members(alliance, docs.row("Zoé"))
    await alliance.founder.data(docs.CLAIM, tag="FDR", pseudo="Zoé")
    new = await Member.get(pseudo="Zoé")
    assert (new.user_id, new.can_administer) == (alliance.users["Reine"].id, True)
    old = await Member.get(pseudo="Reine")
    assert (old.user_id, old.can_administer) == (None, False)
    found = (await alliance.founder.data(docs.SYNC, tag="FDR", members=[docs.row("Zoé")]))["syncMembers"]
    assert [member["pseudo"] for member in found] == ["Zoé"]


async def test_ranks_stand_in_the_title_and_an_empty_one_goes(client: Client) -> None:
    alliance = await create_alliance(client, "Zoé")
    ranked = await alliance.founder.data(docs.RANK, id=alliance.ids["Zoé"], rank="Chef / Convoyeur", order=4)
    assert (ranked["updateMemberRank"]["rank"], ranked["updateMemberRank"]["rankOrder"]) == ("Chef / Convoyeur", 4)
    title = saved(ranked["updateMemberRank"]["topic"]["title"])
    assert (title.rank, title.rank_order) == ("Chef / Convoyeur", 4)
    same = (await alliance.founder.data(docs.RANK, id=alliance.ids["Zoé"], order=5))["updateMemberRank"]
    assert (same["rank"], same["rankOrder"], same["canAdminister"]) == ("Chef / Convoyeur", 5, False)
    bare = (await alliance.founder.data(docs.RANK, id=alliance.ids["Zoé"], rank=""))["updateMemberRank"]
    assert (bare["rank"], bare["rankOrder"], saved(bare["topic"]["title"]).rank) == ("", 0, None)
    assert await alliance.founder.codes(docs.RANK, id=alliance.ids["Zoé"], rank="a\nb") == ["BAD_INPUT"]


async def test_a_released_place_gives_no_administration_to_whoever_is_seated_next(client: Client) -> None:
    alliance = await create_alliance(client, "Zoé")
    await alliance.founder.data(docs.RANK, id=alliance.ids["Zoé"], admin=True)
    await alliance.founder.data(docs.RELEASE, id=alliance.ids["Zoé"])
    newcomer = await world.user()
    await (await client.as_user(newcomer)).data(docs.CLAIM, tag="FDR", pseudo="Zoé")
    seated = await alliance.founder.data(docs.CONFIRM, id=alliance.ids["Zoé"], user=global_id("User", newcomer.id))
    assert seated["confirmMember"]["user"]["username"] == newcomer.username
    assert seated["confirmMember"]["canAdminister"] is False


async def test_an_alliance_is_never_without_an_administrator(client: Client) -> None:
    alliance = await create_alliance(client, "Zoé")
    reine, zoe = alliance.ids["Reine"], alliance.ids["Zoé"]
    assert await alliance.founder.codes(docs.RANK, id=reine, admin=False) == ["CONFLICT"]
    assert await alliance.founder.codes(docs.RELEASE, id=reine) == ["CONFLICT"]
    await members(alliance, docs.row("Zoé"), docs.row("Paco"))
    paco = global_id("Member", (await Member.get(pseudo="Paco")).id)
    # A flag on a place that nobody holds administers nothing.
    await alliance.founder.data(docs.RANK, id=paco, admin=True)
    assert await alliance.founder.codes(docs.RANK, id=reine, admin=False) == ["CONFLICT"]
    await alliance.founder.data(docs.RANK, id=zoe, admin=True)
    both = [alliance.founder.codes(docs.RANK, id=reine, admin=False)]
    both.append(alliance.players["Zoé"].codes(docs.RANK, id=zoe, admin=False))
    assert sorted(await asyncio.gather(*both)) == [[], ["CONFLICT"]]
    assert await Member.filter(can_administer=True, user_id__isnull=False).count() == 1


async def test_a_census_written_while_the_table_comes_in_waits_for_it(client: Client) -> None:
    alliance = await create_alliance(client, "Zoé", "Paco")
    rows = [docs.row(pseudo, 5) for pseudo in alliance.users]

    async def synchronise(tdc: int) -> list[str]:
        return await alliance.founder.codes(docs.SYNC, tag="FDR", members=[{**row, "tdc": tdc} for row in rows])

    async def write(pseudo: str, number: int) -> list[str]:
        entry = {"topicId": alliance.topics[pseudo], "body": f"Message {number}"}
        return await alliance.players[pseudo].codes(CREATE_POST, input=entry)

    work = [synchronise(number) for number in range(6)]
    work += [write(pseudo, number) for pseudo in ("Zoé", "Paco") for number in range(6)]
    assert await asyncio.gather(*work) == [[]] * 18
