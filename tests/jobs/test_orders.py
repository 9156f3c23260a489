"""The job of orders: whose day came goes, one alliance that fails stops no other, and idle it costs one statement."""

import logging
from datetime import UTC, datetime, timedelta

import pytest

from domain.core.refusal import Code, Refusal
from jobs.orders import promote_orders
from models.forum.topic import Topic
from models.orders.order import Order
from models.orders.order_queue import promote
from tests.wire.client import Client
from tests.wire.statements import statements
from tests.worlds.alliance import CreatedAlliance, create_alliance, place, set_status

TODAY = datetime.now(UTC)
TOMORROW = TODAY + timedelta(days=1)


async def waiting(alliance: CreatedAlliance) -> str:
    """An order that waits for tomorrow."""
    order = await place(alliance, "Zoé", 100, deliverAfter=TOMORROW.date().isoformat())
    await set_status(alliance, order, "WAITING")
    return order


async def states() -> list[str]:
    return [order.status for order in await Order.all().order_by("id")]


async def test_an_order_goes_when_its_day_has_come(client: Client) -> None:
    await waiting(await create_alliance(client, "Zoé"))
    async with statements() as seen:
        await promote_orders(lambda: TODAY)
    assert (await states(), len(seen)) == (["WAITING"], 1)
    await promote_orders(lambda: TOMORROW)
    assert await states() == ["IN_PROGRESS"]
    assert (await Topic.get(id=(await Order.get()).topic_id)).title.startswith("[En cours] ")
    async with statements() as seen:
        await promote_orders(lambda: TOMORROW)
    assert len(seen) == 1


async def test_nothing_goes_while_one_is_in_progress_nor_in_a_topic_that_is_deleted(client: Client) -> None:
    alliance = await create_alliance(client, "Zoé")
    await waiting(alliance)
    await set_status(alliance, await place(alliance, "Zoé"), "IN_PROGRESS")
    await promote_orders(lambda: TOMORROW)
    assert await states() == ["WAITING", "IN_PROGRESS"]
    orders = await Order.all().order_by("id")
    await Topic.filter(id=orders[1].topic_id).update(deleted_at=TODAY)
    await promote_orders(lambda: TOMORROW)
    assert await states() == ["IN_PROGRESS"] * 2
    await Order.all().update(status="WAITING")
    await Topic.all().update(deleted_at=TODAY)
    await promote_orders(lambda: TOMORROW)
    assert await states() == ["WAITING"] * 2


@pytest.mark.parametrize("error", [Refusal(Code.ALLIANCE_KEY_MISSING, "key_missing"), ValueError("broken")])
async def test_an_alliance_that_fails_stops_no_other(
    client: Client, error: Exception, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    for tag in ("AAA", "BBB"):
        await waiting(await create_alliance(client, "Zoé", tag=tag))
    broken = (await Order.all().order_by("id"))[0].alliance_id

    async def fails(alliance_id: int, now: datetime) -> None:
        if alliance_id == broken:
            raise error
        await promote(alliance_id, now)

    with monkeypatch.context() as patch, caplog.at_level(logging.WARNING, "pheromone.orders"):
        patch.setattr("jobs.orders.promote", fails)
        await promote_orders(lambda: TOMORROW)
    assert await states() == ["WAITING", "IN_PROGRESS"]
    assert ["AAA" in record.message for record in caplog.records] == [True]
    await promote_orders(lambda: TOMORROW)
    assert await states() == ["IN_PROGRESS"] * 2
