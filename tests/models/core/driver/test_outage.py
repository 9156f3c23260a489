"""What the drivers' errors mean: by the state that the server gives, whatever holds the error."""

import sqlite3

import asyncpg
import pytest
from asyncpg import exceptions
from tortoise.exceptions import DBConnectionError, IntegrityError, OperationalError

from models.core.driver.outage import NoConnectionError, is_busy, may_try_again, outage


def sqlite_error(code: int) -> sqlite3.OperationalError:
    error = sqlite3.OperationalError("no")
    error.sqlite_errorcode = code
    return error


AWAY: list[BaseException] = [
    exceptions.TooManyConnectionsError("x"),
    exceptions.DiskFullError("x"),
    exceptions.QueryCanceledError("x"),
    exceptions.LockNotAvailableError("x"),
    exceptions.AdminShutdownError("x"),
    exceptions.CannotConnectNowError("x"),
    exceptions.CrashShutdownError("x"),
    exceptions.ReadOnlySQLTransactionError("x"),
    exceptions.DeadlockDetectedError("x"),
    exceptions.ConnectionDoesNotExistError("x"),
    exceptions.IdleInTransactionSessionTimeoutError("x"),
    exceptions.InvalidPasswordError("x"),
    exceptions.InvalidCatalogNameError("x"),
    asyncpg.InterfaceError("connection is closed"),
    asyncpg.InterfaceError("cannot call Connection.fetch(): connection has been released back to the pool"),
    asyncpg.InternalClientError("cannot switch to state 11; another operation (2) is in progress"),
    ConnectionResetError(),
    TimeoutError(),
    NoConnectionError("none"),
    DBConnectionError("none"),
    sqlite_error(sqlite3.SQLITE_FULL),
    OperationalError(sqlite_error(sqlite3.SQLITE_BUSY)),
    OperationalError(sqlite_error(sqlite3.SQLITE_IOERR | 4 << 8)),
    OperationalError(sqlite_error(sqlite3.SQLITE_READONLY)),
    OperationalError(sqlite_error(sqlite3.SQLITE_INTERRUPT)),
]
FAULTS: list[BaseException] = [
    exceptions.UndefinedColumnError("x"),
    OperationalError(exceptions.UndefinedTableError("x")),
    exceptions.UniqueViolationError("x"),
    exceptions.DataCorruptedError("x"),
    asyncpg.InterfaceError("cannot perform operation: another operation is in progress"),
    OperationalError(sqlite_error(sqlite3.SQLITE_ERROR)),
    IntegrityError(sqlite_error(sqlite3.SQLITE_CONSTRAINT)),
    FileNotFoundError(),
    ValueError(),
]


@pytest.mark.parametrize("error", AWAY, ids=repr)
def test_what_may_pass_is_an_outage(error: BaseException) -> None:
    assert outage(error)


@pytest.mark.parametrize("error", FAULTS, ids=repr)
def test_what_does_not_pass_by_itself_is_none(error: BaseException) -> None:
    assert outage(error) is None


def test_only_what_gave_way_is_tried_again() -> None:
    again = [error for error in AWAY + FAULTS if may_try_again(error)]
    assert [type(error) for error in again] == [exceptions.DeadlockDetectedError]
    assert may_try_again(OperationalError(exceptions.SerializationError("x")))
    assert [error for error in AWAY + FAULTS if is_busy(error)] == [AWAY[-4]]
