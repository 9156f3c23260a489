"""A worker that is asked how it is: on its own port, closed to whoever may not ask."""

import httpx

from commands.listening import listen
from commands.worker_port import watched
from config import Settings
from models.live.wake_signal import LocalSignal
from tests.wire.processes import free_port


async def test_a_worker_answers_operators_on_its_own_port(database: str) -> None:
    settings = Settings(database_url=database, secret_key="", worker_port=free_port())
    sockets = listen("127.0.0.1", settings.worker_port)
    async with (
        watched(settings, sockets, LocalSignal()),
        httpx.AsyncClient(base_url=f"http://127.0.0.1:{settings.worker_port}") as http,
    ):
        statuses = [(await http.get(path)).status_code for path in ("/healthz", "/readyz", "/graphql")]
        assert statuses == [200, 200, 404]
        assert "pheromone_job_runs_total" in (await http.get("/metrics")).text
        assert (await http.get("/metrics", headers={"x-forwarded-for": "203.0.113.9"})).status_code == 401


async def test_without_a_port_nothing_is_answered(database: str) -> None:
    async with watched(Settings(database_url=database, secret_key=""), [], LocalSignal()):
        pass
