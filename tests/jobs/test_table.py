"""Jobs are woken by the minute, never overlap, survive what they raise, and stop when they are told to."""

import asyncio
import logging
from datetime import UTC, datetime, timedelta

import pytest

from jobs.retention import Retention
from jobs.table import Job, Jobs, table


async def test_a_run_under_way_is_not_joined_by_another() -> None:
    runs: list[str] = []
    going = asyncio.Event()

    async def work() -> None:
        runs.append("begun")
        await going.wait()

    job = Job("slow", "* * * * *", work)
    for _ in range(3):
        job.wake()
        await asyncio.sleep(0.01)
    assert runs == ["begun"]
    going.set()
    await asyncio.sleep(0.01)
    job.wake()
    await asyncio.sleep(0.01)
    assert runs == ["begun", "begun"]


async def test_what_a_job_raises_is_logged_and_the_next_wake_up_works(caplog: pytest.LogCaptureFixture) -> None:
    async def work() -> None:
        raise ValueError("broken")

    job = Job("broken", "* * * * *", work)
    with caplog.at_level(logging.ERROR, "pheromone.jobs"):
        for _ in range(2):
            job.wake()
            await asyncio.sleep(0.01)
    assert [record.message for record in caplog.records] == ["the job broken failed"] * 2


async def test_a_job_that_failed_is_tried_again_until_it_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    """At start the database may be away, and the line of some jobs comes once a day."""
    monkeypatch.setattr("jobs.table.RETRY_SECONDS", 0.05)
    runs: list[str] = []

    async def work() -> None:
        runs.append("")
        if len(runs) != 2:
            raise ValueError("broken")

    job = Job("nightly", "17 4 * * *", work)
    job.wake()
    await asyncio.sleep(0.2)
    assert len(runs) == 2
    job.wake()
    await asyncio.sleep(0.01)
    await job.stop()
    await asyncio.sleep(0.1)
    assert len(runs) == 3


async def test_jobs_run_at_once_and_then_by_their_line_until_they_are_stopped() -> None:
    runs: list[datetime] = []
    again = asyncio.Event()

    async def work() -> None:
        runs.append(datetime.now(UTC))
        if len(runs) == 3:
            again.set()

    jobs = Jobs([Job("quick", "* * * * * *", work)])  # A sixth field is seconds.
    jobs.start()
    await asyncio.sleep(0.05)
    at_once = len(runs)
    assert at_once in (1, 2)  # 2 where a second began just then.
    await asyncio.wait_for(again.wait(), 10)
    assert runs[-1] - runs[0] > timedelta(seconds=0.9)
    seen = len(runs)
    await jobs.stop()
    await asyncio.sleep(1.2)
    assert len(runs) == seen


async def test_stopping_ends_a_run_that_waits() -> None:
    job = Job("waiting", "* * * * *", asyncio.Event().wait, grace=60.0)
    jobs = Jobs([job])
    jobs.start()
    await asyncio.sleep(0.01)
    await asyncio.wait_for(jobs.stop(), 1)


def test_the_harvest_wakes_each_minute_and_lets_late_posts_in() -> None:
    job = next(job for job in table(lambda: datetime.now(UTC), Retention()) if job.name == "harvest")
    assert (job.name, job.spec) == ("harvest", "* * * * *")
    assert 1 <= job.grace <= 30
