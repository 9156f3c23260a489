"""The log of what happened: ids only, numbered in the order of the commits, without a gap. What it means is for others.

Ids of rows are given out before the commit, so a row with a lower id can appear after one with a higher: no cursor over
them is safe. An event gets its number as the last act of its transaction, under a lock that is kept until the commit.
Whoever has read up to a number will therefore never have to look below it again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

from tortoise import fields
from tortoise.models import Model

from models.core.database import execute, fetch, is_postgres
from models.core.prune import BATCH
from models.core.row import Rows
from models.core.transaction import Event as Logged
from models.core.transaction import event_happened, write


class EventKind(StrEnum):
    """What happened, and what the two numbers of the event are: a row, and what those who wait for it go by."""

    POST = "POST"  # a post, its topic
    NOTIFICATION = "NOTIFICATION"  # a notification, its account
    RIGHTS = "RIGHTS"  # a harvest, its alliance
    ORDER = "ORDER"  # an order, its alliance
    SESSION = "SESSION"  # sessions ended: 0, 0


class Event(Model):
    """One entry of the log. `scope_id` is what subscribers go by: a topic, an account, an alliance."""

    seq = fields.BigIntField(primary_key=True, generated=False)
    kind = fields.CharField(max_length=16)
    row_id = fields.IntField()
    scope_id = fields.IntField()

    class Meta:
        table = "events"
        indexes = (("kind", "row_id"), ("kind", "scope_id", "seq"))


class EventHead(Model):
    """The number of the newest event, in the one row of this table. Whoever numbers events holds it to the commit.

    Up to `pruned_until` the log has forgotten its posts.
    """

    id = fields.IntField(primary_key=True, generated=False)
    seq = fields.BigIntField()
    pruned_until = fields.BigIntField(default=0)

    class Meta:
        table = "event_heads"


@dataclass(frozen=True, slots=True)
class EventView:
    """An event as it is read."""

    seq: int
    kind: str
    row_id: int
    scope_id: int


EVENTS = Rows(EventView, "events e")


class WakeSignal(Protocol):
    """Rung after a commit that logged something. It carries nothing: who hears it reads the log."""

    def notify(self) -> None: ...


KEPT_EVENTS = 100_000

_signals: set[WakeSignal] = set()


def attach(signal: WakeSignal) -> None:
    """Has `signal` rung by every write of this process that logs an event."""
    _signals.add(signal)


def detach(signal: WakeSignal) -> None:
    _signals.discard(signal)


# ---- writing ------------------------------------------------------------------------

_INSERT = "INSERT INTO events (seq, kind, row_id, scope_id)"
# The lock of the first part lasts until the commit; numbers are dealt out under it.
_APPEND_POSTGRES = f"""WITH head AS (UPDATE event_heads SET seq = seq + $1 RETURNING seq) {_INSERT}
    SELECT head.seq - $1 + told.number, told.kind, told.row_id, told.scope_id FROM head,
        unnest($2::text[], $3::int[], $4::int[]) WITH ORDINALITY AS told (kind, row_id, scope_id, number)"""
_APPEND_SQLITE = f"""{_INSERT}
    SELECT (SELECT seq FROM event_heads) - $1 + 1 + told.key, json_extract(told.value, '$[0]'),
        json_extract(told.value, '$[1]'), json_extract(told.value, '$[2]') FROM json_each($2) AS told"""


def publish(kind: EventKind, row_id: int, scope_id: int) -> None:
    """Logs an event with the current write: it is there when the write commits, and only then."""
    event_happened((kind, row_id, scope_id))


def publish_all(kind: EventKind, rows: Sequence[tuple[int, int]]) -> None:
    """Logs one event for each of several rows, given with its scope, in this order."""
    for row_id, scope_id in rows:
        publish(kind, row_id, scope_id)


async def log_events(events: Sequence[Logged]) -> None:
    """Numbers and keeps the events of a write: the last thing that it does before its commit."""
    many = len(events)
    if is_postgres():
        kinds, rows, scopes = zip(*events, strict=True)
        await fetch(_APPEND_POSTGRES, many, [str(kind) for kind in kinds], list(rows), list(scopes))
    else:
        await execute("UPDATE event_heads SET seq = seq + $1", many)
        await execute(_APPEND_SQLITE, many, [list(event) for event in events])


def notify_all() -> None:
    """Rings what hangs in this process."""
    for signal in list(_signals):
        signal.notify()


# ---- reading ------------------------------------------------------------------------


async def newest_event() -> int:
    """The number of the newest event; 0 before the first."""
    rows: Any = await fetch("SELECT seq FROM event_heads")
    return int(rows[0][0])


async def events_after(seq: int, limit: int) -> list[EventView]:
    """The next events behind a number, in order."""
    return EVENTS.read(await fetch(f"{EVENTS.select} WHERE e.seq > $1 ORDER BY e.seq LIMIT $2", seq, limit))


async def post_events(after: int, until: int, topic_id: int | None, limit: int) -> list[EventView]:
    """The posts that were added behind one number and up to another, in order; of one topic if it is given."""
    scope, values = ("", ()) if topic_id is None else (" AND e.scope_id = $4", (topic_id,))
    rows = await fetch(
        f"{EVENTS.select} WHERE e.kind = 'POST' AND e.seq > $1 AND e.seq <= $2{scope} ORDER BY e.seq LIMIT $3",
        after,
        until,
        limit,
        *values,
    )
    return EVENTS.read(rows)


async def places_of_posts(post_ids: Sequence[int]) -> dict[int, int]:
    """The number under which each post was added."""
    rows = await fetch("SELECT row_id, seq FROM events WHERE kind = 'POST' AND row_id = ANY($1)", list(post_ids))
    return dict(rows)


async def pruned_until() -> int:
    """Up to which number the log has forgotten posts: nobody resumes from below."""
    rows: Any = await fetch("SELECT pruned_until FROM event_heads")
    return int(rows[0][0])


async def forget_old_events() -> int:
    """Removes a batch of what nobody resumes from, everything but posts, beyond the newest; tells how many went."""

    async def work() -> int:
        until = await newest_event() - KEPT_EVENTS
        return await execute(
            "DELETE FROM events WHERE seq IN"
            " (SELECT seq FROM events WHERE kind <> 'POST' AND seq <= $1 ORDER BY seq LIMIT $2)",
            until,
            BATCH,
        )

    return await write(work)


async def forget_old_posts(kept: int) -> int:
    """Removes a batch of the events of posts that are not among the newest events; tells how many went."""

    async def work() -> int:
        until = await newest_event() - kept
        rows: Any = await fetch(
            "SELECT max(seq) FROM (SELECT seq FROM events WHERE kind = 'POST' AND seq <= $1 ORDER BY seq LIMIT $2)"
            " AS oldest",
            until,
            BATCH,
        )
        last = rows[0][0]
        if last is None:
            return 0
        gone = await execute("DELETE FROM events WHERE kind = 'POST' AND seq <= $1", last)
        # As late as can be: whoever logs an event waits for this row.
        await execute("UPDATE event_heads SET pruned_until = $1 WHERE pruned_until < $1", last)
        return gone

    return await write(work)


async def place_before(post_id: int) -> int:
    """The place of a post that is not in the log: behind the one with the next lower id."""
    rows = await fetch(
        "SELECT seq FROM events WHERE kind = 'POST' AND row_id < $1 ORDER BY row_id DESC LIMIT 1", post_id
    )
    return int(rows[0][0]) if rows else 0
