"""The harvest job goes on where one alliance fails, and can be run by hand for an instant that has passed."""

import logging
from datetime import UTC, datetime, timedelta

import pytest

from jobs.harvest import harvest_by_hand, harvest_due
from models.alliance.alliance import Alliance
from models.alliance.member import Member
from models.core.job_run import harvest_faults
from models.live.notification import Notification
from models.rights.delivery import Delivery
from models.rights.harvest import Harvest, HarvestOutcome
from models.rights.rights_entry import RightsEntry
from observability.health import FURTHEST
from observability.metrics import HARVESTS
from tests.worlds import world
from tests.worlds.rights import Planted, plant, send, some_players

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
        patch.setattr("jobs.harvest.pull_in_write", prepare)
        outcomes = await harvest_due(lambda: SLOT)
    first, failing, last = [one.alliance.tag for one in planted]
    assert outcomes == {first: HarvestOutcome.APPLIED, last: HarvestOutcome.APPLIED}
    assert [record.message for record in caplog.records] == [f"the harvest of {failing} failed"]
    assert await harvest_due(lambda: SLOT) == {failing: HarvestOutcome.APPLIED}
    assert await harvest_due(lambda: SLOT) == {}


async def test_a_harvest_that_fails_is_told_once_counted_and_known_until_one_is_made(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    planted = await plant(some_players(3, LAST), LAST, SLOT)
    chief, other = await world.user(), await world.user()
    await Member.filter(id=planted.members[0].id).update(user_id=chief.id, can_administer=True)
    await Member.filter(id=planted.members[1].id).update(user_id=other.id)

    async def fail(*_: object) -> None:
        raise ValueError("broken")

    before = HARVESTS.labels("failed")._value.get()
    with monkeypatch.context() as patch:
        patch.setattr("models.rights.harvest_run.retitle_members", fail)
        for minutes in range(3):
            assert await harvest_due(lambda late=minutes: SLOT + timedelta(minutes=late)) == {}  # type: ignore[misc]
    assert HARVESTS.labels("failed")._value.get() == before + 3
    assert [(row.user_id, row.kind) for row in await Notification.all()] == [(chief.id, "HARVEST_FAILED")]
    assert await harvest_faults(SLOT, FURTHEST) == (True, False)
    assert list((await harvest_due(lambda: SLOT + timedelta(minutes=4))).values()) == [HarvestOutcome.APPLIED]
    assert await harvest_faults(SLOT, FURTHEST) == (False, False)


async def test_after_a_clock_that_was_ahead_harvests_go_on_and_no_half_hour_counts_twice(
    database: str, caplog: pytest.LogCaptureFixture
) -> None:
    planted = await plant(some_players(2, LAST), LAST, SLOT)
    await harvest_due(lambda: SLOT)
    await harvest_due(lambda: SLOT + timedelta(hours=5))
    assert await harvest_faults(SLOT, FURTHEST) == (False, True)
    now = SLOT + timedelta(minutes=31)
    with caplog.at_level(logging.WARNING, "pheromone.harvest"):
        for _ in range(2 * 6):
            await send(planted, [(0, 1, 7, now - timedelta(minutes=5))])
            await harvest_due(lambda at=now: at)  # type: ignore[misc]
            assert await harvest_faults(now, FURTHEST) == (False, False)
            now += timedelta(minutes=30)
    assert len(caplog.records) == 1
    assert not await Delivery.exclude(counted=7).exists()
    entries = await RightsEntry.filter(member_id=planted.members[0].id)
    assert sum(entry.intervals for entry in entries) == 1 + 12


async def test_by_hand_at_a_past_instant_moves_no_rhythm(database: str) -> None:
    """By its clock every next harvest stands further ahead than any page announces one."""
    await _three()
    announced = await Alliance.all().order_by("id").values_list("next_harvest_at", flat=True)
    assert await harvest_by_hand(LAST - timedelta(days=300)) == ["Nothing was due."]
    assert await Alliance.all().order_by("id").values_list("next_harvest_at", flat=True) == announced


async def test_by_hand_one_alliance_or_all(database: str) -> None:
    first, second, third = [one.alliance.tag for one in await _three()]
    assert await harvest_by_hand(SLOT, second.lower()) == [f"{second} APPLIED"]
    assert await Harvest.all().count() == 1
    assert await harvest_by_hand(SLOT) == [f"{first} APPLIED", f"{third} APPLIED"]
    assert await harvest_by_hand(SLOT) == ["Nothing was due."]
    with pytest.raises(LookupError, match="nowhere"):
        await harvest_by_hand(SLOT, "nowhere")
