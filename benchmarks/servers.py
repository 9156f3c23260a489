"""Starting the measured servers: each one process on one core, ended by the one who started it."""

import asyncio
import os
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

ROOT = Path(__file__).parent.parent
CORE = 0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@asynccontextmanager
async def running(arguments: list[str], port: int, environment: dict[str, str]) -> AsyncIterator[int]:
    """A `python -m ...` server on `port`, pinned to one core, until the block ends; gives its process id."""
    command = [sys.executable, "-m", *arguments]
    process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **environment})  # noqa: ASYNC220
    os.sched_setaffinity(process.pid, {CORE})
    try:
        for _ in range(400):
            await asyncio.sleep(0.05)
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                continue
            writer.close()
            break
        yield process.pid
    finally:
        process.terminate()
        process.wait(10)
