"""Who is told of a new post: whoever takes part in the topic, once, and never its author."""

import asyncio
from datetime import UTC, datetime
from uuid import uuid4

from models.account.user import User
from models.core.transaction import write
from models.forum.lock import lock_topic
from models.forum.post import Post
from models.forum.topic import Topic
from models.live.event import Event
from models.live.notification import Notification, NotificationKind, NotificationLevel, notify, notify_participants
from tests.worlds import world

NOW = datetime(2026, 3, 14, 10, 17, tzinfo=UTC)


async def reply(topic: Topic, author: User | None) -> Post:
    """Writes a post and tells the others, in one transaction."""

    async def work() -> Post:
        name = author.username if author else "gone"
        post = await Post.create(
            uuid=uuid4(), topic=topic, body="!", author=author, author_name=name, created_at=datetime.now(UTC)
        )
        assert await lock_topic(topic.id)
        await notify_participants(topic.id, topic.title, post.id, author.id if author else None, name, NOW)
        return post

    return await write(work)


async def told(topic: Topic) -> dict[int, list[int | None]]:
    """The posts that each account has an unread notification of."""
    found: dict[int, list[int | None]] = {}
    for row in await Notification.filter(topic=topic, read_at__isnull=True).order_by("id"):
        found.setdefault(row.user_id, []).append(row.post_id)
    return found


async def test_participants_are_told_once_and_the_author_never(database: str) -> None:
    opener, ann, ben, _stranger = [await world.user() for _ in range(4)]
    gone = await world.user(is_active=False)
    topic = await world.topic(await world.section("general", "Ici"), "Sujet", opener, "ouverture")
    await Post.create(uuid=uuid4(), topic=topic, body="", author=gone, author_name="gone", created_at=NOW)
    first = await reply(topic, ann)
    assert await told(topic) == {opener.id: [first.id]}
    second = await reply(topic, ben)
    assert await told(topic) == {opener.id: [second.id], ann.id: [second.id]}
    third = await reply(topic, opener)
    # The opener's own unread one stays: writing is not reading.
    assert await told(topic) == {opener.id: [second.id], ann.id: [third.id], ben.id: [third.id]}
    row = await Notification.get(user=ben)
    assert (row.kind, row.level, row.message, row.created_at) == ("NEW_POST", "INFO", "new_post", NOW)
    assert row.details == f'{{"author": "{opener.username}", "title": "Sujet"}}'


async def test_who_deleted_all_posts_takes_part_no_more(database: str) -> None:
    opener, ann = await world.user(), await world.user()
    topic = await world.topic(await world.section("general", "Ici"), "Sujet", opener, "ouverture")
    post = await reply(topic, ann)
    await Post.filter(id=post.id).update(deleted_at=NOW)
    await reply(topic, None)
    assert set(await told(topic)) == {opener.id}


async def test_a_read_notification_stays_and_a_new_one_comes(database: str) -> None:
    opener, ann = await world.user(), await world.user()
    topic = await world.topic(await world.section("general", "Ici"), "Sujet", opener, "ouverture")
    await reply(topic, ann)
    await Notification.filter(user=opener).update(read_at=NOW)
    last = await reply(topic, ann)
    assert await told(topic) == {opener.id: [last.id]}
    assert await Notification.filter(user=opener).count() == 2


async def test_posts_written_at_once_leave_one_notification(database: str) -> None:
    opener = await world.user()
    authors = [await world.user() for _ in range(6)]
    topic = await world.topic(await world.section("general", "Ici"), "Sujet", opener, "ouverture")
    await asyncio.gather(*[reply(topic, author) for author in authors])
    assert {len(posts) for posts in (await told(topic)).values()} == {1}


async def test_named_accounts_are_notified_in_one_statement(database: str) -> None:
    users = [await world.user() for _ in range(3)]
    ids = [user.id for user in users[:2]]
    await write(
        lambda: notify(
            ids, NotificationKind.MODERATION, NotificationLevel.WARNING, "post_edited", {"title": "Été"}, None, NOW
        )
    )
    rows = await Notification.all().order_by("id")
    assert [(row.user_id, row.kind, row.level, row.topic_id) for row in rows] == [
        (user.id, "MODERATION", "WARNING", None) for user in users[:2]
    ]
    logged = await Event.filter(kind="NOTIFICATION").order_by("seq")
    assert [(event.row_id, event.scope_id) for event in logged] == [(row.id, row.user_id) for row in rows]
