"""When jobs woke and how late harvests are: told over processes whose clocks disagree."""

from datetime import UTC, datetime, timedelta

from models.core.job_run import harvest_lag, last_wake, record_wake
from tests.worlds import world

NOW = datetime(2026, 3, 14, 10, 17, tzinfo=UTC)


async def test_a_clock_that_is_behind_takes_nothing_back(database: str) -> None:
    assert await last_wake("harvest") is None
    for minutes in (0, 5, 3):
        await record_wake("harvest", NOW + timedelta(minutes=minutes))
    await record_wake("orders", NOW)
    assert await last_wake("harvest") == NOW + timedelta(minutes=5)
    assert await last_wake("orders") == NOW


async def test_the_lag_is_that_of_the_oldest_harvest_that_is_due(database: str) -> None:
    await world.alliance(next_harvest_at=NOW + timedelta(minutes=1))
    await world.alliance()
    assert await harvest_lag(NOW) == 0
    for minutes in (3, 90):
        await world.alliance(next_harvest_at=NOW - timedelta(minutes=minutes))
    assert await harvest_lag(NOW) == 90 * 60
