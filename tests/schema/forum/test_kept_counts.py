"""A post leaves the tree that is kept as it is: its counts are filled in anew, each in its place."""

from typing import Any

import asyncpg
import pytest
from graphql import GraphQLError

from engine.execution import planned
from engine.kept import answer
from engine.operation.node import global_id
from models.core.database import execute
from models.core.transaction import write
from models.forum.topic import Topic
from models.forum.tree.section_tree import counted_tree
from models.live.version import load_versions
from resolvers.forum.tree import forum
from tests.wire.client import Client
from tests.wire.kept import anew, outcomes, warm
from tests.wire.statements import statements
from tests.worlds import world

COUNTS = "id topicCount posts: postCount"
TREE = f"{{ categories {{ name sections {{ {COUNTS} name subsections {{ {COUNTS} parent {{ {COUNTS} }} }} }} }} }}"
BARE = "{ categories { name sections { id name subsections { id } } } }"
POST = "mutation($in: PostInput!) { createPost(input: $in) { id } }"
SELECTED = (
    TREE,
    BARE,
    "{ categories { sections { topicCount again: topicCount ... on Section { topicCount } other: postCount } } }",
    "query A($n: Boolean = true) { categories { sections { id postCount @skip(if: $n) topicCount @skip(if: $n) } } }",
    "query A($n: Boolean = true) { categories { sections { id postCount @include(if: $n) topicCount } } }",
)


async def _plant() -> Topic:
    """Three sections, of which no two count alike; a topic in one."""
    above = await world.section("general", "Accueil")
    below = await world.section("general", "Salon", parent=above)
    await world.section("hrp", "Ailleurs")
    topic = await world.topic(below, "Sujet", None, "Un")
    await _count("topic_count = id * 1000, post_count = id * 1000 + 7")
    return topic


async def _count(changes: str) -> None:
    await write(lambda: execute(f"UPDATE sections SET {changes}"))


async def _readers(client: Client) -> list[Client]:
    return [client, await client.as_user(await world.user("moderator")), await client.as_user(await world.user())]


async def test_after_a_post_only_counts_are_read(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    topic = await _plant()
    readers = await _readers(client)
    for reader in readers:
        await warm(reader, TREE)
    before = await client.data(TREE)
    await readers[2].data(POST, **{"in": {"topicId": global_id("Topic", topic.id), "body": "Deux"}})
    for reader in readers:
        counted = outcomes()
        async with statements() as seen:
            found = await reader.data(TREE)
        async with statements() as again:
            assert await reader.data(TREE) == found
        assert (len(seen), len(again)) == (2, 1)
        assert outcomes() - counted == {"filled": 1, "hit": 1}, "nothing is made anew"
        assert found == (await anew(monkeypatch, reader, TREE))["data"] != before


@pytest.mark.parametrize("query", SELECTED)
async def test_each_count_is_told_in_its_place(client: Client, monkeypatch: pytest.MonkeyPatch, query: str) -> None:
    await _plant()
    readers = await _readers(client)
    for changes in ("post_count = post_count + id", "topic_count = id", "topic_count = post_count", "post_count = 0"):
        for reader in readers:
            await warm(reader, query)
        await _count(changes)
        counted = outcomes()
        for reader in [*readers, *readers]:
            assert await reader.ask(query) == await anew(monkeypatch, reader, query), changes
        assert not (outcomes() - counted)["miss"]


async def test_where_no_count_is_selected_none_is_asked_for(client: Client) -> None:
    await _plant()
    await warm(client, BARE)
    await _count("post_count = post_count + 1")
    counted = outcomes()
    async with statements() as seen:
        await client.data(BARE)
    assert outcomes() - counted == {"hit": 1}
    assert [sql for sql in seen if "post_count" in sql] == []
    assert len(seen) == 1


async def test_a_shape_that_changes_meanwhile_is_not_told(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between the viewer's own statement and that of the counts."""
    await _plant()
    await warm(client, TREE)
    await _count("post_count = post_count + 1")

    async def meanwhile(versions: Any) -> Any:
        await write(lambda: execute("UPDATE sections SET deleted_at = CURRENT_TIMESTAMP WHERE name = 'Salon'"))
        await write(lambda: execute("UPDATE sections SET name = 'Autre' WHERE name = 'Accueil'"))
        return await load_versions(versions)

    with monkeypatch.context() as patch:
        patch.setattr(answer, "load_versions", meanwhile)
        found = await client.ask(TREE)
    assert "Autre" in str(found)
    assert found == await anew(monkeypatch, client, TREE)
    await warm(client, TREE)
    assert found == await client.ask(TREE)


async def test_counts_that_come_back_are_those_of_now(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """The counts' version is then what it was: what was read between is not told under it."""
    await _plant()
    await client.ask(TREE)

    async def between() -> Any:
        await _count("post_count = post_count + 1")
        found = await counted_tree()
        await _count("post_count = post_count - 1")
        return found

    with monkeypatch.context() as patch:
        patch.setattr(forum, "counted_tree", between)
        await client.ask(TREE)
    for _ in range(2):
        assert await client.ask(TREE) == await anew(monkeypatch, client, TREE)


async def test_an_answer_with_errors_has_its_counts(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    await _plant()
    await client.ask(TREE)
    before, make = await anew(monkeypatch, client, TREE), planned.answered

    async def failing(*given: Any) -> Any:
        found = await make(*given)
        if found is not None and len(given) > 6:
            found.errors = [GraphQLError("of a field")]
        return found

    with monkeypatch.context() as patch:
        patch.setattr(planned, "answered", failing)
        assert await client.ask(TREE) == before


async def test_only_the_newest_counts_are_kept(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    await _plant()
    kept: list[answer.Answers] = []
    keep = answer.Answers.keep

    def watched(answers: answer.Answers, *given: Any) -> None:
        kept.append(answers)
        keep(answers, *given)

    monkeypatch.setattr(answer.Answers, "keep", watched)
    await warm(client, TREE)
    store = kept[0].store
    held = store.held
    for _ in range(5):
        await _count("post_count = post_count + 1")
        await client.ask(TREE)
    assert (len(store), store.held) == (1, held)


async def test_a_section_that_is_gone_takes_its_counts_along(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    await _plant()
    for name in ("Salon", "Accueil", "Ailleurs"):
        await warm(client, TREE)
        await _count(f"deleted_at = created_at WHERE name = '{name}'")
        for _ in range(3):
            assert await client.ask(TREE) == await anew(monkeypatch, client, TREE), name


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
async def test_counts_that_are_committed_late_are_seen_by_who_asks_then(
    client: Client, monkeypatch: pytest.MonkeyPatch, database_url: str
) -> None:
    await _plant()
    await warm(client, TREE)
    link = await asyncpg.connect(database_url)
    try:
        async with link.transaction():
            await link.execute("UPDATE sections SET post_count = post_count + 1 WHERE name = 'Salon'")
            await _count("topic_count = 3 WHERE name = 'Ailleurs'")
            before = await client.ask(TREE)
            assert await client.ask(TREE) == before
        assert await client.ask(TREE) == await anew(monkeypatch, client, TREE) != before
    finally:
        await link.close()
