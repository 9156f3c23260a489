"""Counts the statements that really reach the database, whoever sends them. Transaction control does not count."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from models.core import database
from models.core.database import connection, is_postgres

# BEGIN and its like, and the touch that takes SQLite's write lock; what asyncpg sends to clean a connection and, once
# on each, to learn a type; what runs inside SQLite itself, which it traces as comments or with the schema's name, and
# how its driver asks for a new id.
_NOT_OURS = re.compile(
    r"\s*(BEGIN|COMMIT|ROLLBACK|SAVEPOINT|RELEASE|END|PRAGMA|SELECT pg_advisory_unlock_all|--"
    r"|SELECT\s+current_setting\('jit'|SELECT\s+set_config\('jit'|WITH RECURSIVE typeinfo_tree"
    r"|UPDATE roles SET id = id WHERE 0|SELECT last_insert_rowid|.* FROM 'main'\.')",
    re.IGNORECASE,
)
_WRITE = re.compile(r"\s*(INSERT|UPDATE|DELETE)", re.IGNORECASE)


@asynccontextmanager
async def statements() -> AsyncIterator[list[str]]:
    """The list grows with each statement of the open database until the block ends."""
    seen: list[str] = []

    def see(sql: str) -> None:
        # SQLite traces a write again for each of its triggers.
        again = not is_postgres() and bool(seen) and seen[-1] == sql and _WRITE.match(sql) is not None
        if not again and not _NOT_OURS.match(sql):
            seen.append(sql)

    watch = _watch_postgres if is_postgres() else _watch_sqlite
    async with watch(see):
        yield seen


@asynccontextmanager
async def _watch_sqlite(see: Any) -> AsyncIterator[None]:
    client: Any = connection()
    async with client.acquire_connection() as link:
        pass
    await link.set_trace_callback(see)
    try:
        yield
    finally:
        await link.set_trace_callback(None)


@asynccontextmanager
async def _watch_postgres(see: Any) -> AsyncIterator[None]:
    """A pool makes connections when it needs them, so the watch is set as one is taken out, too."""

    def log(record: Any) -> None:
        see(record.query)

    async def set_up(link: Any) -> None:
        link.add_query_logger(log)  # The same logger twice is one.

    clients: list[Any] = [connection(), *database.own_pools.values()]
    for client in clients:
        async with client.acquire_connection():  # Pools are opened at the first use.
            pass
    holders = [holder for client in clients for holder in client._pool._holders]
    before = [holder._setup for holder in holders]
    for holder in holders:
        holder._setup = set_up
        if holder._con is not None:
            holder._con.add_query_logger(log)
    try:
        yield
    finally:
        await asyncio.sleep(0)  # Loggers are told at the loop's next turn.
        for holder, setup in zip(holders, before, strict=True):
            holder._setup = setup
            if holder._con is not None:
                holder._con.remove_query_logger(log)
