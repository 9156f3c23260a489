"""The tree of the forum as different viewers get it, over HTTP."""

from tests import world
from tests.client import Client

TREE = "{ categories { slug sections { name subsections { name } } } }"


async def test_hidden_sections_are_nowhere_in_the_tree(client: Client) -> None:
    tavern = await world.section("rp", "Taverne")
    await world.section("rp", "Oasis", parent=tavern, faction="eveilles")
    player = await world.user()
    await world.character(player, faction="inalteres")
    signed_in = await client.as_user(player)
    tree = (await signed_in.data(TREE))["categories"]
    assert tree[2] == {"slug": "rp", "sections": [{"name": "Taverne", "subsections": []}]}
    assert [category["slug"] for category in (await client.data(TREE))["categories"]] == ["general"]
