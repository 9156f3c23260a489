"""Notifications over HTTP: who gets them, in whose words, and that who lost access to a topic has none of it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from models.account.character import Character
from models.account.faction import Faction
from models.account.user import User
from models.forum.post import Post
from models.forum.section import Section
from models.forum.topic import Topic
from models.live.notification import Notification
from tests.documents.forum import CREATE_POST, DELETE_POST, DELETE_TOPIC, MARK_READ, UPDATE_POST, gid, post_input
from tests.wire.client import Client
from tests.wire.statements import statements
from tests.worlds import world

LIST = """query ($first: Int, $after: String, $unreadOnly: Boolean) {
    notifications(first: $first, after: $after, unreadOnly: $unreadOnly) {
        unreadCount pageInfo { hasNextPage endCursor }
        edges { node { id kind level message createdAt readAt topic { id title section { name } } } } } }"""
MARK = "mutation ($ids: [ID!]) { markNotificationsRead(ids: $ids) }"
NODE = "query ($id: ID!) { node(id: $id) { ... on Notification { message topic { title } } } }"

RENAME = "mutation ($id: ID!, $title: String) { updateTopic(id: $id, title: $title, isPinned: true) { id } }"
MOVE = "mutation ($id: ID!, $to: ID!) { moveTopic(id: $id, sectionId: $to) { id } }"


class Forum:
    """A topic in which two players take part."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.place: Section
        self.topic: Topic
        self.opener: User
        self.writer: User

    async def plant(self) -> "Forum":
        self.place = await world.section("rp", "Taverne")
        self.opener, self.writer = await world.user(), await world.user()
        for user in (self.opener, self.writer):
            await world.character(user, faction="eveilles")
        self.topic = await world.topic(self.place, "Été", self.opener, "ouverture")
        return self

    async def reply(self, by: User | None = None, body: str = "réponse") -> None:
        writer = await self.client.as_user(by or self.writer)
        await writer.data(CREATE_POST, input=post_input(self.topic, body))


@pytest.fixture
async def forum(client: Client) -> Forum:
    return await Forum(client).plant()


async def listed(client: Client, **arguments: Any) -> tuple[list[dict[str, Any]], int]:
    found = (await client.data(LIST, **arguments))["notifications"]
    return [edge["node"] for edge in found["edges"]], found["unreadCount"]


async def messages(client: Client) -> list[str]:
    return [one["message"] for one in (await listed(client))[0]]


async def test_a_new_post_is_told_in_the_readers_language(client: Client, forum: Forum) -> None:
    await forum.reply()
    opener = await client.as_user(forum.opener)
    (one,), unread = await listed(opener)
    assert unread == 1
    assert (one["kind"], one["level"], one["readAt"]) == ("NEW_POST", "INFO", None)
    assert one["message"] == f"{forum.writer.username} a écrit dans « Été »."
    assert one["topic"] == {"id": gid(forum.topic), "title": "Été", "section": {"name": "Taverne"}}
    english = await opener.ask(LIST, language="en")
    assert english["data"]["notifications"]["edges"][0]["node"]["message"] == (
        f"{forum.writer.username} wrote in “Été”."
    )
    assert await listed(await client.as_user(forum.writer)) == ([], 0)
    assert await client.codes(LIST) == ["UNAUTHENTICATED"]


async def test_several_new_posts_make_one_notification(client: Client, forum: Forum) -> None:
    opener = await client.as_user(forum.opener)
    await forum.reply()
    await forum.reply()
    third = await world.user()
    await world.character(third)
    await forum.reply(third)
    assert await messages(opener) == [f"{forum.writer.username} a écrit dans « Été »."]
    assert len(await messages(await client.as_user(forum.writer))) == 1


async def test_a_deleted_post_gives_way_to_the_next_unread_one(client: Client, forum: Forum) -> None:
    opener = await client.as_user(forum.opener)
    await forum.reply()
    third = await world.user()
    await world.character(third)
    await forum.reply(third, "autre")
    later = datetime.now(UTC) + timedelta(hours=1)
    await Post.filter(body="autre").update(created_at=later)
    await Post.filter(body="réponse").update(deleted_at=datetime.now(UTC))
    ((one,), _) = await listed(opener)
    assert one["message"] == f"{third.username} a écrit dans « Été »."
    assert datetime.fromisoformat(one["createdAt"]) == later, "nor when there was another before it"
    await Post.filter(body="réponse").update(deleted_at=None)
    await Post.filter(body="autre").update(deleted_at=datetime.now(UTC))
    assert await messages(opener) == [f"{forum.writer.username} a écrit dans « Été »."]


