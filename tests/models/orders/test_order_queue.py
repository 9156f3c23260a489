"""The queue over HTTP, on both databases: who goes when none is in progress, and that one which comes back waits."""

from datetime import UTC, datetime, timedelta

import pytest

from engine.operation.node import global_id, parse_global_id
from models.forum.topic import Topic
from models.orders.order import Order
from tests.documents import alliance as docs
from tests.documents.forum import DELETE_TOPIC, MOVE_TOPIC, RESTORE_TOPIC, gid
from tests.wire.client import Client
from tests.worlds import world
from tests.worlds.alliance import create_alliance, listed, place, set_status


def day(number: int) -> str:
    """So many days from today, in UTC."""
    return (datetime.now(UTC).date() + timedelta(days=number)).isoformat()


async def test_what_is_set_waiting_goes_where_nothing_is_in_progress(client: Client) -> None:
    alliance = await create_alliance(client, "Zoé", "Paco")
    first, second = await place(alliance, "Zoé", 100), await place(alliance, "Paco", 100)
    assert (await set_status(alliance, first, "WAITING"))["status"] == "IN_PROGRESS"
    assert (await set_status(alliance, second, "WAITING"))["status"] == "WAITING"
    await Order.filter(id=parse_global_id(second)[1]).update(created_at=datetime(2020, 1, 1, tzinfo=UTC))
    assert (await set_status(alliance, first, "WAITING"))["status"] == "WAITING", "another goes before it"
    assert [one["id"] for one in await listed(alliance, "IN_PROGRESS")] == [second]


async def test_a_part_that_is_served_and_a_day_that_is_moved_have_the_next_go(client: Client) -> None:
    alliance = await create_alliance(client, "Zoé", "Paco")
    orders = [await place(alliance, "Zoé", 100, deliverAfter=day(9)) for _ in range(2)]
    for order in orders:
        assert (await set_status(alliance, order, "WAITING"))["status"] == "WAITING"
    await alliance.players["Paco"].data(docs.SEND, input=docs.convoy(orders[0], 10))
    assert await listed(alliance, "IN_PROGRESS") == [], "none before its day"
    moved = (await alliance.players["Zoé"].data(docs.UPDATE, id=orders[1], deliverAfter=day(0)))["updateOrder"]
    assert moved["status"] == "IN_PROGRESS"
    await Order.all().update(status="WAITING", deliver_after=None)
    await alliance.players["Paco"].data(docs.SEND, input=docs.convoy(orders[1], 10))
    assert len(await listed(alliance, "IN_PROGRESS")) == 1


@pytest.mark.parametrize("way", ["deleted", "moved away"])
@pytest.mark.parametrize(("another", "after"), [("IN_PROGRESS", "WAITING"), ("DONE", "IN_PROGRESS")])
async def test_what_comes_back_waits_if_another_goes_by_now(client: Client, way: str, another: str, after: str) -> None:
    alliance = await create_alliance(client, "Zoé", "Paco")
    moderator = await client.as_user(await world.user("moderator"))
    first, second = await place(alliance, "Zoé", 100), await place(alliance, "Paco", 100)
    for order in (first, second):
        await set_status(alliance, order, "WAITING")
    rows = await Order.all().order_by("id").prefetch_related("topic")
    home, elsewhere = rows[0].topic.section_id, await world.section("general", "Archives")
    topic = gid(rows[0].topic)
    if way == "deleted":
        await moderator.data(DELETE_TOPIC, id=topic)
    else:
        await moderator.data(MOVE_TOPIC, id=topic, sectionId=gid(elsewhere))
    assert [one["id"] for one in await listed(alliance, "IN_PROGRESS")] == [second]
    await set_status(alliance, second, another)
    if way == "deleted":
        await moderator.data(RESTORE_TOPIC, id=topic)
    else:
        await moderator.data(MOVE_TOPIC, id=topic, sectionId=global_id("Section", home))
    assert {one["id"]: one["status"] for one in await listed(alliance)} == {first: after, second: another}
    (back,) = await Topic.filter(id=rows[0].topic_id)
    assert back.title.startswith("[En attente] " if after == "WAITING" else "[En cours] ")
