"""What operators are told: readiness with its reasons, numbers without names."""

from datetime import UTC, datetime, timedelta

import pytest

from models.core.database import execute
from models.core.job_run import record_wake
from models.core.transaction import write
from tests.wire.client import Client


async def test_readiness_tells_when_the_harvests_woke_last(client: Client) -> None:
    now = datetime.now(UTC)
    assert (await client.http.get("/readyz")).json()["degraded"] == ["harvests"]
    await record_wake("harvest", now)
    await record_wake("harvest", now - timedelta(hours=1))  # A process whose clock is behind.
    ready = (await client.http.get("/readyz")).json()
    assert (ready["status"], ready["degraded"], ready["redis"]) == ("ready", [], "not used")
    assert datetime.fromisoformat(ready["lastHarvestWakeUp"]) == now


async def test_a_database_that_lacks_a_migration_is_not_ready(client: Client) -> None:
    await write(lambda: execute("DELETE FROM aerich WHERE version LIKE '6%'"))
    response = await client.http.get("/readyz")
    assert (response.status_code, response.json()["status"]) == (503, "not ready")
    assert (await client.http.get("/healthz")).json() == {"status": "ok"}


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