@pytest.mark.parametrize("loss", ["restricted", "parent restricted", "section deleted", "moved", "died", "deleted"])
async def test_who_lost_access_has_neither_notification_nor_count(client: Client, forum: Forum, loss: str) -> None:
    await forum.reply()
    opener = await client.as_user(forum.opener)
    ((one,), _) = await listed(opener)
    closed = await world.section("rp", "Citadelle", faction="inalteres")
    citadel = await Faction.get(slug="inalteres")
    if loss == "restricted":
        await Section.filter(id=forum.place.id).update(visible_by_faction=citadel)
    elif loss == "parent restricted":
        await Section.filter(id=forum.place.id).update(parent=closed)
    elif loss == "section deleted":
        await Section.filter(id=forum.place.id).update(deleted_at=datetime.now(UTC), slug=None)
    elif loss == "moved":
        await Topic.filter(id=forum.topic.id).update(section=closed)
    elif loss == "died":
        await Character.filter(user=forum.opener).update(is_alive=False)
    else:
        await Topic.filter(id=forum.topic.id).update(deleted_at=datetime.now(UTC))
    assert await listed(opener) == ([], 0)
    assert await opener.data(NODE, id=one["id"]) == {"node": None}
    assert await opener.data(MARK) == {"markNotificationsRead": 0}
    assert await opener.data(MARK, ids=[one["id"]]) == {"markNotificationsRead": 0}
    assert (await Notification.get(user=forum.opener)).read_at is None


async def test_a_deleted_post_is_told_to_nobody(client: Client, forum: Forum) -> None:
    await forum.reply()
    await Post.filter(body="réponse").update(deleted_at=datetime.now(UTC))
    assert await listed(await client.as_user(forum.opener)) == ([], 0)


async def test_notifications_are_marked_by_id_all_at_once_or_by_reading_the_topic(client: Client, forum: Forum) -> None:
    opener, writer = await client.as_user(forum.opener), await client.as_user(forum.writer)
    other = await world.topic(forum.place, "Autre", forum.opener, "ouverture")
    await forum.reply()
    await writer.data(CREATE_POST, input=post_input(other, "réponse"))
    (second, first), unread = await listed(opener)
    assert unread == 2
    assert await writer.data(MARK, ids=[first["id"]]) == {"markNotificationsRead": 0}
    assert await opener.data(MARK, ids=[]) == {"markNotificationsRead": 0}
    assert await opener.data(MARK, ids=[first["id"], first["id"]]) == {"markNotificationsRead": 1}
    assert await opener.data(MARK, ids=[first["id"]]) == {"markNotificationsRead": 0}
    assert ([one["id"] for one in (await listed(opener, unreadOnly=True))[0]], (await listed(opener))[1]) == (
        [second["id"]],
        1,
    )
    assert [one["id"] for one in (await listed(opener))[0]] == [second["id"], first["id"]]
    await opener.data(MARK_READ, topicId=gid(other))
    assert await listed(opener, unreadOnly=True) == ([], 0)
    await forum.reply()
    assert await opener.data(MARK) == {"markNotificationsRead": 1}
    assert await opener.codes(MARK, ids=["?"]) == await opener.codes(MARK, ids=[gid(other)]) == ["BAD_INPUT"]
    assert await opener.codes(MARK, ids=[first["id"]] * 1001) == ["BAD_INPUT"]


async def test_nobody_reads_the_notifications_of_others(client: Client, forum: Forum) -> None:
    await forum.reply()
    (one,), _ = await listed(await client.as_user(forum.opener))
    admin = await client.as_user(await world.user("admin"))
    assert await listed(admin) == ([], 0)
    assert await admin.data(NODE, id=one["id"]) == await client.data(NODE, id=one["id"]) == {"node": None}
    opener = await client.as_user(forum.opener)
    assert (await opener.data(NODE, id=one["id"]))["node"]["topic"] == {"title": "Été"}


async def test_pages_run_from_the_newest_back(client: Client, forum: Forum) -> None:
    writer = await client.as_user(forum.writer)
    for number in range(5):
        topic = await world.topic(forum.place, f"Sujet {number}", forum.opener, "ouverture")
        await writer.data(CREATE_POST, input=post_input(topic, "réponse"))
    opener = await client.as_user(forum.opener)
    titles, after = [], None
    for expected in (2, 2, 1):
        page = (await opener.data(LIST, first=2, after=after))["notifications"]
        assert (len(page["edges"]), page["unreadCount"]) == (expected, 5)
        titles += [edge["node"]["topic"]["title"] for edge in page["edges"]]
        after = page["pageInfo"]["endCursor"]
    assert titles == [f"Sujet {number}" for number in (4, 3, 2, 1, 0)]
    assert page["pageInfo"]["hasNextPage"] is False


