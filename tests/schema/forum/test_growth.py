"""No operation of the forum asks the database more often of three times the rows."""

from typing import Any

import pytest

from engine.operation.node import global_id
from models.account.author import Author
from models.account.user import User
from models.core.transaction import write
from models.forum.lock import lock_known_topic
from models.forum.post import Post, create_post, delete_post
from models.forum.section import Section
from models.forum.topic import Topic
from tests.documents.forum import gid
from tests.wire.client import Client
from tests.wire.statements import statements
from tests.worlds import world

OPERATIONS = {
    "tree": "{ categories { slug sections { slug topicCount viewerAttention subsections { slug } } } }",
    "topics": """query ($slug: String!) { section(slug: $slug) { topicCount topics { totalCount edges { node {
        title unreadCount viewerAttention firstUnread { node { body author { username } } } author { username }
        section { name } } } } } }""",
    "deleted topics": """query ($slug: String!) { section(slug: $slug) { topics(deleted: true) { totalCount edges {
        node { id } } } } }""",
    "posts": """query ($topic: ID!) { topic(id: $topic) { unreadCount posts { edges { node { body cursor
        author { username } reactions { kind count } } } } } }""",
    "deleted posts": """query ($topic: ID!) { topic(id: $topic) { posts(deleted: true) { totalCount edges { node { id
        deletedAt } } } } }""",
    "search": '{ searchPosts(query: "fourmi") { totalCount edges { node { body topic { title } } } } }',
    "latest topics": "{ latestTopics { totalCount edges { node { title author { username } section { name } } } } }",
    "notifications": "{ notifications { unreadCount edges { node { message topic { title section { name } } } } } }",
    "users": '{ users(search: "user") { totalCount edges { node { username role { name } } } } }',
    "createPost": 'mutation ($topic: ID!) { createPost(input: {topicId: $topic, body: "fourmi"}) { id } }',
    "createTopic": """mutation ($section: ID!) { createTopic(input: {sectionId: $section, title: "Sujet", body: "!"}) {
        id } }""",
    "react": "mutation ($post: ID!) { react(postId: $post, kind: LOVE) { reactions { kind count } } }",
    "markTopicRead": "mutation ($topic: ID!) { markTopicRead(topicId: $topic) { unreadCount } }",
    "setTopicAttention": """mutation ($topic: ID!) { setTopicAttention(topicId: $topic, attention: FOLLOW) {
        viewerAttention } }""",
    "setSectionAttention": """mutation ($section: ID!) { setSectionAttention(sectionId: $section, attention: FOLLOW) {
        viewerAttention } }""",
    "markNotificationsRead": "mutation { markNotificationsRead }",
    "createSection": """mutation ($name: String!) { createSection(input: {categorySlug: "general", name: $name}) {
        slug topicCount } }""",
}


async def say(topic: Topic, author: User) -> int:
    name = Author(author.id, author.username)

    async def work() -> int:
        return await create_post(await lock_known_topic(topic.id), "une fourmi", name, topic.created_at)

    return await write(work)


async def grow(place: Section, topic: Topic, reader: User, many: int) -> None:
    """So many more sections, topics with a deleted post, writers of the topic, and notifications of the reader."""
    for _ in range(many):
        other = await world.section("general", f"Ailleurs {await Section.all().count()}")
        writer = await world.user()
        own = await world.topic(place, "Une fourmi", reader, "ouverture")
        gone = await say(own, writer)
        await say(own, writer)

        async def forget(own: Topic = own, gone: int = gone) -> None:
            await delete_post(await lock_known_topic(own.id), gone, own.created_at)

        await write(forget)
        await say(topic, writer)
        await world.topic(other, "Une fourmi", writer, "fourmi")
    deleted = (await Topic.filter(section=place).order_by("-id"))[0]
    await Topic.filter(id=deleted.id).update(deleted_at=deleted.created_at, slug=None)


@pytest.mark.slow
async def test_no_operation_asks_more_of_three_times_the_rows(client: Client) -> None:
    admin = await world.user("admin")
    signed_in = await client.as_user(admin)
    place = await world.section("general", "Ici")
    topic = await world.topic(place, "Fourmis", admin, "une fourmi")
    found: list[dict[str, int]] = []
    for many in (3, 9):
        await grow(place, topic, admin, many)
        variables: dict[str, Any] = {"slug": place.slug, "topic": gid(topic), "section": gid(place)}
        variables |= {"post": global_id("Post", (await Post.filter(topic=topic))[0].id), "name": f"Nouvelle {many}"}
        await signed_in.data(OPERATIONS["notifications"])  # The shape of the forum is read once.
        counts = {}
        for name, query in OPERATIONS.items():
            given = {key: value for key, value in variables.items() if f"${key}" in query}
            async with statements() as seen:
                await signed_in.data(query, **given)
            counts[name] = len(seen)
        found.append(counts)
    assert not {name: (found[0][name], many) for name, many in found[1].items() if many > found[0][name]}
