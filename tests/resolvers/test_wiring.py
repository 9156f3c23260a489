"""Nothing opens or writes before it is wired, and whatever opens a database wires it first."""

from collections.abc import Iterator

import pytest

from app import create_app
from commands.runtime import open_wired
from config import Settings
from engine.operation.context import Context, Runtime
from models.core import database, transaction
from models.core.database import close_database, open_database
from models.core.transaction import write
from resolvers.forum import sealed
from resolvers.forum.sealed import ensure_synced
from resolvers.wiring import wire
from tests.wire.client import SECRET


@pytest.fixture
def unwired(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A process in which nobody has called `wire`."""
    monkeypatch.setattr(database, "_tables", ())
    monkeypatch.setattr(transaction, "_stages", None)
    monkeypatch.setattr(sealed, "_mirrors", None)
    yield
    wire()


async def _nothing() -> None:
    pass


async def test_nothing_opens_or_writes_unwired(unwired: None, database_url: str) -> None:
    with pytest.raises(RuntimeError, match="wire"):
        await open_database(database_url)
    with pytest.raises(RuntimeError, match="wire"):
        await write(_nothing)
    with pytest.raises(RuntimeError, match="wire"):
        await ensure_synced(Context(Runtime(SECRET)), [1])


async def test_commands_wire(unwired: None, database_url: str) -> None:
    await open_wired(database_url, 1)
    await write(_nothing)
    await close_database()


async def test_the_application_wires(unwired: None, database_url: str) -> None:
    application = create_app(Settings(database_url=database_url, secret_key=SECRET))
    async with application.router.lifespan_context(application):
        await write(_nothing)
        assert not await ensure_synced(Context(Runtime(SECRET)), [1])


def test_tests_are_wired() -> None:
    """By tests/conftest, for all of them."""
    assert database._tables
    assert transaction._stages is not None
    assert sealed._mirrors is not None