async def test_what_is_not_selected_is_not_read(client: Client, forum: Forum) -> None:
    await forum.reply()
    opener = await client.as_user(forum.opener)
    await listed(opener)  # The shape of the forum is read once.
    counts = []
    for query in (
        "{ notifications { unreadCount } }",
        "{ notifications { edges { node { message } } } }",
        "{ notifications { unreadCount edges { node { message topic { title section { name } } } } } }",
    ):
        async with statements() as seen:
            await opener.data(query)
        counts.append(len(seen))
    assert counts == [3, 3, 6]


async def test_authors_are_told_what_moderators_did(client: Client, forum: Forum) -> None:
    moderator, opener = await client.as_user(await world.user("moderator")), await client.as_user(forum.opener)
    post = await Post.get(topic=forum.topic)
    await moderator.data(UPDATE_POST, id=gid(post), body="corrigé")
    await moderator.data(UPDATE_POST, id=gid(post), body="corrigé")
    assert await messages(opener) == ["La modération a modifié votre message dans « Été »."]
    await moderator.data(DELETE_POST, id=gid(post))
    await moderator.data(RENAME, id=gid(forum.topic), title="Hiver")
    await moderator.data(RENAME, id=gid(forum.topic), title="Hiver")
    closed = await world.section("rp", "Citadelle", faction="inalteres")
    await moderator.data(MOVE, id=gid(forum.topic), to=gid(closed))
    await moderator.data(DELETE_TOPIC, id=gid(forum.topic))
    # What was linked to the topic goes with it; that it was moved and deleted stays to be read.
    found, unread = await listed(opener)
    assert unread == 2
    assert [(one["kind"], one["level"], one["message"], one["topic"]) for one in found] == [
        ("MODERATION", "WARNING", "La modération a supprimé l'un de vos sujets.", None),
        ("MODERATION", "WARNING", "La modération a déplacé votre sujet « Hiver ».", None),
    ]
    assert await Notification.filter(user=forum.opener).count() == 5
    assert await Notification.exclude(user=forum.opener).count() == 0


@pytest.mark.parametrize("last", ["moved", "deleted"])
async def test_an_author_is_told_nothing_of_what_a_topic_was_called_out_of_their_sight(
    client: Client, forum: Forum, last: str
) -> None:
    """Two worlds, in one of which it was renamed where the author does not see it."""
    moderator = await client.as_user(await world.user("moderator"))
    cellar, attic = [await world.section("rp", name, faction="inalteres") for name in ("Cave", "Grenier")]
    worlds = []
    for number, hidden_title in enumerate(["Été", "Preuves"]):
        author = await world.user()
        await world.character(author, faction="eveilles")
        topic = await world.topic(forum.place, "Été", author, f"ouverture {number}")
        await moderator.data(MOVE, id=gid(topic), to=gid(cellar))
        await moderator.data(RENAME, id=gid(topic), title=hidden_title)
        if last == "moved":
            await moderator.data(MOVE, id=gid(topic), to=gid(attic))
        else:
            await moderator.data(DELETE_TOPIC, id=gid(topic))
        told, unread = await listed(await client.as_user(author))
        worlds.append(([(one["kind"], one["level"], one["message"], one["topic"]) for one in told], unread))
    assert worlds[0] == worlds[1]
    assert [message for _, _, message, _ in worlds[0][0]] == [
        {
            "moved": "La modération a déplacé l'un de vos sujets.",
            "deleted": "La modération a supprimé l'un de vos sujets.",
        }[last],
        "La modération a déplacé votre sujet « Été ».",
    ]


async def test_an_author_who_still_sees_a_topic_is_told_its_title(client: Client, forum: Forum) -> None:
    moderator, opener = await client.as_user(await world.user("moderator")), await client.as_user(forum.opener)
    await moderator.data(MOVE, id=gid(forum.topic), to=gid(await world.section("rp", "Marché", faction="eveilles")))
    async with statements() as seen:
        await moderator.data(DELETE_TOPIC, id=gid(forum.topic))
    assert len([sql for sql in seen if "FROM users u JOIN roles" in sql]) == 1
    assert await messages(opener) == [
        "La modération a supprimé votre sujet « Été ».",
        "La modération a déplacé votre sujet « Été ».",
    ]


async def test_authors_are_not_told_what_they_did_themselves(client: Client, forum: Forum) -> None:
    opener = await client.as_user(forum.opener)
    post = await Post.get(topic=forum.topic)
    await opener.data(UPDATE_POST, id=gid(post), body="autre")
    await opener.data(DELETE_POST, id=gid(post))
    assert await listed(opener) == ([], 0)
