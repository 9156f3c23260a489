"""What operators are told: readiness with its reasons, numbers without names."""

import asyncio
import resource
import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from app import create_app
from config import Settings
from models.core.database import execute
from models.core.job_run import record_wake
from models.core.transaction import write
from observability import gauges, health
from tests.wire.client import Client
from tests.wire.server import served

TOKEN = "a token for metrics, as long as it gets".replace(" ", "-")


async def test_readiness_tells_when_the_harvests_woke_last(client: Client) -> None:
    now = datetime.now(UTC)
    assert (await client.http.get("/readyz")).json()["degraded"] == ["harvests"]
    await record_wake("harvest", now)
    await record_wake("harvest", now - timedelta(hours=1))  # A process whose clock is behind.
    ready = (await client.http.get("/readyz")).json()
    assert (ready["status"], ready["degraded"], ready["redis"]) == ("ready", [], "not used")
    assert datetime.fromisoformat(ready["lastHarvestWakeUp"]) == now


async def test_a_wake_up_that_is_still_to_come_is_a_clock_that_was_ahead(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    await record_wake("harvest", datetime.now(UTC) + timedelta(hours=1))
    for _ in range(2):
        assert (await client.http.get("/readyz")).json()["degraded"] == ["clock"]
    assert len([record for record in caplog.records if record.name == "pheromone.health"]) == 1


async def test_a_database_that_does_not_answer_is_told_in_two_seconds(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And whoever asks meanwhile waits for that one answer, with no connection more."""
    asked, answer = [], asyncio.Event()

    async def hangs() -> None:
        asked.append(True)
        await answer.wait()

    async def lags(_now: datetime) -> float:
        await hangs()
        return 0.0

    monkeypatch.setattr(health, "ping", hangs)
    monkeypatch.setattr(gauges, "harvest_lag", lags)
    began = asyncio.get_running_loop().time()
    places = ["/readyz", "/readyz", "/metrics", "/healthz"]
    responses = await asyncio.gather(*(client.http.get(place) for place in places))
    assert asyncio.get_running_loop().time() - began < 3
    assert [response.status_code for response in responses] == [503, 503, 200, 200]
    assert responses[0].json()["database"] == "TimeoutError"
    assert "pheromone_requests" in responses[2].text
    assert "pheromone_harvest_lag" not in responses[2].text
    assert len(asked) == 2
    answer.set()
    monkeypatch.undo()
    assert (await client.http.get("/readyz")).status_code == 200
    assert "pheromone_harvest_lag" in (await client.http.get("/metrics")).text


async def test_metrics_answer_where_the_database_does_not(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gauges, "all_pending", lambda: execute("SELECT nothing FROM nowhere"))
    response = await client.http.get("/metrics")
    assert response.status_code == 200
    assert "pheromone_requests" in response.text


@pytest.fixture
def file(database_url: str) -> Path:
    return Path(database_url.removeprefix("sqlite://"))


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("again", "fault"), [(False, "its file is gone"), (True, "its file was replaced")])
async def test_a_file_that_was_taken_away_is_not_served(client: Client, file: Path, *, again: bool, fault: str) -> None:
    await client.data("{ categories { slug } }")
    moved = shutil.move(file, file.with_name("moved.sqlite3"))
    if again:
        shutil.copy(moved, file)
    response = await client.http.get("/readyz")
    assert (response.status_code, response.json().get("database")) == (503, fault)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_full_disk_is_told(client: Client) -> None:
    assert (await client.http.get("/readyz")).status_code == 200
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1024, before[1]))
    try:
        response = await client.http.get("/readyz")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert (response.status_code, response.json().get("database")) == (503, "no room beside its file")
    assert (await client.http.get("/readyz")).status_code == 200


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_file_that_another_program_keeps_locked_is_told_and_still_read(client: Client, file: Path) -> None:
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        asking = asyncio.create_task(client.http.get("/readyz"))
        await asyncio.sleep(0.2)
        assert not asking.done()
        assert await asyncio.wait_for(client.data("{ categories { slug } }"), 0.7)
        response = await asking
        assert (response.status_code, response.json().get("database")) == (503, "locked by another")
    assert (await client.http.get("/readyz")).status_code == 200


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"x-forwarded-for": "203.0.113.9"}, 401),
        ({"x-forwarded-for": "127.0.0.1"}, 401),
        ({"forwarded": "for=127.0.0.1"}, 401),
        ({"x-forwarded-for": "203.0.113.9", "authorization": f"Bearer {TOKEN}"}, 200),
        ({"x-forwarded-for": "203.0.113.9", "authorization": "Bearer another token, as long"}, 401),
        ({"x-forwarded-for": "203.0.113.9", "authorization": "Bearer \xe9"}, 401),
        ({"x-forwarded-for": "203.0.113.9", "authorization": TOKEN}, 401),
    ],
)
@pytest.mark.parametrize("path", ["/readyz", "/metrics"])
async def test_numbers_are_for_this_machine_and_for_the_token(
    settings: Settings, path: str, headers: dict[str, str], status: int
) -> None:
    async with served(create_app(replace(settings, metrics_token=TOKEN))) as server, httpx.AsyncClient() as http:
        encoded = {name.encode(): value.encode("latin-1") for name, value in headers.items()}
        assert (await http.get(server.url + path, headers=encoded)).status_code == status
        assert (await http.get(server.url + "/healthz", headers=encoded)).status_code == 200


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_without_a_token_none_is_right(client: Client) -> None:
    for given in ("Bearer", ""):
        response = await client.http.get("/metrics", headers={"x-real-ip": "203.0.113.9", "authorization": given})
        assert response.status_code == 401


async def test_a_database_that_lacks_a_migration_is_not_ready(client: Client) -> None:
    await write(lambda: execute("DELETE FROM aerich WHERE version LIKE '6%'"))
    response = await client.http.get("/readyz")
    assert (response.status_code, response.json()["status"]) == (503, "not ready")
    assert (await client.http.get("/healthz")).json() == {"status": "ok"}


async def test_a_database_of_a_newer_program_is_not_served(client: Client) -> None:
    later = "INSERT INTO aerich (version, app, content) VALUES ('99_later.py', 'models', '{}')"
    await write(lambda: execute(later))
    response = await client.http.get("/readyz")
    assert response.status_code == 503
    assert response.json() == {
        "status": "not ready",
        "database": "newer than this program",
        "migrations": ["99_later.py"],
    }


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_metrics_count_answers_and_errors_by_code_and_name_nobody(client: Client) -> None:
    async def errors() -> str:
        lines = (await client.http.get("/metrics")).text.splitlines()
        return next((line for line in lines if 'errors_total{code="BAD_INPUT"}' in line), "0 0").rpartition(" ")[2]

    before = float(await errors())
    await client.ask("{ nothing }")
    assert float(await errors()) == before + 1
    text = (await client.http.get("/metrics")).text
    assert "\npheromone_mirror_pending 0.0" in text
    for name in ("requests_total", "request_seconds_count", "subscriptions", "harvest_lag_seconds", "sockets"):
        assert f"\npheromone_{name}" in text
    assert "nothing" not in text
