"""Who is told of posts and topics by how they attend, against a slow plain model; and what a post asks for."""

import os
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.account.author import Author
from models.account.user import User
from models.core.database import execute, fetch
from models.core.keyset import Window
from models.core.transaction import write
from models.forum.lock import lock_known_topic, lock_move
from models.forum.post import Post, create_post, delete_post, restore_post
from models.forum.section import Section
from models.forum.topic import Topic
from models.forum.topic_change import create_topic, delete_topic, move_topic, restore_topic, update_topic
from models.live.attention import Attention, section_attentions, section_followers, set_section_attention
from models.live.notification import (
    Notification,
    count_unread,
    mark_notifications_read,
    mark_topic_notifications_read,
    notifications_of,
)
from models.live.participant import _TELL, Participant, set_topic_attention, tell_participants, topic_attentions
from tests.wire.statements import statements
from tests.worlds import world

EXAMPLES = int(os.environ.get("EXAMPLES", "15"))
NOW = datetime(2026, 3, 14, 10, 17, tzinfo=UTC)
FOLLOW, NORMAL, MUTE = Attention.FOLLOW, Attention.NORMAL, Attention.MUTE


async def reply(topic_id: int, author: User) -> int:
    """Writes a post; gives its number."""

    async def work() -> int:
        return await create_post(await lock_known_topic(topic_id), "!", Author(author.id, author.username), NOW)

    return await write(work)


async def attend_topic(user: User, topic: Topic, attention: Attention) -> None:
    await write(lambda: set_topic_attention(user.id, topic.id, attention))


async def attend_section(user: User, place: Section, attention: Attention) -> None:
    await write(lambda: set_section_attention(user.id, place.id, attention))


# ---- against a plain model ----------------------------------------------------------


@dataclass
class Told:
    """A notification as the model keeps it: of a topic, or of its posts from one on."""

    reader: int
    topic: int
    post: int | None
    is_read: bool = False


@dataclass
class Talk:
    """A topic: who opened it and where it is; its posts as (author, lives)."""

    opener: int
    place: int
    title: str
    posts: dict[int, tuple[int, bool]]
    lives: bool = True


@dataclass
class Plain:
    """What a slow reader of the rules would keep. People and sections are known by their place in a list."""

    people: int
    talks: dict[int, Talk] = field(default_factory=dict)
    of_topic: dict[tuple[int, int], Attention] = field(default_factory=dict)
    of_section: dict[tuple[int, int], Attention] = field(default_factory=dict)
    told: list[Told] = field(default_factory=list)
    asleep: set[int] = field(default_factory=set)
    blind: set[tuple[int, int]] = field(default_factory=set)

    def open(self, pk: int, post: int, opener: int, place: int, title: str) -> None:
        self.talks[pk] = Talk(opener, place, title, {post: (opener, True)})
        for reader in range(self.people):
            follows = self.of_section.get((reader, place)) is FOLLOW
            if follows and reader != opener and reader not in self.asleep:
                self.told.append(Told(reader, pk, None))

    def post(self, topic: int, post: int, author: int) -> None:
        for reader in range(self.people):
            waits = any(
                (one.reader, one.topic, one.is_read) == (reader, topic, False) and one.post for one in self.told
            )
            if reader != author and reader not in self.asleep and not waits and self._is_told(reader, topic):
                self.told.append(Told(reader, topic, post))
        self.talks[topic].posts[post] = author, True

    def _is_told(self, reader: int, topic: int) -> bool:
        talk = self.talks[topic]
        match self.of_topic.get((reader, topic), NORMAL):
            case Attention.FOLLOW:
                return True
            case Attention.MUTE:
                return False
        takes_part = talk.opener == reader or (reader, True) in talk.posts.values()
        return takes_part and self.of_section.get((reader, talk.place)) is not MUTE

    def first(self, told: Told) -> int | None:
        """Who wrote the first living post that it is of."""
        posts = self.talks[told.topic].posts
        later = [posts[pk] for pk in sorted(posts) if pk >= (told.post or 0)]
        return next((author for author, lives in later if lives and author != told.reader), None)

    def is_shown(self, told: Told) -> bool:
        talk = self.talks[told.topic]
        seen = talk.lives and (told.reader, talk.place) not in self.blind
        return seen and (told.post is None or self.first(told) is not None)

    def shown(self, reader: int) -> list[Told]:
        """Newest first."""
        return [one for one in reversed(self.told) if one.reader == reader and self.is_shown(one)]


