"""Who is told of new posts: whoever takes part in the topic, once until they read, and never their author."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.account.author import Author
from models.account.user import User
from models.core.keyset import Window
from models.core.transaction import write
from models.forum.lock import LockedTopic, lock_known_topic
from models.forum.post import Post, create_post, delete_post, restore_post
from models.forum.section import Section
from models.forum.topic import Topic
from models.live import notification
from models.live.event import Event
from models.live.notification import (
    Notification,
    NotificationKind,
    NotificationLevel,
    count_unread,
    mark_notifications_read,
    mark_topic_notifications_read,
    notifications_of,
    notify,
    withdraw,
)
from tests.wire.statements import statements
from tests.worlds import world

NOW = datetime(2026, 3, 14, 10, 17, tzinfo=UTC)


async def reply(topic: Topic, author: User | None) -> int:
    """Writes a post, which tells the others; gives its number."""

    async def work() -> int:
        name = Author(author.id, author.username) if author else Author(None, "gone")
        return await create_post(await lock_known_topic(topic.id), "!", name, NOW)

    return await write(work)


async def told(topic: Topic) -> dict[int, list[int | None]]:
    """The posts that each account has an unread notification of."""
    found: dict[int, list[int | None]] = {}
    for row in await Notification.filter(topic=topic, read_at__isnull=True).order_by("id"):
        found.setdefault(row.user_id, []).append(row.post_id)
    return found


async def test_participants_are_told_once_and_the_author_never(database: str) -> None:
    opener, ann, ben, _stranger = [await world.user() for _ in range(4)]
    gone = await world.user()
    topic = await world.topic(await world.section("general", "Ici"), "Sujet", opener, "ouverture")
    zero = await reply(topic, gone)
    await User.filter(id=gone.id).update(is_active=False)
    first = await reply(topic, ann)
    assert await told(topic) == {opener.id: [zero]}
    second = await reply(topic, ben)
    assert await told(topic) == {opener.id: [zero], ann.id: [second]}
    third = await reply(topic, opener)
    # The opener's own unread one stays: writing is not reading.
    assert await told(topic) == {opener.id: [zero], ann.id: [second], ben.id: [third]}
    row = await Notification.get(user=ben)
    assert (row.kind, row.level, row.message, row.created_at) == ("NEW_POST", "INFO", "new_post", NOW)
    assert row.details == f'{{"author": "{opener.username}", "title": "Sujet"}}'
    assert first < second < third


async def test_who_deleted_all_posts_takes_part_no_more(database: str) -> None:
    opener, ann = await world.user(), await world.user()
    topic = await world.topic(await world.section("general", "Ici"), "Sujet", opener, "ouverture")
    post = await reply(topic, ann)
    await Post.filter(id=post).update(deleted_at=NOW)
    await reply(topic, None)
    assert set(await told(topic)) == {opener.id}


async def test_a_read_notification_stays_and_a_new_one_comes(database: str) -> None:
    opener, ann = await world.user(), await world.user()
    place = await world.section("general", "Ici")
    topic = await world.topic(place, "Sujet", opener, "ouverture")
    await reply(topic, ann)
    assert await mark_notifications_read(opener.id, [place.id], None, NOW) == 1
    last = await reply(topic, ann)
    assert await told(topic) == {opener.id: [last]}
    assert await Notification.filter(user=opener).count() == 2


async def test_many_are_marked_some_at_a_time_and_what_is_not_shown_stays(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notification, "BATCH", 2)
    opener, ann = await world.user(), await world.user()
    place, closed = await world.section("general", "Ici"), await world.section("general", "Ailleurs")
    for where in (place, closed, place, place, closed, place):
        await reply(await world.topic(where, "Sujet", opener, "ouverture"), ann)
    assert await mark_notifications_read(opener.id, [place.id], None, NOW) == 4
    assert await count_unread(opener.id, [place.id, closed.id]) == 2
    assert await mark_notifications_read(opener.id, [place.id], None, NOW) == 0


async def test_a_post_asks_as_much_of_a_topic_in_which_many_take_part(database: str) -> None:
    counts, rows = [], []
    for many in (2, 20):
        topic = await world.topic(await world.section("general", f"Ici {many}"), "Sujet", None, "ouverture")
        for _ in range(many):
            await reply(topic, await world.user())
        writer = await world.user()
        for _ in range(2):
            before = await Notification.all().count()
            async with statements() as seen:
                await reply(topic, writer)
            counts.append(len(seen))
            rows.append(await Notification.all().count() - before)
    # Who came last was told by nobody yet. The second time there is nobody left to tell.
    assert rows == [1, 0, 1, 0]
    assert counts[:2] == counts[2:]


# ---- against a plain model ----------------------------------------------------------

PEOPLE = 3
steps = st.lists(
    st.tuples(st.sampled_from(["post", "post", "delete", "restore", "read topic", "read all"]), st.integers(0, 5)),
    max_size=25,
)


@dataclass
class Told:
    """A notification of new posts as the model keeps it: the post that it was left for."""

    reader: int
    post: int
    is_read: bool = False


@dataclass
class Plain:
    """A topic that the first of three opened: posts as (author, lives), and what everybody was told."""

    posts: dict[int, tuple[int, bool]]
    told: list[Told] = field(default_factory=list)

    def first(self, told: Told) -> int | None:
        """Who wrote the first living post that it is of."""
        later = (pk for pk in sorted(self.posts) if pk >= told.post)
        return next((self.posts[pk][0] for pk in later if self.posts[pk][1] and self.posts[pk][0] != told.reader), None)

    def post(self, pk: int, author: int) -> None:
        for reader in {0, *(who for who, lives in self.posts.values() if lives)} - {author}:
            if not any(told.reader == reader and not told.is_read for told in self.told):
                self.told.append(Told(reader, pk))
        self.posts[pk] = author, True

    def shown(self, reader: int) -> list[tuple[int, bool]]:
        mine = [told for told in reversed(self.told) if told.reader == reader]
        return [(who, told.is_read) for told in mine if (who := self.first(told)) is not None]


class Story:
    """A topic and its plain model, to both of which the same things happen."""

    def __init__(self, people: list[User], place: Section, topic: Topic, opening: int) -> None:
        self.people, self.place, self.topic = people, place, topic
        self.plain = Plain({opening: (0, True)})

    async def change(self, pk: int, change: Callable[[LockedTopic, int, datetime], Awaitable[None]]) -> None:
        async def work() -> None:
            await change(await lock_known_topic(self.topic.id), pk, NOW)

        await write(work)

    async def step(self, name: str, number: int) -> None:
        who, pk = number % PEOPLE, sorted(self.plain.posts)[number % len(self.plain.posts)]
        author, lives = self.plain.posts[pk]
        if name == "post":
            self.plain.post(await reply(self.topic, self.people[who]), who)
        elif name == ("delete" if lives else "restore"):
            await self.change(pk, delete_post if lives else restore_post)
            self.plain.posts[pk] = author, not lives
        elif name.startswith("read"):
            await self.read(who, only_shown=name == "read all")

    async def read(self, who: int, *, only_shown: bool) -> None:
        user_id = self.people[who].id
        if only_shown:
            await mark_notifications_read(user_id, [self.place.id], None, NOW)
        else:
            await write(partial(mark_topic_notifications_read, user_id, self.topic.id, NOW))
        for told in self.plain.told:
            told.is_read |= told.reader == who and (not only_shown or self.plain.first(told) is not None)

    async def check(self) -> None:
        for number, user in enumerate(self.people):
            rows = await notifications_of(user.id, [self.place.id], Window(100))
            expected = self.plain.shown(number)
            assert [(row.details["author"], row.read_at is not None) for row in rows] == [
                (self.people[who].username, is_read) for who, is_read in expected
            ]
            assert await count_unread(user.id, [self.place.id]) == sum(not is_read for _, is_read in expected)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=steps)
async def test_everybody_is_told_what_a_plain_model_tells(database: str, steps: list[tuple[str, int]]) -> None:
    people = [await world.user() for _ in range(PEOPLE)]
    place = await world.section("general", f"Ici {people[0].id}")
    topic = await world.topic(place, "Sujet", people[0], "ouverture")
    story = Story(people, place, topic, (await Post.get(topic=topic)).id)
    for name, number in steps:
        await story.step(name, number)
    await story.check()


async def test_posts_written_at_once_leave_one_notification(database: str) -> None:
    opener = await world.user()
    authors = [await world.user() for _ in range(6)]
    topic = await world.topic(await world.section("general", "Ici"), "Sujet", opener, "ouverture")
    await asyncio.gather(*[reply(topic, author) for author in authors])
    assert {len(posts) for posts in (await told(topic)).values()} == {1}


async def test_all_that_a_write_tells_is_one_statement(database: str) -> None:
    users = [await world.user() for _ in range(3)]
    ids = [user.id for user in users[:2]]

    async def work() -> None:
        for title in ("Été", "Hiver"):
            kind, level = NotificationKind.MODERATION, NotificationLevel.WARNING
            notify(ids, kind, level, "post_edited", {"title": title}, None, NOW)
        await withdraw(ids, kind, {"title": title})

    async with statements() as seen:
        await write(work)
    assert len([one for one in seen if "INSERT INTO notifications" in one]) == 1
    rows = await Notification.all().order_by("id")
    assert [(row.user_id, row.kind, row.level, row.topic_id) for row in rows] == [
        (user.id, "MODERATION", "WARNING", None) for user in users[:2]
    ]
    logged = await Event.filter(kind="NOTIFICATION").order_by("seq")
    assert [(event.row_id, event.scope_id) for event in logged] == [(row.id, row.user_id) for row in rows]
