"""Everything that members and administrators do, all at once: nothing waits for itself, and the books balance."""

import asyncio
from datetime import UTC, datetime, timedelta

from models.alliance.alliance import Alliance
from models.alliance.member import Member
from models.forum.topic import Topic
from models.orders.convoy import Convoy
from models.orders.order import Order
from models.rights.harvest_run import harvest
from tests.documents import alliance as docs
from tests.documents.forum import CREATE_POST
from tests.wire.client import Client
from tests.worlds.alliance import create_alliance, place


async def test_a_rush(client: Client) -> None:
    alliance = await create_alliance(client, "Zoé", "Paco", "Attila")
    players, founder = list(alliance.players.values()), alliance.founder
    orders = [await place(alliance, pseudo, 500) for pseudo in ("Zoé", "Paco", "Attila")]
    rows = [docs.row(pseudo, 1000 + number) for number, pseudo in enumerate(alliance.users)]
    slot = datetime.now(UTC).replace(second=0, microsecond=0)
    await Alliance.all().update(next_harvest_at=slot - timedelta(hours=1))
    row = await Alliance.get()
    work = []
    for turn in range(3):
        work += [player.codes(docs.CENSUS, tag="FDR", census=docs.census()) for player in players]
        work += [player.codes(docs.SEND, input=docs.convoy(order, 60 + turn)) for player in players for order in orders]
        work += [founder.codes(docs.SYNC, tag="FDR", members=[{**one, "tdc": one["tdc"] + turn} for one in rows])]
        work += [founder.codes(docs.RANK, id=number, rank=f"Rang {turn}") for number in alliance.ids.values()]
        work += [founder.codes(docs.STATUSES, ids=orders, status="WAITING")]
        for pseudo, topic in alliance.topics.items():
            work.append(alliance.players[pseudo].codes(CREATE_POST, input={"topicId": topic, "body": "Bonjour"}))
    harvests = asyncio.gather(*(harvest(row.id, slot) for _ in range(3)))
    codes = await asyncio.gather(*work)
    await harvests
    assert all(code == [] for code in codes), codes
    for order in await Order.all():
        convoys = await Convoy.filter(order_id=order.id)
        assert order.materials_delivered == sum(convoy.materials for convoy in convoys) == 4 * (60 + 61 + 62)
        assert f"/ 500 / {order.materials_delivered} /" in (await Topic.get(id=order.topic_id)).title
    for member in await Member.all():
        assert " / Rang " in (await Topic.get(id=member.topic_id)).title
