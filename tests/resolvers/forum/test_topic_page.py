"""The page of a topic, which is read most: few statements, completed in columns, and nothing that was not selected."""

from typing import Any
from uuid import uuid4

import pytest

from engine.execution.execution import ColumnExecutionContext
from engine.kept.answer import Answers
from engine.operation import connection
from engine.plan import kept
from models.account.character import Character
from models.account.user import User
from models.forum.post import Post
from models.forum.topic import Topic
from tests.documents.forum import CREATE_POST, MARK_READ, REACT, gid, post_input
from tests.wire.client import Client
from tests.wire.statements import statements
from tests.worlds import world

PAGE = """query($id: ID!, $after: String) { topic(id: $id) { title author { username } unreadCount section { name }
    posts(first: 20, after: $after) { totalCount pageInfo { hasNextPage endCursor } edges { cursor node {
        id body authorName createdAt author { username } character { name }
        reactions { kind count reactedByMe } } } } } }"""
LEAN = "query($id: ID!) { topic(id: $id) { posts { edges { node { body } } } } }"
NESTED = """{ categories { sections { topics(first: 3) { edges { node { title unreadCount
    posts(first: 2) { totalCount edges { node { body author { username } reactions { count } } } } } } } } } }"""


async def _busy_topic(posts: int = 25) -> tuple[Topic, User]:
    author = await world.user()
    hero = await world.character(author)
    topic = await world.topic(await world.section("general", "Accueil"), "Bienvenue", author)
    now = topic.created_at
    for number in range(posts):
        await Post.create(
            uuid=uuid4(),
            topic=topic,
            body=f"Texte {number}",
            author=author,
            author_name=hero.name if number % 2 else author.username,
            character=hero if number % 2 else None,
            created_at=now,
        )
    topic.post_count = posts
    await topic.save()
    return topic, author


async def test_a_topic_with_its_posts_takes_one_statement_and_what_is_unread_another(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Answers, "asked", lambda *_: None)  # What is kept takes none at all.
    topic, _ = await _busy_topic()
    reader = await client.as_user(await world.user())
    await reader.data(LEAN, id=gid(topic))  # The shape of the forum is read once.
    async with statements() as seen:
        page = (await reader.data(PAGE, id=gid(topic)))["topic"]
    assert len(seen) == 3, seen  # Viewer, topic with section, posts, writers and reactions; unread count.
    assert len(page["posts"]["edges"]) == 20
    async with statements() as seen:
        await reader.data(PAGE.replace("unreadCount", ""), id=gid(topic))
    assert len(seen) == 2, seen
    async with statements() as seen:
        await reader.data(LEAN, id=gid(topic))
    assert len(seen) == 2, seen
    assert not any("JOIN users" in sql and "FROM posts" in sql for sql in seen)


WRITERS = """query($id: ID!) { topic(id: $id) { author { username } character { name }
    posts(first: 2) { edges { node { author { id } character { id name } topic {
        author { username createdAt isActive role { name } }
        character { name isAlive player faction { name } } } } } } } }"""


async def test_of_a_writer_as_much_is_read_as_any_place_of_the_answer_asks(client: Client) -> None:
    topic, author = await _busy_topic(2)
    hero = await Character.get(user=author)
    await Topic.filter(id=topic.id).update(author=author, character=hero)
    for _ in range(3):  # By graphql-core, then by the plan.
        page = (await client.data(WRITERS, id=gid(topic)))["topic"]
        assert (page["author"], page["character"]) == ({"username": author.username}, {"name": hero.name})
        plain, signed = (edge["node"] for edge in page["posts"]["edges"])
        assert (plain["author"]["id"], plain["character"]) == (gid(author), None)
        assert signed["character"] == {"id": gid(hero), "name": hero.name}
        for node in (plain, signed):
            assert node["topic"]["author"]["createdAt"].startswith(f"{author.created_at:%Y-%m-%d}")
            assert node["topic"]["author"]["isActive"] is True
            assert node["topic"]["character"]["isAlive"] is True
            assert node["topic"]["character"]["player"] == author.username


TWICE = """query($many: String!, $one: String!) {
    many: section(slug: $many) { ...S } one: section(slug: $one) { ...S } }
    fragment S on Section { topics { edges { node { title posts(first: 1) { edges { node { body } } } } } } }"""


async def test_one_row_beside_many_is_no_reason_to_read_each_of_them_alone(client: Client) -> None:
    many, one = [await world.section("general", name) for name in ("Salle", "Réduit")]
    for place in (*[many] * 6, one):
        await world.topic(place, "Sujet", None, "un", "deux")
    counts = []
    for _ in range(3):  # By graphql-core, then by the plan.
        async with statements() as seen:
            answer = await client.data(TWICE, many=many.slug, one=one.slug)
        counts.append(len(seen))
        assert [len(answer[name]["topics"]["edges"]) for name in ("many", "one")] == [6, 1]
    assert max(counts[1:]) <= 6, counts


async def test_pages_under_many_parents_take_one_statement_a_level(client: Client) -> None:
    sections = [await world.section("general", f"Salle {number}") for number in range(8)]
    for section in sections:
        for number in range(4):
            await world.topic(section, f"{section.name} sujet {number}", None, "un", "deux", "trois")
    async with statements() as seen:
        categories = (await client.data(NESTED))["categories"]
    # What the sections count, and the tree, which has changed; one of topics; one of posts with their reactions.
    assert len(seen) == 4, seen
    for section in categories[0]["sections"]:
        assert len(section["topics"]["edges"]) == 3
        for edge in section["topics"]["edges"]:
            posts = edge["node"]["posts"]
            assert [each["node"]["body"] for each in posts["edges"]] == ["un", "deux"]
            assert posts["totalCount"] == 3


