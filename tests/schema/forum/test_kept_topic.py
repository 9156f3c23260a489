"""A topic's page that is kept is never behind the database, whichever row was changed by whatever statement."""

import asyncio
from dataclasses import replace
from typing import Any

import asyncpg
import pytest

from engine.kept.answer import Answers
from engine.operation.node import global_id
from models.core.database import execute, fetch, is_postgres
from models.core.transaction import write
from models.forum.post import Post
from models.forum.reaction import Reaction
from models.forum.topic import Topic
from tests.wire.client import Client
from tests.wire.kept import anew, is_kept, warm
from tests.wire.statements import statements
from tests.worlds import world

PAGE = """query Page($id: ID!) { topic(id: $id) { id slug title authorName isPinned isLocked createdAt lastPostAt
    author { id username isActive } character { name } postCount
    posts(first: 20) { totalCount pageInfo { hasNextPage endCursor } edges { cursor node { id body authorName createdAt
    editedAt isEncrypted author { id username createdAt } character { id name isAlive state player }
    reactions { kind count mine: reactedByMe } } } } } }"""

NEW: dict[str, dict[str, Any]] = {
    "topics": {
        "slug": "autrement", "title": "Autrement", "shown_title": "Montré", "author_name": "Qui", "is_pinned": True,
        "is_locked": True, "post_count": 7, "revision": 3, "author_id": None, "character_id": None,
        "alliance_id": "alliance", "section_id": "section", "deleted_at": "now", "created_at": "now",
        "last_post_at": "now", "is_sealed": True, "uuid": "uuid", "searched": "Cherché",
    },
    "posts": {
        "body": "Autrement", "author_name": "Qui", "revision": 3, "author_id": None, "character_id": None,
        "deleted_at": "now", "created_at": "now", "edited_at": "now", "is_sealed": True, "uuid": "uuid",
        "topic_id": "topic",
    },
    "reactions": {"kind": "SAD", "user_id": "user", "post_id": "post"},
    "users": {
        "username": "Autre", "username_key": "autre", "is_active": False, "created_at": "now", "role_id": 1,
        "email": "a@b", "email_key": "a@b", "password_hash": "?", "updated_at": "now",
    },
    "characters": {
        "name": "Autre", "name_key": "autre", "is_alive": False, "state": "REFUSED", "judged_at": "now",
        "faction_id": None, "clan_id": None, "created_at": "now", "user_id": "user",
    },
}  # fmt: skip
"""Of each table what a page may be read from: what each column is changed to, by plain SQL."""

BESIDE = {"id", "search"}
"""Numbers stay what they are, and what is searched is written by the database."""


class _Page:
    """A topic of two posts, the second by a character and with a reaction; its readers."""

    def __init__(self, client: Client) -> None:
        self.client = client

    async def plant(self) -> None:
        self.place, self.closed = [await world.section(kind, "Annonces") for kind in ("general", "rp")]
        self.alliance = await world.alliance()
        self.author, self.other = await world.user("moderator"), await world.user()
        self.character = await world.character(self.author, "eveilles")
        self.topic = await world.topic(self.place, "Sujet", self.author, "Un", "Deux")
        self.elsewhere = await world.topic(self.place, "Ailleurs", self.author, "Trois")
        self.first, self.post = await Post.filter(topic=self.topic).order_by("id")
        await Post.filter(id=self.post.id).update(character=self.character)
        await Topic.filter(id=self.topic.id).update(character=self.character)
        self.reaction = await Reaction.create(post=self.post, user=self.other, kind="LIKE")
        self.readers = [self.client, await self.client.as_user(self.author), await self.client.as_user(self.other)]
        self.id = global_id("Topic", self.topic.id)

    def row(self, table: str) -> int:
        rows = {
            "topics": self.topic, "posts": self.post, "reactions": self.reaction, "users": self.author,
            "characters": self.character,
        }  # fmt: skip
        return int(rows[table].pk)

    def said(self, value: Any) -> str:
        """A value of NEW as SQL."""
        names = {
            "now": "CURRENT_TIMESTAMP", "uuid": "'11111111-1111-1111-1111-111111111111'", "topic": self.elsewhere.id,
            "user": self.author.id, "post": self.first.id, "section": self.closed.id, "alliance": self.alliance.id,
            None: "NULL",
        }  # fmt: skip
        return str(names.get(value, repr(value)))

    async def check(self, patch: pytest.MonkeyPatch, why: object) -> None:
        for reader in self.readers:
            fresh = await anew(patch, reader, PAGE, id=self.id)
            assert await reader.ask(PAGE, id=self.id) == fresh, why
            assert await reader.ask(PAGE, id=self.id) == fresh, why


async def _page(client: Client) -> _Page:
    page = _Page(client)
    await page.plant()
    await warm(client, PAGE, id=page.id)
    return page


async def _run(sql: str, *values: Any) -> None:
    await write(lambda: execute(sql, *values))


async def _columns(table: str) -> set[str]:
    return set((await fetch(f"SELECT * FROM {table} LIMIT 1"))[0].keys()) - BESIDE


@pytest.mark.parametrize("table", NEW)
async def test_every_column_shows(client: Client, monkeypatch: pytest.MonkeyPatch, table: str) -> None:
    page = await _page(client)
    pk, columns = page.row(table), await _columns(table)
    assert columns <= NEW[table].keys(), "a column that nobody has thought about"
    for column in sorted(columns):
        ((old,),) = await fetch(f"SELECT {column} FROM {table} WHERE id = $1", pk)
        for value in (page.said(NEW[table][column]), None):
            assert await is_kept(client, PAGE, id=page.id), column
            if value is None:
                await _run(f"UPDATE {table} SET {column} = $2 WHERE id = $1", pk, old)
            else:
                await _run(f"UPDATE {table} SET {column} = {value} WHERE id = $1", pk)
            await page.check(monkeypatch, (table, column))
            if not await is_kept(client, PAGE, id=page.id):  # Nothing is kept of a topic that is gone or sealed.
                await _run(f"UPDATE {table} SET {column} = $2 WHERE id = $1", pk, old)
                await page.check(monkeypatch, (table, column, "back"))
                break


