"""Tortoise's client for PostgreSQL with a bound on each wait: for a connection, an answer, and to give one back.

How long each is, is said in models/core/driver/patience, what the errors mean in models/core/driver/outage.

Tested in tests/models/core/driver/test_waiting.py.
"""

import asyncio
import contextlib
from collections.abc import Sequence
from typing import Any

import asyncpg
from tortoise.backends.asyncpg.client import AsyncpgDBClient, TransactionWrapper
from tortoise.backends.base.client import PoolConnectionWrapper, TransactionContext
from tortoise.connection import get_connections
from tortoise.exceptions import OperationalError

from models.core.driver.outage import NoConnectionError
from models.core.driver.patience import Patience

CONNECT_SECONDS = 10.0
RELEASE_SECONDS = 1.0
"""How long a statement that was given up may take to end; then its connection is closed."""

AT_HAND_SECONDS = 60.0
"""How long connections are kept from the pool, which closes those that nobody has asked for in five minutes."""

FULL_SECONDS = 0.1
"""After how long a server that has no connection left is asked again."""

SILENCE_SECONDS = 2.0
"""How much longer than the server's own bound a statement is waited for: by then the server itself hangs."""


def _is_open(connection: Any) -> bool:
    try:
        return not connection.is_closed()
    except asyncpg.InterfaceError:  # Its pool has noticed, and has let go of it.
        return False


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
    """One pool. Every session of it has the bounds of its `patience`; nothing of a session is ever set later.

    A connection whose statement went well is kept at hand while nobody waits for one: the pool begins a task for each
    that it takes back, and to ask it takes as long as a small statement.
    """

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
        self._at_hand: list[Any] = []
        self._waiting = 0
        self._timer: asyncio.TimerHandle | None = None

    async def rows(self, sql: str, values: Sequence[object]) -> Sequence[Any]:
        """The records of one SELECT."""
        connection = await self.lend()
        is_well = False
        try:
            found: Sequence[Any] = await connection.fetch(sql, *values)
            is_well = True
        except (asyncpg.SyntaxOrAccessError, asyncpg.DataError) as error:
            raise OperationalError(error) from error
        finally:
            if not (is_well and self._kept(connection)):
                await self.take_back(connection)
        return found

    async def lend(self) -> Any:
        """A connection of the pool; NoConnectionError where there is none in time."""
        while self._at_hand:
            connection = self._at_hand.pop()
            if _is_open(connection):
                return connection
            await self.take_back(connection)
        self._waiting += 1
        try:
            async with asyncio.timeout(self._patience.connection or None):
                return await self._acquired()
        except TimeoutError:
            raise NoConnectionError("no connection was free in time") from None
        except OSError as error:
            raise NoConnectionError("the server is not there") from error
        finally:
            self._waiting -= 1

    async def take_back(self, connection: Any, *, is_well: bool = False) -> None:
        """Back to the pool; one whose statement was given up, once that has ended. To hand where all `is_well`."""
        if self._pool is not None and not (is_well and self._kept(connection)):
            # What fails in this closes the connection, which is no matter of what was done with it.
            with contextlib.suppress(Exception):
                await self._pool.release(connection, timeout=RELEASE_SECONDS)

    async def settle(self) -> int:
        """Gives the pool all that is at hand, and tells how many they were."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        at_hand, self._at_hand = self._at_hand, []
        for connection in at_hand:
            await self.take_back(connection)
        return len(at_hand)

    def sizes(self) -> tuple[int, int] | None:
        """How many connections are open, and how many of them idle; None before the first is asked for."""
        pool: Any = self._pool
        return None if pool is None else (pool.get_size(), pool.get_idle_size() + len(self._at_hand))

    def _kept(self, connection: Any) -> bool:
        """Keeps a connection at hand, unless somebody waits for the pool's."""
        if self._waiting or self._pool is None or not _is_open(connection):
            return False
        self._at_hand.append(connection)
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(AT_HAND_SECONDS, self._settle_soon)
        return True

    def _settle_soon(self) -> None:
        self._settling = asyncio.ensure_future(self.settle())

    async def _close(self) -> None:
        await self.settle()
        await super()._close()

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
        await self.client.take_back(self.connection, is_well=exc_type is None)


class _Session(TransactionWrapper):
    """The connection of a transaction: all statements inside go there."""

    def hold(self, connection: Any) -> None:
        self._connection = connection

    async def rows(self, sql: str, values: Sequence[object]) -> Sequence[Any]:
        """As those of the pool, one statement after the other."""
        async with self._lock:
            try:
                found: Sequence[Any] = await self._connection.fetch(sql, *values)
            except (asyncpg.SyntaxOrAccessError, asyncpg.DataError) as error:
                raise OperationalError(error) from error
        return found


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
        is_well = False
        try:
            if exc_val is None:
                await self.session.commit()
                is_well = True
            elif isinstance(exc_val, (TimeoutError, asyncio.CancelledError)):
                self.connection.terminate()  # A statement is under way that nobody waits for: its session undoes it.
            else:
                with contextlib.suppress(Exception):  # The server has undone what it lost the connection of.
                    await self.session.rollback()
        finally:
            await self._leave(is_well=is_well)

    async def _leave(self, *, is_well: bool = False) -> None:
        get_connections().reset(self.token)
        await self.pool.take_back(self.connection, is_well=is_well)
