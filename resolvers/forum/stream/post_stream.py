"""Posts as they are added: from events of the log to rows, judged for each event by facts read after it.

Tested in tests/schema/live/test_subscription.py.
"""

from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from copy import copy

from domain.core.refusal import Code, Refusal
from engine.live.batch import EventBatch
from engine.live.stream import OWN_READ, afforded, charge, own_batch, passed_on, refresh_viewer
from engine.live.subscriber import Subscriber
from engine.operation.context import Context
from engine.operation.page import write_cursor
from engine.operation.selection import Selection
from models.forum.post import PostView, posts_by_ids
from models.forum.section import SectionView
from models.forum.topic import TopicView, topics_and_chains
from models.live.event import (
    EventView,
    newest_event,
    post_events,
    pruned_until,
)
from permissions.visibility import VisibilityKey, sees_topic, visibility_key
from resolvers.forum.author import joined_in
from resolvers.forum.post import fill_posts
from resolvers.forum.stream.scope import Scope
from resolvers.forum.tree.sight import seen_in_chain

PAGE = 100
MOST_BEHIND = 5_000  # Events that a live subscription may be behind before it is told that it missed some.
# What every viewer of one sight reads alike; anything else is read for each viewer.
_WRITER = {"author": {"id", "username", "isActive", "createdAt"}, "character": {"id", "name", "isAlive"}}
_TOPIC = {"id", "slug", "title", "authorName", "isPinned", "isLocked", "isEncrypted", "createdAt", "lastPostAt"}
_OWN = ("id", "body", "isEncrypted", "authorName", "cursor", "createdAt", "editedAt", "deletedAt")
_ALIKE: dict[str, set[str]] = {**{name: set() for name in _OWN}, **_WRITER, "topic": _TOPIC | {"postCount"}}


class PostStream:
    """One subscription's way through the log. `position` is the number of the last event that it is done with."""

    def __init__(
        self, context: Context, subscriber: Subscriber, scope: Scope, selection: Selection, position: int
    ) -> None:
        self.context = context
        self.subscriber = subscriber
        self.scope = scope
        self.selection = selection
        self.position = position
        self._is_alike = _is_alike(selection)
        self._selected = repr(selection)
        self._viewer = context.viewer
        self._visibility_key = visibility_key(context.viewer)

    async def missed(self, until: int) -> AsyncGenerator[PostView, None]:
        """What the log has up to a number. Should the queue run over meanwhile, the log is read on: nothing is lost."""
        while self.position < until:
            async for found in self._logged(until):
                yield found
            self.position = until
            if self.subscriber.missed:
                self.subscriber.start_over()
                until = await newest_event()

    async def live(self) -> AsyncGenerator[PostView, None]:
        """What happens from now on. Whoever falls behind is fed from the log, and too far behind gets EVENTS_MISSED."""
        while True:
            try:
                events, read = await self.subscriber.next()
            except Refusal as refusal:
                if refusal.code is not Code.EVENTS_MISSED:
                    raise
                self.subscriber.start_over()  # First: what comes after the number that is read next must wait again.
                newest = await newest_event()
                if newest - self.position > MOST_BEHIND:
                    refusal.details["after"] = write_cursor(self.position)
                    raise
                async for found in self.missed(newest):
                    yield found
                continue
            events = [event for event in events if event.seq > self.position]
            while events:
                await afforded(self.context, self.subscriber)
                read = await refresh_viewer(self.context, read)
                async for found in self._each(events, read):
                    yield found
                events = [event for event in events if event.seq > self.position]

    async def _logged(self, until: int) -> AsyncIterator[PostView]:
        while events := await self._page(until):
            await afforded(self.context, self.subscriber)
            read = await own_batch(self.context)
            async for found in self._each(events, read):
                yield found

    async def _page(self, until: int) -> list[EventView]:
        """The next events of the log. EVENTS_MISSED where it has forgotten some of them, which is asked afterwards."""
        events = await post_events(self.position, until, self.scope.topic_pk, PAGE)
        pruned = await pruned_until()
        if pruned > self.position:
            raise Refusal(Code.EVENTS_MISSED, "events_pruned", after=write_cursor(pruned))
        return events

    async def _each(self, events: Sequence[EventView], read: EventBatch) -> AsyncIterator[PostView]:
        """The posts of events, as long as what was read for them is fresh: a slow client's rest is judged anew."""
        found = {post.pk: post for post in await self._seen(events, read)}
        for event in events:
            if event is not events[0] and not read.is_fresh:
                return
            self.position = event.seq
            post = found.get(event.row_id)
            if post is not None:
                await charge(self.context, 0 if self._is_alike else OWN_READ)
                if not await passed_on(self.context, post):
                    yield post

    def _is_seen(self, topic: TopicView, chain: list[SectionView]) -> bool:
        in_scope = self.scope.section_pk is None or any(link.pk == self.scope.section_pk for link in chain)
        return in_scope and _is_seen(self.context, topic, chain)

    async def _seen(self, events: Sequence[EventView], read: EventBatch) -> list[PostView]:
        """The posts of these events that lie in the scope and that the viewer may see now, filled as selected."""
        if not self._is_alike:
            return await self._load(await self._in_sight(events, read))
        # All that is decided on the way is the same for everyone of one sight, so it is decided once.
        sight = self._sight()

        async def shared() -> list[PostView]:
            places = await self._in_sight(events, read)
            key = (sight, tuple(event.seq for event in places), self._selected)
            loaded: list[PostView] = await read.once(key, lambda: self._load(places))  # For other scopes as well.
            return loaded

        key = (sight, self.scope, tuple(event.seq for event in events), self._selected)
        posts: list[PostView] = await read.once(key, shared)
        return posts

    def _sight(self) -> VisibilityKey:
        """Worked out anew where the viewer is not the very one of the event before."""
        if self._viewer is not self.context.viewer:
            self._viewer = self.context.viewer
            self._visibility_key = visibility_key(self._viewer)
        return self._visibility_key

    async def _in_sight(self, events: Sequence[EventView], read: EventBatch) -> dict[EventView, TopicView]:
        """Those of the events that the viewer may hear, and the topics that they are of."""
        places: dict[int, tuple[TopicView, list[SectionView]] | None] = await read.once_each(
            {event.scope_id for event in events}, lambda new: topics_and_chains(new, joined_in({}))
        )
        seen = [place for place in places.values() if place is not None and self._is_seen(*place)]
        topics = {topic.pk: topic for topic, _ in seen}
        return {event: topics[event.scope_id] for event in events if event.scope_id in topics}

    async def _load(self, places: Mapping[EventView, TopicView]) -> list[PostView]:
        if not places:
            return []
        posts = await posts_by_ids([event.row_id for event in places], joined_in(self.selection))
        found = []
        for event, topic in places.items():
            post = posts.get(event.row_id)
            if post is not None:
                post.topic = copy(topic)  # What is filled in may be for this viewer alone.
                post.shared = {} if self._is_alike else None
                found.append(post)
        await fill_posts(self.context, found, self.selection)
        return found


def _is_seen(context: Context, topic: TopicView, chain: list[SectionView]) -> bool:
    section = seen_in_chain(context, chain, topic.section_id)
    return section is not None and sees_topic(context.viewer, section, topic.alliance_id)


def _is_alike(selection: Selection) -> bool:
    return all(
        name == "__typename" or (name in _ALIKE and below.keys() <= _ALIKE[name] | {"__typename"})
        for name, below in selection.items()
    )
