"""The suite's own server: where none runs, one is started from the binaries and ended again."""

import asyncio

import asyncpg
import pytest

from tests.wire import postgres
from tests.wire.postgres import OwnServer, find_binaries, find_server

pytestmark = pytest.mark.slow


async def test_a_server_is_started_where_none_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    if find_binaries() is None:
        pytest.skip("no PostgreSQL binaries")
    monkeypatch.delenv("TEST_POSTGRES_URL", raising=False)
    monkeypatch.setattr(postgres, "LOCAL", "postgres://postgres@127.0.0.1:1/postgres")
    found = await find_server()
    assert found is not None
    url, own = found
    assert isinstance(own, OwnServer)
    connection = await asyncpg.connect(url)
    assert await connection.fetchval("SELECT 1") == 1
    await connection.close()
    await asyncio.to_thread(own.stop)
    assert not await postgres.answers(url)


async def test_a_named_server_that_does_not_answer_is_not_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEST_POSTGRES_URL", "postgres://postgres@127.0.0.1:1/postgres")
    assert await find_server() is None
