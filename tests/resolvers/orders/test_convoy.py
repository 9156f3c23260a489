"""Sending and cancelling: bounds, who may, pairs that cancel, and what is under way."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from domain.orders.convoy import Convoy, read_convoy
from models.orders.convoy import Convoy as ConvoyRow
from tests.documents import alliance as docs
from tests.wire.client import Client
from tests.worlds import world
from tests.worlds.alliance import create_alliance, listed, place, set_status


async def test_the_post_is_the_canonical_text(client: Client) -> None:
    alliance = await create_alliance(client, "Zoé", "Paco")
    order = await place(alliance, "Zoé")
    arrival = (datetime.now(UTC) + timedelta(hours=2)).replace(second=17, microsecond=0)
    sent = await alliance.players["Paco"].data(docs.SEND, input=docs.convoy(order, 1234, 5, arrival.isoformat()))
    minute = arrival.replace(second=0) + timedelta(minutes=1)
    assert sent["sendConvoy"]["arrivesAt"] == minute.isoformat().replace("+00:00", "Z")
    topic = (
        "query($id: ID!) { node(id: $id) { ... on Order { topic { posts { edges { node { body authorName } } } } } } }"
    )
    (post,) = (await alliance.founder.data(topic, id=order))["node"]["topic"]["posts"]["edges"]
    assert post["node"]["authorName"] == "Paco"
    assert post["node"]["body"].startswith("- Vous allez livrer 5 nourritures et 1 234 materiaux à Zoé dans ")
    assert read_convoy(post["node"]["body"]) == Convoy("Zoé", 5, 1234, minute)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"materials": -1}, "materials"),
        ({"food": -1}, "food"),
        ({"materials": 0}, "materials"),
        ({"materials": 10**12 + 1}, "materials"),
        ({"food": 10**12 + 1}, "food"),
        ({"arrivesAt": "2999-12-31T23:59:01Z"}, "arrivesAt"),
        ({"arrivesAt": "9999-12-31T23:59:59Z"}, "arrivesAt"),
        ({"arrivesAt": "1999-12-31T23:59:59Z"}, "arrivesAt"),
    ],
)
async def test_bounds(client: Client, values: dict[str, Any], field: str) -> None:
    alliance = await create_alliance(client, "Zoé")
    order = await place(alliance, "Zoé")
    answer = await alliance.founder.ask(docs.SEND, input={**docs.convoy(order), **values})
    assert [error["extensions"] for error in answer["errors"]] == [{"code": "BAD_INPUT", "field": field}]


async def test_what_was_called_off_takes_nothing_and_what_is_done_takes_more(client: Client) -> None:
    alliance = await create_alliance(client, "Zoé")
    order = await place(alliance, "Zoé")
    for status, codes in (("CANCELLED", ["CONFLICT"]), ("WAITING", []), ("DONE", []), ("DELETED", ["CONFLICT"])):
        await set_status(alliance, order, status)
        assert await alliance.founder.codes(docs.SEND, input=docs.convoy(order, 10)) == codes
    assert await ConvoyRow.all().count() == 2


async def test_cancelling_twice_and_cancelling_a_counter_entry(client: Client) -> None:
    alliance = await create_alliance(client, "Zoé", "Paco")
    paco = alliance.players["Paco"]
    order = await place(alliance, "Zoé")
    sent = [(await paco.data(docs.SEND, input=docs.convoy(order, 400)))["sendConvoy"]["id"] for _ in range(2)]
    assert (await paco.data(docs.CANCEL, id=sent[0]))["cancelConvoy"]["isCancelled"]
    assert await paco.codes(docs.CANCEL, id=sent[0]) == ["CONFLICT"]
    (found,) = await listed(alliance)
    entries = found["convoys"]
    assert [(entry["materials"], entry["isCancelled"]) for entry in entries] == [
        (400, True),
        (400, False),
        (-400, True),
    ]
    assert found["materialsDelivered"] == 400
    assert await paco.codes(docs.CANCEL, id=entries[2]["id"]) == ["CONFLICT"]
    assert (await paco.data(docs.CANCEL, id=sent[1]))["cancelConvoy"]["order"]["materialsDelivered"] == 0


async def test_an_administrator_cancels_in_the_senders_name(client: Client) -> None:
    alliance = await create_alliance(client, "Zoé", "Paco", "Attila")
    order = await place(alliance, "Zoé")
    sent = (await alliance.players["Paco"].data(docs.SEND, input=docs.convoy(order, 400)))["sendConvoy"]["id"]
    assert await alliance.players["Attila"].codes(docs.CANCEL, id=sent) == ["FORBIDDEN"]
    await alliance.founder.data(docs.CANCEL, id=sent)
    senders = [row.sender.pseudo for row in await ConvoyRow.all().prefetch_related("sender")]
    assert senders == ["Paco", "Paco"]


async def test_under_way_soonest_first_without_pairs_and_arrivals(client: Client) -> None:
    alliance = await create_alliance(client, "Zoé", "Paco")
    other = await create_alliance(client, "Knut", tag="ABC")
    order = await place(alliance, "Zoé")
    foreign = await place(other, "Knut")
    await other.founder.data(docs.SEND, input=docs.convoy(foreign, 1))
    now = datetime.now(UTC)
    for hours, materials in ((5, 50), (-1, 10), (2, 20), (3, 30)):
        arrival = (now + timedelta(hours=hours)).isoformat()
        sent = await alliance.founder.data(docs.SEND, input=docs.convoy(order, materials, arrives=arrival))
        if materials == 30:
            await alliance.founder.data(docs.CANCEL, id=sent["sendConvoy"]["id"])
    found = (await alliance.players["Zoé"].data(docs.UNDER_WAY, tag="FDR"))["alliance"]["convoysUnderWay"]
    assert [convoy["materials"] for convoy in found] == [20, 50]
    assert {convoy["order"]["id"] for convoy in found} == {order}
    stranger = await client.as_user(await world.user())
    assert (await stranger.data(docs.UNDER_WAY, tag="FDR"))["alliance"]["convoysUnderWay"] == []