class History:
    """Things that happen to rows and to the plain model alike, by chance."""

    def __init__(self, people: list[User], places: list[Section], dice: Random) -> None:
        self.people, self.places, self.dice = people, places, dice
        self.plain = Plain(len(people))

    def anybody(self) -> int:
        return self.dice.randrange(len(self.people))

    def anywhere(self) -> int:
        return self.dice.randrange(len(self.places))

    def any_topic(self, *, living: bool = False) -> int:
        found = [pk for pk, talk in self.plain.talks.items() if talk.lives or not living]
        return self.dice.choice(found) if found else 0

    def attention(self) -> Attention:
        return self.dice.choice(list(Attention))

    async def open(self) -> None:
        opener, place, title = self.anybody(), self.anywhere(), f"Sujet {self.dice.random()}"
        author = Author(self.people[opener].id, self.people[opener].username)
        pk = await create_topic(self.places[place].id, title, "!", author, NOW)
        self.plain.open(pk, (await Post.get(topic_id=pk)).id, opener, place, title)

    async def post(self) -> None:
        if topic := self.any_topic(living=True):
            author = self.anybody()
            self.plain.post(topic, await reply(topic, self.people[author]), author)

    async def attend_topic(self) -> None:
        who, topic, how = self.anybody(), self.any_topic(), self.attention()
        if topic:
            await write(lambda: set_topic_attention(self.people[who].id, topic, how))
            self.plain.of_topic[who, topic] = how

    async def attend_section(self) -> None:
        who, place, how = self.anybody(), self.anywhere(), self.attention()
        await attend_section(self.people[who], self.places[place], how)
        self.plain.of_section[who, place] = how

    async def change_post(self) -> None:
        if not (topic := self.any_topic(living=True)):
            return
        talk = self.plain.talks[topic]
        pk = self.dice.choice(sorted(talk.posts))
        author, lives = talk.posts[pk]

        async def work() -> None:
            await (delete_post if lives else restore_post)(await lock_known_topic(topic), pk, NOW)

        await write(work)
        talk.posts[pk] = author, not lives

    async def change_topic(self) -> None:
        if not (topic := self.any_topic()):
            return
        talk = self.plain.talks[topic]

        async def work() -> None:
            await (delete_topic if talk.lives else restore_topic)(await lock_known_topic(topic), NOW)

        await write(work)
        talk.lives = not talk.lives

    async def move(self) -> None:
        if not (topic := self.any_topic(living=True)):
            return
        talk, place = self.plain.talks[topic], self.anywhere()

        async def work() -> None:
            await lock_move(topic, self.places[place].id)
            await move_topic(await lock_known_topic(topic), self.places[place].id, NOW)

        await write(work)
        talk.place = place

    async def rename(self) -> None:
        if not (topic := self.any_topic(living=True)):
            return
        title = f"Sujet {self.dice.random()}"

        async def work() -> None:
            await update_topic(await lock_known_topic(topic), NOW, title=title)

        await write(work)
        self.plain.talks[topic].title = title

    async def read_topic(self) -> None:
        who, topic = self.anybody(), self.any_topic()
        if topic:
            await write(partial(mark_topic_notifications_read, self.people[who].id, topic, NOW))
            for one in self.plain.told:
                one.is_read |= (one.reader, one.topic) == (who, topic)

    async def read_some(self) -> None:
        who = self.anybody()
        shown = self.plain.shown(who)
        rows = await notifications_of(self.people[who].id, self.seen(who), Window(1000))
        chosen = [place for place in range(len(shown)) if self.dice.random() < 0.5]
        await mark_notifications_read(self.people[who].id, self.seen(who), [rows[at].pk for at in chosen], NOW)
        for at in chosen:
            shown[at].is_read = True

    async def read_all(self) -> None:
        who = self.anybody()
        await mark_notifications_read(self.people[who].id, self.seen(who), None, NOW)
        for one in self.plain.shown(who):
            one.is_read = True

    async def turn_over(self) -> None:
        who = self.anybody()
        self.plain.asleep ^= {who}
        await User.filter(id=self.people[who].id).update(is_active=who not in self.plain.asleep)

    async def lose_or_regain(self) -> None:
        self.plain.blind ^= {(self.anybody(), self.anywhere())}

    def seen(self, who: int) -> list[int]:
        return [place.id for at, place in enumerate(self.places) if (who, at) not in self.plain.blind]

    async def check(self) -> None:
        for who, user in enumerate(self.people):
            rows = await notifications_of(user.id, self.seen(who), Window(1000))
            shown = self.plain.shown(who)
            assert [(one.kind, one.details.get("title" if one.kind == "NEW_TOPIC" else "author"),
                     one.details.get("section"), one.read_at is not None) for one in rows] == [
                self._said(one) for one in shown
            ]  # fmt: skip
            assert await count_unread(user.id, self.seen(who)) == sum(not one.is_read for one in shown)
            await self._check_attention(who, user)

    def _said(self, told: Told) -> tuple[str, object, object, bool]:
        talk = self.plain.talks[told.topic]
        if told.post is None:
            return "NEW_TOPIC", talk.title, self.places[talk.place].name, told.is_read
        author = self.plain.first(told)
        assert author is not None
        return "NEW_POST", self.people[author].username, None, told.is_read

    async def _check_attention(self, who: int, user: User) -> None:
        said = await topic_attentions(user.id, list(self.plain.talks))
        for topic in self.plain.talks:
            assert said.get(topic, NORMAL) is self.plain.of_topic.get((who, topic), NORMAL)
        expected = {self.places[place].id: how for (one, place), how in self.plain.of_section.items() if one == who}
        assert await section_attentions(user.id) == {pk: how for pk, how in expected.items() if how is not NORMAL}


