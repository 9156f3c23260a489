"""Who may do what in an alliance, as one table: every mutation and every kind of row, for every kind of viewer."""

from collections.abc import Callable
from typing import Any

import pytest

from engine.operation.node import global_id
from models.alliance.member import Member
from tests.documents import alliance as docs
from tests.wire.client import Client
from tests.worlds import world
from tests.worlds.alliance import CreatedAlliance, create_alliance

VIEWERS = ("member", "administrator", "topicless", "other_administrator", "staff", "anonymous")
OK, NO, NONE, WHO = [], ["FORBIDDEN"], ["NOT_FOUND"], ["UNAUTHENTICATED"]  # type: ignore[var-annotated]


class Scene:
    """An alliance with an order by Zoé and a convoy by Paco to it, and everybody who looks at it."""

    def __init__(self, alliance: CreatedAlliance, order: str, convoy: str, users: dict[str, str]) -> None:
        self.alliance, self.order, self.convoy, self.users = alliance, order, convoy, users


Variables = Callable[[Scene], dict[str, Any]]
# In the order of VIEWERS; the member is neither the order's requester nor the convoy's sender.
TABLE: dict[str, tuple[str, Variables, list[list[str]]]] = {
    "syncMembers": (
        docs.SYNC,
        lambda s: {"tag": "FDR", "members": [docs.row(pseudo) for pseudo in s.alliance.users]},
        [NO, OK, NO, NO, NO, WHO],
    ),
    "claimMember": (
        docs.CLAIM,
        lambda _: {"tag": "FDR", "pseudo": "Libre"},
        [["CONFLICT"], OK, ["CONFLICT"], OK, OK, WHO],
    ),
    "confirmMember": (
        docs.CONFIRM,
        lambda s: {"id": s.users["free"], "user": s.users["claimant"]},
        [NO, OK, NO, NONE, NO, WHO],
    ),
    "declineClaim": (
        docs.DECLINE,
        lambda s: {"id": s.users["free"], "user": s.users["claimant"]},
        [NO, OK, NO, NONE, NO, WHO],
    ),
    "releaseMember": (docs.RELEASE, lambda s: {"id": s.alliance.ids["Zoé"]}, [NO, OK, NO, NONE, NO, WHO]),
    "updateMemberRank": (
        docs.RANK,
        lambda s: {"id": s.alliance.ids["Zoé"], "rank": "Chef"},
        [NO, OK, NO, NONE, NO, WHO],
    ),
    "submitCensus": (docs.CENSUS, lambda _: {"tag": "FDR", "census": docs.census()}, [OK, OK, NO, NO, NO, WHO]),
    "placeOrder": (docs.PLACE, lambda _: {"input": docs.order("FDR")}, [OK, OK, NO, NO, NO, WHO]),
    "updateOrder": (docs.UPDATE, lambda s: {"id": s.order, "materials": 5}, [NO, OK, NO, NONE, NO, WHO]),
    "setOrderStatus": (docs.STATUS, lambda s: {"id": s.order, "status": "CANCELLED"}, [NO, OK, NO, NONE, NO, WHO]),
    "sendConvoy": (docs.SEND, lambda s: {"input": docs.convoy(s.order, 7)}, [OK, OK, NO, NONE, NO, WHO]),
    "cancelConvoy": (docs.CANCEL, lambda s: {"id": s.convoy}, [NO, OK, NO, NONE, NO, WHO]),
}


async def scene(client: Client) -> tuple[Scene, dict[str, Client]]:
    alliance = await create_alliance(client, "Zoé", "Paco", "Attila", "Sans Sujet")
    rows = [docs.row(pseudo) for pseudo in (*alliance.users, "Libre")]
    await alliance.founder.data(docs.SYNC, tag="FDR", members=rows)
    order = (await alliance.players["Zoé"].data(docs.PLACE, input=docs.order("FDR")))["placeOrder"]["id"]
    await alliance.players["Zoé"].data(docs.CENSUS, tag="FDR", census=docs.census())
    convoy = (await alliance.players["Paco"].data(docs.SEND, input=docs.convoy(order)))["sendConvoy"]["id"]
    await Member.filter(pseudo="Sans Sujet").update(topic_id=None)
    other = await create_alliance(client, tag="ABC")
    viewers = {
        "member": alliance.players["Attila"],
        "administrator": alliance.founder,
        "topicless": alliance.players["Sans Sujet"],
        "other_administrator": other.founder,
        "staff": await client.as_user(await world.user("admin")),
        "anonymous": client,
    }
    free = global_id("Member", (await Member.get(pseudo="Libre")).id)
    claimant = await world.user()
    await (await client.as_user(claimant)).data(docs.CLAIM, tag="FDR", pseudo="Libre")
    return Scene(alliance, order, convoy, {"free": free, "claimant": global_id("User", claimant.id)}), viewers


@pytest.mark.parametrize("mutation", TABLE)
async def test_who_may_call(client: Client, mutation: str) -> None:
    document, variables, expected = TABLE[mutation]
    place, viewers = await scene(client)
    codes = {}
    # The administrator last: what is done then is done.
    for name in sorted(VIEWERS, key="administrator".__eq__):
        codes[name] = await viewers[name].codes(document, **variables(place))
    assert codes == dict(zip(VIEWERS, expected, strict=True))


async def test_a_requester_ends_an_order_and_no_more(client: Client) -> None:
    place, _ = await scene(client)
    zoe = place.alliance.players["Zoé"]
    for status in ("WAITING", "IN_PROGRESS"):
        assert await zoe.codes(docs.STATUS, id=place.order, status=status) == NO
    assert await zoe.codes(docs.UPDATE, id=place.order, materials=5000) == OK
    for status in ("CANCELLED", "DELETED"):
        assert await zoe.codes(docs.STATUS, id=place.order, status=status) == OK


NODE = """query($id: ID!) { node(id: $id) { __typename
    ... on Member { pseudo } ... on Census { tdc } ... on Order { score } ... on Convoy { food } } }"""


async def test_rows_are_there_for_members_with_a_topic_and_for_staff(client: Client) -> None:
    place, viewers = await scene(client)
    member = "query($id: ID!) { node(id: $id) { ... on Member { census { id } } } }"
    census = (await place.alliance.founder.data(member, id=place.alliance.ids["Zoé"]))["node"]["census"]["id"]
    for row in (place.alliance.ids["Zoé"], census, place.order, place.convoy):
        seen = {name: (await viewer.data(NODE, id=row))["node"] is not None for name, viewer in viewers.items()}
        assert [name for name in VIEWERS if seen[name]] == ["member", "administrator", "staff"]


async def test_a_demoted_administrator_administers_no_more_at_the_next_request(client: Client) -> None:
    place, _ = await scene(client)
    zoe = place.alliance.players["Zoé"]
    await place.alliance.founder.data(docs.RANK, id=place.alliance.ids["Zoé"], admin=True)
    assert await zoe.codes(docs.RANK, id=place.alliance.ids["Zoé"], rank="Chef") == OK
    await place.alliance.founder.data(docs.RANK, id=place.alliance.ids["Zoé"], admin=False)
    assert await zoe.codes(docs.RANK, id=place.alliance.ids["Zoé"], rank="Chef") == NO
