"""The tree of the forum as different viewers get it, over HTTP."""

from engine.operation.node import global_id
from tests.wire.client import Client
from tests.wire.statements import statements
from tests.worlds import world

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


RESTRICTED = "name visibleByFaction { slug } visibleByClan { slug faction { slug } }"


async def test_restrictions_are_shown_on_every_path_and_read_where_selected_alone(client: Client) -> None:
    tavern = await world.section("rp", "Taverne")
    oasis = await world.section("rp", "Oasis", parent=tavern, faction="eveilles", clan="symbiotes")
    topic = await world.topic(oasis, "Sujet", None, "Texte")
    staff = await client.as_user(await world.user("game_master"))
    shown = {
        "name": "Oasis",
        "visibleByFaction": {"slug": "eveilles"},
        "visibleByClan": {"slug": "symbiotes", "faction": {"slug": "eveilles"}},
    }
    below = f"sections {{ {RESTRICTED} subsections {{ {RESTRICTED} }} }}"
    open_one = {"name": "Taverne", "visibleByFaction": None, "visibleByClan": None, "subsections": [shown]}
    assert (await staff.data(f"{{ categories {{ {below} }} }}"))["categories"][2]["sections"] == [open_one]
    assert (await staff.data(f'{{ category(slug: "rp") {{ {below} }} }}'))["category"]["sections"] == [open_one]
    assert (await staff.data(f'{{ section(slug: "{oasis.slug}") {{ {RESTRICTED} }} }}'))["section"] == shown
    found = await staff.data(
        f'{{ node(id: "{global_id("Section", oasis.id)}") {{ ... on Section {{ {RESTRICTED} }} }} }}'
    )
    assert found["node"] == shown
    by_topic = f'{{ topic(id: "{global_id("Topic", topic.id)}") {{ section {{ {RESTRICTED} }} }} }}'
    assert (await staff.data(by_topic))["topic"]["section"] == shown
    async with statements() as seen:
        await staff.data(f"{{ categories {{ {below} }} }}")
    assert len(seen) == 3
    async with statements() as seen:
        await staff.data(TREE)
    assert len(seen) == 2


async def test_the_tree_takes_one_statement_however_many_sections(client: Client) -> None:
    player = await client.as_user(await world.user("moderator"))
    counts = []
    for size in (1, 40):
        parent = None
        for number in range(size):
            parent = await world.section("rp", f"{size}-{number}", parent if number % 4 else None)
        for _ in range(2):
            async with statements() as seen:
                await player.data(
                    "{ me { id } categories { sections { name topicCount subsections { name } } } roles { id } }"
                )
            counts.append(len(seen))
    # The viewer, what the sections count under which stamp, the roles; the tree once it has changed.
    assert counts == [4, 3, 4, 3]
