"""Versions of the forum: of its shape, its counts, one topic's page and people; whether hosts may have written.

Tested in tests/schema/forum/test_kept.py.
"""

from collections.abc import Sequence
from typing import Any

import orjson
from tortoise import fields
from tortoise.models import Model

from models.live.version import Version


class TopicStamp(Model):
    """Renewed by triggers with whatever changes a topic, its posts or their reactions; not there before that."""

    topic_id = fields.IntField(primary_key=True, generated=False)
    stamp = fields.BigIntField()

    class Meta:
        table = "topic_stamps"


class PeopleStamp(Model):
    """The one row that triggers renew with whatever is shown of accounts, characters, roles, factions and clans."""

    id = fields.IntField(primary_key=True, generated=False)
    stamp = fields.BigIntField()

    class Meta:
        table = "people_stamps"


_SHAPE = "SELECT stamp FROM tree_stamps"
SHAPE = Version(_SHAPE, _SHAPE)
"""Of all sections and categories but for what is counted in them."""

COUNTS = Version(
    "SELECT CAST(sum(hashint8extended(topic_count, hashint8extended(post_count, id))) AS TEXT) FROM sections",
    "SELECT group_concat(id || '.' || topic_count || '.' || post_count) FROM sections",
)
"""Of what is counted: read off the counts themselves, so that no write has anything more to do. One shape has the same
sections throughout."""


def _counted(value: Any) -> dict[tuple[int, str], int]:
    found = {}
    for pk, topics, posts in orjson.loads(value) if isinstance(value, str) else value or ():
        found[pk, "topic_count"], found[pk, "post_count"] = topics, posts
    return found


SECTION_COUNTS = Version(
    "SELECT array_agg(ARRAY[id, topic_count, post_count]) FROM sections WHERE deleted_at IS NULL",
    "SELECT json_group_array(json_array(id, topic_count, post_count)) FROM sections WHERE deleted_at IS NULL",
    read=_counted,
)
"""What is counted, by the section's number and what it is a count of: `topic_count` or `post_count`."""

_HOSTED = "SELECT EXISTS (SELECT 1 FROM hostings WHERE closed_at IS NULL)"
HOSTED = Version(_HOSTED, _HOSTED, read=bool)
"""Whether any hosting is open: what alliances share is then synchronised before it is read."""

_PEOPLE = "SELECT stamp FROM people_stamps"
PEOPLE = Version(_PEOPLE, _PEOPLE)
"""Of the names and roles of accounts and of all that is said of characters."""


def topic_version(topic_id: int) -> Version:
    """Of a living topic of a section where people open them; NULL for any other: those of an alliance are made anew."""
    sql = """SELECT COALESCE(n.stamp, 0) FROM topics t JOIN sections s ON s.id = t.section_id AND s.kind = 'DISCUSSION'
        LEFT JOIN topic_stamps n ON n.topic_id = t.id
        WHERE t.id = {} AND t.deleted_at IS NULL AND t.alliance_id IS NULL AND NOT t.is_sealed"""
    return Version(sql, sql, topic_id)


def own_reactions(post_ids: Sequence[int]) -> Version:
    """Which of these posts the account has reacted to, and how: `12:LIKE`."""
    shown, of_user = "(r.post_id || ':' || r.kind) FROM reactions r", "r.user_id = {user}"
    return Version(
        f"SELECT array_agg{shown} WHERE {of_user} AND r.post_id = ANY({{}}::int[])",
        f"SELECT json_group_array{shown} WHERE {of_user} AND r.post_id = ANY({{}})",
        list(post_ids),
        _reactions,
    )


def _reactions(value: Any) -> frozenset[str]:
    return frozenset(orjson.loads(value) if isinstance(value, str) else value or ())
