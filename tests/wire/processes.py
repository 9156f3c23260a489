"""Processes of the service as an operator starts them: `pheromone serve` and `pheromone worker`, stopped or killed."""

import asyncio
import contextlib
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import Self

import httpx

from tests.wire.client import SECRET, Client
from tests.wire.forked import Forked

ROOT = Path(__file__).parents[2]
START_SECONDS = 60.0


def free_port() -> int:
    """A port that nobody else is given: a connection that its own side has closed keeps it back for a minute."""
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", 0))
        listener.listen(1)
        with socket.create_connection(listener.getsockname()):
            listener.accept()[0].close()
        return int(listener.getsockname()[1])


class Process:
    """One process with an environment of its own. Its log is kept in a file. Without a `program` it is forked."""

    program: tuple[str, ...] = ()
    place = ROOT

    def __init__(self, folder: Path, *arguments: str, **environment: str) -> None:
        self.arguments = arguments
        self.port = free_port()
        self.log = folder / f"{self.port}.log"
        self.environment = {
            **{name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG", "VIRTUAL_ENV")},
            "PHEROMONE_VAR": str(folder),
            "SECRET_KEY": SECRET,
            "PORT": str(self.port),
            **environment,
        }
        self._process: subprocess.Popen[bytes] | Forked | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def start(self) -> None:
        self.log.touch()
        if not self.program:
            self._process = Forked(self.arguments, self.place, self.environment, self.log)
            return
        with self.log.open("ab") as log:
            command = [*self.program, *self.arguments]
            self._process = subprocess.Popen(command, cwd=self.place, env=self.environment, stdout=log, stderr=log)

    async def answers(self) -> None:
        """Returns once it is ready to serve."""
        async with asyncio.timeout(START_SECONDS), httpx.AsyncClient(verify=False) as http:
            while True:
                assert self._process is not None
                assert self._process.poll() is None, self.log.read_text()
                with contextlib.suppress(httpx.TransportError):
                    answered = (await http.get(f"{self.url}/readyz")).status_code == 200
                    if answered and self._process.poll() is None:
                        return
                await asyncio.sleep(0.05)

    def kill(self) -> None:
        """As the kernel would: nothing is told to anybody."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(10)

    def send(self, number: signal.Signals) -> None:
        assert self._process is not None
        self._process.send_signal(number)

    async def stop(self, by: signal.Signals = signal.SIGTERM) -> int:
        """As an operator would; gives the exit code."""
        self.send(by)
        return await self.exit_code()

    async def exit_code(self, patience: float = 30) -> int:
        """That of a process that was told to stop, or that stops of itself."""
        assert self._process is not None
        return await asyncio.to_thread(self._process.wait, patience)

    async def __aenter__(self) -> Self:
        self.start()
        if "serve" in self.arguments:
            await self.answers()
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._process is not None and self._process.poll() is None:
            await self.stop()

    def client(self) -> Client:
        return Client(self.url)


class FreshProcess(Process):
    """In a fresh interpreter: for what starts processes of its own, and for how one ends."""

    program = (sys.executable, "-m", "cli")
