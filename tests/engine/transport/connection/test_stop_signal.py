"""Being told to stop: by whichever signal, what is open is told, nothing is left behind, and the process ends."""

import asyncio
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosed

from tests.wire.live import socket
from tests.wire.processes import ROOT, FreshProcess, Process

pytestmark = pytest.mark.slow  # Processes.

HANGS = """
import asyncio, threading
from engine.transport.connection import stop_signal
stop_signal.END_SECONDS = 1.0
async def main():
    threading.Thread(target=threading.Event().wait).start()  # As one of SQLite's that waits for a lock.
    stopped = asyncio.Event()
    with stop_signal.told_to_stop(stopped.set, pass_on=False):
        print("ready", flush=True)
        await stopped.wait()
asyncio.run(main())
"""
IGNORES = """
import asyncio, signal
from engine.transport.connection.stop_signal import told_to_stop
signal.signal(signal.SIGHUP, signal.SIG_IGN)  # As nohup does.
async def main():
    with told_to_stop(print, pass_on=False):
        signal.raise_signal(signal.SIGHUP)
        await asyncio.sleep(0.2)
asyncio.run(main())
print("lives")
"""


@pytest.mark.thorough
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGTERM, signal.SIGINT])
async def test_a_server_closes_its_sockets_and_leaves_nothing(
    database_url: str, tmp_path: Path, number: signal.Signals
) -> None:
    folder = tmp_path / "temporary"
    folder.mkdir()
    process = Process(tmp_path, "serve", DATABASE_URL=database_url, JOBS="off", TMPDIR=str(folder))
    async with process:
        client = process.client()
        async with socket(client) as connection:
            assert await process.stop(number) in (0, -signal.SIGTERM, -signal.SIGINT)
            with pytest.raises(ConnectionClosed):
                await connection.recv()
            assert connection.close_code == 1012
        await client.http.aclose()
    assert list(folder.iterdir()) == []


@pytest.mark.thorough
@pytest.mark.timeout(240)  # Five interpreters begin, on whatever else a machine leaves to them.
@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
async def test_several_workers_leave_nothing_and_are_replaced_by_sighup(database_url: str, tmp_path: Path) -> None:
    folder = tmp_path / "temporary"
    folder.mkdir()
    options = {"DATABASE_URL": database_url, "JOBS": "off", "TMPDIR": str(folder)}
    async with FreshProcess(tmp_path, "serve", "--workers", "2", **options) as process:
        client = process.client()
        process.send(signal.SIGHUP)
        async with asyncio.timeout(120):
            while process.log.read_text().count("Started server process") < 4:  # noqa: ASYNC110
                await asyncio.sleep(0.1)
        assert await client.data("{ __typename }") == {"__typename": "Query"}
        await client.http.aclose()
        assert await process.stop() == 0
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGTERM, signal.SIGINT])
async def test_a_worker_ends_well(database_url: str, tmp_path: Path, number: signal.Signals) -> None:
    process = Process(tmp_path, "worker", DATABASE_URL=database_url)
    async with process:
        async with asyncio.timeout(60):
            while "jobs started" not in process.log.read_text():  # noqa: ASYNC110
                await asyncio.sleep(0.1)
        await asyncio.sleep(0.2)
        assert await process.stop(number) == 0


def test_what_does_not_end_is_ended() -> None:
    with subprocess.Popen([sys.executable, "-c", HANGS], cwd=ROOT, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        began = time.monotonic()
        process.send_signal(signal.SIGTERM)
        try:
            assert process.wait(10) == 1
        finally:
            process.kill()
    assert 0.9 < time.monotonic() - began < 5


def test_a_closed_terminal_is_nothing_to_what_was_started_to_outlive_it() -> None:
    done = subprocess.run([sys.executable, "-c", IGNORES], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "lives\n"