async def test_pages_under_many_parents_are_refused_before_they_are_read(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "MOST_ROWS", 250)
    place = await world.section("general", "Place")
    for number in range(3):
        await world.topic(place, f"Sujet {number}", None, "un")
    query = """query($first: Int!) { categories { sections { topics(first: 100) {
        edges { node { posts(first: $first) { totalCount edges { node { id } } } } } } } } }"""
    assert await client.codes(query, first=50) == []
    async with statements() as seen:
        assert set(await client.codes(query, first=51)) == {"TOO_COMPLEX"}
    assert not any("FROM posts" in sql for sql in seen)
    assert await client.codes(query.replace("edges { node { id } }", ""), first=100) == []


async def test_the_posts_are_completed_in_columns(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    topic, _ = await _busy_topic()
    one_by_one: list[str] = []
    ordinary = ColumnExecutionContext.complete_object_value

    def watched(self: Any, return_type: Any, *rest: Any) -> Any:
        one_by_one.append(return_type.name)
        return ordinary(self, return_type, *rest)

    monkeypatch.setattr(ColumnExecutionContext, "complete_object_value", watched)
    monkeypatch.setattr(kept, "FIRST_USE", 100)  # By graphql-core's path, without a plan.
    await client.data(PAGE, id=gid(topic))
    assert {"Topic", "PostConnection"} <= set(one_by_one)
    assert not {"PostEdge", "Post", "ReactionCount", "Character"} & set(one_by_one)


async def test_following_the_cursors_gives_every_post_once_in_order(client: Client) -> None:
    topic, _ = await _busy_topic()
    got: list[str] = []
    after = None
    while True:
        posts = (await client.data(PAGE, id=gid(topic), after=after))["topic"]["posts"]
        got += [edge["node"]["body"] for edge in posts["edges"]]
        if not posts["pageInfo"]["hasNextPage"]:
            break
        after = posts["pageInfo"]["endCursor"]
    assert got == [f"Texte {number}" for number in range(25)]
    assert posts["totalCount"] == 25


async def test_writers_are_told_by_account_character_and_kept_name(client: Client) -> None:
    topic, author = await _busy_topic(2)
    first, second = [edge["node"] for edge in (await client.data(PAGE, id=gid(topic)))["topic"]["posts"]["edges"]]
    assert (first["author"], first["character"]) == ({"username": author.username}, None)
    assert second["authorName"] == second["character"]["name"] != author.username
    await author.delete()
    first, second = [edge["node"] for edge in (await client.data(PAGE, id=gid(topic)))["topic"]["posts"]["edges"]]
    assert first["author"] is second["author"] is second["character"] is None
    assert first["authorName"] == author.username


async def test_unread_counts_posts_of_others_after_the_mark(client: Client) -> None:
    topic, author = await _busy_topic(3)
    reader = await client.as_user(await world.user())
    writer = await client.as_user(author)

    async def unread(asker: Client) -> int:
        count: int = (await asker.data("query($id: ID!) { topic(id: $id) { unreadCount } }", id=gid(topic)))["topic"][
            "unreadCount"
        ]
        return count

    assert [await unread(asker) for asker in (client, writer, reader)] == [0, 0, 3]
    assert await reader.data(MARK_READ, topicId=gid(topic)) == {"markTopicRead": {"unreadCount": 0}}
    await writer.data(CREATE_POST, input=post_input(topic))
    await reader.data(CREATE_POST, input=post_input(topic))
    assert [await unread(asker) for asker in (client, writer, reader)] == [0, 1, 1]


async def test_reactions_count_once_each_in_the_order_of_the_enum(client: Client) -> None:
    topic, author = await _busy_topic(1)
    post = await Post.get(topic=topic)
    writer, reader = await client.as_user(author), await client.as_user(await world.user())
    for asker, kind in ((writer, "SAD"), (reader, "LIKE"), (writer, "LIKE"), (writer, "LIKE")):
        answer = await asker.data(REACT, postId=gid(post), kind=kind)
    likes, sad = {"kind": "LIKE", "count": 2}, {"kind": "SAD", "count": 1}
    assert answer["react"]["reactions"] == [likes | {"reactedByMe": True}, sad | {"reactedByMe": True}]
    for _ in range(2):
        answer = await reader.data(REACT.replace("react(", "unreact("), postId=gid(post), kind="LIKE")
    assert answer["unreact"]["reactions"] == [
        {"kind": "LIKE", "count": 1, "reactedByMe": False},
        sad | {"reactedByMe": False},
    ]


@pytest.mark.parametrize("first", [0, 101, -1])
async def test_sizes_that_are_no_pages_are_refused(client: Client, first: int) -> None:
    topic, _ = await _busy_topic(1)
    query = f"query($id: ID!) {{ topic(id: $id) {{ posts(first: {first}) {{ totalCount }} }} }}"
    assert await client.codes(query, id=gid(topic)) == ["BAD_INPUT"]
    assert await client.codes(query.replace(str(first), "null"), id=gid(topic)) == []
