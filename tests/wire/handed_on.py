"""Pools of connections to PostgreSQL that one test leaves to the next: to open them costs more than most tests ask.

Only those of a database that `hand_on` names, and only such as are idle: what a test did not give back is closed with
it. A session of ours has no state of its own (models/core/driver/postgres), so none goes from test to test.
"""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from models.core.driver.postgres import BoundedPostgres

_open, _close = BoundedPostgres.create_pool, BoundedPostgres._close
KEPT = 3
"""Of how many sessions of a pool the next test has use; a server gives a hundred to all who run tests beside."""

_named: dict[str | None, asyncio.AbstractEventLoop] = {}
_idle: dict[tuple[str | None, str], list[Any]] = defaultdict(list)


def _key(client: BoundedPostgres) -> tuple[str | None, str]:
    """Pools are alike where they are opened alike."""
    return client.database, repr((client.host, client.port, client.pool_maxsize, client.server_settings))


def _is_named(client: BoundedPostgres) -> bool:
    """A pool is of no use to another loop than that which opened it."""
    return _named.get(client.database) is asyncio.get_running_loop()


async def _take(client: BoundedPostgres, **options: Any) -> Any:
    idle = _idle[_key(client)] if _is_named(client) else None
    return idle.pop() if idle else await _open(client, **options)


async def _leave(client: BoundedPostgres) -> None:
    await client.settle()
    pool: Any = client._pool
    if pool is None or not _is_named(client) or not _is_idle(pool):
        await _close(client)
        return
    client._pool = None
    for holder in [one for one in pool._holders if one._con is not None][KEPT:]:
        holder._deactivate_inactive_connection()  # As asyncpg itself does with what nobody has asked for long.
    _idle[_key(client)].append(pool)


def _is_idle(pool: Any) -> bool:
    sessions = _sessions(pool)
    return pool.get_idle_size() == pool.get_size() and not any(one.is_in_transaction() for one in sessions)


def _sessions(pool: Any) -> list[Any]:
    return [holder._con for holder in pool._holders if holder._con is not None and not holder._con.is_closed()]


def handed_on() -> list[int]:
    """The server's ids of the sessions that wait for the next test."""
    return [session.get_server_pid() for pools in _idle.values() for pool in pools for session in _sessions(pool)]


@asynccontextmanager
async def hand_on(database: str) -> AsyncIterator[None]:
    """Has the pools of a database handed on until the block ends."""
    BoundedPostgres.create_pool, BoundedPostgres._close = _take, _leave  # type: ignore[method-assign, assignment]
    _named[database] = asyncio.get_running_loop()
    yield
    del _named[database]
    for key in [key for key in _idle if key[0] == database]:
        for pool in _idle.pop(key):
            await pool.close()
