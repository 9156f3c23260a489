"""Characters that wait for a game master over HTTP: what they open, who judges, where they sign."""

from typing import Any

import pytest

from engine.operation.node import global_id
from models.account.character import Character
from models.forum.post import Post
from models.forum.topic import Topic
from models.live.notification import Notification
from tests.wire.client import Client
from tests.worlds import world

CREATE = "mutation ($name: String!, $faction: ID!) { createCharacter(name: $name, factionId: $faction) { id state } }"
APPROVE = "mutation ($id: ID!) { approveCharacter(characterId: $id) { state approvedAt player } }"
REFUSE = 'mutation ($id: ID!) { refuseCharacter(characterId: $id, reason: "Trop de pouvoirs.") { state approvedAt } }'
QUEUE = """query ($after: String) { waitingCharacters(first: 2, after: $after) {
  totalCount edges { node { name player } } pageInfo { endCursor hasNextPage } } }"""
TREE = '{ category(slug: "rp") { sections { name } } }'
TOPIC = """mutation ($section: ID!, $as: ID) {
  createTopic(input: { sectionId: $section, title: "T", body: "B", characterId: $as }) { id } }"""
POST = """mutation ($topic: ID!, $as: ID) {
  createPost(input: { topicId: $topic, body: "B", characterId: $as }) { authorName } }"""


async def sections(client: Client) -> list[str]:
    found = (await client.data(TREE))["category"]
    return [] if found is None else [one["name"] for one in found["sections"]]


async def test_what_a_faction_opens_waits_for_a_game_master(client: Client) -> None:
    await world.section("rp", "Oasis", faction="eveilles")
    await world.section("rp", "Taverne")
    user = await world.user(name="zoe")
    player, master = await client.as_user(user), await client.as_user(await world.user("game_master"))
    factions = {one["slug"]: one["id"] for one in (await client.data("{ factions { id slug } }"))["factions"]}
    made = (await player.data(CREATE, name="Ronce", faction=factions["eveilles"]))["createCharacter"]
    assert made["state"] == "WAITING"
    assert await sections(player) == ["Taverne"]
    assert (await master.data(QUEUE))["waitingCharacters"]["edges"] == [{"node": {"name": "Ronce", "player": "zoe"}}]
    approved = (await master.data(APPROVE, id=made["id"]))["approveCharacter"]
    assert (approved["state"], approved["player"], approved["approvedAt"] is None) == ("APPROVED", "zoe", False)
    assert sorted(await sections(player)) == ["Oasis", "Taverne"]
    refused = (await master.data(REFUSE, id=made["id"]))["refuseCharacter"]
    assert refused == {"state": "REFUSED", "approvedAt": None}
    assert await sections(player) == ["Taverne"]
    await master.data(REFUSE, id=made["id"])
    told = [one.message for one in await Notification.filter(user=user).order_by("id")]
    assert told == ["character_approved", "character_refused"], "what is said again is not told again"


@pytest.mark.parametrize(("role", "refusal"), [(None, "UNAUTHENTICATED"), ("player", "FORBIDDEN"), ("admin", None)])
async def test_game_masters_and_above_judge(client: Client, role: str | None, refusal: str | None) -> None:
    owner = await world.user()
    character = await world.character(owner, "eveilles", state="WAITING")
    asking = await client.as_user(await world.user(role)) if role else client
    expected = [refusal] if refusal else []
    for document in (APPROVE, REFUSE, QUEUE):
        assert await asking.codes(document, id=global_id("Character", character.id)) == expected
    own = await (await client.as_user(owner)).codes(APPROVE, id=global_id("Character", character.id))
    assert own == ["FORBIDDEN"], "not even one's own"
    assert (await Character.get()).state == ("REFUSED" if refusal is None else "WAITING")


async def test_the_queue_is_paged_oldest_first_and_holds_none_that_was_judged(client: Client) -> None:
    owner, master = await world.user(), await client.as_user(await world.user("game_master"))
    waiting = [await world.character(owner, state="WAITING") for _ in range(3)]
    await world.character(owner)
    await world.character(owner, state="REFUSED")
    page = (await master.data(QUEUE))["waitingCharacters"]
    rest = (await master.data(QUEUE, after=page["pageInfo"]["endCursor"]))["waitingCharacters"]
    names = [edge["node"]["name"] for edge in page["edges"] + rest["edges"]]
    assert (names, page["totalCount"], rest["pageInfo"]["hasNextPage"]) == ([one.name for one in waiting], 3, False)


async def test_unknown_characters_are_refused(client: Client) -> None:
    master = await client.as_user(await world.user("game_master"))
    for document in (APPROVE, REFUSE):
        errors = (await master.ask(document, id=global_id("Character", 999_999)))["errors"]
        assert errors[0]["extensions"] == {"code": "NOT_FOUND", "field": "characterId"}


# ---- signing ------------------------------------------------------------------------

# Where (faction, clan) of the section, and of its parent; as whom, in which state; and whether it may sign there.
PLACES: list[tuple[tuple[str | None, str | None], str | None, str, bool]] = [
    ((None, None), None, "waiting", True),
    ((None, None), None, "awakened", True),
    (("eveilles", None), None, "awakened", True),
    (("eveilles", None), None, "waiting", False),
    (("eveilles", None), None, "unaltered", False),
    (("eveilles", "symbiotes"), None, "awakened", False),
    (("eveilles", "symbiotes"), None, "symbiote", True),
    ((None, None), "eveilles", "awakened", True),
    ((None, None), "eveilles", "unaltered", False),
]


@pytest.mark.parametrize(("place", "above", "who", "may"), PLACES)
@pytest.mark.parametrize("role", ["player", "moderator"])
async def test_a_character_signs_only_where_it_may_enter(
    client: Client, place: tuple[str | None, str | None], above: str | None, who: str, may: bool, role: str
) -> None:
    user = await world.user(role)
    characters = {
        "awakened": await world.character(user, "eveilles"),
        "symbiote": await world.character(user, "eveilles", "symbiotes"),
        "unaltered": await world.character(user, "inalteres"),
        "waiting": await world.character(user, "eveilles", state="WAITING"),
    }
    parent = await world.section("rp", "Parent", faction=above) if above else None
    section = await world.section("rp", "Lieu", parent, faction=place[0], clan=place[1])
    topic = await world.topic(section, "Sujet", None, "Bonjour")
    player, signing = await client.as_user(user), global_id("Character", characters[who].id)
    for document, aim in (
        (TOPIC, {"section": global_id("Section", section.id)}),
        (POST, {"topic": global_id("Topic", topic.id)}),
    ):
        found: Any = (await player.ask(document, **aim, **{"as": signing})).get("errors", [])
        expected = [] if may else [{"code": "FORBIDDEN", "field": "characterId"}]
        assert [error["extensions"] for error in found] == expected, document
        assert await player.codes(document, **aim) == [], "as themselves they write there"
    assert (await Topic.all().count(), await Post.filter(character_id__isnull=False).count()) == (
        (3, 2) if may else (2, 0)
    )
