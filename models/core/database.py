"""The database: opening it, closing it, and running one statement of SQL. Writes go through models/core/transaction.

No table is named here and no rule is decided.
"""

import asyncio
import logging
import sqlite3
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import asyncpg
from tortoise import Tortoise
from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.backends.base.config_generator import expand_db_url
from tortoise.connection import get_connections
from tortoise.exceptions import ConfigurationError, DBConnectionError, OperationalError
from tortoise.transactions import in_transaction

from models.core.driver.patience import REQUEST, Patience, use_patience
from models.core.driver.postgres import BoundedPostgres
from models.core.driver.sqlite_sql import for_sqlite, sqlite_value

logger = logging.getLogger("pheromone.database")
CLOSING_SECONDS = 8.0
"""How long closing waits for the writes under way, and once more for those that it then undoes."""

UNREACHABLE = (
    OSError,
    ConfigurationError,
    DBConnectionError,
    OperationalError,
    asyncpg.PostgresError,
    sqlite3.DatabaseError,
)
"""What opening a database and its first query raise where it is none, is not there, or lets nobody in."""

Row = Any  # A record that is read by column name: asyncpg's or sqlite3's, without a copy in between.


def connection_settings(
    url: str, tables: Sequence[str], pool_size: int = 10, patience: Patience = REQUEST
) -> dict[str, Any]:
    """Tortoise's configuration for one database; `tables` are the modules that describe them."""
    # Tortoise caches statements by connection name, so each dialect has its own.
    name = "sqlite" if url.startswith("sqlite") else "postgres"
    connection = expand_db_url(url)
    connection.update(engine=f"models.core.driver.{name}")
    connection["credentials"] |= {"patience": patience}
    if name == "postgres":
        connection["credentials"] |= {"maxsize": pool_size}
    return {
        "connections": {name: connection},
        "apps": {"models": {"models": list(tables), "default_connection": name}},
        "use_tz": True,
        "timezone": "UTC",
    }


_tables: tuple[str, ...] = ()
_settings: dict[str, Any] = {}
own_pools: dict[str, BoundedPostgres] = {}
"""Beside that of requests, by name: models/core/own_pool opens them."""

_writes: set[asyncio.Task[Any]] = set()


def use_tables(modules: Sequence[str]) -> None:
    """Says which modules describe the tables. Without it no database can be opened."""
    global _tables  # noqa: PLW0603 - one wiring a process
    _tables = tuple(modules)


def current_settings() -> dict[str, Any]:
    """The configuration of the open database."""
    return _settings


async def open_database(url: str, pool_size: int = 10, patience: Patience = REQUEST) -> None:
    """Opens the process's one database: `sqlite:///path` or `postgres://user@host/name`.

    `patience` is for all that is not inside `for_jobs` or `for_watching`.
    """
    global _settings  # noqa: PLW0603 - one database a process is Tortoise's own rule
    if not _tables:
        raise RuntimeError("nothing says which tables there are: call models.wiring.wire() first")
    if url.startswith("sqlite"):
        _check_file(Path(url.partition("://")[2].partition("?")[0]))
    use_patience(patience)
    _settings = connection_settings(url, _tables, pool_size, patience)
    await Tortoise.init(config=_settings, _enable_global_fallback=True)
    if url.startswith("sqlite"):
        # Tortoise connects at the first query, and one that is cancelled meanwhile keeps its lock: all others hang.
        await connection().create_connection(with_db=True)


def _check_file(file: Path) -> None:
    """Raises OSError where it cannot be written: SQLite's driver would find out in a thread, which outlives whoever
    asked."""
    if file.name:  # Without one Tortoise has words of its own.
        with file.open("ab"):
            pass


async def close_database() -> None:
    """Waits for the writes under way, undoes those that do not end, then closes every connection."""
    if _writes:
        _, late = await asyncio.wait(_writes, timeout=CLOSING_SECONDS)
        for task in late:
            logger.error("a write has not ended in %s s and is undone", CLOSING_SECONDS)
            task.cancel()
        if late:
            await asyncio.wait(late, timeout=CLOSING_SECONDS)
    while own_pools:
        await own_pools.popitem()[1].close()
    await Tortoise.close_connections()


def close_after(write: asyncio.Task[Any]) -> None:
    """Has a closing of the database wait for a write that has begun."""
    _writes.add(write)
    write.add_done_callback(_writes.discard)


def connection() -> BaseDBAsyncClient:
    """The connection of the current transaction, or the pool."""
    return get_connections().get(_settings["apps"]["models"]["default_connection"])


def is_postgres() -> bool:
    return "postgres" in _settings["connections"]


# ---- reading ------------------------------------------------------------------------


AMONG = "({} IN (SELECT unnest(${}::int[]))) IS TRUE"
"""A condition by hash: in a plan that it keeps, PostgreSQL compares `= ANY` with each number of the list in turn, for
each row. No index is gone by."""


async def fetch(sql: str, *values: object) -> Sequence[Row]:
    """Rows of one SELECT. SQL is written for PostgreSQL: `$1`, and `= ANY($1)` for a list."""
    client: Any = connection()
    if client.capabilities.dialect == "sqlite":
        return (await client.execute_query(for_sqlite(sql), [sqlite_value(value) for value in values]))[1]  # type: ignore[no-any-return]
    found: Sequence[Row] = await client.rows(sql, [list(v) if isinstance(v, set) else v for v in values])
    return found


async def execute(sql: str, *values: object) -> int:
    """Runs one INSERT, UPDATE or DELETE and tells how many rows it touched (PostgreSQL tells 0 for an INSERT)."""
    client = connection()
    if client.capabilities.dialect == "sqlite":
        return (await client.execute_query(for_sqlite(sql), [sqlite_value(value) for value in values]))[0]
    return (await client.execute_query(sql, list(values)))[0]


async def insert(sql: str, *values: object) -> Sequence[Row]:
    """Runs one INSERT … RETURNING and gives what it returns: nothing where ON CONFLICT does nothing."""
    client = connection()
    if client.capabilities.dialect == "sqlite":
        return await client.execute_query_dict(for_sqlite(sql), [sqlite_value(value) for value in values])
    # Only this call of Tortoise's gives the rows that an INSERT returns on PostgreSQL.
    return await client.execute_query_dict(sql, list(values))


async def ping() -> None:
    """Asks the database for an answer; raises what keeps it from one."""
    await fetch("SELECT 1")


async def database_clock() -> float | None:
    """The database's own time in seconds since 1970; None where it has no clock but this process's."""
    if not is_postgres():
        await ping()
        return None
    return float((await fetch("SELECT extract(epoch FROM clock_timestamp())"))[0][0])


async def connection_limit() -> int:
    """How many connections PostgreSQL gives to all who are not its superuser together."""
    sql = "SELECT current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int"
    return int((await fetch(sql))[0][0])


def instant(value: datetime | str) -> datetime:
    """A time column of a raw row: PostgreSQL gives an aware datetime, SQLite its text in UTC."""
    if isinstance(value, str):
        parsed = datetime.fromisoformat(value)
        return parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)
    return value


def instant_or_none(value: datetime | str | None) -> datetime | None:
    return None if value is None else instant(value)


@asynccontextmanager
async def snapshot() -> AsyncIterator[None]:
    """Until the block ends every read sees the database as it stood at the first one. For commands alone."""
    async with in_transaction() as client:
        if client.capabilities.dialect == "postgres":
            await client.execute_query("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield  # A transaction of SQLite's reads one snapshot anyway.
