"""The table of jobs and when each wakes. A wake-up is only a call: what is due is decided by the database."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from aiocron import Cron

from jobs.harvest import harvest_due
from jobs.hosting import work_on_hostings
from jobs.orders import promote_orders
from jobs.retention import Retention, prunes
from models.core.job_run import record_wake
from models.core.own_pool import for_jobs
from observability.failure import log_failure
from observability.metrics import JOB_RUNS, JOB_SUCCESS

logger = logging.getLogger("pheromone.jobs")

GRACE_SECONDS = 5.0
"""How long a minute's work waits: a post that was stamped before the minute has been committed by then."""

RETRY_SECONDS = 60.0
"""After how long a job that failed is woken again."""

STOP_SECONDS = 5.0
"""How long a job that is told to stop may take for it."""


class Job:
    """One line of the table. While a run lasts, further wake-ups are dropped: the next one finds what is due anyway."""

    def __init__(self, name: str, spec: str, work: Callable[[], Awaitable[object]], grace: float = 0.0) -> None:
        self.name = name
        self.spec = spec
        self.grace = grace
        self._work = work
        self._running: asyncio.Task[None] | None = None
        self._retry: asyncio.TimerHandle | None = None

    def wake(self) -> None:
        """Starts a run unless one is under way."""
        if self._running is None or self._running.done():
            self._running = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Ends a run that waits or works. A write that has begun is finished by the door to the database."""
        if self._retry is not None:
            self._retry.cancel()
        if self._running is not None:
            self._running.cancel()
            await asyncio.wait([self._running], timeout=STOP_SECONDS)

    async def _run(self) -> None:
        await asyncio.sleep(self.grace)
        try:
            with for_jobs():
                await self._work()
        except Exception as error:  # noqa: BLE001 - it is woken again
            JOB_RUNS.labels(self.name, "failed").inc()
            log_failure(logger, error, "the job %s failed", self.name)
            # What failed for a moment need not wait for its line, which may be tomorrow's.
            self._retry = asyncio.get_running_loop().call_later(RETRY_SECONDS, self.wake)
        else:
            JOB_RUNS.labels(self.name, "well").inc()
            JOB_SUCCESS.labels(self.name).set_to_current_time()


def table(clock: Callable[[], datetime], retention: Retention) -> list[Job]:
    async def harvest() -> None:
        await harvest_due(clock)
        await record_wake("harvest", clock())

    return [
        Job("harvest", "* * * * *", harvest, GRACE_SECONDS),
        Job("hosting", "* * * * *", lambda: work_on_hostings(clock)),
        Job("orders", "* * * * *", lambda: promote_orders(clock)),
        *(Job(name, "17 * * * *", work) for name, work in prunes(clock, retention).items()),
    ]


class Jobs:
    """The running table: each job is woken by its line until `stop`."""

    def __init__(self, jobs: list[Job]) -> None:
        self._jobs = jobs
        self._crons = [Cron(job.spec, job.wake, tz=UTC) for job in jobs]

    def start(self) -> None:
        """Wakes every job at once, for what came due while no process ran, and then by its line."""
        for job, cron in zip(self._jobs, self._crons, strict=True):
            job.wake()
            cron.start()
        logger.info("jobs started: %s", ", ".join(job.name for job in self._jobs))

    async def stop(self) -> None:
        for cron in self._crons:
            cron.stop()
        for job in self._jobs:
            await job.stop()
