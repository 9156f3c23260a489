"""How long is waited for a database: a request not long, a job longer, a command as long as it takes.

Tested in tests/models/core/driver/test_waiting.py.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds, 0 for no bound: until there is a connection, until a row or SQLite's file is unlocked, for a statement.

    `idle` is how long PostgreSQL keeps the locks of a transaction of which it hears nothing more.
    """

    connection: float
    lock: float
    statement: float
    idle: float = 0.0


REQUEST = Patience(connection=5.0, lock=5.0, statement=10.0, idle=60.0)
JOB = Patience(connection=60.0, lock=60.0, statement=600.0)
COMMAND = Patience(connection=10.0, lock=0.0, statement=0.0)

_usual = REQUEST
_patience: ContextVar[Patience | None] = ContextVar("patience", default=None)


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
