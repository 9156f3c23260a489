"""Exporting an alliance's forum as a dump: its members, its orders and its discussions, never the vault or a mirror.

Tested in tests/models/transfer/test_dump.py.
"""

from collections import defaultdict
from datetime import datetime

from domain.core.name import name_key
from domain.orders.dump import Dump, DumpPost, DumpSection, DumpTopic
from models.alliance.alliance import alliance_by_key
from models.core.database import Row, fetch, instant

_SECTIONS = """SELECT id, name FROM sections WHERE alliance_id = $1 AND deleted_at IS NULL
    AND kind IN ('MEMBERS', 'ORDERS', 'DISCUSSION') ORDER BY parent_id IS NOT NULL, position, id"""
# Accounts sign as their members: the names of accounts mean nothing in another forum.
_TOPICS = """SELECT t.id, t.section_id, t.title, COALESCE(r.pseudo, m.pseudo, t.author_name), t.created_at FROM topics t
    LEFT JOIN orders o ON o.topic_id = t.id LEFT JOIN members r ON r.id = o.requester_id
    LEFT JOIN members m ON m.alliance_id = $2 AND m.user_id = t.author_id
    WHERE t.section_id = ANY($1) AND t.deleted_at IS NULL AND t.is_sealed = $3 ORDER BY t.id"""
_POSTS = """SELECT p.topic_id, COALESCE(s.pseudo, c.pseudo, m.pseudo, p.author_name), p.created_at, p.body FROM posts p
    LEFT JOIN convoys v ON v.post_id = p.id LEFT JOIN members s ON s.id = v.sender_id
    LEFT JOIN censuses x ON x.post_id = p.id LEFT JOIN members c ON c.id = x.member_id
    LEFT JOIN members m ON m.alliance_id = $2 AND m.user_id = p.author_id
    WHERE p.topic_id = ANY($1) AND p.deleted_at IS NULL ORDER BY p.topic_id, p.created_at, p.id"""


async def export_dump(tag: str, now: datetime) -> Dump | None:
    """The living topics and posts; sections without a topic are left out. None if there is no such alliance."""
    alliance = await alliance_by_key(name_key(tag.strip()))
    if alliance is None:
        return None
    sections = await fetch(_SECTIONS, alliance.pk)
    topics = await fetch(_TOPICS, [row[0] for row in sections], alliance.pk, False)
    posts: defaultdict[int, list[DumpPost]] = defaultdict(list)
    for topic_id, author, at, body in await fetch(_POSTS, [row[0] for row in topics], alliance.pk):
        posts[topic_id].append(DumpPost(author, instant(at), body))
    by_section: defaultdict[int, list[DumpTopic]] = defaultdict(list)
    for row in topics:
        by_section[row[1]].append(_topic(row, posts[row[0]]))
    filled = [DumpSection(name, tuple(by_section[pk])) for pk, name in sections if by_section[pk]]
    return Dump(alliance.tag, alliance.name, now, tuple(filled))


def _topic(row: Row, posts: list[DumpPost]) -> DumpTopic:
    _, _, title, author, created = row
    return DumpTopic(title, author, instant(created), tuple(posts))
