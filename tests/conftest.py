"""Databases, the running service and its clients: all real, each test on a database of its own.

SQLite is always there. PostgreSQL is what tests/wire/postgres.py finds; without it its tests are skipped and the last
lines say so, and under CI that is a failure.
"""

import asyncio
import os
import shutil
import sys
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from app import create_app
from config import Settings
from models.core.database import close_database, open_database
from models.core.lock import check_order
from resolvers.wiring import wire
from tests.wire import missing
from tests.wire.by_turns import is_its_turn
from tests.wire.client import MASTER, SECRET, Client
from tests.wire.database import DIALECTS, prepare
from tests.wire.missing import note, skip_for_want_of
from tests.wire.postgres import Kept, empty_database, find_server, keep_contents
from tests.wire.redis_server import OwnRedis, binary
from tests.wire.server import served
from tests.wire.tables import work_out_tables_once
from tests.worlds.hashes import CHEAP, REAL_ONES

SLOW = 20
"""How many others a slow test takes as long as, about: 3 s and 150 ms."""
pytest_plugins = ["pytester"]
wire()
check_order(on=True)
for where, name, value in CHEAP:
    setattr(where, name, value)
work_out_tables_once()
# httpx imports it at each of its locks, and where it is not installed that searches the whole path ten times a request.
sys.modules.setdefault("sniffio", None)  # type: ignore[arg-type]


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(missing)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Marks what asks PostgreSQL, and as slow what needs a browser: `make test-fast` leaves out both.

    Files that take long come first, so that none is begun when the other workers are through: those with the most slow
    tests, each of which takes as long as some of the others.
    """
    work = Counter[Path]()
    for item in items:
        spec = getattr(item, "callspec", None)
        if spec is not None and "postgres" in spec.params.values():
            item.add_marker(pytest.mark.postgres)
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.slow)
        work[item.path] += 1 if item.get_closest_marker("slow") is None else SLOW
    items.sort(key=lambda item: -work[item.path])
    if os.environ.get("BY_TURNS"):
        config.hook.pytest_deselected(items=[item for item in items if not is_its_turn(item)])
        items[:] = filter(is_its_turn, items)


@pytest.fixture
def real_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Passwords cost what they cost players."""
    for where, name, value in REAL_ONES:
        monkeypatch.setattr(where, name, value)


@pytest.fixture(scope="session")
async def postgres() -> AsyncIterator[str | None]:
    """The URL of a server to make databases on; None where none can be had."""
    found = await find_server()
    if found is None:
        note("PostgreSQL (no server at TEST_POSTGRES_URL or 127.0.0.1:5432, no binaries to start one)")
        yield None
        return
    url, own = found
    yield url
    if own is not None:
        await asyncio.to_thread(own.stop)


@pytest.fixture(scope="session")
async def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A migrated, founded file, from which each test's own is copied."""
    file = tmp_path_factory.mktemp("template") / "template.sqlite3"
    await prepare(f"sqlite://{file}")
    return str(file)


@pytest.fixture(scope="session")
async def postgres_database(postgres: str | None) -> AsyncIterator[Kept | None]:
    """A migrated, founded database that can be brought back to that before each test."""
    if postgres is None:
        yield None
        return
    async with empty_database(postgres) as url:
        await prepare(url)
        async with keep_contents(url) as kept:
            yield kept


@pytest.fixture(params=DIALECTS)
async def database_url(
    request: pytest.FixtureRequest, sqlite_template: str, postgres_database: Kept | None, tmp_path: Path
) -> AsyncIterator[str]:
    """The URL of a fresh database, in one dialect and then in the other."""
    if request.param == "sqlite":
        yield f"sqlite://{shutil.copy(sqlite_template, tmp_path / 'test.sqlite3')}"
    elif postgres_database is None:
        pytest.skip("no PostgreSQL server")
    else:
        await postgres_database.restore()
        yield postgres_database.url


@pytest.fixture(scope="session")
def redis_server() -> Iterator[OwnRedis]:
    """A server of our own, since tests stop it and start it again."""
    if binary() is None:
        skip_for_want_of("Redis (no redis-server on the path)")
    server = OwnRedis()
    server.start()
    yield server
    server.remove()


@pytest.fixture
def redis(redis_server: OwnRedis) -> Iterator[OwnRedis]:
    """The same, running before and after the test."""
    yield redis_server
    redis_server.start_again()


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[str]:
    """An open database, for tests below the API."""
    await open_database(database_url)
    yield database_url
    await close_database()


@pytest.fixture(params=DIALECTS)
async def empty(request: pytest.FixtureRequest, postgres: str | None, tmp_path: Path) -> AsyncIterator[None]:
    """An open database without a table."""
    async with AsyncExitStack() as stack:
        url = f"sqlite://{tmp_path / 'empty.sqlite3'}"
        if request.param == "postgres":
            if postgres is None:
                pytest.skip("no PostgreSQL server")
            url = await stack.enter_async_context(empty_database(postgres))
        await open_database(url)
        yield
        await close_database()


@pytest.fixture
def settings(database_url: str) -> Settings:
    """What the server of `client` runs with; a test that needs other settings has a fixture of this name."""
    return Settings(database_url=database_url, secret_key=SECRET, master_keys=(MASTER,))


@pytest.fixture
async def client(settings: Settings) -> AsyncIterator[Client]:
    """An HTTP client, signed in as nobody, of a running server."""
    async with served(create_app(settings)) as server, Client(server.url) as anonymous:
        yield anonymous
