"""Factions and clans over HTTP: who makes them, what their names and slugs are, and what going out of use closes."""

from typing import Any

import pytest

from engine.operation.node import global_id
from models.account.faction import Clan, Faction
from tests.wire.client import Client
from tests.worlds import world

MAKE = "mutation ($name: String!) { createFaction(name: $name) { id name slug isActive } }"
MAKE_CLAN = "mutation ($name: String!, $of: ID) { createClan(name: $name, factionId: $of) { slug faction { slug } } }"
UPDATE = """mutation ($id: ID!, $name: String, $active: Boolean) {
  updateFaction(factionId: $id, name: $name, isActive: $active) { name slug isActive } }"""
UPDATE_CLAN = """mutation ($id: ID!, $name: String, $active: Boolean) {
  updateClan(clanId: $id, name: $name, isActive: $active) { name slug isActive } }"""
JOIN = """mutation ($faction: ID, $clan: ID) {
  createCharacter(name: "Ronce", factionId: $faction, clanId: $clan) { faction { slug } } }"""
SECTION = """mutation ($faction: ID) {
  createSection(input: { categorySlug: "rp", name: "Salle", visibleByFactionId: $faction }) { id } }"""


async def refusal(client: Client, document: str, **variables: Any) -> dict[str, Any]:
    (error,) = (await client.ask(document, **variables))["errors"]
    found: dict[str, Any] = error["extensions"]
    return found


async def test_they_are_made_renamed_and_keep_their_slug(client: Client) -> None:
    moderator = await client.as_user(await world.user("moderator"))
    made = (await moderator.data(MAKE, name="Œufs d'Été"))["createFaction"]
    assert (made["name"], made["slug"], made["isActive"]) == ("Œufs d'Été", "oeufs-d-ete", True)
    again = (await moderator.data(MAKE, name="Œufs, d'été"))["createFaction"]
    assert again["slug"] == "oeufs-d-ete-2"
    renamed = (await moderator.data(UPDATE, id=made["id"], name="Couvain"))["updateFaction"]
    assert renamed == {"name": "Couvain", "slug": "oeufs-d-ete", "isActive": True}
    clan = (await moderator.data(MAKE_CLAN, name="Nymphes", of=made["id"]))["createClan"]
    assert (clan["slug"], clan["faction"]) == ("nymphes", {"slug": "oeufs-d-ete"})
    free = (await moderator.data(MAKE_CLAN, name="Solitaires"))["createClan"]
    assert free["faction"] is None


@pytest.mark.parametrize("role", [None, "player", "game_master"])
async def test_only_those_who_manage_them_may(client: Client, role: str | None) -> None:
    asking = await client.as_user(await world.user(role)) if role else client
    faction, clan = await Faction.get(slug="eveilles"), await Clan.get(slug="symbiotes")
    expected = ["FORBIDDEN"] if role else ["UNAUTHENTICATED"]
    for document, variables in (
        (MAKE, {"name": "x"}),
        (MAKE_CLAN, {"name": "x"}),
        (UPDATE, {"id": global_id("Faction", faction.id), "active": False}),
        (UPDATE_CLAN, {"id": global_id("Clan", clan.id), "active": False}),
    ):
        assert await asking.codes(document, **variables) == expected
    assert await Faction.filter(is_active=True).count() == 3


async def test_what_is_refused_names_its_field(client: Client) -> None:
    moderator = await client.as_user(await world.user("moderator"))
    faction = await Faction.get(slug="eveilles")
    pk, gone = global_id("Faction", faction.id), global_id("Faction", 999)
    assert await refusal(moderator, MAKE, name="Inaltérés") == {"code": "CONFLICT", "field": "name"}
    assert await refusal(moderator, UPDATE, id=pk, name="Inaltérés") == {"code": "CONFLICT", "field": "name"}
    assert await refusal(moderator, MAKE, name="") == {"code": "BAD_INPUT", "field": "name"}
    assert await refusal(moderator, MAKE, name="x" * 65) == {"code": "BAD_INPUT", "field": "name"}
    assert await refusal(moderator, UPDATE, id=gone) == {"code": "NOT_FOUND", "field": "factionId"}
    assert await refusal(moderator, MAKE_CLAN, name="x", of=gone) == {"code": "NOT_FOUND", "field": "factionId"}
    clan = global_id("Clan", 999)
    assert await refusal(moderator, UPDATE_CLAN, id=clan) == {"code": "NOT_FOUND", "field": "clanId"}


async def test_out_of_use_nobody_joins_and_what_was_closed_stays_closed(client: Client) -> None:
    await world.section("rp", "Oasis", faction="eveilles")
    insider, outsider = await world.user(), await world.user()
    await world.character(insider, "eveilles")
    await world.character(outsider, "inalteres")
    moderator = await client.as_user(await world.user("moderator"))
    faction, clan = await Faction.get(slug="eveilles"), await Clan.get(slug="errants")
    pks = {"faction": global_id("Faction", faction.id), "clan": global_id("Clan", clan.id)}
    await moderator.data(UPDATE, id=pks["faction"], active=False)
    await moderator.data(UPDATE_CLAN, id=pks["clan"], active=False)
    newcomer = await client.as_user(await world.user())
    for what, pk in pks.items():
        assert await refusal(newcomer, JOIN, **{what: pk}) == {"code": "BAD_INPUT", "field": f"{what}Id"}
    assert await refusal(moderator, SECTION, faction=pks["faction"]) == {
        "code": "BAD_INPUT",
        "field": "visibleByFactionId",
    }
    tree = '{ category(slug: "rp") { sections { name } } }'
    assert (await (await client.as_user(insider)).data(tree))["category"] == {"sections": [{"name": "Oasis"}]}
    assert (await (await client.as_user(outsider)).data(tree))["category"] == {"sections": []}
    await moderator.data(UPDATE, id=pks["faction"], active=True)
    assert await newcomer.codes(JOIN, faction=pks["faction"]) == []
