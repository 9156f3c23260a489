"""Live harvests and orders: to those who may look into the alliance, as long as they may."""

import json
from datetime import UTC, datetime

from models.alliance.member import Member
from models.rights.harvest_run import harvest
from tests.documents import alliance as docs
from tests.wire.client import Client
from tests.wire.live import Subscriber, socket, start, subscribed
from tests.worlds import world
from tests.worlds.rights import plant, some_players

RIGHTS = "subscription($tag: String!) { rightsUpdated(allianceTag: $tag) { outcome missingCensus } }"
ORDERS = "subscription($tag: String!) { orderUpdated(allianceTag: $tag) { id status materialsRequested } }"


async def test_a_harvest_is_told_to_members_with_a_topic_as_long_as_they_have_it(client: Client) -> None:
    now = datetime.now(UTC).replace(second=0, microsecond=0)
    planted = await plant(some_players(2, now), now, now)
    user = await world.user()
    await Member.filter(id=planted.members[0].id).update(user=user)
    member, tag = await client.as_user(user), planted.alliance.tag
    async with subscribed(member, RIGHTS, tag=tag) as subscriber:
        await harvest(planted.alliance.id, now)
        told = (await subscriber.message())["payload"]["data"]["rightsUpdated"]
        assert told == {"outcome": "APPLIED", "missingCensus": []}
        await Member.filter(id=planted.members[0].id).update(left_at=now)
        planted.alliance.next_harvest_at = now.replace(year=now.year - 1)
        await planted.alliance.save()
        await harvest(planted.alliance.id, datetime.now(UTC))
        assert await subscriber.hears_nothing()


async def test_an_order_is_told_when_it_is_placed_and_when_it_changes(client: Client) -> None:
    mab = await client.as_user(await world.user(name="mab"))
    await mab.data(docs.CREATE, tag="FDR", name="Fourmis de Rivoli")
    async with subscribed(mab, ORDERS, tag="fdr") as subscriber:
        placed = (await mab.data(docs.PLACE, input=docs.order("FDR", 5000)))["placeOrder"]
        first = (await subscriber.message())["payload"]["data"]["orderUpdated"]
        assert first == {"id": placed["id"], "status": "NEW", "materialsRequested": 5000}
        await mab.data(docs.STATUS, id=placed["id"], status="CANCELLED")
        assert (await subscriber.message())["payload"]["data"]["orderUpdated"]["status"] == "CANCELLED"


async def test_nobody_else_listens(client: Client) -> None:
    mab = await client.as_user(await world.user(name="mab"))
    await mab.data(docs.CREATE, tag="FDR", name="Fourmis de Rivoli")
    stranger = await client.as_user(await world.user())
    cases = ((client, "FDR", "UNAUTHENTICATED"), (stranger, "FDR", "FORBIDDEN"), (stranger, "RDF", "NOT_FOUND"))
    for asker, tag, code in cases:
        for query in (RIGHTS, ORDERS):
            async with socket(asker) as connection:
                await start(connection, query, tag=tag)
                assert code in json.dumps(await Subscriber(connection).message()), (tag, query)
