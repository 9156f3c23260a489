"""The curves of the rights over HTTP: what each harvest saved, beside the history of each member, in two statements."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from models.alliance.member import Member
from models.rights.harvest import Harvest
from models.rights.harvest_run import harvest
from models.rights.history_fold import HistoryFold
from models.rights.rights_entry import RightsEntry
from tests.documents.forum import gid
from tests.wire.client import Client
from tests.wire.statements import statements
from tests.worlds.rights import Planted, administrator, plant, some_players

START = datetime(2026, 3, 14, 9, 47, tzinfo=UTC)
HALF_HOUR = timedelta(minutes=30)
CURVES = """query($tag: String!, $since: DateTime, $points: Int) { alliance(tag: $tag) {
    rightsCurves(since: $since, points: $points) {
        harvestAt halfHourlyProduction members { member { pseudo } accumulatedRights } } } }"""
EDIT = "mutation($input: MemberRightsInput!) { updateMemberRights(input: $input) { id } }"


async def harvested(harvests: int) -> Planted:
    planted = await plant(some_players(3, START), START, START + HALF_HOUR)
    for number in range(1, harvests + 1):
        await Member.filter(alliance=planted.alliance).update(tdc=10**5 * (number + 2))
        await harvest(planted.alliance.id, START + HALF_HOUR * number)
    return planted


async def curves(client: Client, planted: Planted, **more: Any) -> Any:
    return (await client.data(CURVES, tag=planted.alliance.tag, **more))["alliance"]["rightsCurves"]


async def kept(planted: Planted) -> dict[str, dict[datetime, float]]:
    """What the history says that each harvest saved."""
    names = {member.id: member.pseudo for member in planted.members}
    found: dict[str, dict[datetime, float]] = {name: {} for name in names.values()}
    for entry in await RightsEntry.exclude(harvest_id=None):
        found[names[entry.member_id]][entry.harvest_at] = entry.accumulated_after_thousandths / 1000
    return found


def drawn(answer: Any) -> dict[str, dict[datetime, float]]:
    at = [datetime.fromisoformat(one) for one in answer["harvestAt"]]
    assert at == sorted(at)
    return {
        one["member"]["pseudo"]: {
            when: v for when, v in zip(at, one["accumulatedRights"], strict=True) if v is not None
        }
        for one in answer["members"]
    }


async def test_each_harvest_is_drawn_for_each_member_in_two_statements_more(client: Client) -> None:
    planted = await harvested(5)
    signed_in = await administrator(client, planted)
    await signed_in.data(EDIT, input={"memberId": gid(planted.members[1]), "accumulatedRights": 5.0})
    async with statements() as seen:
        answer = await curves(signed_in, planted)
    assert len([sql for sql in seen if "rights_entries" in sql or "FROM harvests" in sql]) == 2
    assert len(answer["harvestAt"]) == len(answer["halfHourlyProduction"]) == 5
    assert drawn(answer) == await kept(planted)
    assert answer["halfHourlyProduction"][-1] == pytest.approx(3 * 7 * 10**5)


async def test_who_came_later_is_blank_before(client: Client) -> None:
    planted = await harvested(4)
    late = planted.members[2]
    await RightsEntry.filter(member_id=late.id, harvest_at__lt=START + HALF_HOUR * 3).delete()
    answer = await curves(await administrator(client, planted), planted)
    (values,) = [one["accumulatedRights"] for one in answer["members"] if one["member"]["pseudo"] == late.pseudo]
    assert [value is None for value in values] == [True, True, False, False]


async def test_a_period_and_a_number_of_points(client: Client) -> None:
    planted = await harvested(9)
    signed_in = await administrator(client, planted)
    whole = await curves(signed_in, planted)
    since = (START + HALF_HOUR * 4).isoformat()
    assert (await curves(signed_in, planted, since=since))["harvestAt"] == whole["harvestAt"][3:]
    few = await curves(signed_in, planted, points=3)
    assert few["harvestAt"] == [whole["harvestAt"][place] for place in (2, 5, 8)]
    assert few["members"][0]["accumulatedRights"] == [
        whole["members"][0]["accumulatedRights"][place] for place in (2, 5, 8)
    ]
    for points in (1, 201):
        refused = await signed_in.ask(CURVES, tag=planted.alliance.tag, points=points)
        assert [(e["extensions"]["code"], e["extensions"]["field"]) for e in refused["errors"]] == [
            ("BAD_INPUT", "points")
        ]
        assert refused["data"]["alliance"] == {"rightsCurves": None}


async def test_a_day_that_is_folded_is_one_point(client: Client) -> None:
    planted = await harvested(40)
    fold = HistoryFold()
    while await fold.batch(START + timedelta(days=1)):
        pass
    assert await Harvest.filter(is_folded=True).count() == 28
    answer = await curves(await administrator(client, planted), planted, points=200)
    assert drawn(answer) == await kept(planted)
    assert len(answer["harvestAt"]) == 1 + 12
    assert answer["halfHourlyProduction"][0] == pytest.approx(
        sum(3 * 10**5 * (number + 2) for number in range(1, 29)) / 28, rel=0.1
    )
