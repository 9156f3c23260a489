"""Rights changed by hand: recorded with who did it, shares follow at once, the topic's title too; and the history."""

import asyncio
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from domain.alliance.member import Adjustment, read_member_title
from models.account.user import User
from models.alliance.member import Member
from models.forum.topic import Topic
from models.rights.harvest_run import harvest
from models.rights.rights_entry import RightsEntry
from tests.documents.forum import gid
from tests.domain.rights.rights_oracle import Player
from tests.wire.client import Client
from tests.worlds.rights import Planted, administrator, plant

LAST = datetime(2026, 3, 14, 9, 47, tzinfo=UTC)
HALF_HOUR = timedelta(minutes=30)
UPDATE = """mutation($input: MemberRightsInput!) { updateMemberRights(input: $input) { pseudo
    resourceRights { coefficient adjustment accumulatedRights adjustedShare }
    rightsHistory { totalCount edges { node { intervals coefficient adjustment adjustedShare tdcBefore tdcAfter
        accumulatedBefore accumulatedAfter editedBy { username } } } } } }"""


async def _two() -> Planted:
    players = [Player((5, 5, 5), 100.0, Adjustment.EXACT, 5000, 4000, LAST, 1000) for _ in range(2)]
    return await plant(players, LAST, LAST + HALF_HOUR)


async def _update(signed_in: Client, member: Member, **values: Any) -> Any:
    return (await signed_in.data(UPDATE, input={"memberId": gid(member), **values}))["updateMemberRights"]


async def test_a_change_is_recorded_and_shares_follow(client: Client) -> None:
    planted = await _two()
    signed_in = await administrator(client, planted)
    answer = await _update(signed_in, planted.members[1], coefficient=40.0, adjustment="UP", accumulatedRights=-12.3456)
    assert answer["resourceRights"] == {
        "coefficient": 40.0,
        "adjustment": "UP",
        "accumulatedRights": -12.346,
        "adjustedShare": 0.5,
    }
    (edge,) = answer["rightsHistory"]["edges"]
    editor = edge["node"].pop("editedBy")["username"]
    assert editor == (await User.get(memberships__id=planted.members[0].id)).username
    assert edge["node"] == {
        "intervals": 0,
        "coefficient": 40.0,
        "adjustment": "UP",
        "adjustedShare": 0.5,
        "tdcBefore": 4000,
        "tdcAfter": 4000,
        "accumulatedBefore": 1.0,
        "accumulatedAfter": -12.346,
    }
    title = read_member_title((await Topic.get(id=planted.members[1].topic_id)).title)
    rights: Any = getattr(title, "rights", None)
    assert (rights.coefficient, rights.adjustment, rights.accumulated_thousandths) == (40.0, Adjustment.UP, -12346)


async def test_what_is_not_given_stays_and_no_difference_is_no_entry(client: Client) -> None:
    planted = await _two()
    signed_in = await administrator(client, planted)
    await _update(signed_in, planted.members[1], coefficient=100.0, accumulatedRights=1.0)
    assert await RightsEntry.all().count() == 0
    answer = await _update(signed_in, planted.members[1], adjustment="DOWN")
    assert answer["resourceRights"]["coefficient"] == 100.0
    assert answer["resourceRights"]["accumulatedRights"] == 1.0
    assert answer["rightsHistory"]["totalCount"] == 1


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"coefficient": -0.1}, "coefficient"),
        ({"coefficient": 1000.5}, "coefficient"),
        ({"accumulatedRights": 1e15}, "accumulatedRights"),
        ({"accumulatedRights": -1e300}, "accumulatedRights"),
    ],
)
async def test_impossible_values_are_refused_by_field(client: Client, values: dict[str, float], field: str) -> None:
    planted = await _two()
    signed_in = await administrator(client, planted)
    answer = await signed_in.ask(UPDATE, input={"memberId": gid(planted.members[1]), **values})
    assert [(e["extensions"]["code"], e["extensions"]["field"]) for e in answer["errors"]] == [("BAD_INPUT", field)]
    assert await RightsEntry.all().count() == 0


