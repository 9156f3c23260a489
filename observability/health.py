"""What operators ask of a process: is it alive, can it serve, what has it counted. Answers numbers and names only."""

import os
from collections.abc import Callable
from datetime import datetime

from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from models.core.database import ping
from models.core.job_run import harvest_lag, last_wake
from models.core.migration import pending
from models.hosting.mirror import all_pending
from models.live.wake_signal import LocalSignal

LATE_SECONDS = 180.0  # Harvests wake every minute.


class Health:
    """The operators' routes of one process. `counts_folder` is where several processes keep their counts together."""

    def __init__(self, clock: Callable[[], datetime], signal: LocalSignal, counts_folder: str = "") -> None:
        self._clock = clock
        self._signal = signal
        self._counts_folder = counts_folder

    async def healthz(self, _request: Request) -> Response:
        """200 as long as the process answers at all."""
        return JSONResponse({"status": "ok"})

    async def readyz(self, _request: Request) -> Response:
        """200 once the database answers and no migration is missing; 503 with the reason until then.

        `degraded` tells what works less well meanwhile: without Redis events of other processes come late, and
        without wake-ups no harvest is made. Neither keeps requests from being answered.
        """
        try:
            await ping()
            missing = await pending()
            woken_at = None if missing else await last_wake("harvest")
        except Exception as error:  # noqa: BLE001 - whatever keeps the database from answering, it is not ready
            return JSONResponse({"status": "not ready", "database": type(error).__name__}, status_code=503)
        if missing:
            return JSONResponse({"status": "not ready", "migrations": missing}, status_code=503)
        degraded = self._degraded(woken_at)
        details = {
            "database": "ok",
            "migrations": "ok",
            "redis": self._redis(),
            "lastHarvestWakeUp": None if woken_at is None else woken_at.isoformat(),
        }
        return JSONResponse({"status": "degraded" if degraded else "ready", "degraded": degraded, **details})

    def _redis(self) -> str:
        return self._signal.last_error or ("ok" if self._signal.is_shared else "not used")

    def _degraded(self, woken_at: datetime | None) -> list[str]:
        now = self._clock()
        late = woken_at is None or (now - woken_at).total_seconds() > LATE_SECONDS
        return [*(["redis"] if self._signal.last_error else []), *(["harvests"] if late else [])]

    async def metrics(self, _request: Request) -> Response:
        """Prometheus' text format: of all processes that share a folder of counts, or of this one."""
        registry = REGISTRY
        if self._counts_folder:
            forget_the_dead(self._counts_folder)
            registry = CollectorRegistry()
            MultiProcessCollector(registry, self._counts_folder)  # type: ignore[no-untyped-call]
        lag = GaugeMetricFamily("pheromone_harvest_lag_seconds", "How long the oldest due harvest has been waiting.")
        lag.add_metric([], await harvest_lag(self._clock()))
        waiting = GaugeMetricFamily("pheromone_mirror_pending", "Topics that are still to be carried between mirrors.")
        waiting.add_metric([], await all_pending())
        own = CollectorRegistry()
        own.register(Fixed([lag, waiting]))
        return Response(generate_latest(registry) + generate_latest(own), media_type=CONTENT_TYPE_LATEST)


class Fixed:
    """Metrics that were read already."""

    def __init__(self, families: list[GaugeMetricFamily]) -> None:
        self._families = families

    def collect(self) -> list[GaugeMetricFamily]:
        return self._families


def forget_the_dead(folder: str) -> None:
    """Takes what killed processes had open out of the counts."""
    for name in os.listdir(folder):
        number = name.removesuffix(".db").rpartition("_")[2]
        if number.isdigit() and not _lives(int(number)):
            mark_process_dead(int(number), folder)  # type: ignore[no-untyped-call]


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
