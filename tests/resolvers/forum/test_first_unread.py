"""The first unread post: which it is, that pages open around it, and that a page of topics asks once."""

from datetime import UTC, datetime
from typing import Any

from models.forum.post import Post
from models.forum.reading_mark import ReadingMark
from models.forum.topic import Topic
from tests.documents.forum import CREATE_POST, DELETE_POST, MARK_READ, gid, post_input
from tests.wire.client import Client
from tests.wire.statements import statements
from tests.worlds import world

FIRST = "query($id: ID!) { topic(id: $id) { unreadCount firstUnread { cursor node { body topic { id } } } } }"
AROUND = """query($id: ID!, $cursor: String) { topic(id: $id) {
    earlier: posts(last: 1, before: $cursor) { edges { node { body } } }
    later: posts(after: $cursor) { edges { node { body } } } } }"""
PAGE = """query($slug: String!) { section(slug: $slug) { topics { edges { node {
    title firstUnread { node { body author { username } character { name } } } } } } } }"""


async def _topic(*bodies: str) -> Topic:
    return await world.topic(await world.section("general", "Accueil"), "Sujet", await world.user(), *bodies)


async def _first(reader: Client, topic: Topic) -> Any:
    return (await reader.data(FIRST, id=gid(topic)))["topic"]["firstUnread"]


async def test_it_is_the_first_living_post_of_others_after_the_mark(client: Client) -> None:
    topic = await _topic("un", "deux", "trois")
    reader, writer = await client.as_user(await world.user()), await client.as_user(await world.user())
    assert await _first(client, topic) is None
    assert (await _first(reader, topic))["node"] == {"body": "un", "topic": {"id": gid(topic)}}
    await reader.data(MARK_READ, topicId=gid(topic))
    assert await _first(reader, topic) is None
    await reader.data(CREATE_POST, input=post_input(topic, "le mien"))
    assert await _first(reader, topic) is None
    gone = await writer.data(CREATE_POST, input=post_input(topic, "de trop"))
    await writer.data(CREATE_POST, input=post_input(topic, "quatre"))
    assert (await _first(reader, topic))["node"]["body"] == "de trop"
    await writer.data(DELETE_POST, id=gone["createPost"]["id"])
    assert (await _first(reader, topic))["node"]["body"] == "quatre"


async def test_its_cursor_opens_the_pages_around_it(client: Client) -> None:
    topic, user = await _topic("un", "deux", "trois"), await world.user()
    read = await Post.filter(topic=topic).order_by("id").first()
    await ReadingMark.create(user=user, topic=topic, last_post_id=read.id if read else 0)
    reader = await client.as_user(user)
    first = await _first(reader, topic)
    around = (await reader.data(AROUND, id=gid(topic), cursor=first["cursor"]))["topic"]
    assert first["node"]["body"] == "deux"
    assert [edge["node"]["body"] for edge in around["earlier"]["edges"]] == ["un"]
    assert [edge["node"]["body"] for edge in around["later"]["edges"]] == ["trois"]


async def test_a_page_of_topics_asks_once_with_the_writers(client: Client) -> None:
    place, author = await world.section("general", "Accueil"), await world.user()
    hero = await world.character(author)
    for number in range(3):
        topic = await world.topic(place, f"Sujet {number}", author)
        signed: Any = {"author": author, "character": hero, "author_name": hero.name}
        await Post.create(uuid=topic.uuid, topic=topic, body=topic.title, created_at=datetime.now(UTC), **signed)
    reader = await client.as_user(await world.user())
    async with statements() as seen:
        page = (await reader.data(PAGE, slug=place.slug))["section"]["topics"]["edges"]
    assert len([sql for sql in seen if "FROM posts" in sql]) == 1
    assert len(seen) == 5, seen  # Viewer, the section, the tree, which has changed, topics, first unread posts.
    for edge in page:
        written = {"author": {"username": author.username}, "character": {"name": hero.name}}
        assert edge["node"]["firstUnread"]["node"] == {"body": edge["node"]["title"], **written}
