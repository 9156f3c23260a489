"""A PostgreSQL server for the tests: the one at TEST_POSTGRES_URL, the local one, or one started from its binaries."""

import asyncio
import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
import time
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg

from tests.wire.handed_on import hand_on, handed_on
from tests.wire.processes import free_port

END_SECONDS = 30.0
LOCAL = "postgres://postgres@127.0.0.1:5432/postgres"


async def answers(url: str) -> bool:
    """Whether a server lets us in there."""
    try:
        connection = await asyncpg.connect(url, timeout=5)
    except (OSError, asyncpg.PostgresError, TimeoutError):
        return False
    await connection.close()
    return True


class OwnServer:
    """A server in a folder of its own, on a free port of loopback, until `stop`."""

    def __init__(self, binaries: Path) -> None:
        self.binaries = binaries
        self.folder = Path(tempfile.mkdtemp(prefix="phm-postgres-"))
        self.port = free_port()
        self._pid_file = self.folder / "data" / "postmaster.pid"

    @property
    def url(self) -> str:
        return f"postgres://postgres@127.0.0.1:{self.port}/postgres"

    def start(self) -> None:
        # PostgreSQL refuses to run as root, so root lends the folder to the account that Debian made for it.
        if os.geteuid() == 0:
            shutil.chown(self.folder, "postgres")
        self._run("initdb", "-D", str(self.folder / "data"), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync")
        self.start_again()

    def start_again(self) -> None:
        self._wait_for_the_last_one()
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={self.folder} -c fsync=off"
        log = str(self.folder / "log")
        self._run("pg_ctl", "-D", str(self.folder / "data"), "-l", log, "-o", options, "-w", "start")

    def crash(self) -> None:
        """All of its processes end at once, and nothing is told to anybody."""
        self.send(signal.SIGKILL)

    def send(self, number: signal.Signals) -> None:
        """A signal to each of its processes."""
        first = self._first()
        for pid in [first, *_children(first)]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)

    def stop(self) -> None:
        self._run("pg_ctl", "-D", str(self.folder / "data"), "-m", "immediate", "stop")
        shutil.rmtree(self.folder, ignore_errors=True)

    def _first(self) -> int:
        return int(self._pid_file.read_text().splitlines()[0])

    def _wait_for_the_last_one(self) -> None:
        """PostgreSQL starts beside none that still ends, or is dead and not buried yet by whoever adopted it."""
        deadline = time.monotonic() + END_SECONDS
        with contextlib.suppress(FileNotFoundError):  # It has ended, and took the file along.
            while Path(f"/proc/{self._first()}").exists() and time.monotonic() < deadline:
                time.sleep(0.05)

    def _run(self, name: str, *arguments: str) -> None:
        lent = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        command = [*lent, str(self.binaries / name), *arguments]
        subprocess.run(command, check=True, capture_output=True, timeout=60, cwd=self.folder)


def _children(parent: int) -> list[int]:
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            if int(path.read_text().rpartition(")")[2].split()[1]) == parent:
                found.append(int(path.parent.name))
    return found


def find_binaries() -> Path | None:
    """Where `initdb` and `pg_ctl` are, on the path or where Debian keeps them; the newest version."""
    on_path = shutil.which("initdb")
    if on_path:
        return Path(on_path).parent
    kept = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    return kept[-1].parent if kept else None


async def find_server() -> tuple[str, OwnServer | None] | None:
    """The URL of a server that lets us in, and the server itself where it had to be started; None if there is none."""
    named = os.environ.get("TEST_POSTGRES_URL")
    if named:
        return (named, None) if await answers(named) else None
    if await answers(LOCAL):
        return LOCAL, None
    binaries = find_binaries()
    if binaries is None:
        return None
    server = OwnServer(binaries)
    try:
        await asyncio.to_thread(server.start)
    except (OSError, subprocess.SubprocessError, LookupError):
        return None
    return server.url, server


@asynccontextmanager
async def empty_database(server: str) -> AsyncIterator[str]:
    """The URL of an empty database of a name of its own, until the block ends."""
    name = f"phm_{uuid.uuid4().hex[:12]}"
    connection = await asyncpg.connect(server)
    await connection.execute(f"CREATE DATABASE {name}")
    # Processes are killed here, never the server's machine, so no commit need wait for the disk.
    await connection.execute(f"ALTER DATABASE {name} SET synchronous_commit = off")
    try:
        yield f"{server.rsplit('/', 1)[0]}/{name}"
    finally:
        await connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
        await connection.close()


_CONTENTS = """
SELECT c.relname AS name, EXISTS (SELECT 1 FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attgenerated <> '')
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'public' AND c.relkind = 'r'
"""


class Kept:
    """What a database holds, and the way back to it: far faster than a new database. `url` is the database's."""

    def __init__(self, url: str, connection: asyncpg.Connection) -> None:
        self.url = url
        self._connection = connection

    async def restore(self) -> None:
        """Ends whoever else is still connected, and brings the contents back."""
        await self._connection.execute("SELECT kept.restore($1)", handed_on())


@asynccontextmanager
async def keep_contents(url: str) -> AsyncIterator[Kept]:
    """Keeps what a database holds now. One connection stays open until the block ends."""
    connection = await asyncpg.connect(url)
    others = "FROM pg_stat_activity WHERE datname = current_database() AND pid <> ALL (pg_backend_pid() || spared)"
    tables = [row["name"] for row in await connection.fetch(_CONTENTS)]
    script = [f"PERFORM pg_terminate_backend(pid) {others}", *(f'DELETE FROM "{name}"' for name in tables)]
    await connection.execute("CREATE SCHEMA kept")
    for name in tables:
        if await connection.fetchval(f'SELECT count(*) FROM "{name}"'):
            await connection.execute(f'CREATE TABLE kept."{name}" AS SELECT * FROM "{name}"')
            script.append(f'INSERT INTO "{name}" SELECT * FROM kept."{name}"')
    for row in await connection.fetch("SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = 'public'"):
        value, called = row["last_value"] or 1, "true" if row["last_value"] else "false"
        script.append(f"PERFORM setval('public.\"{row['sequencename']}\"', {value}, {called})")
    # A function keeps the plans of its statements, so that they are made once and not before each test.
    body = "".join(f"{statement};\n" for statement in script)
    await connection.execute(
        f"CREATE FUNCTION kept.restore(spared integer[]) RETURNS void LANGUAGE plpgsql AS $$BEGIN {body} END$$"
    )
    await connection.execute("SET session_replication_role = replica")  # Rows go in any order, without triggers.
    async with hand_on(url.rpartition("/")[2]):
        yield Kept(url, connection)
    await connection.close()
