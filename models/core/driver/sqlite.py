"""Tortoise's client for SQLite with a bound on each wait: for the one connection that all share, and for a statement.

How long each is, is said in models/core/driver/patience; writes wait for another program in models/core/transaction.

Tested in tests/models/core/driver/test_waiting.py.
"""

import asyncio
import contextlib
from collections.abc import Coroutine
from typing import Any

from aiosqlite import Connection
from tortoise.backends.base.client import ConnectionWrapper, TransactionContext
from tortoise.backends.sqlite.client import SqliteClient, SqliteTransactionWrapper
from tortoise.connection import get_connections

from models.core.driver.outage import NoConnectionError
from models.core.driver.patience import Patience, patience

BUSY_SECONDS = 0.1
"""How long SQLite itself waits for another program. Whoever shares the connection waits as well, so not for long."""

COMMAND_BUSY_SECONDS = 15.0


class BoundedSqlite(SqliteClient):
    """The process's one connection. Whoever uses it has it alone."""

    def __init__(self, file_path: str, *, patience: Patience, **options: Any) -> None:
        busy = BUSY_SECONDS if patience.lock else COMMAND_BUSY_SECONDS
        super().__init__(file_path, busy_timeout=round(busy * 1000), synchronous="NORMAL", **options)

    def acquire_connection(self) -> "_Turn":
        return _Turn(self._lock, self)

    def _in_transaction(self) -> TransactionContext:
        return _Transaction(self, self._lock)


client_class = BoundedSqlite
"""What Tortoise looks for in the module of an engine."""


class _Turn(ConnectionWrapper[Connection]):
    """The connection for one statement, which ends when its time is over or whoever asked has gone."""

    __slots__ = ("_timer",)

    async def __aenter__(self) -> Connection:
        await _taken(self._lock)
        try:
            await self.ensure_connection()
        except BaseException:
            self._lock.release()
            raise
        bound = patience().statement
        self._timer = asyncio.get_running_loop().call_later(bound, self._interrupt) if bound else None
        return self.connection

    async def __aexit__(self, exc_type: Any, exc_val: Any, exc_tb: Any) -> None:
        if self._timer is not None:
            self._timer.cancel()
        if exc_type is not None and issubclass(exc_type, asyncio.CancelledError):
            self._interrupt()
        self._lock.release()

    def _interrupt(self) -> None:
        """Nobody else can be met by it: the lock is ours, and what is not begun by now is not interrupted."""
        raw = self.connection._connection  # noqa: SLF001 - aiosqlite's own is a coroutine, which no timer can call
        if raw is not None:
            raw.interrupt()


class _Session(SqliteTransactionWrapper):
    def acquire_connection(self) -> _Turn:
        return _Turn(self._lock, self)


class _Transaction(TransactionContext):
    """Tortoise's own keeps the lock for good where the transaction does not begin."""

    def __init__(self, shared: BoundedSqlite, lock: asyncio.Lock) -> None:
        self.shared = shared
        self.lock = lock

    async def __aenter__(self) -> SqliteTransactionWrapper:
        await _taken(self.lock)
        try:
            await self.shared.create_connection(with_db=True)  # Nothing where there is one.
            self.session = _Session(self.shared)
            await self._or_undone(self.session.begin())
        except BaseException:
            self.lock.release()
            raise
        self.token = get_connections().set(self.session.connection_name, self.session)
        return self.session

    async def __aexit__(self, exc_type: Any, exc_val: Any, exc_tb: Any) -> None:
        try:
            if exc_val is None:
                await self._or_undone(self.session.commit())
            else:
                await self._undo()
        finally:
            get_connections().reset(self.token)
            self.lock.release()

    async def _or_undone(self, step: Coroutine[None, None, None]) -> None:
        """Whoever has the connection next must not find a transaction open."""
        try:
            await step
        except BaseException:
            await self._undo()
            raise

    async def _undo(self) -> None:
        with contextlib.suppress(Exception):  # Why it is undone tells more.
            await self.session.rollback()


async def _taken(lock: asyncio.Lock) -> None:
    try:
        async with asyncio.timeout(patience().connection or None):
            await lock.acquire()
    except TimeoutError:
        raise NoConnectionError("the connection was not free in time") from None
