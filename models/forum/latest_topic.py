"""Topics across sections, the last posted in first. In which sections the viewer sees all topics is passed in.

The newest topics of the forum are read down; where too few of them lie in these sections, each section is asked by
itself: neither is longer for what lies elsewhere.

Tested in tests/resolvers/forum/test_latest_topic.py.
"""

from collections.abc import Sequence
from datetime import datetime

from models.account.author import Joined
from models.core.database import AMONG, fetch, is_postgres
from models.core.keyset import Keyset, Window
from models.forum.topic import TopicView, topics_by_ids

READ_DOWN = 1_000
"""How many of the forum's newest topics are read before each section is asked."""

ORDER = Keyset(("last_post_at", "id"), is_descending=True)


def latest_key(topic: TopicView) -> tuple[datetime, int]:
    """What orders topics across sections, from the highest down."""
    return topic.last_post_at, topic.pk


async def latest_topics(section_ids: Sequence[int], window: Window, joined: Joined) -> list[TopicView]:
    """A window on the living topics of these sections."""
    part = ORDER.part(window, 3)
    values = list(section_ids), window.limit, *part.values
    newest = f"""SELECT id, section_id, last_post_at FROM topics WHERE deleted_at IS NULL{part.where}
        ORDER BY {part.order} LIMIT {READ_DOWN}"""
    rows = await fetch(
        f"SELECT id FROM ({newest}) AS n WHERE {AMONG.format('n.section_id', 1)} ORDER BY {part.order} LIMIT $2",
        *values,
    )
    if len(rows) < window.limit:
        rows = await fetch(_of_each(part.where, part.order), *values)
    found = await topics_by_ids([row[0] for row in rows], joined) if rows else {}
    return sorted(found.values(), key=latest_key, reverse=True)


async def count_latest_topics(section_ids: Sequence[int]) -> int:
    """How many there are in all, as the sections count their topics."""
    rows = await fetch("SELECT COALESCE(sum(topic_count), 0) FROM sections WHERE id = ANY($1)", list(section_ids))
    return int(rows[0][0])


def _of_each(where: str, order: str) -> str:
    """Each section's window by its own index, of pinned topics and of others, merged.

    The newest lie where the newest of all lies highest: a window is read of as many as there are rows to give alone.
    """
    pins = "(SELECT true AS pinned UNION ALL SELECT false) AS p"
    by_topic = order.replace("last_post_at", "t.last_post_at").replace(", id", ", t.id")

    def window(of: str, limit: str) -> str:
        found = f"""SELECT id FROM topics WHERE section_id = {of}.section_id AND is_pinned = {of}.pinned
            AND deleted_at IS NULL{where} ORDER BY {order} LIMIT {limit}"""
        if is_postgres():
            return f"CROSS JOIN LATERAL ({found}) AS w JOIN topics t ON t.id = w.id"
        return f"CROSS JOIN topics t ON t.id IN ({found})"

    sections = "unnest(CAST($1 AS INT[]))" if is_postgres() else "json_each($1)"
    each = f"(SELECT {'u' if is_postgres() else 'value'} AS section_id, pinned FROM {sections} AS u CROSS JOIN {pins})"
    highest = f"SELECT e.section_id, e.pinned FROM {each} AS e {window('e', '1')} ORDER BY {by_topic} LIMIT $2"
    return f"SELECT t.id FROM ({highest}) AS h {window('h', '$2')} ORDER BY {by_topic} LIMIT $2"
