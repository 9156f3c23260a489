"""What operators ask of a process: is it alive, can it serve, what has it counted. Answers numbers and names only."""

import contextlib
import logging
import os
import secrets
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from ipaddress import ip_address
from typing import NamedTuple

from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from models.core.database import ping
from models.core.database_file import file_fault
from models.core.job_run import harvest_faults, last_wake
from models.core.migration import foreign, pending
from models.core.own_pool import for_watching
from models.live.wake_signal import LocalSignal
from observability.bounded import Bounded
from observability.gauges import Fixed, of_database, of_process

logger = logging.getLogger("pheromone.health")
LATE_SECONDS = 180.0  # Harvests wake every minute.
AHEAD_SECONDS = 60.0
FORWARDED = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via")


FURTHEST = timedelta(minutes=32)
"""A harvest is announced half an hour ahead; a minute for its page's clock, and one for ours."""


class State(NamedTuple):
    """What keeps the database from serving, the migrations that it or the program lacks, and how the harvests go."""

    fault: str | None
    missing: Sequence[str] = ()
    unknown: Sequence[str] = ()
    woken_at: datetime | None = None
    harvest_failed: bool = False
    harvest_ahead: bool = False


class Health:
    """The operators' routes of one process. `counts_folder` is where several processes keep their counts together.

    All but /healthz are for those who have the token, and for this machine itself.
    """

    def __init__(
        self, clock: Callable[[], datetime], signal: LocalSignal, counts_folder: str = "", token: str = ""
    ) -> None:
        self._clock = clock
        self._signal = signal
        self._counts_folder = counts_folder
        self._token = token
        self._state = Bounded(self._read_state)
        self._gauges = Bounded(lambda: of_database(self._clock()))
        self._is_ahead = False

    async def healthz(self, _request: Request) -> Response:
        """200 as long as the process answers at all."""
        return JSONResponse({"status": "ok"})

    async def readyz(self, request: Request) -> Response:
        """200 once the database answers and no migration is missing; 503 with the reason until then, or in 2 seconds.

        `degraded` tells what works less well meanwhile: without Redis events of other processes come late, without
        wake-ups no harvest is made, nor are those that fail, and a clock was ahead of what the database holds. None
        keeps requests from being answered.
        """
        if not self._may_ask(request):
            return _refused()
        try:
            state = await self._state.result()
        except Exception as error:  # noqa: BLE001 - whatever keeps the database from answering, it is not ready
            state = State(type(error).__name__)
        if state.fault is not None:
            return JSONResponse({"status": "not ready", "database": state.fault}, status_code=503)
        if state.missing:
            return JSONResponse({"status": "not ready", "migrations": state.missing}, status_code=503)
        if state.unknown:
            why = {"database": "newer than this program", "migrations": state.unknown}
            return JSONResponse({"status": "not ready", **why}, status_code=503)
        degraded = self._degraded(state)
        details = {
            "database": "ok",
            "migrations": "ok",
            "redis": self._redis(),
            "lastHarvestWakeUp": None if state.woken_at is None else state.woken_at.isoformat(),
        }
        return JSONResponse({"status": "degraded" if degraded else "ready", "degraded": degraded, **details})

    async def _read_state(self) -> "State":
        with for_watching():
            await ping()
            fault = await file_fault()
            missing = [] if fault else await pending()
            unknown = [] if fault or missing else await foreign()
            if fault or missing or unknown:
                return State(fault, missing, unknown)
            return State(None, [], [], await last_wake("harvest"), *await harvest_faults(self._clock(), FURTHEST))

    def _may_ask(self, request: Request) -> bool:
        given = request.headers.get("authorization", "").encode()
        if self._token and secrets.compare_digest(given, f"Bearer {self._token}".encode()):
            return True
        forwarded = any(name in request.headers for name in FORWARDED)
        return not forwarded and request.client is not None and _is_this_machine(request.client.host)

    def _redis(self) -> str:
        return self._signal.last_error or ("ok" if self._signal.is_shared else "not used")

    def _degraded(self, state: "State") -> list[str]:
        woken_at = state.woken_at
        age = LATE_SECONDS + 1 if woken_at is None else (self._clock() - woken_at).total_seconds()
        is_ahead = age < -AHEAD_SECONDS
        if is_ahead and not self._is_ahead:
            logger.warning("the harvests woke last at %s, which is still to come: a clock was ahead", woken_at)
        self._is_ahead = is_ahead
        found = {
            "redis": self._signal.last_error is not None,
            "harvests": age > LATE_SECONDS or state.harvest_failed,
            "clock": is_ahead or state.harvest_ahead,
        }
        return [name for name, is_so in found.items() if is_so]

    async def metrics(self, request: Request) -> Response:
        """Prometheus' text format: of all processes that share a folder of counts, or of this one.

        What is read from the database is left out where that does not answer.
        """
        if not self._may_ask(request):
            return _refused()
        registry = REGISTRY
        if self._counts_folder:
            forget_the_dead(self._counts_folder)
            registry = CollectorRegistry()
            MultiProcessCollector(registry, self._counts_folder)  # type: ignore[no-untyped-call]
        own = CollectorRegistry()
        own.register(Fixed(of_process(self._signal)))
        with contextlib.suppress(Exception):  # Readiness tells of it.
            own.register(Fixed(await self._gauges.result()))
        return Response(generate_latest(registry) + generate_latest(own), media_type=CONTENT_TYPE_LATEST)


def _refused() -> Response:
    return JSONResponse({"status": "not told"}, 401, {"www-authenticate": "Bearer"})


def _is_this_machine(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False


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
