"""What is kept of the forum is never behind the database: columns changed by plain SQL show in the next answer."""

from typing import Any

import pytest

from models.core.database import execute, fetch
from models.core.transaction import write
from models.forum.section import Section
from tests.wire.client import Client
from tests.wire.kept import anew, is_kept, warm
from tests.wire.statements import statements
from tests.worlds import world

SECTION = "id slug name description position kind isAnnouncement topicCount postCount parent { id } category { slug }"
TREE = f"""query Tree {{ again: categories {{ id slug name description position access
    sections {{ {SECTION} subsections {{ ...deeper }} }} }} }} fragment deeper on Section {{ {SECTION} }}"""

# What each column is changed to: something that shows in the tree, or that decides who sees it.
OF_SECTIONS: dict[str, Any] = {
    "id": 999,
    "category_id": 1,
    "parent_id": None,
    "slug": "autrement",
    "name": "Autrement",
    "name_key": "autrement",
    "description": "Ce qui s'y dit.",
    "position": 7,
    "kind": "VAULT",
    "visible_by_faction_id": 1,
    "visible_by_clan_id": 1,
    "alliance_id": 1,
    "is_announcement": True,
    "topic_count": 41,
    "post_count": 42,
    "created_at": None,
    "deleted_at": None,
}
OF_CATEGORIES: dict[str, Any] = {
    "id": 999,
    "slug": "ailleurs",
    "name": "Ailleurs",
    "description": "Encore.",
    "position": 9,
    "access": "AUTHENTICATED",
}
NOW = ("created_at", "deleted_at")


async def _change(table: str, column: str, value: Any, pk: int) -> None:
    if column in NOW:
        await write(lambda: execute(f"UPDATE {table} SET {column} = CURRENT_TIMESTAMP WHERE id = $1", pk))
        return
    await write(lambda: execute(f"UPDATE {table} SET {column} = $2 WHERE id = $1", pk, value))


async def _columns(table: str) -> set[str]:
    rows = await fetch(f"SELECT * FROM {table} LIMIT 1")
    return set(rows[0].keys())


async def test_the_tree_follows_every_column(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    await world.alliance(tag="AAA")
    above = await world.section("general", "Annonces")
    staff = await client.as_user(await world.user("moderator"))
    assert await _columns("sections") == set(OF_SECTIONS)
    assert await _columns("categories") == set(OF_CATEGORIES)
    for column, value in OF_SECTIONS.items():
        below = await world.section("general", f"Sous {column}", parent=above)
        for asker in (staff, client):
            await warm(asker, TREE)
            assert await is_kept(asker, TREE), column
        await _change("sections", column, value, below.id)
        for asker in (staff, client):
            assert await asker.ask(TREE) == await anew(monkeypatch, asker, TREE), column


async def test_the_tree_follows_its_categories(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    await world.section("hrp", "Annonces")
    for column, value in OF_CATEGORIES.items():
        await warm(client, TREE)
        before = await client.ask(TREE)
        (category,) = await fetch("SELECT min(id) FROM categories WHERE NOT EXISTS (SELECT 1 FROM sections s "
                                  "WHERE s.category_id = categories.id) AND access = 'PUBLIC'")  # fmt: skip
        await _change("categories", column, value, category[0])
        after = await client.ask(TREE)
        assert after == await anew(monkeypatch, client, TREE), column
        assert after != before, column
        if column in ("id", "access"):
            await _change("categories", column, "PUBLIC" if column == "access" else category[0], value if column == "id"
                          else category[0])  # fmt: skip


async def test_a_kept_tree_takes_one_statement_and_is_told_each_sight_by_itself(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    await world.section("rp", "Oasis", faction="eveilles")
    viewers = []
    for faction in ("eveilles", "inalteres", "eveilles"):
        user = await world.user()
        await world.character(user, faction=faction)
        viewers.append(await client.as_user(user))
    await warm(viewers[0], TREE)
    assert await is_kept(viewers[2], TREE), "of the same sight"
    assert not await is_kept(viewers[1], TREE)
    for one in [*viewers, client]:
        assert await one.ask(TREE) == await anew(monkeypatch, one, TREE)
    async with statements() as seen:
        await viewers[2].ask(TREE)
    assert len(seen) == 1
    await Section.filter(name="Oasis").delete()
    assert await viewers[2].ask(TREE) == await anew(monkeypatch, viewers[2], TREE)


@pytest.mark.parametrize(
    "query",
    [
        "{ categories { sections { id viewerAttention } } }",
        "{ categories { sections { topics { edges { node { id } } } } } }",
        "{ categories { id } me { id } }",
    ],
)
async def test_what_is_not_declared_is_not_kept(client: Client, query: str) -> None:
    await world.section("general", "Annonces")
    await warm(client, query)
    assert not await is_kept(client, query)