@pytest.mark.slow
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32), steps=st.integers(30, 120))
async def test_everybody_is_told_what_a_plain_model_tells(database: str, seed: int, steps: int) -> None:
    people = [await world.user() for _ in range(4)]
    places = [await world.section("general", f"Ici {people[0].id} {number}") for number in range(2)]
    history = History(people, places, Random(seed))
    usual = [history.open, history.attend_topic, history.attend_section, history.read_topic, history.read_all]
    rare = [history.change_topic, history.move, history.rename, history.turn_over, history.lose_or_regain]
    for _ in range(steps):
        await history.dice.choice([*[history.post] * 8, *usual * 2, history.read_some, history.change_post, *rare])()
    await history.check()


# ---- one rule at a time -------------------------------------------------------------


async def told(kind: str) -> set[int]:
    return {row.user_id for row in await Notification.filter(kind=kind)}


async def test_who_follows_a_topic_is_told_and_who_muted_it_is_not(database: str) -> None:
    opener, follower, muted, writer = [await world.user() for _ in range(4)]
    topic = await world.topic(await world.section("general", "Ici"), "Sujet", opener, "ouverture")
    await reply(topic.id, muted)
    await Notification.all().delete()
    await Participant.all().update(is_told=False)
    await attend_topic(follower, topic, FOLLOW)
    await attend_topic(muted, topic, MUTE)
    await reply(topic.id, writer)
    assert await told("NEW_POST") == {opener.id, follower.id}


async def test_a_follower_does_not_take_part(database: str) -> None:
    opener, stranger, writer = [await world.user() for _ in range(3)]
    topic = await world.topic(await world.section("general", "Ici"), "Sujet", opener, "ouverture")
    for attention in (FOLLOW, NORMAL):
        await attend_topic(stranger, topic, attention)
    await attend_topic(writer, topic, NORMAL)
    assert not await Participant.filter(user=writer).exists(), "what was never set leaves no row"
    await reply(topic.id, writer)
    assert await told("NEW_POST") == {opener.id}


