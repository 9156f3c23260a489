"""One alliance from its founding to a delivered order, over HTTP, as its members would live it."""

from engine.operation.node import global_id
from tests.documents import alliance as docs
from tests.wire.client import Client
from tests.worlds import world


async def test_from_founding_to_a_delivered_order(client: Client) -> None:
    owner = await world.user(name="mab")
    mab = await client.as_user(owner)
    made = (await mab.data(docs.CREATE, tag="FDR", name="Fourmis de Rivoli"))["createAlliance"]
    assert [section["kind"] for section in made["sections"]] == ["DISCUSSION", "MEMBERS", "ORDERS", "VAULT"]
    assert made["members"] == [{"pseudo": "mab", "canAdminister": True, "user": {"username": "mab"}}]

    rows = [docs.row("mab", 500), docs.row("Zoé", 793800, playerId=7, x=299, y=113), docs.row("Paco", 10, x=-1, y=-1)]
    members = (await mab.data(docs.SYNC, tag="fdr", members=rows))["syncMembers"]
    assert [member["pseudo"] for member in members] == ["mab", "Paco", "Zoé"]
    titles = {member["pseudo"]: member["topic"]["title"] for member in members}
    assert titles["Zoé"].startswith("Zoé / 7 / 299 / 113 / 0 / Exact / 793800 / ")
    assert titles["Zoé"].endswith(" / 0.000")
    assert titles["Paco"].startswith("Paco / -1 / -1 / -1 / 0 / Exact / 10 / ")
    assert titles["mab"].startswith("mab / -1 / -1 / -1 / 0 / Exact / 500 / ")

    user = await world.user(name="zoe")
    zoe = await client.as_user(user)
    claimed = (await zoe.data(docs.CLAIM, tag="FDR", pseudo="zoé"))["claimMember"]
    confirmed = (await mab.data(docs.CONFIRM, id=claimed["memberId"], user=global_id("User", user.id)))["confirmMember"]
    assert confirmed == {"pseudo": "Zoé", "canAdminister": False, "user": {"username": "zoe"}}

    units = [{"name": "Naine d’Elite", "count": 7}]
    census = (await zoe.data(docs.CENSUS, tag="FDR", census=docs.census(units=units)))["submitCensus"]
    assert census["levels"] == docs.TRIO
    assert (census["food"], census["materials"], census["tdc"], census["units"]) == (1, 2, 800, units)
    page = (await mab.data(docs.MEMBERS, tag="FDR"))["alliance"]["members"]
    assert {member["pseudo"]: member["census"] for member in page} == {"mab": None, "Paco": None, "Zoé": {"tdc": 800}}

    wish = docs.order("FDR", 5000, evolution="DOME", deliverAfter="2029-12-31")
    placed = (await zoe.data(docs.PLACE, input=wish))["placeOrder"]
    assert (placed["status"], placed["materialsRemaining"], placed["requester"]) == ("NEW", 5000, {"pseudo": "Zoé"})
    assert placed["topic"]["title"] == "[Nouvelle] 299 / 113 / Dôme / 5000 / 0 / 0 / 0 / 1 janv. 2030 / 31 déc. 2029"
    assert placed["score"] is None, "it would tell what she has accumulated"
    (ordered,) = (await mab.data(docs.ORDERS, tag="FDR"))["alliance"]["orders"]
    assert ordered["score"] == -5000.0

    sent = (await mab.data(docs.SEND, input=docs.convoy(placed["id"], 1200)))["sendConvoy"]
    assert (sent["sender"], sent["recipient"]) == ({"pseudo": "mab"}, {"pseudo": "Zoé"})
    await mab.data(docs.SEND, input=docs.convoy(placed["id"], 3900, arrives="2030-01-02T10:00:00Z"))
    (done,) = (await zoe.data(docs.ORDERS, tag="FDR"))["alliance"]["orders"]
    assert (done["status"], done["materialsDelivered"], done["materialsRemaining"]) == ("DONE", 5100, 0)
    assert "[Terminée] 299 / 113 / Dôme / 5000 / 5100 /" in done["topic"]["title"]

    cancelled = (await mab.data(docs.CANCEL, id=sent["id"]))["cancelConvoy"]
    assert cancelled["isCancelled"]
    assert cancelled["order"] == {"status": "IN_PROGRESS", "materialsDelivered": 3900}
    under_way = (await zoe.data(docs.UNDER_WAY, tag="FDR"))["alliance"]["convoysUnderWay"]
    assert [convoy["materials"] for convoy in under_way] == [3900]
