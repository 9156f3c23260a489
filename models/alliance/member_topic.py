"""The topics of members: opened by the service, and titled from the rows of their members, never by hand.

Tested in tests/resolvers/alliance/test_member.py.
"""

from collections.abc import Sequence
from datetime import datetime

from models.account.author import Author
from models.alliance.member import MemberView, members_by_ids
from models.core.bulk import update_rows
from models.core.database import fetch
from models.forum.topic import NewTopic
from models.forum.topic_change import open_topics, retitle_managed_topics, revive_topic


async def retitle_members(member_ids: Sequence[int], now: datetime) -> None:
    """Writes the titles of these members' topics anew from the rows. For use inside the write that changed them."""
    members = await members_by_ids(member_ids)
    titles = [
        (member.topic_id, member.title, member.pseudo) for member in members.values() if member.topic_id is not None
    ]
    await retitle_managed_topics(titles, now)


async def open_member_topics(section_id: int, members: Sequence[MemberView], author: Author, now: datetime) -> None:
    """Opens a topic for each of these members, who have none. A fixed number of statements, whoever is among them."""
    new = [
        NewTopic(
            section_id,
            member.title,
            author,
            now,
            member.pseudo,
            shown_title=member.pseudo,
            alliance_id=member.alliance_id,
        )
        for member in members
    ]
    opened = await open_topics(new, now)
    rows = [(member.pk, pk) for member, pk in zip(members, opened, strict=True)]
    await update_rows("members", ("id", "topic_id"), rows)


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


async def revive_topics(member_ids: Sequence[int], now: datetime) -> list[int]:
    """Brings back the deleted topics of these members; gives the topics' numbers."""
    rows = await fetch(
        """SELECT t.id, t.section_id, t.post_count, m.pseudo FROM topics t JOIN members m ON m.topic_id = t.id
        WHERE m.id = ANY($1) AND t.deleted_at IS NOT NULL""",
        list(member_ids),
    )
    for pk, section_id, posts, pseudo in rows:
        await revive_topic(pk, section_id, posts, pseudo, now)
    return [row[0] for row in rows]
