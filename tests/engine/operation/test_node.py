"""Any row by its id over HTTP: every type there is, null for what is hidden or missing, BAD_INPUT for what is no id."""

from base64 import b64encode

import pytest

from engine.operation.node import global_id
from models.account.faction import Clan, Faction
from models.account.role import Role
from models.forum.tree.category import Category
from tests.wire.client import Client
from tests.worlds import world

NODE = "query ($id: ID!) { node(id: $id) { __typename id } }"


async def test_rows_of_the_world_and_the_forum_are_found_by_their_own_ids(client: Client) -> None:
    user = await world.user("admin")
    signed_in = await client.as_user(user)
    rows = {
        "Role": (await Role.get(name="player")).id,
        "User": user.id,
        "Faction": (await Faction.get(slug="eveilles")).id,
        "Clan": (await Clan.get(slug="errants")).id,
        "Character": (await world.character(user)).id,
        "Category": (await Category.get(slug="general")).id,
        "Section": (await world.section("general", "Annonces")).id,
    }
    for typename, pk in rows.items():
        text = global_id(typename, pk)
        assert (await signed_in.data(NODE, id=text))["node"] == {"__typename": typename, "id": text}


async def test_a_nodes_own_fields_are_filled_as_elsewhere(client: Client) -> None:
    user = await world.user("player")
    await world.character(user, "eveilles", "symbiotes")
    query = """query ($id: ID!) { node(id: $id) { ... on User {
        username role { name } characters { faction { slug } clan { faction { slug } } } } } }"""
    node = (await (await client.as_user(user)).data(query, id=global_id("User", user.id)))["node"]
    assert node == {
        "username": user.username,
        "role": {"name": "player"},
        "characters": [{"faction": {"slug": "eveilles"}, "clan": {"faction": {"slug": "eveilles"}}}],
    }


async def test_what_the_viewer_may_not_see_is_null_as_if_it_were_not_there(client: Client) -> None:
    hidden = global_id("Section", (await world.section("rp", "Oasis", faction="eveilles")).id)
    user = await world.user()
    character = await world.character(user, "inalteres")
    signed_in = await client.as_user(user)
    missing = await signed_in.ask(NODE, id=global_id("Section", 999_999))
    assert await signed_in.ask(NODE, id=hidden) == missing == {"data": {"node": None}}
    closed = [("User", user.id), ("Character", character.id), ("Role", user.role_id)]
    closed.append(("Category", (await Category.get(slug="hrp")).id))
    for typename, pk in closed:
        assert (await client.data(NODE, id=global_id(typename, pk)))["node"] is None, typename
        assert (await signed_in.data(NODE, id=global_id(typename, pk)))["node"] is not None, typename


@pytest.mark.parametrize("text", ["", "x", "VXNlcjox=", "é", "User:1", "x" * 100_000])
async def test_what_is_no_id_is_bad_input(client: Client, text: str) -> None:
    errors = (await client.ask(NODE, id=text))["errors"]
    assert errors[0]["extensions"] == {"code": "BAD_INPUT", "field": "id"}


@pytest.mark.parametrize("plain", ["User:0", "User:-1", "User:01", "User: 1", "User:1_0", "User:2147483648", "User:٣"])
async def test_ids_have_one_form_each(client: Client, plain: str) -> None:
    assert await client.codes(NODE, id=b64encode(plain.encode()).decode()) == ["BAD_INPUT"]


async def test_an_id_longer_than_any_is_none_and_not_kept(client: Client) -> None:
    assert await client.codes(NODE, id=b64encode(b"x" * 100_000 + b":1").decode()) == ["BAD_INPUT"]


async def test_a_type_that_is_none_is_null(client: Client) -> None:
    assert (await client.data(NODE, id=global_id("Query", 1)))["node"] is None
    assert (await client.data(NODE, id=global_id("Session", 1)))["node"] is None
