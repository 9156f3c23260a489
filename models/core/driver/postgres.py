"""Tortoise's client for PostgreSQL with a bound on each wait: for a connection, an answer, and to give one back.

How long each is, is said in models/core/driver/patience, what the errors mean in models/core/driver/outage.

Tested in tests/models/core/driver/test_waiting.py.
"""

import asyncio
import contextlib
from typing import Any

import asyncpg
from tortoise.backends.asyncpg.client import AsyncpgDBClient, TransactionWrapper
from tortoise.backends.base.client import PoolConnectionWrapper, TransactionContext
from tortoise.connection import get_connections

from models.core.driver.outage import NoConnectionError
from models.core.driver.patience import Patience

CONNECT_SECONDS = 10.0
RELEASE_SECONDS = 1.0
"""How long a statement that was given up may take to end; then its connection is closed."""

FULL_SECONDS = 0.1
"""After how long a server that has no connection left is asked again."""

SILENCE_SECONDS = 2.0
"""How much longer than the server's own bound a statement is waited for: by then the server itself hangs."""


async def _leave_as_is(_connection: Any) -> None:
    """No session state is ever set, so a connection needs no reset (a round trip) when it returns to the pool."""


PLANNING = {"random_page_cost": "1.1", "jit": "off"}
"""A forum lies in memory or on a disk without moving parts. By its default, which is made for others, PostgreSQL reads
small tables whole where an index has the row, each time; and compiling a plan takes longer than any of these runs."""


def _session(patience: Patience) -> dict[str, str]:
    """What every session of the pool is opened with; times are in milliseconds, as PostgreSQL reads them."""
    bounds = {
        "statement_timeout": patience.statement,
        "lock_timeout": patience.lock,
        "idle_in_transaction_session_timeout": patience.idle,
    }
    return {
        "application_name": "pheromone",
        **PLANNING,
        **{name: str(round(bound * 1000)) for name, bound in bounds.items()},
    }


class BoundedPostgres(AsyncpgDBClient):
    """One pool. Every session of it has the bounds of its `patience`; nothing of a session is ever set later."""

    def __init__(self, *, patience: Patience, **options: Any) -> None:
        silence = patience.statement + SILENCE_SECONDS if patience.statement else None
        super().__init__(
            **options,
            minsize=0,
            reset=_leave_as_is,
            server_settings=_session(patience),
            command_timeout=silence,
            timeout=CONNECT_SECONDS,
        )
        self._patience = patience

    async def lend(self) -> Any:
        """A connection of the pool; NoConnectionError where there is none in time."""
        try:
            async with asyncio.timeout(self._patience.connection or None):
                return await self._acquired()
        except TimeoutError:
            raise NoConnectionError("no connection was free in time") from None
        except OSError as error:
            raise NoConnectionError("the server is not there") from error

    async def take_back(self, connection: Any) -> None:
        """Back to the pool; one whose statement was given up, once that has ended."""
        if self._pool is not None:
            # What fails in this closes the connection, which is no matter of what was done with it.
            with contextlib.suppress(Exception):
                await self._pool.release(connection, timeout=RELEASE_SECONDS)

    async def _acquired(self) -> Any:
        if self._pool is None:
            async with self._pool_init_lock:
                if self._pool is None:
                    await self.create_connection(with_db=True)
        pool: Any = self._pool
        while True:
            try:
                return await pool.acquire()
            except asyncpg.TooManyConnectionsError:
                await asyncio.sleep(FULL_SECONDS)

    def acquire_connection(self) -> "_Loan":
        return _Loan(self, self._pool_init_lock)

    def _in_transaction(self) -> TransactionContext:
        return _Transaction(self)


client_class = BoundedPostgres
"""What Tortoise looks for in the module of an engine."""


class _Loan(PoolConnectionWrapper[Any]):
    client: BoundedPostgres

    async def __aenter__(self) -> Any:
        self.connection = await self.client.lend()
        return self.connection

    async def __aexit__(self, exc_type: Any, exc_val: Any, exc_tb: Any) -> None:
        await self.client.take_back(self.connection)


class _Session(TransactionWrapper):
    """The connection of a transaction: all statements inside go there."""

    def hold(self, connection: Any) -> None:
        self._connection = connection


class _Transaction(TransactionContext):
    """Tortoise's own keeps a connection for good where the transaction does not begin."""

    def __init__(self, pool: BoundedPostgres) -> None:
        self.pool = pool
        self.session = _Session(pool)

    async def __aenter__(self) -> TransactionWrapper:
        self.connection = await self.pool.lend()
        self.session.hold(self.connection)
        self.token = get_connections().set(self.session.connection_name, self.session)
        try:
            await self.session.begin()
        except BaseException:
            await self._leave()
            raise
        return self.session

    async def __aexit__(self, exc_type: Any, exc_val: Any, exc_tb: Any) -> None:
        try:
            if exc_val is None:
                await self.session.commit()
            elif isinstance(exc_val, (TimeoutError, asyncio.CancelledError)):
                self.connection.terminate()  # A statement is under way that nobody waits for: its session undoes it.
            else:
                with contextlib.suppress(Exception):  # The server has undone what it lost the connection of.
                    await self.session.rollback()
        finally:
            await self._leave()

    async def _leave(self) -> None:
        get_connections().reset(self.token)
        await self.pool.take_back(self.connection)
