"""The demo's rights have a past: weeks of real harvests, whole and in order, up to the last half hour."""

import time
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from models.alliance.alliance import Alliance
from models.core.driver.patience import COMMAND, waiting
from models.demo.demo_alliance import ALLIANCES, seed_alliances
from models.demo.demo_harvest import seed_harvests
from models.rights.harvest import Harvest
from models.rights.rights_entry import RightsEntry
from tests.worlds import world

NOW = datetime(2026, 3, 14, 10, 17, 42, tzinfo=UTC)
HALF_HOUR = timedelta(minutes=30)


async def test_weeks_of_harvests_add_up_to_the_present(database: str) -> None:
    names = {name for alliance in ALLIANCES for name in (alliance.administrator, *alliance.players)}
    accounts = {name: (await world.user(name=name)).id for name in sorted(names)}
    with waiting(COMMAND):  # As where the whole demo is planted.
        planted = await seed_alliances(accounts, NOW)
        began = time.monotonic()
        await seed_harvests(planted, NOW)
    assert time.monotonic() - began < 20
    for alliance in await Alliance.all():
        assert alliance.next_harvest_at is not None
        assert NOW < alliance.next_harvest_at <= NOW + HALF_HOUR
        harvests = await Harvest.filter(alliance=alliance).order_by("id")
        slots = [row.harvest_at for row in harvests]
        assert {row.outcome for row in harvests} == {"APPLIED"}
        assert slots == sorted(slots)
        assert NOW - slots[-1] < HALF_HOUR
        assert slots[0] < NOW - timedelta(days=20)
        assert sum(slot > NOW - timedelta(days=1) for slot in slots) == 48
        histories = defaultdict(list)
        for entry in await RightsEntry.filter(member__alliance=alliance).order_by("id"):
            histories[entry.member_id].append(entry)
        for entries in histories.values():
            assert len(entries) == len(slots)
            assert sum(entry.intervals for entry in entries) == (slots[-1] - slots[0]) // HALF_HOUR + 1
            for before, after in pairwise(entries):
                assert after.accumulated_before_thousandths == before.accumulated_after_thousandths
        sent = sum(entry.quantity_sent for entries in histories.values() for entry in entries)
        assert sent > 0
