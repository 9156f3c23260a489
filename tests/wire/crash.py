"""A crash between any two statements: the database's own doors, which fail once a count has run down."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tortoise.backends.asyncpg.client import TransactionWrapper as PostgresTransaction
from tortoise.backends.sqlite.client import SqliteTransactionWrapper as SqliteTransaction

DOORS = ("execute_query", "execute_query_dict", "execute_insert", "execute_many")


class Crash(Exception):  # noqa: N818 - what a crash is called
    """The process was gone here."""


@contextmanager
def crash_after(statements: int | None) -> Iterator[None]:
    """Lets a number of statements of transactions through; None for all of them."""
    if statements is None:
        yield
        return
    left = statements

    def failing(door: Any) -> Any:
        async def through(self: Any, *args: Any, **kwargs: Any) -> Any:
            nonlocal left
            if left == 0:
                raise Crash
            left -= 1
            return await door(self, *args, **kwargs)

        return through

    kept = [(owner, name, getattr(owner, name)) for owner in (PostgresTransaction, SqliteTransaction) for name in DOORS]
    for owner, name, door in kept:
        setattr(owner, name, failing(door))
    try:
        yield
    finally:
        for owner, name, door in kept:
            setattr(owner, name, door)
