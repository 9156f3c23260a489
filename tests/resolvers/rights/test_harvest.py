"""Harvests over HTTP: announced by members, listed newest first for those who may look into the alliance."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from domain.alliance.rhythm import HALF_HOUR
from models.alliance.alliance import Alliance
from models.alliance.member import Member
from models.rights.harvest_run import harvest
from tests.wire.client import Client
from tests.worlds import world
from tests.worlds.rights import plant, some_players

RECORD = "mutation($tag: String!, $at: DateTime!) { recordNextHarvest(allianceTag: $tag, at: $at) { nextHarvestAt } }"
HARVESTS = """query($tag: String!, $first: Int, $after: String) { alliance(tag: $tag) {
    harvests(first: $first, after: $after) { totalCount pageInfo { hasNextPage endCursor }
        edges { node { id harvestAt outcome missingCensus } } } } }"""


def _text(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")


async def _member(client: Client, size: int = 2, **values: Any) -> tuple[Any, Client]:
    now = datetime.now(UTC)
    planted = await plant(some_players(size, now), now)
    user = await world.user()
    await Member.filter(id=planted.members[0].id).update(user=user, **values)
    return planted, await client.as_user(user)


async def test_any_member_with_a_topic_records_the_minute_that_the_page_shows(client: Client) -> None:
    planted, member = await _member(client)
    at = datetime.now(UTC) + timedelta(minutes=11)
    answer = await member.data(RECORD, tag=planted.alliance.tag, at=_text(at))
    minute = at.replace(second=0, microsecond=0)
    assert answer["recordNextHarvest"]["nextHarvestAt"] == _text(minute)


async def test_another_minute_waits_for_a_second_word_or_an_administrators(client: Client) -> None:
    planted, member = await _member(client)
    users = [await world.user() for _ in range(2)]
    third = (await Member.filter(alliance=planted.alliance).order_by("id"))[1]
    await Member.filter(id=third.id).update(user=users[0])
    second = await client.as_user(users[0])
    first = datetime.now(UTC).replace(second=0, microsecond=0) + timedelta(minutes=11)

    async def announce(who: Client, minutes: int) -> timedelta:
        at = _text(first + timedelta(minutes=minutes))
        answer = await who.data(RECORD, tag=planted.alliance.tag, at=at)
        return datetime.fromisoformat(answer["recordNextHarvest"]["nextHarvestAt"]) - first

    minutes = timedelta(minutes=1)
    assert await announce(member, 0) == 0 * minutes
    assert [await announce(member, 5) for _ in range(3)] == [0 * minutes] * 3
    assert await announce(second, 7) == 0 * minutes
    assert await announce(member, 7) == 7 * minutes
    assert await announce(second, 7) == 7 * minutes
    await Member.filter(id=planted.members[0].id).update(can_administer=True)
    assert await announce(member, 3) == 3 * minutes


async def test_a_page_loaded_after_the_harvest_leaves_the_due_slot(client: Client) -> None:
    planted, member = await _member(client)
    due = datetime.now(UTC).replace(second=0, microsecond=0)
    await Alliance.filter(id=planted.alliance.id).update(next_harvest_at=due)
    answer = await member.data(RECORD, tag=planted.alliance.tag, at=_text(due + HALF_HOUR))
    # What is shown is never in the past; what is kept is the slot that nobody has worked off.
    assert answer["recordNextHarvest"]["nextHarvestAt"] == _text(due + HALF_HOUR)
    assert (await Alliance.get(id=planted.alliance.id)).next_harvest_at == due


@pytest.mark.parametrize("away", [timedelta(minutes=33), timedelta(minutes=-32), timedelta(days=400)])
async def test_an_instant_that_no_page_shows_is_refused(client: Client, away: timedelta) -> None:
    planted, member = await _member(client)
    answer = await member.ask(RECORD, tag=planted.alliance.tag, at=_text(datetime.now(UTC) + away))
    assert [(e["extensions"]["code"], e["extensions"]["field"]) for e in answer["errors"]] == [("BAD_INPUT", "at")]
    assert (await Alliance.get(id=planted.alliance.id)).next_harvest_at is None


async def test_harvests_are_walked_newest_first(client: Client) -> None:
    planted, member = await _member(client, 3)
    start = datetime(2026, 3, 14, 10, 17, tzinfo=UTC)
    await Alliance.filter(id=planted.alliance.id).update(next_harvest_at=start)
    await Member.all().update(last_updated_at=start - HALF_HOUR)
    for turn in range(5):
        await harvest(planted.alliance.id, start + turn * HALF_HOUR)
    found: list[Any] = []
    after, more = None, True
    while more:
        data = await member.data(HARVESTS, tag=planted.alliance.tag, first=2, after=after)
        page = data["alliance"]["harvests"]
        found += [edge["node"] for edge in page["edges"]]
        after, more = page["pageInfo"]["endCursor"], page["pageInfo"]["hasNextPage"]
        assert page["totalCount"] == 5
    assert [one["harvestAt"] for one in found] == [_text(start + turn * HALF_HOUR) for turn in range(4, -1, -1)]
    assert {(one["outcome"], tuple(one["missingCensus"])) for one in found} == {("APPLIED", ())}
    node = "query($id: ID!) { node(id: $id) { id ... on Harvest { outcome } } }"
    assert (await member.data(node, id=found[1]["id"]))["node"] == {"id": found[1]["id"], "outcome": "APPLIED"}
    outsider = await client.as_user(await world.user())
    assert (await outsider.data(node, id=found[1]["id"]))["node"] is None
    empty = (await outsider.data(HARVESTS, tag=planted.alliance.tag))["alliance"]["harvests"]
    assert (empty["edges"], empty["totalCount"]) == ([], 0)
