"""Rows that have a copy in another section: what brings one side to the other writes here, past the doors of texts.

Nothing is read off what is written here, and no mirror is told: a sealed row is a token, a hidden one nobody sees.

Tested in tests/models/hosting/sync/test_hosting_machine.py.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from models.account.author import Author
from models.core.bulk import update_rows
from models.core.database import execute, fetch
from models.forum.lock import LockedTopic
from models.forum.post import NewPost, insert_post, insert_posts
from models.forum.topic import NewTopic, insert_topic, topic_slug

# ---- one's own side -----------------------------------------------------------------


async def set_topic_revision(pk: int, revision: int) -> None:
    await execute("UPDATE topics SET revision = $2 WHERE id = $1", pk, revision)


async def set_post_revision(pk: int, revision: int) -> None:
    await execute("UPDATE posts SET revision = $2 WHERE id = $1", pk, revision)


async def set_edited_at(pk: int, at: datetime) -> None:
    await execute("UPDATE posts SET edited_at = $2 WHERE id = $1", pk, at)


async def insert_hidden_post(topic: LockedTopic, new: NewPost) -> int:
    """A post that is deleted, or whose topic is; the topic's own count is what a restoration goes by."""
    pk = await insert_post(new)
    if new.deleted_at is None:
        await execute("UPDATE topics SET post_count = post_count + 1 WHERE id = $1", topic.pk)
    return pk


async def edit_hidden_post(pk: int, body: str, at: datetime) -> None:
    await execute("UPDATE posts SET body = $2, edited_at = $3 WHERE id = $1", pk, body, at)


async def delete_hidden_post(topic: LockedTopic, pk: int, now: datetime) -> None:
    """A post of a deleted topic."""
    await execute("UPDATE posts SET deleted_at = $2 WHERE id = $1", pk, now)
    await execute("UPDATE topics SET post_count = post_count - 1 WHERE id = $1", topic.pk)


# ---- sealed rows --------------------------------------------------------------------


async def insert_sealed_post(
    topic_id: int, uuid: UUID, token: str, name: str, created_at: datetime, revision: int = 0
) -> int:
    """A token in a post's place, under a name that tells nothing; the caller accounts for it."""
    author = Author(None, name)
    return await insert_post(NewPost(topic_id, token, author, created_at, uuid=uuid, revision=revision, is_sealed=True))


async def insert_sealed_topic(
    section_id: int, alliance_id: int, uuid: UUID, title: str, name: str, created_at: datetime, revision: int
) -> int:
    """A living topic of an alliance under a sealed title; the caller accounts for it."""
    new = NewTopic(section_id, title, Author(None, name), created_at, name, uuid=uuid, revision=revision)
    return await insert_topic(replace(new, is_sealed=True, alliance_id=alliance_id))


async def write_sealed_topic(pk: int, title: str, name: str, revision: int, deleted_at: datetime | None) -> None:
    """Another token in a sealed title's place; `deleted_at` where it is a tombstone's."""
    await execute(
        "UPDATE topics SET title = $2, revision = $3, deleted_at = $4, slug = $5 WHERE id = $1",
        pk,
        title,
        revision,
        deleted_at,
        None if deleted_at is not None else topic_slug(name, pk),
    )


@dataclass(frozen=True, slots=True)
class SealedPost:
    """What a sealed post becomes: another token, or with `deleted_at` a tombstone's."""

    pk: int
    token: str
    revision: int
    edited_at: datetime | None
    deleted_at: datetime | None


async def write_sealed_posts(new: Sequence[NewPost], changed: Sequence[SealedPost], dropped: Sequence[int]) -> None:
    """All changes of sealed posts that one synchronisation makes."""
    await insert_posts(new)
    rows = [(one.pk, one.token, one.revision, one.edited_at, one.deleted_at) for one in changed]
    await update_rows("posts", ("id", "body", "revision", "edited_at", "deleted_at"), rows)
    if dropped:
        await execute("DELETE FROM posts WHERE id = ANY($1)", list(dropped))


async def edit_sealed_post(pk: int, token: str, revision: int, edited_at: datetime) -> None:
    await execute(
        "UPDATE posts SET body = $2, revision = $3, edited_at = $4 WHERE id = $1", pk, token, revision, edited_at
    )


async def delete_sealed_post(pk: int, token: str, revision: int, now: datetime) -> None:
    """Leaves a tombstone's token."""
    await execute("UPDATE posts SET body = $2, deleted_at = $3, revision = $4 WHERE id = $1", pk, token, now, revision)


async def delete_copies(section_id: int, alliance_id: int) -> None:
    """Takes an alliance's sealed topics out of a section of such, which must be locked, for good."""
    which = "FROM topics WHERE section_id = $1 AND alliance_id = $2 AND is_sealed = $3"
    rows = await fetch(
        f"SELECT count(*), COALESCE(sum(post_count), 0) {which} AND deleted_at IS NULL", section_id, alliance_id, True
    )
    await execute(f"DELETE {which}", section_id, alliance_id, True)  # With their posts.
    await execute(
        "UPDATE sections SET topic_count = topic_count - $2, post_count = post_count - $3 WHERE id = $1",
        section_id,
        *rows[0],
    )


async def mark_copies(marks: Sequence[tuple[int, bool, bool]]) -> None:
    """Pins and locks sealed topics, given by number: pinned, locked."""
    await update_rows("topics", ("id", "is_pinned", "is_locked"), marks)


async def reseal_titles(tokens: Sequence[tuple[int, str]]) -> None:
    """Titles under another key: their texts are what they were, so there are no new revisions."""
    await update_rows("topics", ("id", "title"), tokens)


async def reseal_posts(tokens: Sequence[tuple[int, str]]) -> None:
    await update_rows("posts", ("id", "body"), tokens)


async def reseal_revisions(tokens: Sequence[tuple[int, str]]) -> None:
    await update_rows("post_revisions", ("id", "body"), tokens)


async def empty_post(topic: LockedTopic, pk: int, now: datetime) -> None:
    """Deletes a sealed post for good: its token too. The caller accounts for it."""
    await execute("UPDATE posts SET deleted_at = $2, body = '' WHERE id = $1 AND topic_id = $3", pk, now, topic.pk)


@dataclass(frozen=True, slots=True)
class CopyCount:
    """What a write did to a sealed topic: how many living posts came or went, and whether it lived before."""

    topic_id: int
    posts: int
    was_live: bool = True


async def count_copies(section_id: int, counts: Sequence[CopyCount]) -> None:
    """Accounts for sealed topics and their posts in a section of such, which must be locked: by what came and went."""
    wanted = [one.topic_id for one in counts]
    rows = await fetch("SELECT id, post_count, deleted_at IS NULL FROM topics WHERE id = ANY($1)", wanted)
    now = {pk: (post_count, bool(is_live)) for pk, post_count, is_live in rows}
    topics = sum(now[one.topic_id][1] - one.was_live for one in counts)
    posts = 0
    for one in counts:
        before, is_live = now[one.topic_id]
        posts += (before + one.posts) * is_live - before * one.was_live
    await update_rows(
        "topics",
        ("id", "post_count"),
        [(one.topic_id, now[one.topic_id][0] + one.posts) for one in counts],
        also="""last_post_at = COALESCE((SELECT p.created_at FROM posts p WHERE p.topic_id = topics.id
            AND p.deleted_at IS NULL ORDER BY p.created_at DESC, p.id DESC LIMIT 1), topics.created_at)""",
    )
    await execute(
        "UPDATE sections SET topic_count = topic_count + $2, post_count = post_count + $3 WHERE id = $1",
        section_id,
        topics,
        posts,
    )
