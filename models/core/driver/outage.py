"""What the errors of both drivers mean: could the database not answer in time, and may a write be tried again."""

import sqlite3

import asyncpg
from tortoise.exceptions import BaseORMException, DBConnectionError

RETRY_AFTER_SECONDS = 2
"""When a client may ask again what could not be answered: an outage of which nobody knows the end is asked often."""

# Classes of SQLSTATE, and single states: the server is not there, has no room, is told to stop, or took too long.
_CLASSES = {
    "08": "the connection was lost",
    "28": "the server lets nobody in",
    "3D": "the database is not there",
    "53": "the server has no room left",
    "57": "the server stops or starts",
    "58": "the server's disk fails",
}
_STATES = {
    "25006": "the database is read-only",
    "25P03": "a transaction was idle too long",
    "40001": "others wrote the same",
    "40P01": "a deadlock",
    "53300": "the server has no connection left",
    "55P03": "a lock was waited for too long",
    "57014": "a statement took too long",
}
_AGAIN = frozenset({"40001", "40P01"})
_OF_SQLITE = {
    sqlite3.SQLITE_BUSY: "another program keeps the file locked",
    sqlite3.SQLITE_LOCKED: "another program keeps the file locked",
    sqlite3.SQLITE_FULL: "the disk is full",
    sqlite3.SQLITE_IOERR: "the disk fails",
    sqlite3.SQLITE_READONLY: "the database is read-only",
    sqlite3.SQLITE_CANTOPEN: "the file cannot be opened",
    sqlite3.SQLITE_INTERRUPT: "a statement took too long",
    sqlite3.SQLITE_NOMEM: "no memory is left",
}


class NoConnectionError(ConnectionError):
    """None was to be had in time: all are in use, the server has no room, or is not there."""


class LateWriteError(TimeoutError):
    """All that a write waited for took longer than a write may take; it was undone."""


def outage(error: BaseException) -> str | None:
    """Why the database could not answer, in words for the log; None for any other error."""
    found = _of_the_driver(error)
    if isinstance(found, sqlite3.Error):
        return _OF_SQLITE.get(_sqlite_code(found))
    if isinstance(found, asyncpg.PostgresError):
        state = found.sqlstate or ""
        return _STATES.get(state) or _CLASSES.get(state[:2])
    if isinstance(found, (NoConnectionError, LateWriteError)):
        return str(found)
    if isinstance(found, TimeoutError):
        return "the server does not answer"
    return _CLASSES["08"] if _is_lost(found) else None


def _is_lost(error: BaseException) -> bool:
    if isinstance(error, asyncpg.InterfaceError):  # The driver's own word for a connection that ended under us.
        return "clos" in str(error) or "released" in str(error)
    # An InternalClientError is a connection of which the server has just said that it ends.
    return isinstance(error, (ConnectionError, DBConnectionError, asyncpg.InternalClientError))


def may_try_again(error: BaseException) -> bool:
    """Whether the same write may well succeed now: it gave way to another, and nothing of it was kept."""
    found = _of_the_driver(error)
    return isinstance(found, asyncpg.PostgresError) and found.sqlstate in _AGAIN


def is_busy(error: BaseException) -> bool:
    """Whether another program keeps SQLite's file locked."""
    found = _of_the_driver(error)
    return isinstance(found, sqlite3.Error) and _sqlite_code(found) in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


def _of_the_driver(error: BaseException) -> BaseException:
    """Tortoise's errors hold those of the drivers."""
    while isinstance(error, BaseORMException) and error.args and isinstance(error.args[0], BaseException):
        error = error.args[0]
    return error


def _sqlite_code(error: sqlite3.Error) -> int:
    """Without what SQLite adds to it in the higher bits."""
    code: int = getattr(error, "sqlite_errorcode", 0)
    return code & 0xFF
