"""Posts are read where they are written, edited, deleted and restored; over HTTP, on both databases."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from domain.alliance.census import write_census
from domain.core.day import write_clock
from models.alliance.census.census import Census
from models.alliance.member import Member
from models.orders.convoy import Convoy
from models.orders.order import Order
from tests.documents import alliance as docs
from tests.documents.forum import (
    CREATE_POST,
    DELETE_POST,
    DELETE_TOPIC,
    MOVE_TOPIC,
    RESTORE_POST,
    RESTORE_TOPIC,
    UPDATE_POST,
    UPDATE_TOPIC,
    gid,
)
from tests.wire.client import Client
from tests.worlds import world
from tests.worlds.alliance import CreatedAlliance, create_alliance
from tests.worlds.dump import CENSUS as CENSUS_VALUE

TEXT = write_census(CENSUS_VALUE)
CONVOY = "- Vous allez livrer 0 nourritures et {} materiaux à {} dans 3J - Retour le 16 mars 2030 à 07h00"
SECTION_OF = "query($id: ID!) { node(id: $id) { ... on Topic { section { id } } } }"
NOTES = "{ notifications { edges { node { kind level message topic { id } } } } }"


async def post(player: Client, topic: str, body: str) -> str:
    made: str = (await player.data(CREATE_POST, input={"topicId": topic, "body": body}))["createPost"]["id"]
    return made


async def notes(player: Client) -> list[dict[str, Any]]:
    edges = (await player.data(NOTES))["notifications"]["edges"]
    return [edge["node"] for edge in edges if "ne se lit pas" in edge["node"]["message"]]


async def placed(alliance: CreatedAlliance, pseudo: str, materials: int = 1000) -> tuple[str, str]:
    """An order's own id and its topic's."""
    query = docs.PLACE.replace("topic { title }", "topic { id }")
    made = (await alliance.players[pseudo].data(query, input=docs.order(alliance.tag, materials)))["placeOrder"]
    return made["id"], made["topic"]["id"]


async def test_a_census_follows_its_post(client: Client) -> None:
    alliance = await create_alliance(client, "Zoé")
    zoe, moderator = alliance.players["Zoé"], await client.as_user(await world.user("moderator"))
    number = await post(zoe, alliance.topics["Zoé"], TEXT)
    assert (await Census.get()).tdc == 793800
    await zoe.data(UPDATE_POST, id=number, body=TEXT.replace("793 800", "800 000"))
    assert (await Census.get()).tdc == 800000
    await zoe.data(UPDATE_POST, id=number, body="Plus rien")
    assert await Census.all().count() == 0
    await zoe.data(UPDATE_POST, id=number, body=TEXT)
    await zoe.data(DELETE_POST, id=number)
    assert await Census.all().count() == 0
    await moderator.data(RESTORE_POST, id=number)
    assert (await Census.get()).couveuse == 3
    assert await notes(zoe) == []


async def test_a_line_that_fails_is_named_to_its_author_and_the_post_stays(client: Client) -> None:
    alliance = await create_alliance(client, "Zoé")
    zoe = alliance.players["Zoé"]
    number = await post(zoe, alliance.topics["Zoé"], TEXT.replace("cm²", "km²"))
    assert await Census.all().count() == 0
    (note,) = await notes(zoe)
    assert "ligne 3" in note["message"]
    assert "793 800 km²" in note["message"]
    assert (note["level"], note["topic"]["id"]) == ("WARNING", alliance.topics["Zoé"])
    topic = (await zoe.data(docs.POSTS, id=alliance.topics["Zoé"]))["topic"]
    assert [edge["node"]["id"] for edge in topic["posts"]["edges"]] == [number]
    # An edit that spoils a census takes it back.
    await zoe.data(UPDATE_POST, id=number, body=TEXT)
    assert await Census.all().count() == 1
    await zoe.data(UPDATE_POST, id=number, body=TEXT.replace("Couveuse: 3", "Couveuse: trois"))
    assert await Census.all().count() == 0
    assert len(await notes(zoe)) == 2


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("Couveuse: 3\n", "", "Ce recensement ne se lit pas : il y manque « Couveuse »."),
        ("\n--- Unités ---", "", "Elle va sous le titre « --- Unités --- », qui manque ou est ailleurs."),
        ("Couveuse: 3", "Couveuze: 3", "Ce nom n'est pas de cette partie du recensement."),
        ("Couveuse: 3", "Couveuse: -3", "Cette quantité ne peut pas être négative."),
        ("793 800 cm²", "793 800 km²", "Un terrain de chasse se compte en cm²."),
    ],
)
async def test_a_census_that_is_refused_says_why_in_its_topic_and_to_the_extension(
    client: Client, old: str, new: str, said: str
) -> None:
    alliance = await create_alliance(client, "Zoé")
    zoe, text = alliance.players["Zoé"], TEXT.replace(old, new)
    assert text != TEXT
    await post(zoe, alliance.topics["Zoé"], text)
    (note,) = await notes(zoe)
    assert note["kind"] == "CENSUS"
    assert note["message"].endswith(said)
    (error,) = (await zoe.ask(docs.CENSUS, tag="FDR", text=text))["errors"]
    assert (error["extensions"]["code"], error["message"]) == ("BAD_INPUT", note["message"])


async def test_a_convoy_without_a_year_arrives_soon(client: Client) -> None:
    alliance = await create_alliance(client, "Zoé", "Paco")
    _, topic = await placed(alliance, "Zoé")
    arrival = (datetime.now(UTC) + timedelta(days=2)).replace(second=0, microsecond=0)
    clock = write_clock(arrival).replace(f" {arrival.year} ", " ").replace("h", ":")
    await post(
        alliance.players["Paco"], topic, CONVOY.format("5.000", "Zoé").split(" - Retour")[0] + f" - Retour le {clock}"
    )
    convoy = await Convoy.get()
    assert (convoy.arrives_at, convoy.materials) == (arrival, 5000)


async def test_only_the_member_and_administrators_report(client: Client) -> None:
    alliance = await create_alliance(client, "Zoé", "Paco")
    await post(alliance.players["Paco"], alliance.topics["Zoé"], TEXT)
    assert await Census.all().count() == 0
    (note,) = await notes(alliance.players["Paco"])
    assert "Un recensement est publié par le membre du sujet" in note["message"]
    await post(alliance.founder, alliance.topics["Zoé"], TEXT)
    assert await Census.all().count() == 1
    await post(alliance.players["Zoé"], alliance.topics["Zoé"], "Bonjour\nNourriture pour tous")
    assert await notes(alliance.players["Zoé"]) == []


async def test_a_convoy_follows_its_post_and_so_does_its_order(client: Client) -> None:
    alliance = await create_alliance(client, "Zoé", "Paco")
    paco, moderator = alliance.players["Paco"], await client.as_user(await world.user("moderator"))
    _, topic = await placed(alliance, "Zoé", 1000)

    async def state() -> tuple[str, int, int]:
        order = await Order.get()
        return order.status, order.materials_delivered, await Convoy.all().count()

    number = await post(paco, topic, CONVOY.format("400", "Zoé"))
    assert await state() == ("NEW", 400, 1)
    row = await Convoy.get().prefetch_related("sender", "recipient")
    assert (row.sender.pseudo, row.recipient.pseudo) == ("Paco", "Zoé")
    await paco.data(UPDATE_POST, id=number, body=CONVOY.format("1 000", "zoé"))
    assert await state() == ("DONE", 1000, 1)
    assert (await Convoy.get()).id == row.id
    await paco.data(DELETE_POST, id=number)
    assert await state() == ("IN_PROGRESS", 0, 0)
    await moderator.data(RESTORE_POST, id=number)
    assert await state() == ("DONE", 1000, 1)
    await paco.data(UPDATE_POST, id=number, body=CONVOY.format("mille", "Zoé"))
    assert await state() == ("IN_PROGRESS", 0, 0)
    (note,) = await notes(paco)
    assert note["kind"] == "ORDER"
    title = (await paco.data(docs.POSTS, id=topic))["topic"]["title"]
    assert title.startswith("[En cours] -1 / -1 / undefined / 1000 / 0 / 0 / 0 / ")


async def test_a_convoy_needs_a_member_for_its_sender(client: Client) -> None:
    alliance = await create_alliance(client, "Zoé")
    staff = await client.as_user(await world.user("moderator"))
    _, topic = await placed(alliance, "Zoé")
    await post(staff, topic, CONVOY.format("400", "Zoé"))
    assert await Convoy.all().count() == 0
    assert len(await notes(staff)) == 1


async def test_totals_that_no_row_holds_are_refused_and_not_counted(client: Client) -> None:
    alliance = await create_alliance(client, "Zoé")
    zoe = alliance.players["Zoé"]
    _, topic = await placed(alliance, "Zoé")
    await Order.all().update(materials_delivered=2**63 - 10**12)
    for materials in (10**12 + 1, 10**12 - 1, 1):
        await post(zoe, topic, CONVOY.format(str(materials), "Zoé"))
    assert (await Convoy.all().count(), (await Order.get()).materials_delivered) == (1, 2**63 - 1)
    assert len(await notes(zoe)) == 2
    assert all("trop grande" in note["message"] for note in await notes(zoe))


async def test_a_recipient_whom_nobody_knows_is_told_with_names_that_are_like_it(client: Client) -> None:
    alliance = await create_alliance(client, "Zoé", "Paco")
    _, topic = await placed(alliance, "Zoé")
    for name in ("Zoë", "Personne Connue", "ZOÉ"):
        await post(alliance.players["Paco"], topic, CONVOY.format("5", name))
    assert [row.recipient_id for row in await Convoy.all()] == [(await Member.get(pseudo="Zoé")).id]
    assert await Member.all().count() == 3
    plain, near = await notes(alliance.players["Paco"])
    assert "Proches : Zoé" in near["message"]
    assert "Proches" not in plain["message"]


@pytest.mark.parametrize("status", ["CANCELLED", "DELETED"])
async def test_an_order_that_was_called_off_takes_no_new_convoy_in_any_form(client: Client, status: str) -> None:
    alliance = await create_alliance(client, "Zoé", "Paco")
    paco, moderator = alliance.players["Paco"], await client.as_user(await world.user("moderator"))
    order, topic = await placed(alliance, "Zoé")
    old, other = [await post(paco, topic, CONVOY.format(materials, "Zoé")) for materials in ("40", "50")]
    await paco.data(DELETE_POST, id=other)
    await alliance.founder.data(docs.STATUS, id=order, status=status)
    await post(paco, topic, CONVOY.format("7", "Zoé"))
    assert (await Order.get()).materials_delivered == 40
    (note,) = await notes(paco)
    assert "annulée" in note["message"]
    # What had come before is put right as ever: edited, restored, taken back.
    await paco.data(UPDATE_POST, id=old, body=CONVOY.format("41", "Zoé"))
    await moderator.data(RESTORE_POST, id=other)
    assert (await Order.get()).materials_delivered == 91
    await post(paco, topic, CONVOY.format("-41", "Zoé"))
    assert (await Order.get()).materials_delivered == 50


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (CONVOY.format("0", "Zoé"), "au moins quelque chose"),
        (CONVOY.format("5", "Zoé").replace("2030", "0001"), "La date s'écrit comme"),
        (CONVOY.format("5\u2009000", "Zoé"), "Un convoi s'écrit seul sur sa ligne"),
        (f"Salut, {CONVOY.format('5', 'Zoé')}", "Un convoi s'écrit seul sur sa ligne"),
        (f"{CONVOY.format('5', 'Zoé')}\n{CONVOY.format('6', 'Zoé')}", "La ligne 2 ne se lit pas"),
        (f"{CONVOY.format('5', 'Zoé')}\n{CONVOY.format('6', 'Zoé')}", "Un message porte un seul recensement ou convoi"),
        (CONVOY.format("5", "Xxxxxxxxxxx"), "Personne ne porte ce nom dans l'alliance."),
        (CONVOY.format("5 6", "Zoé"), "Il y faut un nombre entier."),
        (f"[quote=Zoé]{CONVOY.format('5', 'Zoé')}[/quote] Merci", None),
        (f"[s]{CONVOY.format('5', 'Zoé')}[/s]", None),
    ],
)
async def test_what_is_not_counted_is_told_or_was_never_meant(client: Client, text: str, said: str | None) -> None:
    alliance = await create_alliance(client, "Zoé", "Paco")
    _, topic = await placed(alliance, "Zoé")
    await post(alliance.players["Paco"], topic, text)
    assert await Convoy.all().count() == 0
    found = await notes(alliance.players["Paco"])
    assert len(found) == (said is not None)
    assert said is None or said in found[0]["message"]


async def test_a_deleted_topic_takes_its_readings_along_and_brings_them_back(client: Client) -> None:
    alliance = await create_alliance(client, "Zoé", "Paco")
    moderator = await client.as_user(await world.user("moderator"))
    _, topic = await placed(alliance, "Zoé")
    await post(alliance.players["Paco"], topic, CONVOY.format("400", "Zoé"))
    await post(alliance.players["Zoé"], alliance.topics["Zoé"], TEXT)
    for topic_id in (topic, alliance.topics["Zoé"]):
        await moderator.data(DELETE_TOPIC, id=topic_id)
    assert (await Convoy.all().count(), await Census.all().count()) == (0, 0)
    assert (await alliance.founder.data(docs.ORDERS, tag="FDR"))["alliance"]["orders"] == []
    # Without a topic of one's own the alliance's tables are closed.
    assert await alliance.players["Zoé"].codes(docs.PLACE, input=docs.order("FDR")) == ["FORBIDDEN"]
    for topic_id in (topic, alliance.topics["Zoé"]):
        await moderator.data(RESTORE_TOPIC, id=topic_id)
    assert (await Convoy.all().count(), await Census.all().count()) == (1, 1)
    (order,) = (await alliance.founder.data(docs.ORDERS, tag="FDR"))["alliance"]["orders"]
    assert (order["materialsDelivered"], len(order["convoys"])) == (400, 1)


async def test_a_topic_that_is_moved_away_comes_back_whole(client: Client) -> None:
    alliance = await create_alliance(client, "Zoé", "Paco")
    moderator = await client.as_user(await world.user("moderator"))
    order, topic = await placed(alliance, "Zoé")
    sent = await post(alliance.players["Paco"], topic, CONVOY.format("400", "Zoé"))
    await post(alliance.players["Zoé"], alliance.topics["Zoé"], TEXT)
    elsewhere, homes = await world.section("general", "Archives"), {}
    for topic_id in (topic, alliance.topics["Zoé"]):
        homes[topic_id] = (await moderator.data(SECTION_OF, id=topic_id))["node"]["section"]["id"]
        await moderator.data(MOVE_TOPIC, id=topic_id, sectionId=gid(elsewhere))
    assert (await Convoy.all().count(), await Census.all().count()) == (0, 0)
    assert (await alliance.founder.data(docs.ORDERS, tag="FDR"))["alliance"]["orders"] == []
    assert await alliance.founder.codes(docs.SEND, input=docs.convoy(order, 60)) == ["NOT_FOUND"]
    # What becomes of its posts meanwhile counts once it is back.
    await moderator.data(UPDATE_POST, id=sent, body=CONVOY.format("300", "Zoé"))
    await post(moderator, topic, "Rangé par erreur")
    for topic_id, home in homes.items():
        others = [one for one in homes.values() if one != home]
        assert await moderator.codes(MOVE_TOPIC, id=topic_id, sectionId=others[0]) == ["FORBIDDEN"]
        await moderator.data(MOVE_TOPIC, id=topic_id, sectionId=home)
    (found,) = (await alliance.founder.data(docs.ORDERS, tag="FDR"))["alliance"]["orders"]
    assert (found["id"], found["materialsDelivered"], len(found["convoys"])) == (order, 300, 1)
    assert (await Convoy.all().count(), await Census.all().count()) == (1, 1)
    assert await alliance.players["Zoé"].codes(docs.PLACE, input=docs.order("FDR")) == []
    plain = await world.topic(elsewhere, "Un sujet", None, "…")
    assert await moderator.codes(MOVE_TOPIC, id=gid(plain), sectionId=homes[topic]) == ["FORBIDDEN"]


async def test_a_topic_that_is_moved_away_is_an_order_no_more(client: Client) -> None:
    alliance = await create_alliance(client, "Zoé", "Paco")
    moderator = await client.as_user(await world.user("moderator"))
    _, topic = await placed(alliance, "Zoé")
    await post(alliance.players["Paco"], topic, CONVOY.format("400", "Zoé"))
    elsewhere = await world.section("general", "Archives")
    for topic_id in (topic, alliance.topics["Zoé"]):
        await moderator.data(MOVE_TOPIC, id=topic_id, sectionId=gid(elsewhere))
    assert await Convoy.all().count() == 0
    assert (await alliance.founder.data(docs.ORDERS, tag="FDR"))["alliance"]["orders"] == []
    assert await alliance.players["Zoé"].codes(docs.PLACE, input=docs.order("FDR")) == ["FORBIDDEN"]
    # The next table gives the member a topic again.
    rows = [docs.row(pseudo) for pseudo in alliance.users]
    members = (await alliance.founder.data(docs.SYNC, tag="FDR", members=rows))["syncMembers"]
    assert all(member["topic"] for member in members)
    assert await alliance.players["Zoé"].codes(docs.PLACE, input=docs.order("FDR")) == []


@pytest.mark.parametrize("place", ["member", "order"])
async def test_titles_are_not_edited_by_hand(client: Client, place: str) -> None:
    alliance = await create_alliance(client, "Zoé")
    topic = alliance.topics["Zoé"] if place == "member" else (await placed(alliance, "Zoé"))[1]
    for who in (alliance.players["Zoé"], alliance.founder, await client.as_user(await world.user("admin"))):
        answer = await who.ask(UPDATE_TOPIC, id=topic, title="À moi")
        assert [error["extensions"]["code"] for error in answer["errors"]] == ["FORBIDDEN"]
