"""What a database holds survives its migrations, and all that hangs on it still hangs on it."""

import uuid

import pytest
from aerich.migrate import Migrate
from tortoise.exceptions import IntegrityError

from models.core.database import execute, fetch
from models.core.migration import migrate, pending
from models.transfer.reference_data import seed_reference_data

FIRST_PUBLISHED = 3  # The migrations of a forum that has no alliances yet.
NOW = "2026-03-14 10:17:00+00:00"


async def _plant() -> None:
    """A topic with a post, a revision and a reaction, in the tables as they first were."""
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
    await seed_reference_data()
    await _plant()
    await migrate()
    assert await pending() == []
    rows = await fetch(
        """SELECT t.title, p.body, r.body, x.kind FROM topics t JOIN posts p ON p.topic_id = t.id
        JOIN post_revisions r ON r.post_id = p.id JOIN reactions x ON x.post_id = p.id"""
    )
    assert [tuple(row) for row in rows] == [("La reine", "Des œufs", "Un œuf", "LIKE")]
    copy = """INSERT INTO posts (uuid, body, author_name, revision, created_at, topic_id)
        SELECT uuid, body, author_name, revision, created_at, topic_id FROM posts"""
    with pytest.raises(IntegrityError):
        await execute(copy)
    await execute("DELETE FROM topics")
    for table in ("posts", "post_revisions", "reactions"):
        assert await fetch(f"SELECT 1 FROM {table}") == [], table
