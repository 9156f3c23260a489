"""A client program of another language beside the service: what it says, line by line, and what is typed into it."""

import asyncio
import contextlib
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

PATIENCE = 30.0


class Program:
    """One client program and what it has said."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.lines: list[str] = []
        self._said = asyncio.Event()
        self._reading = asyncio.create_task(self._read())

    async def _read(self) -> None:
        assert self.process.stdout is not None
        async for line in self.process.stdout:
            self.lines.append(line.decode().strip())
            self._said.set()
        self.lines.append("ENDED")
        self._said.set()

    def all(self, word: str) -> list[str]:
        return [line.removeprefix(f"{word} ") for line in self.lines if line.startswith(word)]

    async def says(self, word: str, number: int = 1, patience: float = PATIENCE) -> list[str]:
        """Its lines of a kind, once there are so many."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(patience):
                while len(self.all(word)) < number and "ENDED" not in self.lines:
                    self._said.clear()
                    await self._said.wait()
        assert len(self.all(word)) >= number, "\n".join(self.lines)
        return self.all(word)

    async def write(self, body: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(f"{body}\n".encode())
        await self.process.stdin.drain()

    async def ends(self) -> int:
        """Its exit code, once all that it said is read."""
        async with asyncio.timeout(PATIENCE):
            await self._reading
            return await self.process.wait()

    async def end(self) -> None:
        """With whatever it has started."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        await self.process.wait()
        await self._reading


@asynccontextmanager
async def running(folder: Path, *command: str, **environment: str) -> AsyncIterator[Program]:
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        *command,
        cwd=folder,
        env={**os.environ, **environment},
        stdin=pipe,
        stdout=pipe,
        stderr=asyncio.subprocess.STDOUT,
        start_new_session=True,
    )
    program = Program(process)
    try:
        yield program
    finally:
        await program.end()
