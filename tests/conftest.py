"""Databases, the running service and its clients: all real, each test on a database of its own.

SQLite is always there. PostgreSQL is the server at TEST_POSTGRES_URL, or the local one; without one its tests are
skipped and the last lines say so, and under CI that is a failure.
"""

import asyncio
import os
import shutil
import uuid
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import asyncpg
import pytest
import uvicorn

from app import create_app
from config import Settings
from models.database import close_database, open_database
from models.foundation import lay_foundation
from models.migration import migrate
from tests.client import Client
from tests.missing import MISSING, note

DIALECTS = ("sqlite", "postgres")
SECRET = "a secret for tests, long enough to be one"
POSTGRES = os.environ.get("TEST_POSTGRES_URL", "postgres://postgres@127.0.0.1:5432/postgres")
_templates: dict[str, str] = {}


def _postgres_database(name: str) -> str:
    return f"{POSTGRES.rsplit('/', 1)[0]}/{name}"


async def _run_on_postgres(*statements: str) -> None:
    connection = await asyncpg.connect(POSTGRES, timeout=5)
    try:
        for statement in statements:
            await connection.execute(statement)
    finally:
        await connection.close()


async def _prepare(url: str) -> str:
    await open_database(url)
    try:
        await migrate()
        await lay_foundation()
    finally:
        await close_database()
    return url


@pytest.fixture(scope="session")
async def templates(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[dict[str, str]]:
    """A migrated, founded database of each dialect, from which each test's own is copied."""
    name = f"phm_{uuid.uuid4().hex[:12]}"
    _templates["sqlite"] = await _prepare(f"sqlite://{tmp_path_factory.mktemp('template') / 'template.sqlite3'}")
    try:
        await _run_on_postgres(f"CREATE DATABASE {name}")
    except (OSError, asyncpg.PostgresError, TimeoutError) as error:
        note(f"PostgreSQL ({type(error).__name__} at the server of TEST_POSTGRES_URL or 127.0.0.1:5432)")
        yield _templates
        return
    _templates["postgres"] = await _prepare(_postgres_database(name))
    yield _templates
    await _run_on_postgres(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=DIALECTS)
async def database_url(request: pytest.FixtureRequest, templates: dict[str, str], tmp_path: Path) -> AsyncIterator[str]:
    """The URL of a fresh copy of the template, in one dialect and then in the other."""
    dialect: str = request.param
    if dialect not in templates:
        pytest.skip("no PostgreSQL server")
    if dialect == "sqlite":
        path = tmp_path / "test.sqlite3"
        shutil.copy(templates["sqlite"].removeprefix("sqlite://"), path)
        yield f"sqlite://{path}"
        return
    name = f"phm_{uuid.uuid4().hex[:12]}"
    template = templates["postgres"].rsplit("/", 1)[1]
    await _run_on_postgres(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
    yield _postgres_database(name)
    await _run_on_postgres(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[str]:
    """An open database, for tests below the API."""
    await open_database(database_url)
    yield database_url
    await close_database()


@pytest.fixture
async def client(database_url: str) -> AsyncIterator[Client]:
    """An HTTP client, signed in as nobody, of a running server."""
    settings = Settings(database_url=database_url, secret_key=SECRET, port=0)
    server = uvicorn.Server(uvicorn.Config(create_app(settings), port=0, log_level="warning", lifespan="on"))
    task = asyncio.create_task(server.serve())
    while not server.started:
        assert not task.done(), "the server did not start"
        await asyncio.sleep(0.005)
    port = server.servers[0].sockets[0].getsockname()[1]
    async with Client(f"http://127.0.0.1:{port}") as anonymous:
        yield anonymous
    server.should_exit = True
    await task


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> Iterator[None]:
    """After pytest's own summary, however long: among the last lines."""
    yield
    for what in MISSING:
        terminalreporter.write_line(f"NOT TESTED for want of {what}", yellow=True)


def pytest_sessionfinish(session: pytest.Session) -> None:
    if os.environ.get("CI") and MISSING:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
