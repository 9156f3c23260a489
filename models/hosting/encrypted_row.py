"""Sealed posts and topics as rows: written as tokens that nothing reads, under a name that tells nothing."""

from datetime import datetime
from uuid import UUID

from models.core.database import execute
from models.forum.post import Post
from models.forum.topic import Topic


async def insert_sealed_post(
    topic_id: int, uuid: UUID, token: str, name: str, created_at: datetime, revision: int = 0, *, gone: bool = False
) -> int:
    """A sealed post; the caller accounts for it. For use inside write()."""
    post = await Post.create(
        uuid=uuid,
        topic_id=topic_id,
        body=token,
        author_name=name,
        created_at=created_at,
        revision=revision,
        deleted_at=created_at if gone else None,
        is_sealed=True,
    )
    return post.id


async def insert_sealed_topic(
    section_id: int, uuid: UUID, title: str, name: str, created_at: datetime, revision: int, slug: str
) -> int:
    """A living topic under a sealed title; the caller accounts for it. For use inside write()."""
    topic = await Topic.create(
        uuid=uuid,
        section_id=section_id,
        title=title,
        author_name=name,
        created_at=created_at,
        last_post_at=created_at,
        revision=revision,
        is_sealed=True,
    )
    await execute("UPDATE topics SET slug = $2 WHERE id = $1", topic.id, f"{slug}-{topic.id}")
    return topic.id
