"""The topics of members: opened by the service, and titled from the rows of their members, never by hand."""

from collections.abc import Sequence
from datetime import datetime
from uuid import uuid4

from domain.core.slug import slug
from models.alliance.member import MemberView, members_by_ids
from models.core.bulk import update_rows
from models.core.database import execute, fetch, is_postgres
from models.core.transaction import topic_changed
from models.forum.author import Author
from models.forum.counter import count_in_section
from models.forum.topic import Topic


async def retitle_members(member_ids: Sequence[int]) -> None:
    """Writes the titles of these members' topics anew from the rows. For use inside the write that changed them."""
    members = await members_by_ids(member_ids)
    titles = [(member.topic_id, member.title) for member in members.values() if member.topic_id is not None]
    await update_rows("topics", ("id", "title"), titles, also="revision = revision + 1")
    for topic_id, _ in titles:
        topic_changed(topic_id)


async def hold_member_topics(alliance_id: int) -> None:
    """Keeps the topics of the present members for the rest of the current write.

    Whoever changes many members takes them before the rows, as posts take theirs, and by ascending number.
    """
    if is_postgres():
        await fetch(
            """SELECT t.id FROM topics t JOIN members m ON m.topic_id = t.id
            WHERE m.alliance_id = $1 AND m.left_at IS NULL ORDER BY t.id FOR NO KEY UPDATE OF t""",
            alliance_id,
        )


async def open_member_topics(section_id: int, members: Sequence[MemberView], author: Author, now: datetime) -> None:
    """Opens a topic for each of these members, who have none. A fixed number of statements, whoever is among them."""
    if not members:
        return
    topics = [
        Topic(
            uuid=uuid4(),
            section_id=section_id,
            title=member.title,
            author_id=author.user_id,
            author_name=author.name,
            created_at=now,
            last_post_at=now,
        )
        for member in members
    ]
    await Topic.bulk_create(topics)
    uuids = [str(topic.uuid) for topic in topics]
    rows = await fetch("SELECT id, uuid FROM topics WHERE uuid = ANY($1) AND section_id = $2", uuids, section_id)
    ids = {str(uuid): pk for pk, uuid in rows}
    opened = [(ids[uuid], member) for uuid, member in zip(uuids, members, strict=True)]
    # The slug stays as it is now: a title that changes with every harvest would break every link.
    slugs = [(pk, f"{slug(member.pseudo)}-{pk}") for pk, member in opened]
    await update_rows("topics", ("id", "slug"), slugs)
    await update_rows("members", ("id", "topic_id"), [(member.pk, pk) for pk, member in opened])
    await count_in_section(section_id, topics=len(opened), posts=0)
    for pk, _ in opened:
        topic_changed(pk)


async def members_section(alliance_id: int) -> int:
    """The number of the alliance's own section of members."""
    return await section_of_kind(alliance_id, "MEMBERS")


async def section_of_kind(alliance_id: int, kind: str) -> int:
    """The number of an alliance's own section of a kind that it has one of."""
    rows = await fetch(
        "SELECT id FROM sections WHERE alliance_id = $1 AND kind = $2 AND deleted_at IS NULL ORDER BY id LIMIT 1",
        alliance_id,
        kind,
    )
    return int(rows[0][0])


async def revive_topics(member_ids: Sequence[int]) -> list[int]:
    """Brings back the deleted topics of these members; gives the topics' numbers."""
    rows = await fetch(
        """SELECT t.id, t.section_id, t.post_count, m.pseudo FROM topics t JOIN members m ON m.topic_id = t.id
        WHERE m.id = ANY($1) AND t.deleted_at IS NOT NULL""",
        list(member_ids),
    )
    for pk, section_id, posts, pseudo in rows:
        await execute("UPDATE topics SET deleted_at = NULL, slug = $2 WHERE id = $1", pk, f"{slug(pseudo)}-{pk}")
        await count_in_section(section_id, topics=1, posts=posts)
        topic_changed(pk, whole=True, returned=True)
    return [row[0] for row in rows]