async def test_a_muted_section_is_quiet_but_for_topics_that_are_followed(database: str) -> None:
    opener, writer = await world.user(), await world.user()
    place, other = await world.section("general", "Ici"), await world.section("general", "Ailleurs")
    await attend_section(opener, place, MUTE)
    quiet, followed, elsewhere = [
        await world.topic(where, "Sujet", opener, "ouverture") for where in (place, place, other)
    ]
    await attend_topic(opener, followed, FOLLOW)
    for topic in (quiet, followed, elsewhere):
        await reply(topic.id, writer)
    assert [row.topic_id for row in await Notification.all().order_by("id")] == [followed.id, elsewhere.id]


async def test_who_follows_a_section_is_told_of_topics_and_not_of_their_posts(database: str) -> None:
    opener, follower, gone, muted = [await world.user() for _ in range(4)]
    place = await world.section("general", "Ici")
    for user, attention in ((opener, FOLLOW), (follower, FOLLOW), (gone, FOLLOW), (muted, MUTE)):
        await attend_section(user, place, attention)
    await User.filter(id=gone.id).update(is_active=False)
    assert await section_followers(place.id) == [opener.id, follower.id]
    topic_id = await create_topic(place.id, "Sujet", "!", Author(opener.id, opener.username), NOW)
    await reply(topic_id, muted)
    assert await told("NEW_TOPIC") == {follower.id}
    assert await told("NEW_POST") == {opener.id}


async def test_to_read_that_a_topic_opened_is_not_to_read_its_posts(database: str) -> None:
    opener, follower = await world.user(), await world.user()
    place = await world.section("general", "Ici")
    await attend_section(follower, place, FOLLOW)
    topic = await Topic.get(id=await create_topic(place.id, "Sujet", "!", Author(opener.id, "x"), NOW))
    await attend_topic(follower, topic, FOLLOW)
    await reply(topic.id, opener)
    opened = await Notification.get(user=follower, kind="NEW_TOPIC")
    assert await mark_notifications_read(follower.id, [place.id], [opened.id], NOW) == 1
    await reply(topic.id, opener)
    assert await Notification.filter(user=follower, kind="NEW_POST").count() == 1


async def test_the_end_of_an_account_or_a_section_takes_along_what_was_set(database: str) -> None:
    users = [await world.user() for _ in range(2)]
    place, other = await world.section("general", "Ici"), await world.section("general", "Ailleurs")
    topic = await world.topic(place, "Sujet", None, "ouverture")
    for user in users:
        await attend_topic(user, topic, MUTE)
        for where in (place, other):
            await attend_section(user, where, FOLLOW)
    await users[0].delete()
    await other.delete()
    assert await section_attentions(users[0].id) == await topic_attentions(users[0].id, [topic.id]) == {}
    assert await section_attentions(users[1].id) == {place.id: FOLLOW}
    assert await topic_attentions(users[1].id, [topic.id]) == {topic.id: MUTE}


# ---- what it asks for ---------------------------------------------------------------


async def test_a_topic_asks_as_much_of_a_section_that_many_follow(database: str) -> None:
    author, counts = await world.user(), []
    for many in (2, 20):
        place = await world.section("general", f"Ici {many}")
        for _ in range(many):
            await attend_section(await world.user(), place, FOLLOW)
        async with statements() as seen:
            await create_topic(place.id, "Sujet", "!", Author(author.id, "x"), NOW)
        counts.append(len(seen))
    assert counts[0] == counts[1]
    assert len([sql for sql in seen if "INSERT INTO notifications" in sql]) == 1
    assert await Notification.all().count() == 22


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
async def test_a_post_reads_none_who_were_told_or_muted_the_topic(database: str) -> None:
    topic = await world.topic(await world.section("general", "Ici"), "Sujet", None, "ouverture")
    users = [await world.user() for _ in range(60)]
    await Participant.bulk_create(
        [
            Participant(topic=topic, user=user, is_told=number < 30, attention=(FOLLOW if number < 30 else MUTE).value)
            for number, user in enumerate(users)
        ]
    )

    async def explain() -> str:
        await execute("SET LOCAL enable_seqscan = off")
        return " ".join(row[0] for row in await fetch(f"EXPLAIN ANALYZE {_TELL}", topic.id, []))

    plan = await write(explain)
    assert "idx_participants_topic" in plan
    assert "Rows Removed by Filter" not in plan
    assert await write(lambda: tell_participants(topic.id, [])) == []
