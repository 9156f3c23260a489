"""What a database holds survives its migrations, and all that hangs on it still hangs on it."""

import uuid

import pytest
from aerich.migrate import Migrate
from tortoise.exceptions import IntegrityError

from models.core.database import execute, fetch
from models.core.migration import migrate, pending

FIRST_PUBLISHED = 3  # The migrations of a forum that has no alliances yet.
NOW = "2026-03-14 10:17:00+00:00"


async def _plant() -> None:
    """A topic with a post, a revision and a reaction, in the tables as they first were."""
    await execute(
        f"""INSERT INTO roles (name, label, description, level, is_active, created_at, updated_at)
        VALUES ('player', 'Joueur', '', 1, TRUE, '{NOW}', '{NOW}')"""
    )
    await execute(
        "INSERT INTO categories (slug, name, description, position, access) VALUES ('hrp', 'HRP', '', 1, 'PUBLIC')"
    )
    await execute(
        f"""INSERT INTO users (username, username_key, email, email_key, password_hash, is_active, created_at,
        updated_at, role_id) SELECT 'zoe', 'zoe', 'z', 'z', '!', TRUE, '{NOW}', '{NOW}', min(id) FROM roles"""
    )
    await execute(
        f"""INSERT INTO sections (slug, name, name_key, description, position, kind, topic_count, post_count,
        created_at, category_id, is_announcement)
        SELECT 's', 'S', 's', '', 0, 'DISCUSSION', 1, 1, '{NOW}', min(id), FALSE FROM categories"""
    )
    await execute(
        f"""INSERT INTO topics (uuid, slug, title, author_name, is_pinned, is_locked, created_at, last_post_at,
        post_count, section_id) SELECT '{uuid.UUID(int=1)}', 't', 'La reine', 'zoe', FALSE, FALSE, '{NOW}', '{NOW}', 1,
        min(id) FROM sections"""
    )
    await execute(
        f"""INSERT INTO posts (uuid, body, author_name, revision, created_at, topic_id)
        SELECT '{uuid.UUID(int=2)}', 'Des œufs', 'zoe', 1, '{NOW}', min(id) FROM topics"""
    )
    await execute(
        f"""INSERT INTO post_revisions (number, body, editor_name, edited_at, post_id)
        SELECT 0, 'Un œuf', 'zoe', '{NOW}', min(id) FROM posts"""
    )
    await execute(
        "INSERT INTO reactions (kind, post_id, user_id) SELECT 'LIKE', min(p.id), min(u.id) FROM posts p, users u"
    )


async def test_a_forum_survives_becoming_one_with_alliances(empty: None, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        await pending()  # aerich learns where the history is.
        first = Migrate.get_all_version_modules()[:FIRST_PUBLISHED]
        patch.setattr(Migrate, "get_all_version_modules", classmethod(lambda _: first))
        await migrate()
    await _plant()
    await migrate()
    assert await pending() == []
    rows = await fetch(
        """SELECT t.title, p.body, r.body, x.kind FROM topics t JOIN posts p ON p.topic_id = t.id
        JOIN post_revisions r ON r.post_id = p.id JOIN reactions x ON x.post_id = p.id"""
    )
    assert [tuple(row) for row in rows] == [("La reine", "Des œufs", "Un œuf", "LIKE")]
    assert (await fetch("SELECT shown_title FROM topics"))[0][0] is None
    copy = """INSERT INTO posts (uuid, body, author_name, revision, created_at, topic_id)
        SELECT uuid, body, author_name, revision, created_at, topic_id FROM posts"""
    with pytest.raises(IntegrityError):
        await execute(copy)
    await execute("DELETE FROM topics")
    for table in ("posts", "post_revisions", "reactions"):
        assert await fetch(f"SELECT 1 FROM {table}") == [], table


BEFORE_DELIVERIES = 14
SENT = ("2026-03-14 10:16:59.5+00:00", "2026-03-14 10:17:00+00:00", "2026-03-14 10:17:30+00:00")


async def test_convoys_before_the_last_update_were_counted_by_it(empty: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """One was posted before the minute of its members' last update, two from there on."""
    with monkeypatch.context() as patch:
        await pending()
        first = Migrate.get_all_version_modules()[:BEFORE_DELIVERIES]
        patch.setattr(Migrate, "get_all_version_modules", classmethod(lambda _: first))
        await migrate()
    await _plant()
    await execute(f"INSERT INTO alliances (tag, tag_key, name, created_at) VALUES ('A', 'a', 'A', '{NOW}')")
    for name, at in (("zoe", "2026-03-14 10:17:20.25+00:00"), ("paco", "2026-03-14 10:17:00+00:00")):
        await execute(
            f"""INSERT INTO members (alliance_id, pseudo, pseudo_key, can_administer, created_at, last_updated_at)
            SELECT id, '{name}', '{name}', FALSE, '{NOW}', '{at}' FROM alliances"""
        )
    sender, requester = [row[0] for row in await fetch("SELECT id FROM members ORDER BY id")]
    await execute(
        f"""INSERT INTO orders (alliance_id, topic_id, requester_id, x, y, status, food_requested, food_delivered,
        materials_requested, materials_delivered, created_at)
        SELECT a.id, t.id, $1, 1, 1, 'NEW', 0, 0, 9, 0, '{NOW}' FROM alliances a, topics t""",
        requester,
    )
    for number, at in enumerate(SENT, 1):
        await execute(
            f"""INSERT INTO posts (uuid, body, author_name, revision, created_at, topic_id)
            SELECT '{uuid.UUID(int=10 + number)}', 'x', 'zoe', 0, '{NOW}', id FROM topics"""
        )
        await execute(
            f"""INSERT INTO convoys (order_id, post_id, sender_id, recipient_id, food, materials, sent_at, arrives_at)
            SELECT o.id, (SELECT max(id) FROM posts), $1, $2, 0, {number}, '{at}', '{NOW}' FROM orders o""",
            sender,
            requester,
        )
    await migrate()
    rows = await fetch("SELECT member_id, is_sent, materials, counted FROM deliveries ORDER BY is_sent DESC, materials")
    assert [(row[0], bool(row[1]), row[2], row[3]) for row in rows] == [
        *((sender, True, number, number if number == 1 else 0) for number in (1, 2, 3)),
        *((requester, False, number, number if number == 1 else 0) for number in (1, 2, 3)),
    ]
