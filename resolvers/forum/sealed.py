"""What the forum asks of mirrors without knowing them: that they are synchronised, and that sealed rows are opened.

Who answers is connected from above (see resolvers/wiring). Nothing is sealed or opened here.

Tested in tests/schema/hosting/test_hosting_story.py.
"""

from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, TypeVar

from domain.core.refusal import Refusal
from engine.operation.context import Context
from models.account.author import Author
from models.forum.post import PostView
from models.forum.post_revision import PostRevisionView
from models.forum.section import SectionView
from models.forum.topic import TopicView
from permissions.visibility import SectionKind

SHARED = frozenset({SectionKind.MEMBERS.value, SectionKind.ORDERS.value})
"""The kinds of sections that may have mirrors."""


T = TypeVar("T")
Rows = Awaitable[Sequence[object]]


class RemoteTopic(Protocol):
    """A sealed topic that the viewer may write in. Each write is for use inside write()."""

    async def create_post(self, body: str, author: Author, now: datetime) -> int: ...
    async def update_post(self, post_id: int, body: str, editor: Author, now: datetime) -> None: ...
    async def delete_post(self, post_id: int, now: datetime) -> None: ...
    async def check_own(self, context: Context, post_id: int) -> None: ...


@dataclass(frozen=True, slots=True)
class Mirrors:
    """What knows the mirrors."""

    ensure_synced: Callable[[Context, Collection[int]], Awaitable[bool]]
    alliances_without_key: Callable[[Context, Collection[int]], Awaitable[tuple[bool, set[int]]]]
    note_unhosted: Callable[[Context, int], None]
    open_posts: Callable[[Context, Sequence[PostView]], Awaitable[None]]
    open_revisions: Callable[[Context, Sequence[int]], Awaitable[dict[int, list[PostRevisionView]]]]
    open_topics: Callable[[Context, Sequence[TopicView]], Awaitable[None]]
    remote_topic: Callable[[Context, int, str, int], Awaitable[RemoteTopic]]
    settle_topic: Callable[[int, datetime, Collection[int], Callable[[], Awaitable[None]]], Awaitable[None]]


_mirrors: Mirrors | None = None


def connect(mirrors: Mirrors | None) -> None:
    global _mirrors  # noqa: PLW0603 - one wiring a process
    _mirrors = mirrors


def _connected() -> Mirrors:
    if _mirrors is None:
        raise RuntimeError("nothing opens sealed rows: call resolvers.wiring.wire() first")
    return _mirrors


def sharing_alliances(sections: Collection[SectionView]) -> set[int]:
    """The alliances whose members or orders stand in these sections."""
    return {one.alliance_id for one in sections if one.kind in SHARED and one.alliance_id is not None}


async def ensure_synced(context: Context, alliance_ids: Collection[int]) -> bool:
    """Before anything of these alliances is read: copies back what mirrors have; tells whether there was anything.

    Refused with the state's code where a key is missing or wrong. Once an operation: one small query for all of them.
    """
    return await _connected().ensure_synced(context, alliance_ids)


async def load_synced(
    context: Context, parents: Sequence[T], sharing: Callable[[T], Collection[int]], load: Callable[[list[T]], Rows]
) -> list[Any]:
    """What `load` gives for those whose alliances are synchronised; for the others why they are refused, each alone.

    `sharing`: the alliances whose rows stand below one. A key that is lost closes nobody else's, though all are read
    together.
    """
    await alliances_without_key(context, {pk for parent in parents for pk in sharing(parent)})
    found: list[Any] = []
    for parent in parents:
        try:
            await ensure_synced(context, sharing(parent))  # Known by now.
            found.append(None)
        except Refusal as refusal:
            found.append(refusal)
    opened = [parent for parent, refused in zip(parents, found, strict=True) if refused is None]
    rows = iter(await load(opened) if opened else [])
    return [next(rows) if refused is None else refused for refused in found]


async def alliances_without_key(context: Context, alliance_ids: Collection[int]) -> tuple[bool, set[int]]:
    """Synchronises without a refusal: whether anything was copied back, and the alliances that lack their key."""
    return await _connected().alliances_without_key(context, alliance_ids)


def note_unhosted(context: Context, alliance_id: int) -> None:
    """Tells of an alliance that was just read and has no open hosting: nothing of it waits, and no key is asked for."""
    _connected().note_unhosted(context, alliance_id)


async def open_posts(context: Context, posts: Sequence[PostView]) -> None:
    """Opens the sealed ones that the viewer holds the key for; the rest stays as it lies there."""
    await _connected().open_posts(context, posts)


async def open_revisions(context: Context, post_ids: Sequence[int]) -> dict[int, list[PostRevisionView]]:
    """The earlier texts of sealed posts, where the viewer holds the key; never what is sealed as it lies there."""
    return await _connected().open_revisions(context, post_ids)


async def open_topics(context: Context, topics: Sequence[TopicView]) -> None:
    """Opens the sealed titles that the viewer holds the key for."""
    await _connected().open_topics(context, topics)


async def remote_topic(context: Context, topic_id: int, kind: str, title: str, section_id: int) -> RemoteTopic | None:
    """A sealed topic of a mirror, for whoever plays from there; None in any other section. FORBIDDEN to all others."""
    if kind != SectionKind.MIRROR:
        return None
    return await _connected().remote_topic(context, topic_id, title, section_id)


async def settle_topic(
    context: Context, topic_id: int, also: Collection[int], admit: Callable[[], Awaitable[None]]
) -> None:
    """What other copies of a topic have comes into the current write; `admit` is asked before any of it is."""
    await _connected().settle_topic(topic_id, context.now(), also, admit)
