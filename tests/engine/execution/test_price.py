"""Prices are true: what a unit of cost takes is about the same in every kind of operation, measured side by side."""

import math
import statistics
from collections.abc import AsyncIterator

import pytest

from benchmarks.price import Measurement, plant_world
from benchmarks.probes import PROBES
from models.core.database import close_database, open_database
from models.core.driver.patience import COMMAND
from models.hosting.key.alliance_key import use_master_keys
from tests.wire.client import MASTER

LEAST, MOST = 1 / 10, 3
"""How far the time of a unit may lie from the median of all. Too dear does no harm to anybody but its caller."""

TRIES = 3
"""What else the machine does only ever adds: a price is wrong that is so however often it is measured."""


@pytest.fixture
async def world_of_prices(sqlite_template: str, database_url: str) -> AsyncIterator[Measurement]:
    await open_database(database_url, patience=COMMAND)  # The world is planted in one long write.
    use_master_keys((MASTER,))
    yield Measurement(await plant_world())
    await close_database()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_price_is_a_measured_cost(world_of_prices: Measurement) -> None:
    units: dict[str, float] = {}
    for _ in range(TRIES):
        found = await world_of_prices.microseconds(PROBES, rounds=6)
        for name, (microseconds, cost) in found.items():
            units[name] = min(units.get(name, math.inf), microseconds / cost)
        usual = statistics.median(units.values())
        wrong = {name: round(unit / usual, 2) for name, unit in units.items() if not LEAST <= unit / usual <= MOST}
        if not wrong:
            return
    pytest.fail(f"a unit of these takes so many times the usual {usual:.1f} us: {wrong}")
