"""The harvest job goes on where one alliance fails, and can be run by hand for an instant that has passed."""

import logging
from datetime import UTC, datetime, timedelta

import pytest

from jobs.harvest import harvest_by_hand, harvest_due
from models.rights.harvest import Harvest, HarvestOutcome
from tests.worlds.rights import Planted, plant, some_players

LAST = datetime(2026, 3, 14, 9, 47, tzinfo=UTC)
SLOT = LAST + timedelta(minutes=30)


async def _three() -> list[Planted]:
    return [await plant(some_players(3, LAST), LAST, SLOT - timedelta(minutes=3 - n)) for n in range(3)]


async def test_an_alliance_that_fails_stops_no_other(
    database: str, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    planted = await _three()
    broken = planted[1].alliance.id

    async def prepare(alliance_id: int, _now: datetime) -> None:
        if alliance_id == broken:
            raise ValueError("broken")

    with monkeypatch.context() as patch, caplog.at_level(logging.ERROR, "pheromone.harvest"):
        patch.setattr("jobs.harvest.prepare_harvest", prepare)
        outcomes = await harvest_due(lambda: SLOT)
    first, failing, last = [one.alliance.tag for one in planted]
    assert outcomes == {first: HarvestOutcome.APPLIED, last: HarvestOutcome.APPLIED}
    assert [record.message for record in caplog.records] == [f"the harvest of {failing} failed"]
    assert await harvest_due(lambda: SLOT) == {failing: HarvestOutcome.APPLIED}
    assert await harvest_due(lambda: SLOT) == {}


async def test_by_hand_one_alliance_or_all(database: str) -> None:
    first, second, third = [one.alliance.tag for one in await _three()]
    assert await harvest_by_hand(SLOT, second.lower()) == [f"{second} APPLIED"]
    assert await Harvest.all().count() == 1
    assert await harvest_by_hand(SLOT) == [f"{first} APPLIED", f"{third} APPLIED"]
    assert await harvest_by_hand(SLOT) == ["Nothing was due."]
    with pytest.raises(LookupError, match="nowhere"):
        await harvest_by_hand(SLOT, "nowhere")
