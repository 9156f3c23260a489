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
PEER = ROOT / "benchmarks" / "mercurius"
CORE = 0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@asynccontextmanager
async def running(arguments: list[str], port: int, environment: dict[str, str]) -> AsyncIterator[int]:
    """A `python -m ...` server on `port`, pinned to one core, until the block ends; gives its process id."""
    async with _running([sys.executable, "-m", *arguments], port, environment) as process:
        yield process


@asynccontextmanager
async def peer(port: int, environment: dict[str, str]) -> AsyncIterator[int]:
    """The server on Node, whose packages are fetched by name; as `running`."""
    install = ("npm", "install", "--no-package-lock", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
    subprocess.run(install, cwd=PEER, check=True, timeout=300)  # noqa: ASYNC221 - nothing else goes on yet
    command = ["node", "benchmarks/mercurius/server.mjs"]
    async with _running(command, port, {**environment, "PORT": str(port), "NODE_ENV": "production"}) as process:
        yield process


@asynccontextmanager
async def _running(command: list[str], port: int, environment: dict[str, str]) -> AsyncIterator[int]:
    # A line a request is written by all, and read by nobody.
    process = subprocess.Popen(  # noqa: ASYNC220
        command, cwd=ROOT, env={**os.environ, **environment}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
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
