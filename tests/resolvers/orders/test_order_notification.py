"""Who is told of orders and convoys, in which words, and in whose place; a claim is told to those who answer it."""

from typing import Any

import pytest

from engine.operation.node import global_id, parse_global_id
from models.live.notification import Notification
from models.orders.order import Order
from tests.documents import alliance as docs
from tests.documents.forum import CREATE_POST, DELETE_POST, FOLLOW_TOPIC
from tests.wire.client import Client
from tests.worlds import world
from tests.worlds.alliance import CreatedAlliance, create_alliance, place, set_status

NOTES = "{ notifications { edges { node { kind message post { id body } topic { id } } } } }"


async def told(player: Client, language: str = "fr") -> list[str]:
    """What a player reads, oldest first."""
    edges = (await player.ask(NOTES, language))["data"]["notifications"]["edges"]
    return [edge["node"]["message"] for edge in reversed(edges)]


async def notes(player: Client) -> list[dict[str, Any]]:
    return [edge["node"] for edge in (await player.data(NOTES))["notifications"]["edges"]]


@pytest.fixture
async def alliance(client: Client) -> CreatedAlliance:
    """Reine and Ivo administer, Zoé and Paco do not; nobody was told of anything yet."""
    made = await create_alliance(client, "Zoé", "Paco", "Ivo")
    await made.founder.data(docs.RANK, id=made.ids["Ivo"], admin=True)
    await Notification.all().delete()
    return made


async def test_an_order_is_told_to_those_who_decide_and_its_states_to_who_asked(alliance: CreatedAlliance) -> None:
    order = await place(alliance, "Zoé", 5000, food=1200)
    words = "FDR : Zoé passe une commande (1 200 nourritures, 5 000 matériaux)."
    assert {name: await told(player) for name, player in alliance.players.items()} == {
        "Reine": [words],
        "Ivo": [words],
        "Zoé": [],
        "Paco": [],
    }
    await set_status(alliance, order, "WAITING")
    await set_status(alliance, order, "DONE")
    assert await told(alliance.players["Zoé"]) == [
        "FDR : votre commande (1 200 nourritures, 5 000 matériaux) est en cours.",
        "FDR : votre commande (1 200 nourritures, 5 000 matériaux) est terminée.",
    ]
    (done, _) = await notes(alliance.players["Zoé"])
    assert done["kind"] == "ORDER"
    assert done["topic"] is not None


async def test_who_sets_a_state_is_not_told_of_it(alliance: CreatedAlliance) -> None:
    order = await place(alliance, "Zoé", evolution="DOME")
    await alliance.players["Zoé"].data(docs.STATUS, id=order, status="CANCELLED")
    assert await told(alliance.players["Zoé"]) == []
    other = await place(alliance, "Zoé", evolution="DOME")
    await set_status(alliance, other, "CANCELLED")
    assert await told(alliance.players["Zoé"], "en") == ["FDR: your order (Dôme) was cancelled."]


async def test_a_convoy_is_told_to_who_gets_it_with_its_post_and_not_as_a_post_besides(
    alliance: CreatedAlliance,
) -> None:
    zoe, paco = alliance.players["Zoé"], alliance.players["Paco"]
    order = await place(alliance, "Zoé", 9000)
    sent = (await paco.data(docs.SEND, input=docs.convoy(order, 5000, 12)))["sendConvoy"]
    (note,) = await notes(zoe)
    assert note["message"] == (
        "Paco vous envoie 12 nourritures et 5 000 matériaux, arrivée le 1 janv. 2030 à 10h00 (UTC)."
    )
    assert note["post"]["body"].startswith("- Vous allez livrer 12 nourritures et 5 000 materiaux")
    await paco.data(docs.CANCEL, id=sent["id"])
    assert (await told(zoe))[1] == "Paco annule son convoi de 12 nourritures et 5 000 matériaux."
    assert await told(paco) == []


async def test_a_convoy_of_ones_own_and_one_that_is_gone_are_told_to_nobody(alliance: CreatedAlliance) -> None:
    zoe, paco = alliance.players["Zoé"], alliance.players["Paco"]
    order = await place(alliance, "Zoé", 9000)
    await zoe.data(docs.SEND, input=docs.convoy(order, 10))
    assert await told(zoe) == []
    await paco.data(docs.SEND, input=docs.convoy(order, 20))
    (note,) = await notes(zoe)
    await paco.data(DELETE_POST, id=note["post"]["id"])
    assert await told(zoe) == []


async def test_a_new_post_names_the_order_and_the_member_and_never_their_titles(alliance: CreatedAlliance) -> None:
    zoe, paco = alliance.players["Zoé"], alliance.players["Paco"]
    topic = (await zoe.data(docs.PLACE.replace("topic { title }", "topic { id }"), input=docs.order("FDR", 5000)))[
        "placeOrder"
    ]["topic"]["id"]
    await paco.data(CREATE_POST, input={"topicId": topic, "body": "J'arrive"})
    await zoe.data(CREATE_POST, input={"topicId": alliance.topics["Zoé"], "body": "Bonjour"})
    await paco.data(CREATE_POST, input={"topicId": alliance.topics["Zoé"], "body": "Salut"})
    assert await told(zoe) == [
        "Paco a écrit dans la commande de Zoé (5 000 matériaux).",
        "Paco a écrit dans le sujet de Zoé.",
    ]
    assert [note["post"]["body"] for note in await notes(zoe)] == ["Salut", "J'arrive"]


async def test_a_muted_order_tells_of_its_convoys_and_of_no_post(alliance: CreatedAlliance) -> None:
    zoe, paco = alliance.players["Zoé"], alliance.players["Paco"]
    order = await place(alliance, "Zoé", 5000)
    topic = global_id("Topic", (await Order.get(id=parse_global_id(order)[1])).topic_id)
    await zoe.data(FOLLOW_TOPIC, topicId=topic, attention="MUTE")
    await paco.data(CREATE_POST, input={"topicId": topic, "body": "J'arrive"})
    assert await told(zoe) == []
    await paco.data(docs.SEND, input=docs.convoy(order, 20))
    assert [note["kind"] for note in await notes(zoe)] == ["ORDER"]


async def test_a_follower_of_a_members_topic_is_told_the_pseudo_alone(alliance: CreatedAlliance) -> None:
    zoe, paco = alliance.players["Zoé"], alliance.players["Paco"]
    await paco.data(FOLLOW_TOPIC, topicId=alliance.topics["Zoé"], attention="FOLLOW")
    await zoe.data(CREATE_POST, input={"topicId": alliance.topics["Zoé"], "body": "Bonjour"})
    assert await told(paco) == ["Zoé a écrit dans le sujet de Zoé."]


async def test_a_claim_is_told_once_to_those_who_answer_it(client: Client, alliance: CreatedAlliance) -> None:
    rows = [docs.row(pseudo) for pseudo in (*alliance.users, "Libre")]
    await alliance.founder.data(docs.SYNC, tag="FDR", members=rows)
    user = await world.user()
    stranger = await client.as_user(user)
    for _ in range(2):
        await stranger.data(docs.CLAIM, tag="FDR", pseudo="Libre")
    await stranger.data(docs.LEAVE, tag="FDR")
    await stranger.data(docs.CLAIM, tag="FDR", pseudo="Libre")
    words = [f"FDR : {user.username} demande la place de Libre."]
    assert await told(alliance.founder) == await told(alliance.players["Ivo"]) == words
    assert await told(alliance.players["Zoé"]) == []
