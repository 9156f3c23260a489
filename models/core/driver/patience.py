"""How long is waited for a database: a request not long, a job longer, a command as long as it takes.

Several writes of one operation may have the time of one.

Tested in tests/models/core/driver/test_waiting.py.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds, 0 for no bound: until there is a connection, until a row or SQLite's file is unlocked, for a statement.

    `write` is for all that one write waits for and does before it commits, however often it is tried again. `idle` is
    how long PostgreSQL keeps the locks of a transaction of which it hears nothing more.
    """

    connection: float
    lock: float
    statement: float
    write: float = 0.0
    idle: float = 0.0


REQUEST = Patience(connection=5.0, lock=5.0, statement=10.0, write=10.0, idle=60.0)
JOB = Patience(connection=60.0, lock=60.0, statement=600.0)
COMMAND = Patience(connection=10.0, lock=0.0, statement=0.0)


@dataclass(slots=True)
class _Deadline:
    """By the clock of the running loop. None once its block has ended: tasks that outlive it inherited it."""

    at: float | None


_usual = REQUEST
_patience: ContextVar[Patience | None] = ContextVar("patience", default=None)
_deadline: ContextVar[_Deadline | None] = ContextVar("deadline", default=None)


def patience() -> Patience:
    """That of whatever runs now."""
    return _patience.get() or _usual


def use_patience(bounds: Patience) -> None:
    """Says which one a process has wherever nothing else is said."""
    global _usual  # noqa: PLW0603 - one database a process
    _usual = bounds


@contextmanager
def waiting(bounds: Patience) -> Iterator[None]:
    """Inside, these bounds hold; so they do for the tasks that are begun inside."""
    token = _patience.set(bounds)
    try:
        yield
    finally:
        _patience.reset(token)


def write_deadline() -> float | None:
    """When a write that begins now is given up, if it has not come to its commit."""
    shared = _deadline.get()
    if shared is not None and shared.at is not None:
        return shared.at
    bound = patience().write
    return asyncio.get_running_loop().time() + bound if bound else None


@contextmanager
def one_deadline(seconds: float | None = None) -> Iterator[None]:
    """Inside, all writes together have the time that one has, or less; never more than an outer block leaves them."""
    bounds = [write_deadline(), None if seconds is None else asyncio.get_running_loop().time() + seconds]
    shared = _Deadline(min((bound for bound in bounds if bound is not None), default=None))
    token = _deadline.set(shared)
    try:
        yield
    finally:
        shared.at = None
        _deadline.reset(token)
