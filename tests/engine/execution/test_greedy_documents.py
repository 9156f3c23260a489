"""A hundred kinds of greed against a served demo: answered within a second and 50 MiB, or refused with a code."""

import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.documents.greedy import GREEDY
from tests.wire.client import Client
from tests.wire.processes import Process

SECONDS, MEBIBYTES = 1.0, 50.0
TICKS = os.sysconf("SC_CLK_TCK")
CODES = {"BAD_INPUT", "TOO_COMPLEX", "RATE_LIMITED", "UNAUTHENTICATED", "FORBIDDEN", "NOT_FOUND", "CONFLICT"}
LOGIN = 'mutation { login(input: {login: "player_pure", password: "password123"}) { accessToken } }'


@pytest.fixture(scope="module")
async def server(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Process]:
    """The demo, with budgets that never run out: it is each document by itself that must be bearable."""
    folder = tmp_path_factory.mktemp("greedy")
    budgets = {"COST_PER_MINUTE": "0", "ANONYMOUS_COST_PER_MINUTE": "0", "DATABASE_URL": f"sqlite://{folder}/g.sqlite3"}
    async with Process(folder, "demo", **budgets) as process:
        await process.answers()
        yield process


@pytest.fixture(scope="module")
async def player(server: Process) -> AsyncIterator[Client]:
    async with Client(server.url) as client:
        client.bearer = (await client.data(LOGIN))["login"]["accessToken"]
        yield client


class Use:
    """What one request takes of a process: its time on processors, and how far its memory grows meanwhile."""

    def __init__(self, pid: int) -> None:
        self._folder = Path(f"/proc/{pid}")
        (self._folder / "clear_refs").write_text("5")  # From here on the peak counts anew.
        self._seconds, self._memory = self._cpu(), self._status("VmRSS")

    def seconds(self) -> float:
        return self._cpu() - self._seconds

    def mebibytes(self) -> float:
        return (self._status("VmHWM") - self._memory) / 1024

    def _cpu(self) -> float:
        fields = (self._folder / "stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def _status(self, name: str) -> int:
        lines = (self._folder / "status").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith(name))


async def ask(client: Client, document: str, variables: dict[str, Any], *, signed_in: bool) -> httpx.Response:
    headers = {"authorization": f"Bearer {client.bearer}"} if signed_in else {}
    body = {"query": document, "variables": variables}
    return await client.http.post("/graphql", json=body, headers=headers)


def codes_of(response: httpx.Response) -> set[str]:
    return {error["extensions"]["code"] for error in response.json().get("errors", ())}


def test_there_are_a_hundred_kinds() -> None:
    assert len(GREEDY) >= 100


@pytest.mark.parametrize("kind", GREEDY)
@pytest.mark.parametrize("signed_in", [False, True], ids=["anonymous", "signed in"])
async def test_greed_is_borne_or_refused(server: Process, player: Client, kind: str, signed_in: bool) -> None:
    use = Use(server.pid)
    response = await ask(player, *GREEDY[kind], signed_in=signed_in)
    seconds, mebibytes = use.seconds(), use.mebibytes()
    assert codes_of(response) <= CODES, response.text[:300]
    assert response.status_code < 500
    assert seconds < SECONDS, f"{seconds:.2f} s: {response.text[:200]}"
    assert mebibytes < MEBIBYTES, f"{mebibytes:.0f} MiB: {response.text[:200]}"


@pytest.mark.parametrize("kind", ["3,000 aliases", "chain of 450, twice each", "7,900 tokens of one name"])
async def test_greed_over_a_stream_is_refused_as_well(player: Client, kind: str) -> None:
    headers = {"accept": "text/event-stream"}
    response = await player.http.post("/graphql", json={"query": GREEDY[kind][0]}, headers=headers)
    assert '"code":"TOO_COMPLEX"' in response.text
    assert "event: complete" in response.text


async def test_the_log_holds_no_trace_of_it(server: Process, player: Client) -> None:
    assert await player.data("{ __typename }") == {"__typename": "Query"}
    log = server.log.read_text()
    assert "Traceback" not in log
    assert "never awaited" not in log