async def test_who_has_left_cannot_be_changed(client: Client) -> None:
    planted = await _two()
    signed_in = await administrator(client, planted)
    await Member.filter(id=planted.members[1].id).update(left_at=LAST)
    assert await signed_in.codes(UPDATE, input={"memberId": gid(planted.members[1]), "coefficient": 5}) == ["NOT_FOUND"]


HISTORY = """query($id: ID!, $first: Int, $after: String) { node(id: $id) { ... on Member {
    rightsHistory(first: $first, after: $after) { totalCount pageInfo { hasNextPage endCursor }
        edges { node { id harvestAt accumulatedBefore entitlement quantitySent playerProduction quantityReceived
            accumulatedAfter editedBy { username } } } } } } }"""


async def test_the_history_is_walked_newest_first_and_adds_up(client: Client) -> None:
    planted = await _two()
    signed_in = await administrator(client, planted)
    for turn in range(1, 6):
        await harvest(planted.alliance.id, LAST + turn * HALF_HOUR)
    await _update(signed_in, planted.members[0], accumulatedRights=7)
    found: list[Any] = []
    after, more = None, True
    while more:
        data = await signed_in.data(HISTORY, id=gid(planted.members[0]), first=4, after=after)
        page = data["node"]["rightsHistory"]
        found += [edge["node"] for edge in page["edges"]]
        after, more = page["pageInfo"]["endCursor"], page["pageInfo"]["hasNextPage"]
        assert page["totalCount"] == 6
    edit, *harvests = found
    assert edit["editedBy"] is not None
    slots = [(LAST + turn * HALF_HOUR).isoformat().replace("+00:00", "Z") for turn in range(5, 0, -1)]
    assert [one["harvestAt"] for one in harvests] == slots
    for newer, older in pairwise(found):
        assert newer["accumulatedBefore"] == older["accumulatedAfter"]
    for one in harvests:
        change = one["entitlement"] + one["quantitySent"] - one["playerProduction"] - one["quantityReceived"]
        assert round(one["accumulatedBefore"] + change, 3) == one["accumulatedAfter"]
        assert one["editedBy"] is None
    again = await signed_in.data("query($id: ID!) { node(id: $id) { id } }", id=found[3]["id"])
    assert again["node"]["id"] == found[3]["id"]


async def test_a_harvest_that_is_made_late_goes_on_from_what_was_changed_meanwhile(client: Client) -> None:
    """Its minute is the earlier one; the history goes by what was written first."""
    planted = await _two()
    signed_in = await administrator(client, planted)
    await _update(signed_in, planted.members[0], accumulatedRights=7)
    await harvest(planted.alliance.id, LAST + HALF_HOUR)
    page = (await signed_in.data(HISTORY, id=gid(planted.members[0]), first=4))["node"]["rightsHistory"]
    late, edit = (edge["node"] for edge in page["edges"])
    assert late["harvestAt"] < edit["harvestAt"]
    assert late["accumulatedBefore"] == edit["accumulatedAfter"] == 7


async def test_a_harvest_and_an_edit_at_once_lose_neither(client: Client) -> None:
    """Whoever comes second starts from what the first one saved."""
    planted = await _two()
    signed_in = await administrator(client, planted)
    # Without a topic there is no lock of one that would keep the two apart.
    await Member.filter(id=planted.members[1].id).update(topic_id=None)
    edits = [_update(signed_in, planted.members[1], accumulatedRights=value) for value in range(10, 14)]
    harvests = [harvest(planted.alliance.id, LAST + turn * HALF_HOUR) for turn in range(1, 5)]
    await asyncio.gather(*[one for pair in zip(edits, harvests, strict=True) for one in pair])
    rows = await RightsEntry.filter(member=planted.members[1]).order_by("id")
    assert len(rows) >= 5
    for before, after in pairwise(rows):
        assert after.accumulated_before_thousandths == before.accumulated_after_thousandths
    saved = await Member.get(id=planted.members[1].id)
    assert saved.accumulated_thousandths == rows[-1].accumulated_after_thousandths
