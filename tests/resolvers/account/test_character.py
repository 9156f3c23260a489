"""Characters over HTTP: creating one's own, where it comes from, and deaths that close what a life had opened."""

import asyncio
from typing import Any

import pytest

from engine.operation.node import global_id
from models.account.character import MOST_CHARACTERS, Character
from tests.wire.client import Client
from tests.wire.statements import statements
from tests.worlds import world

CREATE = """mutation ($name: String!, $faction: ID, $clan: ID) {
  createCharacter(name: $name, factionId: $faction, clanId: $clan) {
    name isAlive faction { slug } clan { slug faction { slug } } } }"""
DEATH = (
    "mutation ($id: ID!, $alive: Boolean!) { setCharacterAlive(characterId: $id, isAlive: $alive) { name isAlive } }"
)
WORLD = "{ factions { id name slug } clans { id name slug faction { slug } } }"


async def ids(client: Client) -> dict[str, str]:
    found = await client.data(WORLD)
    return {row["slug"]: row["id"] for row in found["factions"] + found["clans"]}


async def test_the_world_is_everybodys_and_one_query(client: Client) -> None:
    async with statements() as seen:
        found = await client.data(WORLD)
    assert [(row["name"], row["slug"]) for row in found["factions"]] == [
        ("Éveillés", "eveilles"),
        ("Inaltérés", "inalteres"),
        ("Neutres", "neutres"),
    ]
    assert [(row["name"], row["faction"]) for row in found["clans"]] == [
        ("Symbiotes", {"slug": "eveilles"}),
        ("Gardiens", {"slug": "inalteres"}),
        ("Errants", None),
    ]
    assert len(seen) == 1


@pytest.mark.parametrize(
    ("faction", "clan", "expected"),
    [
        (None, None, (None, None)),
        ("eveilles", None, ("eveilles", None)),
        (None, "symbiotes", ("eveilles", "symbiotes")),
        ("eveilles", "symbiotes", ("eveilles", "symbiotes")),
        (None, "errants", (None, "errants")),
        ("neutres", "errants", ("neutres", "errants")),
    ],
)
async def test_a_clan_brings_its_faction_along(
    client: Client, faction: str | None, clan: str | None, expected: tuple[str | None, str | None]
) -> None:
    player, by_slug = await client.as_user(await world.user()), await ids(client)
    variables = {"faction": by_slug[faction] if faction else None, "clan": by_slug[clan] if clan else None}
    made = (await player.data(CREATE, name="Mandibule", **variables))["createCharacter"]
    assert made["isAlive"] is True
    assert (made["faction"] and made["faction"]["slug"], made["clan"] and made["clan"]["slug"]) == expected
    characters = (await player.data("{ me { characters { name faction { slug } } } }"))["me"]["characters"]
    assert characters == [{"name": "Mandibule", "faction": made["faction"]}]


async def test_bad_characters_are_refused_with_the_argument(client: Client) -> None:
    player, by_slug = await client.as_user(await world.user()), await ids(client)
    cases: list[tuple[dict[str, Any], str, str]] = [
        ({"name": "a", "faction": by_slug["inalteres"], "clan": by_slug["symbiotes"]}, "BAD_INPUT", "clanId"),
        ({"name": "a", "faction": by_slug["symbiotes"]}, "BAD_INPUT", "factionId"),
        ({"name": "a", "clan": global_id("Clan", 999)}, "NOT_FOUND", "clanId"),
        ({"name": "a", "faction": global_id("Faction", 999)}, "NOT_FOUND", "factionId"),
        ({"name": "a", "faction": "x"}, "BAD_INPUT", "factionId"),
        ({"name": ""}, "BAD_INPUT", "name"),
        ({"name": "x" * 65}, "BAD_INPUT", "name"),
        ({"name": "a\u200bb"}, "BAD_INPUT", "name"),
    ]
    for variables, code, field in cases:
        errors = (await player.ask(CREATE, **variables))["errors"]
        assert [error["extensions"] for error in errors] == [{"code": code, "field": field}], variables
    assert await client.codes(CREATE, name="a") == ["UNAUTHENTICATED"]
    assert await Character.all().count() == 0


async def test_a_name_is_taken_once_whatever_its_case_even_by_the_dead(client: Client) -> None:
    one, other = await client.as_user(await world.user()), await client.as_user(await world.user())
    answers = await asyncio.gather(*(who.ask(CREATE, name=name) for who in (one, other) for name in ("Zoé", "ZOÉ")))
    refusals = [answer["errors"][0]["extensions"] for answer in answers if "errors" in answer]
    assert refusals == [{"code": "CONFLICT", "field": "name"}] * 3
    await Character.all().update(is_alive=False)
    assert await other.codes(CREATE, name="zoe\u0301") == ["CONFLICT"]


async def test_an_account_has_so_many_characters(client: Client) -> None:
    user = await world.user()
    for _ in range(MOST_CHARACTERS):
        await world.character(user)
    assert await (await client.as_user(user)).codes(CREATE, name="one more") == ["CONFLICT"]


@pytest.mark.parametrize(
    ("role", "refusal"), [(None, "UNAUTHENTICATED"), ("player", "FORBIDDEN"), ("game_master", None), ("admin", None)]
)
async def test_staff_alone_declare_deaths(client: Client, role: str | None, refusal: str | None) -> None:
    character = await world.character(await world.user())
    asking = await client.as_user(await world.user(role)) if role else client
    codes = await asking.codes(DEATH, id=global_id("Character", character.id), alive=False)
    assert codes == ([refusal] if refusal else [])
    assert (await Character.get(id=character.id)).is_alive is (refusal is not None)


async def test_not_even_ones_own_death_is_a_players_to_declare(client: Client) -> None:
    player = await world.user()
    character = await world.character(player)
    asked = await (await client.as_user(player)).codes(DEATH, id=global_id("Character", character.id), alive=False)
    assert asked == ["FORBIDDEN"]


async def test_a_death_closes_what_the_life_had_opened_at_the_next_request(client: Client) -> None:
    await world.section("rp", "Oasis", faction="eveilles")
    player, master = await world.user(), await client.as_user(await world.user("game_master"))
    character = await world.character(player, "eveilles")
    signed_in = await client.as_user(player)
    tree = '{ category(slug: "rp") { sections { name } } }'
    assert (await signed_in.data(tree))["category"] == {"sections": [{"name": "Oasis"}]}
    died = await master.data(DEATH, id=global_id("Character", character.id), alive=False)
    assert died["setCharacterAlive"] == {"name": character.name, "isAlive": False}
    assert (await signed_in.data(tree))["category"] is None
    await master.data(DEATH, id=global_id("Character", character.id), alive=True)
    assert (await signed_in.data(tree))["category"] == {"sections": [{"name": "Oasis"}]}


async def test_unknown_characters_are_refused(client: Client) -> None:
    master = await client.as_user(await world.user("game_master"))
    for unknown, code in ((global_id("Character", 999_999), "NOT_FOUND"), (global_id("User", 1), "BAD_INPUT")):
        errors = (await master.ask(DEATH, id=unknown, alive=False))["errors"]
        assert errors[0]["extensions"] == {"code": code, "field": "characterId"}
