"""The door for writes: one transaction, what it has changed so far, and the stages around its commit in a fixed order.

Texts are interpreted, mirrors synchronised, what was gathered is written and events logged; then it commits, and what
waits for the commit is called. What a stage does is registered from above (see models/wiring) or given: this file knows
neither texts nor mirrors.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum
from random import random
from typing import Any, TypeVar

from tortoise.transactions import in_transaction

from models.core.database import close_after
from models.core.driver.outage import LateWriteError, is_busy, may_try_again
from models.core.driver.patience import patience, write_deadline

MOST_ATTEMPTS = 5
AGAIN_SECONDS = 0.1

T = TypeVar("T")
Event = tuple[str, int, int]
"""A kind of event, and its two numbers: a row, and what those who wait for it go by."""


class Stage(IntEnum):
    """How far a write has come. Each stage runs once, in this order."""

    WORK = 0
    INTERPRET = 1
    SYNCHRONISE = 2
    GATHERED = 3
    LOG = 4


@dataclass(slots=True)
class TopicChange:
    """Of one topic: when it changed last, the posts that did, or whether all may have; and what was brought back."""

    at: datetime
    posts: set[int] = field(default_factory=set)
    whole: bool = False
    returned: bool = False
    returned_posts: set[int] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Stages:
    """What areas above do in every write: with the topics that changed, with its events, and after a commit of some."""

    synchronise: Callable[[Mapping[int, TopicChange]], Awaitable[None]]
    log: Callable[[Sequence[Event]], Awaitable[None]]
    notify: Callable[[], None]


@dataclass(slots=True)
class Transaction:
    """What the current write has changed, until the stage that deals with it."""

    stage: Stage = Stage.WORK
    texts: list[Callable[[], Awaitable[None]]] = field(default_factory=list)
    topics: dict[int, TopicChange] = field(default_factory=dict)
    gathered: dict[Callable[[list[Any]], Awaitable[None]], list[Any]] = field(default_factory=dict)
    events: dict[Event, None] = field(default_factory=dict)
    committed: list[Callable[[], None]] = field(default_factory=list)
    undone: list[Callable[[], Awaitable[None]]] = field(default_factory=list)
    # For the check of the order of locks (models/core/lock): those that it has, and the rows that it inserted.
    locks: set[tuple[int, int]] = field(default_factory=set)
    own_rows: set[tuple[int, int]] = field(default_factory=set)
    is_alone: bool = False
    gave_way: Exception | None = None

    def check(self, stage: Stage) -> None:
        """What comes after its stage would be lost without a word."""
        if self.stage > stage:
            raise RuntimeError(f"too late for {stage.name}: this write is at {self.stage.name}")

    async def interpret(self) -> None:
        """In the order in which the texts were written; an interpretation may write others."""
        while self.texts:
            await self.texts.pop(0)()

    async def finish(self, stages: Stages) -> None:
        """All that comes before the commit."""
        self.stage = Stage.INTERPRET
        await self.interpret()
        self.stage = Stage.SYNCHRONISE
        if self.topics:
            await stages.synchronise(self.topics)
        self.stage = Stage.GATHERED
        for work, items in self.gathered.items():
            await work(items)
        self.stage = Stage.LOG
        if self.events:
            self.committed.append(stages.notify)
            await stages.log(list(self.events))


_stages: Stages | None = None
_transaction: ContextVar[Transaction | None] = ContextVar("transaction", default=None)


def connect(stages: Stages | None) -> None:
    """Says what the stages of all writes of this process do. Without it nothing can be written."""
    global _stages  # noqa: PLW0603 - one wiring a process
    _stages = stages


def current() -> Transaction:
    """The transaction of the write that is under way."""
    transaction = _transaction.get()
    if transaction is None:
        raise RuntimeError("this is for use inside write()")
    return transaction


def is_writing() -> bool:
    """Whether a write is under way, which this would join."""
    return _transaction.get() is not None


async def write(work: Callable[[], Awaitable[T]]) -> T:
    """Runs `work` in one transaction that a cancelled caller cannot tear; inside another write it simply joins it.

    `work` is done again, in a new transaction, where the database had it give way to another write: whatever it keeps
    outside the transaction, it must be able to keep twice.
    The transaction lives in a task of its own, which the caller's cancellation does not reach: what was begun is done.
    """
    outer = _transaction.get()
    if outer is not None:
        return await _joined(work, outer)
    if _stages is None:
        raise RuntimeError("nothing says what a write sets off: call models.wiring.wire() first")
    task = asyncio.create_task(_write(work, _stages))
    close_after(task)
    return await asyncio.shield(task)


async def _joined(work: Callable[[], Awaitable[T]], outer: Transaction) -> T:
    try:
        result = await work()
        await outer.interpret()
    except Exception as error:
        if may_try_again(error):
            outer.gave_way = error
        raise
    return result


async def _write(work: Callable[[], Awaitable[T]], stages: Stages) -> T:
    began, attempts, deadline = asyncio.get_running_loop().time(), 0, write_deadline()
    while True:
        transaction, attempts = Transaction(), attempts + 1
        try:
            result = await _attempt(work, transaction, stages, deadline)
        except BaseException as told:
            # Who joined may have made an answer of it; the database has undone everything all the same.
            error = transaction.gave_way or told
            waited = asyncio.get_running_loop().time() - began
            if (may_try_again(error) and attempts < MOST_ATTEMPTS) or (is_busy(error) and waited < patience().lock):
                # Not both at once again, if two gave way to each other.
                await asyncio.sleep(random() * AGAIN_SECONDS * min(attempts, MOST_ATTEMPTS))  # noqa: S311 - no secret
                continue
            for undo in transaction.undone:
                await undo()
            raise
        for callback in transaction.committed:
            callback()
        return result


async def _attempt(
    work: Callable[[], Awaitable[T]], transaction: Transaction, stages: Stages, deadline: float | None
) -> T:
    token = _transaction.set(transaction)
    try:
        # The deadline ends before the transaction: of a commit that is given up nobody knows what became of it.
        async with AsyncExitStack() as stack, in_time(deadline):
            client = await stack.enter_async_context(in_transaction())
            if client.capabilities.dialect == "sqlite":
                # SQLite's BEGIN is deferred; taking the write lock first makes a second writer wait instead of failing.
                await client.execute_query("UPDATE roles SET id = id WHERE 0")
            result = await work()
            if transaction.gave_way is not None:
                raise transaction.gave_way
            await transaction.finish(stages)
        return result
    finally:
        _transaction.reset(token)


@asynccontextmanager
async def in_time(deadline: float | None) -> AsyncIterator[None]:
    """Gives up what is inside at that time, in whatever it then waits for."""
    try:
        async with asyncio.timeout_at(deadline) as bound:
            yield
    except TimeoutError:
        if bound.expired():
            raise LateWriteError("a write took too long") from None
        raise


# ---- what a write tells of itself ---------------------------------------------------


def interpret_later(work: Callable[[], Awaitable[None]]) -> None:
    """Has a text that was written, or taken away, interpreted at the end of the innermost write."""
    current().check(Stage.INTERPRET)
    current().texts.append(work)


async def interpret_now() -> None:
    """Interprets what waits, for a write that goes on with what came of it."""
    await current().interpret()


def topic_changed(
    topic_id: int, now: datetime, post_id: int | None = None, *, whole: bool = False, returned: bool = False
) -> None:
    """Tells of a change of a topic, or of one of its posts, in a section that may have mirrors.

    `whole`: it came or went with all of its posts. `returned`: it had been deleted or moved away, and is back.
    """
    current().check(Stage.INTERPRET)
    change = current().topics.setdefault(topic_id, TopicChange(now))
    change.at = max(change.at, now)
    change.whole = change.whole or whole
    if post_id is not None:
        change.posts.add(post_id)
        if returned:
            change.returned_posts.add(post_id)
    elif returned:
        change.returned = True


def gathered(work: Callable[[list[T]], Awaitable[None]]) -> list[T]:
    """What `work` is done with, once a write, before its events are logged: a list to add to and to take from."""
    current().check(Stage.SYNCHRONISE)
    return current().gathered.setdefault(work, [])


def event_happened(event: Event) -> None:
    """Has an event logged with the write: it is there when the write commits, and only then."""
    current().check(Stage.GATHERED)
    current().events[event] = None


def after_commit(callback: Callable[[], None]) -> None:
    """Has `callback` called once the current write has committed, and never if it does not."""
    current().committed.append(callback)


def after_rollback(work: Callable[[], Awaitable[None]]) -> None:
    """Has `work` done, as a write of its own, if the current write is undone."""
    current().undone.append(work)
