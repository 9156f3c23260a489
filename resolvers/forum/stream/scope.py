"""Of what a subscription to posts is, and from which event on: refused where its viewer may not listen.

Tested in tests/schema/live/test_subscription.py.
"""

from dataclasses import dataclass
from datetime import datetime

from domain.core.refusal import Refusal, bad_input, not_found
from engine.operation.context import Context
from engine.operation.node import row_id
from engine.operation.page import read_cursor
from models.forum.section import section_chain
from models.forum.topic import topic_in_section
from models.live.event import (
    place_before,
    places_of_posts,
)
from permissions.visibility import sees_section
from resolvers.forum.author import joined_in
from resolvers.forum.tree.sight import is_seen_in


@dataclass(frozen=True, slots=True)
class Scope:
    """What a subscription to posts is of: a topic, a section with its subsections, or all."""

    topic_pk: int | None = None
    section_pk: int | None = None


async def scope_of(context: Context, topic_id: str | None, section_id: str | None) -> Scope:
    """NOT_FOUND for what the viewer may not see; both at once is BAD_INPUT."""
    if topic_id is not None and section_id is not None:
        raise bad_input("sectionId", "one_scope")
    if topic_id is not None:
        topic_pk = row_id(topic_id, "Topic", "topicId")
        read = await topic_in_section(topic_pk, joined_in({}))
        if read is None or not await is_seen_in(context, *read):
            raise not_found("topicId")
        return Scope(topic_pk=topic_pk)
    if section_id is not None:
        section_pk = row_id(section_id, "Section", "sectionId")
        if not sees_section(context.viewer, await section_chain(section_pk)):
            raise not_found("sectionId")
        return Scope(section_pk=section_pk)
    return Scope()


async def position_of(after: str | None) -> int | None:
    """The number that a cursor stands for: that of a post's own `cursor`, or of its edge in a page of posts."""
    if after is None:
        return None
    try:
        (seq,) = read_cursor(after, int) or (0,)
    except Refusal:
        _, post_pk = read_cursor(after, datetime, int) or (None, 0)
        seq = (await places_of_posts([post_pk])).get(post_pk)
        return await place_before(post_pk) if seq is None else seq
    if seq < 0:
        raise bad_input("after", "bad_cursor")
    return int(seq)
