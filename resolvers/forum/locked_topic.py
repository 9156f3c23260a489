"""A topic inside a write: settled with its copies, held until the end, judged where it stands by then.

Tested in tests/schema/test_rush.py.
"""

from collections.abc import Collection

from domain.core.refusal import Code, Refusal, forbidden, not_found
from engine.operation.context import Context
from models.forum.lock import LockedTopic, lock_topic
from models.forum.topic import topic_in_section
from models.forum.tree.section_tree import Place
from permissions.visibility import sees_topic
from permissions.writing import may_moderate, takes_posts
from resolvers.forum.author import joined_in
from resolvers.forum.sealed import settle_topic
from resolvers.forum.tree.sight import is_seen_in, seen_place


async def locked_topic(context: Context, pk: int, *, deleted: bool = False) -> tuple[LockedTopic, Place]:
    """Inside a write: the topic, held until its end, and its section; NOT_FOUND unless the viewer sees it.

    The verdict is given under the lock: a topic that is moved away meanwhile is judged where it came to.
    """
    found = await lock_topic(pk)
    if found is None or (found.is_deleted and not deleted):
        raise not_found()
    section = await seen_place(context, found.section_id)
    if section is None or not sees_topic(context.viewer, section, found.alliance_id):
        raise not_found()
    return found, section


async def settled_topic(
    context: Context, pk: int, *, deleted: bool = False, also: Collection[int] = ()
) -> tuple[LockedTopic, Place]:
    """Inside a write: the topic as `locked_topic` gives it, once what was acknowledged at hosts is in it.

    `also`: sections that the write counts in besides.
    """
    await settle(context, pk, deleted=deleted, also=also)
    return await locked_topic(context, pk, deleted=deleted)


async def settle(context: Context, pk: int, *, deleted: bool = False, also: Collection[int] = ()) -> None:
    """First in a write that changes what stands in a topic, on whichever copy: what others have of it comes before.

    NOT_FOUND to who does not see the topic: what waits of it, or keeps it, is not told to them, nor carried for them.
    """

    async def admit() -> None:
        read = await topic_in_section(pk, joined_in({}))
        if read is None:
            if deleted:
                return
            raise not_found()
        if not await is_seen_in(context, *read):
            raise not_found()

    await settle_topic(context, pk, also, admit)


def check_by_hand(section: Place) -> None:
    """Refuses changes where the service alone writes."""
    if not takes_posts(section.kind):
        raise forbidden("managed_section")


def check_lock(context: Context, found: LockedTopic) -> None:
    if found.is_locked and not may_moderate(context.viewer, found.section_alliance_id):
        raise Refusal(Code.LOCKED, "locked_topic")


def check_moderation(context: Context, alliance_id: int | None) -> None:
    """Refuses all but moderators of a section of this alliance: under the lock, since topics move between sections."""
    if not may_moderate(context.viewer, alliance_id):
        raise forbidden()
