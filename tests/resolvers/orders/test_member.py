"""What a member asked for, sent and was sent: newest first, for those who may look in, in a few statements."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from domain.orders.order import OrderStatus
from engine.operation.node import parse_global_id
from models.alliance.member import Member
from models.forum.topic import Topic
from models.orders.convoy import Convoy
from models.orders.order import Order
from tests.documents import alliance as docs
from tests.wire.client import Client
from tests.wire.statements import statements
from tests.worlds import world
from tests.worlds.alliance import CreatedAlliance, create_alliance, housed, lose_key, place, set_status
from tests.worlds.rights import administrator, plant, send, some_players

NOW = datetime.now(UTC).replace(second=0, microsecond=0)
CONVOYS = "{ totalCount edges { node { id materials isCancelled order { id } sender { pseudo } } } }"
OF_MEMBER = f"""query($id: ID!, $status: [OrderStatus!]) {{ node(id: $id) {{ ... on Member {{
    orders(status: $status) {{ totalCount edges {{ node {{ id status score }} }} }}
    convoysSent {CONVOYS} convoysReceived {CONVOYS} }} }} }}"""
LISTS = ("orders", "convoysSent", "convoysReceived")
NOTHING: dict[str, Any] = {name: {"totalCount": 0, "edges": []} for name in LISTS}


async def _of(reader: Client, member: str, **values: Any) -> dict[str, Any]:
    found: dict[str, Any] = (await reader.data(OF_MEMBER, id=member, **values))["node"]
    return found


def _ids(page: dict[str, Any]) -> list[str]:
    assert page["totalCount"] == len(page["edges"])
    return [edge["node"]["id"] for edge in page["edges"]]


async def _send(alliance: CreatedAlliance, pseudo: str, order: str, materials: int, arrives: str) -> str:
    made = await alliance.players[pseudo].data(docs.SEND, input=docs.convoy(order, materials, arrives=arrives))
    sent: str = made["sendConvoy"]["id"]
    return sent


async def _world(client: Client) -> tuple[CreatedAlliance, list[str], list[str]]:
    """Zoé asked three times, and got two convoys of Paco; the one that arrives last was sent first."""
    alliance = await create_alliance(client, "Zoé", "Paco")
    orders = [await place(alliance, "Zoé", 100) for _ in range(3)]
    for number, order in enumerate(orders):  # Placed in another order than they were written in.
        await Order.filter(id=parse_global_id(order)[1]).update(created_at=NOW - timedelta(days=(2, 3, 1)[number]))
    sent = [
        await _send(alliance, "Paco", orders[0], 60, "2031-01-01T10:00:00Z"),
        await _send(alliance, "Paco", orders[1], 50, "2030-01-01T10:00:00Z"),
    ]
    return alliance, orders, sent


async def test_each_list_is_whole_and_newest_first(client: Client) -> None:
    alliance, orders, sent = await _world(client)
    zoe = await _of(alliance.players["Paco"], alliance.ids["Zoé"])
    assert _ids(zoe["orders"]) == [orders[2], orders[0], orders[1]]
    assert _ids(zoe["convoysSent"]) == []
    assert _ids(zoe["convoysReceived"]) == sent
    paco = await _of(alliance.players["Zoé"], alliance.ids["Paco"])
    assert _ids(paco["orders"]) == _ids(paco["convoysReceived"]) == []
    assert _ids(paco["convoysSent"]) == sent[::-1]
    assert [edge["node"]["order"]["id"] for edge in paco["convoysSent"]["edges"]] == [orders[1], orders[0]]


async def test_orders_are_of_the_states_that_are_asked_for(client: Client) -> None:
    alliance, orders, _ = await _world(client)
    await set_status(alliance, orders[0], "CANCELLED")
    for states, expected in ((["CANCELLED"], orders[:1]), (["CANCELLED", "WAITING"], orders[:1]), ([], [])):
        assert _ids((await _of(alliance.founder, alliance.ids["Zoé"], status=states))["orders"]) == expected
    others = [status.value for status in OrderStatus if status != "CANCELLED"]
    assert set(_ids((await _of(alliance.founder, alliance.ids["Zoé"], status=others))["orders"])) == set(orders[1:])


async def test_both_halves_of_a_cancelled_convoy_say_so(client: Client) -> None:
    alliance, _, sent = await _world(client)
    await alliance.players["Paco"].data(docs.CANCEL, id=sent[0])
    nodes = [edge["node"] for edge in (await _of(alliance.founder, alliance.ids["Paco"]))["convoysSent"]["edges"]]
    assert [(one["materials"], one["isCancelled"]) for one in nodes] == [(-60, True), (50, False), (60, True)]


async def test_what_lies_in_a_deleted_topic_is_in_no_list(client: Client) -> None:
    alliance, orders, sent = await _world(client)
    await Topic.filter(order__materials_delivered=60).update(deleted_at=NOW)
    zoe = await _of(alliance.founder, alliance.ids["Zoé"])
    assert (_ids(zoe["orders"]), _ids(zoe["convoysReceived"])) == ([orders[2], orders[1]], sent[1:])


async def test_a_score_is_for_those_who_administer_here_too(client: Client) -> None:
    alliance, _, _ = await _world(client)
    await alliance.players["Zoé"].data(docs.CENSUS, tag="FDR", census=docs.census())
    for reader, told in ((alliance.founder, True), (alliance.players["Paco"], False)):
        edges = (await _of(reader, alliance.ids["Zoé"]))["orders"]["edges"]
        assert [edge["node"]["score"] is not None for edge in edges] == [told] * 3


@pytest.mark.parametrize("who", ["seatless", "stranger", "staff"])
async def test_who_may_not_look_into_the_alliance_gets_nothing(client: Client, who: str) -> None:
    """Whoever holds a place without a topic is shown their own row, and no more of it than elsewhere."""
    alliance, _, _ = await _world(client)
    reader = await client.as_user(await world.user("game_master" if who == "staff" else "player"))
    if who == "seatless":
        await Member.filter(pseudo="Paco").update(topic_id=None)
        reader = alliance.players["Paco"]
        assert await _of(reader, alliance.ids["Paco"]) == NOTHING
    found = (await reader.data(OF_MEMBER, id=alliance.ids["Zoé"]))["node"]
    assert found is None if who != "staff" else all(found[name]["totalCount"] for name in ("orders", "convoysReceived"))


async def test_a_lost_key_refuses_each_list_by_itself(client: Client) -> None:
    mother, _ = await housed(client)
    await lose_key()
    lists = " ".join(f"{name} {{ totalCount }}" for name in ("censuses", *LISTS))
    compare = f"""query($rows: [MemberSyncInput!]!) {{ compareMembers(allianceTag: "FDR", members: $rows) {{
        departures {{ pseudo {lists} }} }} }}"""
    answer = await mother.founder.ask(compare, rows=[docs.row("Reine"), docs.row("Paco")])
    (zoe,) = answer["data"]["compareMembers"]["departures"]
    assert zoe == {"pseudo": "Zoé", "censuses": None, **dict.fromkeys(LISTS)}
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["ALLIANCE_KEY_MISSING"] * 4


LISTED = f"""query($tag: String!) {{ alliance(tag: $tag) {{ members {{
    orders(first: 5) {{ totalCount edges {{ node {{ id score topic {{ title }} }} }} }}
    convoysSent(first: 5) {CONVOYS} convoysReceived(first: 5) {CONVOYS}
    censuses(first: 5) {{ totalCount edges {{ node {{ tdc }} }} }} }} }} }}"""


async def test_200_members_take_no_statement_each(client: Client) -> None:
    counts = []
    for size in (2, 40, 200):
        planted = await plant(some_players(size, NOW), NOW)
        await send(planted, [(place, (place + 1) % size, 5, NOW) for place in range(size)])
        reader = await administrator(client, planted)
        async with statements() as seen:
            rows = (await reader.data(LISTED, tag=planted.alliance.tag))["alliance"]["members"]
        assert [row[name]["totalCount"] for row in rows for name in (*LISTS, "censuses")] == [1] * size * 4
        counts.append(len(seen))
    # Four lists, of up to 50 members a statement.
    assert (counts[1] - counts[0], counts[2] - counts[0]) == (0, 4 * 3)
    assert counts[0] <= 26
    assert await Convoy.all().count() == 242


async def test_an_order_of_a_list_leads_to_its_member_and_convoys(client: Client) -> None:
    alliance, orders, sent = await _world(client)
    query = """query($id: ID!) { node(id: $id) { ... on Member { orders(last: 2) { edges { node {
        id requester { pseudo } convoys { id order { id } } } } } } } }"""
    edges = (await alliance.founder.data(query, id=alliance.ids["Zoé"]))["node"]["orders"]["edges"]
    assert [edge["node"]["id"] for edge in edges] == [orders[0], orders[1]]
    for edge, convoy in zip(edges, sent, strict=True):
        assert edge["node"]["requester"] == {"pseudo": "Zoé"}
        assert edge["node"]["convoys"] == [{"id": convoy, "order": {"id": edge["node"]["id"]}}]
