"""The history of all members together: whole and newest first, of one member or by hand alone, in a few statements."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from models.alliance.member import Member
from models.rights.harvest_run import harvest
from tests.documents.forum import gid
from tests.wire.client import Client
from tests.wire.statements import statements
from tests.worlds.rights import Planted, administrator, plant, some_players

HALF_HOUR = timedelta(minutes=30)
NOW = datetime.now(UTC).replace(second=0, microsecond=0)
UPDATE = "mutation($input: MemberRightsInput!) { updateMemberRights(input: $input) { id } }"
HISTORY = """query($tag: String!, $member: ID, $byHand: Boolean, $after: String, $first: Int = 100) {
    alliance(tag: $tag) { rightsHistory(memberId: $member, byHand: $byHand, after: $after, first: $first) { totalCount
        pageInfo { endCursor } edges { node { id harvestCount member { pseudo } coefficient coefficientBefore adjustment
            adjustmentBefore accumulatedBefore accumulatedAfter editedBy { username } } } } } }"""
OF_EACH = """query($tag: String!) { alliance(tag: $tag) { members(gone: true) {
    rightsHistory(first: 100) { edges { node { id } } } } } }"""


async def _changed(client: Client) -> tuple[Planted, Client]:
    """Three members, of whom the third leaves: a harvest, two changes of the second one's, another harvest."""
    start = NOW - 2 * HALF_HOUR
    planted = await plant(some_players(3, start), start, start + HALF_HOUR)
    chief = await administrator(client, planted)
    await harvest(planted.alliance.id, start + HALF_HOUR)
    for values in ({"coefficient": 640.0}, {"coefficient": 7.0, "adjustment": "UP"}):
        await chief.data(UPDATE, input={"memberId": gid(planted.members[1]), **values})
    await harvest(planted.alliance.id, NOW)
    await Member.filter(id=planted.members[2].id).update(left_at=NOW)
    return planted, chief


async def _history(reader: Client, planted: Planted, **values: Any) -> dict[str, Any]:
    answer = await reader.data(HISTORY, tag=planted.alliance.tag, **values)
    page: dict[str, Any] = answer["alliance"]["rightsHistory"]
    return page


def _nodes(page: dict[str, Any]) -> list[dict[str, Any]]:
    assert page["totalCount"] == len(page["edges"])
    return [edge["node"] for edge in page["edges"]]


async def test_it_is_the_histories_of_all_members_together(client: Client) -> None:
    planted, chief = await _changed(client)
    whole = [node["id"] for node in _nodes(await _history(chief, planted))]
    each = (await chief.data(OF_EACH, tag=planted.alliance.tag))["alliance"]["members"]
    apart = {edge["node"]["id"] for member in each for edge in member["rightsHistory"]["edges"]}
    assert len(whole) == len(set(whole)) == 3 * 2 + 2
    assert set(whole) == apart
    walked: list[str] = []
    after = None
    while page := (await _history(chief, planted, first=3, after=after))["edges"]:
        walked += [edge["node"]["id"] for edge in page]
        after = (await _history(chief, planted, first=3, after=after))["pageInfo"]["endCursor"]
    assert walked == whole


async def test_changes_by_hand_say_what_was_before(client: Client) -> None:
    planted, chief = await _changed(client)
    last, first = _nodes(await _history(chief, planted, byHand=True))
    player, pseudo = planted.players[1], planted.members[1].pseudo
    assert last["member"] == first["member"] == {"pseudo": pseudo}
    assert (first["coefficientBefore"], first["coefficient"]) == (player.coefficient, 640.0)
    assert (last["coefficientBefore"], last["coefficient"]) == (640.0, 7.0)
    assert (last["adjustmentBefore"], last["adjustment"]) == (player.adjustment.value, "UP")
    assert last["editedBy"]
    assert last["harvestCount"] == 0


async def test_the_first_entry_has_nothing_before_it(client: Client) -> None:
    planted, chief = await _changed(client)
    first = _nodes(await _history(chief, planted))[-1]
    assert (first["coefficientBefore"], first["adjustmentBefore"]) == (None, None)


async def test_it_is_of_one_member_where_one_is_named(client: Client) -> None:
    planted, chief = await _changed(client)
    for place, count in ((0, 2), (1, 4), (2, 2)):
        member = planted.members[place]
        found = _nodes(await _history(chief, planted, member=gid(member)))
        assert [node["member"]["pseudo"] for node in found] == [member.pseudo] * count
    assert _nodes(await _history(chief, planted, member=gid(planted.members[0]), byHand=True)) == []
    other, _ = await _changed(client)
    assert _nodes(await _history(chief, planted, member=gid(other.members[1]))) == []


async def test_it_is_for_those_who_administer_and_have_a_topic(client: Client) -> None:
    planted, chief = await _changed(client)
    member = await administrator(client, planted, 1)
    await Member.filter(id=planted.members[1].id).update(can_administer=False)
    await Member.filter(id=planted.members[0].id).update(topic_id=None)
    for reader in (member, chief):
        assert await reader.codes(HISTORY, tag=planted.alliance.tag) == ["FORBIDDEN"]


@pytest.mark.parametrize("by_hand", [False, True])
async def test_it_takes_the_same_statements_however_much_there_is(client: Client, by_hand: bool) -> None:
    planted, chief = await _changed(client)
    async with statements() as few:
        await _history(chief, planted, first=4, byHand=by_hand)
    async with statements() as many:
        await _history(chief, planted, byHand=by_hand)
    assert len(few) == len(many)