ROWS = {
    "a post comes": "INSERT INTO posts (uuid, topic_id, body, author_name, created_at, revision, is_sealed) SELECT "
    "'22222222-2222-2222-2222-222222222222', topic_id, 'Trois', 'x', created_at, 0, is_sealed FROM posts "
    "WHERE id = {post}",
    "it goes": "DELETE FROM posts WHERE uuid = '22222222-2222-2222-2222-222222222222'",
    "a reaction comes": "INSERT INTO reactions (post_id, user_id, kind) VALUES ({first}, {author}, 'SAD')",
    "another, unless it is there": "INSERT INTO reactions (post_id, user_id, kind) VALUES ({first}, {other}, 'SAD') "
    "ON CONFLICT (post_id, user_id, kind) DO NOTHING",
    "they go": "DELETE FROM reactions WHERE kind = 'SAD'",
    "the author goes": "DELETE FROM users WHERE id = {author}",
    "the topic goes": "DELETE FROM topics WHERE id = {topic}",
}
ON_SQLITE = {
    "or ignored": "INSERT OR IGNORE INTO reactions (post_id, user_id, kind) VALUES ({first}, {author}, 'LOVE')",
    "or replaced": "INSERT OR REPLACE INTO reactions (post_id, user_id, kind) VALUES ({first}, {author}, 'LIKE')",
}


async def test_rows_that_come_and_go_show(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    page = await _page(client)
    names = {
        "post": page.post.id, "first": page.first.id, "author": page.author.id, "other": page.other.id,
        "topic": page.topic.id,
    }  # fmt: skip
    for why, sql in (({} if is_postgres() else ON_SQLITE) | ROWS).items():
        await warm(client, PAGE, id=page.id)
        before = await client.ask(PAGE, id=page.id)
        if why == "the author goes":
            for table in ("sessions", "participants"):
                await _run(f"DELETE FROM {table}")
            page.readers = [client]
        await _run(sql.format(**names))
        assert await client.ask(PAGE, id=page.id) != before, why
        await page.check(monkeypatch, why)


async def test_a_kept_page_takes_one_statement_and_tells_each_viewer_their_own(client: Client) -> None:
    page = await _page(client)
    assert [await is_kept(reader, PAGE, id=page.id) for reader in page.readers] == [True, False, False], "of one class"
    mine = []
    for reader in page.readers:
        async with statements() as seen:
            found = await reader.data(PAGE, id=page.id)
        assert len(seen) == 1
        mine.append([r["mine"] for edge in found["topic"]["posts"]["edges"] for r in edge["node"]["reactions"]])
    assert mine == [[False], [False], [True]]


async def test_each_viewers_own_is_read_for_the_page_that_is_kept(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever was read along with the viewer: that of a page that was another, or of none."""
    page = await _page(client)
    reader, asked = page.readers[-1], Answers.asked
    await warm(reader, PAGE, id=page.id)
    monkeypatch.setattr(Answers, "asked", lambda *given: (one := asked(*given)) and replace(one, hinted=(), hint=None))
    assert await is_kept(reader, PAGE, id=page.id)
    async with statements() as seen:
        found = await reader.data(PAGE, id=page.id)
    assert len(seen) == 2
    assert [r["mine"] for edge in found["topic"]["posts"]["edges"] for r in edge["node"]["reactions"]] == [True]


async def test_a_guest_of_a_class_is_told_no_more_than_it(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    page = await _page(client)
    await write(lambda: execute("UPDATE topics SET section_id = $2 WHERE id = $1", page.topic.id, page.closed.id))
    await warm(page.readers[1], PAGE, id=page.id)
    assert await is_kept(page.readers[1], PAGE, id=page.id), "of staff"
    assert (await client.data(PAGE, id=page.id))["topic"] is None
    await page.check(monkeypatch, "closed")


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
async def test_what_is_committed_late_is_seen_by_who_asks_then(
    client: Client, monkeypatch: pytest.MonkeyPatch, database_url: str
) -> None:
    """A change that is under way while others read, and keep what they read, is there once it has committed."""
    page = await _page(client)
    link = await asyncpg.connect(database_url)
    try:
        for commits in (True, False):
            under_way = link.transaction()
            await under_way.start()
            await link.execute("UPDATE posts SET body = body || '!' WHERE id = $1", page.post.id)
            await warm(client, PAGE, id=page.id)
            assert await is_kept(client, PAGE, id=page.id)
            before = await client.ask(PAGE, id=page.id)
            await (under_way.commit() if commits else under_way.rollback())
            assert (await client.ask(PAGE, id=page.id) != before) is commits
            await page.check(monkeypatch, commits)
    finally:
        await link.close()


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
async def test_posts_in_two_topics_do_not_wait_for_each_other(client: Client, database_url: str) -> None:
    page = await _page(client)
    link = await asyncpg.connect(database_url)
    try:
        async with asyncio.timeout(10), link.transaction():
            await link.execute("UPDATE posts SET body = 'un' WHERE id = $1", page.post.id)
            await write(lambda: execute("UPDATE posts SET body = 'deux' WHERE topic_id = $1", page.elsewhere.id))
    finally:
        await link.close()
