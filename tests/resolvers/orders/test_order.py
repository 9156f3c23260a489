"""Orders over HTTP: bounds, states, promotion by score, lateness, sorting, bulk changes, and all of it at once."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from domain.orders.order import OrderStatus, can_become
from engine.operation.node import global_id, parse_global_id
from models.alliance.member import Member
from models.forum.topic import Topic
from models.orders.order import Order
from tests.documents import alliance as docs
from tests.wire.client import Client
from tests.wire.statements import statements
from tests.worlds.alliance import create_alliance, listed, place, set_status


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"materials": -1}, "materials"),
        ({"food": -1}, "food"),
        ({"materials": 0, "food": 0}, "materials"),
    ],
)
async def test_nothing_under_zero_and_not_all_zero(client: Client, values: dict[str, int], field: str) -> None:
    alliance = await create_alliance(client, "Zoé")
    answer = await alliance.players["Zoé"].ask(docs.PLACE, input={**docs.order("FDR"), **values})
    assert [error["extensions"] for error in answer["errors"]] == [{"code": "BAD_INPUT", "field": field}]
    order = await place(alliance, "Zoé")
    variables: dict[str, Any] = {"id": order, **values}
    answer = await alliance.players["Zoé"].ask(docs.UPDATE, **variables)
    assert [error["extensions"] for error in answer["errors"]] == [{"code": "BAD_INPUT", "field": field}]


async def test_every_step_between_states_is_the_domains(client: Client) -> None:
    alliance = await create_alliance(client, "Zoé")
    order = await place(alliance, "Zoé")
    for old in OrderStatus:
        for new in OrderStatus:
            await Order.all().update(status=old)
            expected = [] if can_become(old, new) else ["CONFLICT"]
            assert await alliance.founder.codes(docs.STATUS, id=order, status=new.value) == expected, (old, new)
            topic = await Topic.get(id=(await Order.get()).topic_id)
            if not expected:
                assert topic.title.startswith(f"[{new.french}] ") or (await Order.get()).status != new


async def test_a_change_is_in_the_title_and_less_than_was_delivered_is_done(client: Client) -> None:
    alliance = await create_alliance(client, "Zoé", "Paco")
    order = await place(alliance, "Zoé", 1000, food=5)
    await alliance.players["Paco"].data(docs.SEND, input=docs.convoy(order, 700, 9))
    zoe = alliance.players["Zoé"]
    changed = (await zoe.data(docs.UPDATE, id=order, evolution="DOME", dueOn="2031-02-03"))["updateOrder"]
    assert (changed["evolution"], changed["dueOn"], changed["status"]) == ("DOME", "2031-02-03", "NEW")
    assert changed["topic"]["title"] == "[Nouvelle] -1 / -1 / Dôme / 1000 / 700 / 5 / 9 / 3 févr. 2031"
    assert (changed["foodRemaining"], changed["materialsRemaining"]) == (0, 300)
    done = (await zoe.data(docs.UPDATE, id=order, materials=700))["updateOrder"]
    assert (done["status"], done["foodDelivered"]) == ("DONE", 9)
    assert await zoe.codes(docs.UPDATE, id=order, materials=900) == ["CONFLICT"]


async def test_scores_sort_and_promote(client: Client) -> None:
    alliance = await create_alliance(client, "Zoé", "Paco", "Attila")
    # Equal censuses: a base share of a half each. Attila has none and no score.
    for pseudo in ("Zoé", "Paco"):
        await alliance.players[pseudo].data(docs.CENSUS, tag="FDR", census=docs.census())
    await Member.filter(pseudo="Zoé").update(accumulated_thousandths=5_000_500)
    orders = {
        "large": await place(alliance, "Zoé", 4000),
        "small": await place(alliance, "Zoé", 1000),
        "poor": await place(alliance, "Paco", 10),
        "none": await place(alliance, "Attila", 10),
        "future": await place(alliance, "Zoé", 1, dueOn="2999-01-01", deliverAfter="2999-01-01"),
    }
    names = {number: name for name, number in orders.items()}
    found = await listed(alliance)
    assert [(names[one["id"]], one["score"]) for one in found] == [
        ("future", 2499.75),
        ("small", 2000.25),
        ("large", 500.25),
        ("poor", -5.0),
        ("none", None),
    ]
    await set_status(alliance, orders["small"], "IN_PROGRESS")
    for name in ("poor", "large", "none", "future"):
        await set_status(alliance, orders[name], "WAITING")
    assert [names[one["id"]] for one in await listed(alliance, "IN_PROGRESS")] == ["small"]
    # One ends, the waiting one with the highest score goes, none before its date; the last one without a score.
    for ended, goes in (("small", "large"), ("large", "poor"), ("poor", "none"), ("none", None)):
        await set_status(alliance, orders[ended], "DONE")
        assert [names[one["id"]] for one in await listed(alliance, "IN_PROGRESS")] == ([goes] if goes else [])
    assert [names[one["id"]] for one in await listed(alliance, "WAITING")] == ["future"]


async def test_a_delivery_that_completes_promotes_too(client: Client) -> None:
    alliance = await create_alliance(client, "Zoé", "Paco")
    first, second = await place(alliance, "Zoé", 100), await place(alliance, "Paco", 100)
    await set_status(alliance, first, "IN_PROGRESS")
    await set_status(alliance, second, "WAITING")
    sent = (await alliance.players["Paco"].data(docs.SEND, input=docs.convoy(first, 100)))["sendConvoy"]
    assert {one["id"]: one["status"] for one in await listed(alliance)} == {first: "DONE", second: "IN_PROGRESS"}
    cancelled = (await alliance.players["Paco"].data(docs.CANCEL, id=sent["id"]))["cancelConvoy"]
    assert cancelled["order"] == {"status": "IN_PROGRESS", "materialsDelivered": 0}


async def test_an_order_is_late_from_the_day_after(client: Client) -> None:
    alliance = await create_alliance(client, "Zoé")
    today = datetime.now(UTC).date()
    for days, late in ((-1, True), (0, False), (1, False)):
        due = today + timedelta(days=days)
        order = await place(alliance, "Zoé", 10)
        await Order.filter(id=parse_global_id(order)[1]).update(due_on=due)
        (found,) = [one for one in await listed(alliance) if one["id"] == order]
        assert found["isLate"] is late
    (late_one,) = [one for one in await listed(alliance) if one["isLate"]]
    assert (await set_status(alliance, late_one["id"], "DONE"))["isLate"] is False


def day(days: int) -> str:
    """So many days from today, in UTC."""
    return (datetime.now(UTC).date() + timedelta(days=days)).isoformat()


@pytest.mark.parametrize(
    ("days", "field"),
    [
        ({"dueOn": day(-1)}, "dueOn"),
        ({"dueOn": day(3), "deliverAfter": day(4)}, "deliverAfter"),
        ({"dueOn": day(0), "deliverAfter": day(0)}, None),
    ],
)
async def test_the_days_of_an_order_are_ahead_and_in_order(
    client: Client, days: dict[str, str], field: str | None
) -> None:
    alliance = await create_alliance(client, "Zoé")
    expected = [] if field is None else [{"code": "BAD_INPUT", "field": field}]
    answer = await alliance.players["Zoé"].ask(docs.PLACE, input={**docs.order("FDR"), **days})
    assert [error["extensions"] for error in answer.get("errors", ())] == expected
    order = await place(alliance, "Zoé")
    answer = await alliance.players["Zoé"].ask(docs.UPDATE, id=order, **days)
    assert [error["extensions"] for error in answer.get("errors", ())] == expected


async def test_an_order_whose_day_has_passed_is_still_changed_in_the_rest(client: Client) -> None:
    alliance = await create_alliance(client, "Zoé")
    order = await place(alliance, "Zoé")
    await Order.all().update(due_on=datetime.now(UTC).date() - timedelta(days=3))
    zoe = alliance.players["Zoé"]
    assert await zoe.codes(docs.UPDATE, id=order, materials=5) == []
    assert await zoe.codes(docs.UPDATE, id=order, deliverAfter=day(-3)) == []
    assert await zoe.codes(docs.UPDATE, id=order, deliverAfter=day(0)) == ["BAD_INPUT"]


async def test_a_bulk_change_has_an_error_a_row(client: Client) -> None:
    alliance = await create_alliance(client, "Zoé")
    other = await create_alliance(client, "Knut", tag="ABC")
    mine, deleted = await place(alliance, "Zoé", deliverAfter=day(1)), await place(alliance, "Zoé")
    theirs = await place(other, "Knut")
    await set_status(alliance, deleted, "DELETED")
    ids = [mine, deleted, theirs, global_id("Order", 2**31 - 1), global_id("Member", 1)]
    rows = (await alliance.founder.data(docs.STATUSES, ids=ids, status="WAITING"))["setOrderStatuses"]
    assert [row["orderId"] for row in rows] == ids
    assert [row["order"] and row["order"]["status"] for row in rows] == ["WAITING", None, None, None, None]
    codes = [row["error"] and row["error"]["code"] for row in rows]
    assert codes == [None, "CONFLICT", "NOT_FOUND", "NOT_FOUND", "BAD_INPUT"]
    assert "Supprimée" in rows[1]["error"]["message"]
    too_many = [mine] * 101
    assert await alliance.founder.codes(docs.STATUSES, ids=too_many, status="DONE") == ["BAD_INPUT"]


async def test_a_list_of_orders_costs_the_same_for_many(client: Client) -> None:
    alliance = await create_alliance(client, "Zoé", "Paco")
    counts = []
    for size in (1, 12):
        for _ in range(size):
            order = await place(alliance, "Zoé")
            await alliance.players["Paco"].data(docs.SEND, input=docs.convoy(order, 10))
        async with statements() as seen:
            found = await listed(alliance)
        counts.append(len(seen))
    assert len(found) == 13
    assert counts[0] == counts[1] <= 12


async def test_orders_that_end_at_once_leave_one_in_progress(client: Client) -> None:
    alliance = await create_alliance(client, "Zoé", "Paco")
    running = [await place(alliance, "Zoé", 10) for _ in range(4)]
    waiting = [await place(alliance, "Paco", 10) for _ in range(3)]
    for order in waiting:
        await set_status(alliance, order, "WAITING")
    for order in running:
        await set_status(alliance, order, "IN_PROGRESS")
    ends = [alliance.players["Paco"].codes(docs.SEND, input=docs.convoy(order, 10)) for order in running[:2]]
    ends += [alliance.founder.codes(docs.STATUS, id=order, status="DONE") for order in running[2:]]
    assert await asyncio.gather(*ends) == [[]] * 4
    statuses = sorted(one["status"] for one in await listed(alliance))
    assert statuses == ["DONE"] * 4 + ["IN_PROGRESS"] + ["WAITING"] * 2


async def test_deliveries_at_once_are_all_counted(client: Client) -> None:
    alliance = await create_alliance(client, "Zoé", "Paco")
    orders = [await place(alliance, "Zoé", 100_000) for _ in range(3)]
    for order in orders[1:]:
        await set_status(alliance, order, "WAITING")
    await set_status(alliance, orders[0], "IN_PROGRESS")
    senders = [alliance.players["Paco"], alliance.players["Zoé"], alliance.founder]
    work = [
        sender.codes(docs.SEND, input=docs.convoy(order, 1 + number))
        for number in range(4)
        for order in orders
        for sender in senders
    ]
    work += [alliance.founder.codes(docs.STATUS, id=orders[0], status="DONE")]
    assert await asyncio.gather(*work) == [[]] * 37
    found = await listed(alliance)
    assert [one["materialsDelivered"] for one in found] == [30, 30, 30]
    assert all(sum(convoy["materials"] for convoy in one["convoys"]) == 30 for one in found)
    for one in found:
        assert f"/ 100000 / {one['materialsDelivered']} /" in one["topic"]["title"]
