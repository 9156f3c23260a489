"""Days of the history are folded in small writes, on both databases, and the API goes on telling the same story."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from jobs.retention import Retention, prunes
from models.core import count
from models.core.database import execute, fetch
from models.rights import history_fold
from models.rights.history_fold import HistoryFold
from tests.documents.forum import gid
from tests.wire.client import Client
from tests.wire.statements import statements
from tests.worlds.rights import Planted, administrator, plant, some_players

NOW = datetime(2026, 6, 30, 12, tzinfo=UTC)
FIRST = datetime(2026, 3, 1, 0, 17, tzinfo=UTC)
DAYS, A_DAY, PLAYERS = 3, 48, 25
PLANT = (
    """INSERT INTO harvests (id, alliance_id, harvest_at, outcome, missing, created_at)
    VALUES ($1, $2, $3, 'APPLIED', '[]', $3)""",
    """INSERT INTO rights_entries (member_id, harvest_id, harvest_at, harvest_count, intervals, base_share, coefficient,
        adjustment, adjusted_share, tdc_before, tdc_after, alliance_production, entitlement_thousandths,
        player_production_thousandths, quantity_sent, quantity_received, accumulated_before_thousandths,
        accumulated_after_thousandths)
    SELECT id, {harvest}, $2, {count}, {count}, 0.5, 100, 'UP', 0.5, 1, 2, 3, 2000 * {count}, 1000 * {count}, 0, 0,
        $3 * 1000, $3 * 1000 + 1000 FROM members WHERE alliance_id = $1 ORDER BY id""",
)
HISTORY = """query($id: ID!, $after: String) { node(id: $id) { ... on Member { rightsHistory(first: 10, after: $after) {
    totalCount pageInfo { hasNextPage endCursor } edges { cursor node {
        id harvestAt harvestCount intervals entitlement playerProduction quantitySent quantityReceived
        accumulatedBefore accumulatedAfter editedBy { id } } } } } } }"""


async def _history(days: int = DAYS, players: int = PLAYERS, by_hand: tuple[int, ...] = ()) -> Planted:
    """Three days of 48 harvests each; after some of them an administrator changed everybody's rights."""
    planted = await plant(some_players(players, FIRST), FIRST)
    step = 0
    for number in range(days * A_DAY):
        at = FIRST + number * timedelta(minutes=30)
        await execute(PLANT[0], number + 1, planted.alliance.id, at)
        for harvest, many in ((number + 1, 1), *([("NULL", 0)] if number in by_hand else [])):
            sql = PLANT[1].format(harvest=harvest, count=many)
            await execute(sql, planted.alliance.id, at + timedelta(minutes=1 - many), step)
            step += 1
    return planted


async def _read(signed_in: Client, member: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    after = None
    while True:
        page = (await signed_in.data(HISTORY, id=gid(member), after=after))["node"]["rightsHistory"]
        found += [edge["node"] for edge in page["edges"]]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            assert page["totalCount"] == len(found)
            return found


def _sums(entries: list[dict[str, Any]]) -> dict[str, list[float]]:
    names = ("harvestCount", "intervals", "entitlement", "playerProduction", "quantitySent", "quantityReceived")
    sums: dict[str, list[float]] = {}
    for entry in entries:
        day = sums.setdefault(entry["harvestAt"][:10], [0] * len(names))
        day[:] = [one + entry[name] for one, name in zip(day, names, strict=True)]
    return sums


async def test_a_folded_history_says_the_same_by_day(client: Client) -> None:
    planted = await _history(by_hand=(10, 60, 95))
    signed_in = await administrator(client, planted)
    before = await _read(signed_in, planted.members[3])
    cursor = (await signed_in.data(HISTORY, id=gid(planted.members[3])))["node"]["rightsHistory"]["pageInfo"]
    assert await prunes(lambda: NOW, Retention())["rights_history"]() > 0
    after = await _read(signed_in, planted.members[3])
    assert (len(before), len(after)) == (DAYS * A_DAY + 3, 3 + 5)
    assert _sums(after) == _sums(before)
    assert [one for one in after if one["harvestCount"] == 0] == [one for one in before if one["harvestCount"] == 0]
    for newer, older in pairwise(after):
        assert newer["accumulatedBefore"] == older["accumulatedAfter"]
    assert after[0]["accumulatedAfter"] == before[0]["accumulatedAfter"]
    assert after[-1]["accumulatedBefore"] == before[-1]["accumulatedBefore"]
    known = {one["id"]: one["harvestAt"] for one in before}
    assert all(known[one["id"]] == one["harvestAt"] for one in after), "what stays is the last of its harvests"
    # A cursor of before leads on, in the middle of a day that is one row now.
    page = await signed_in.data(HISTORY, id=gid(planted.members[3]), after=cursor["endCursor"])
    assert [edge["node"] for edge in page["node"]["rightsHistory"]["edges"]] == after[1:]


async def test_counts_of_the_history_and_of_harvests_stop(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    planted = await _history(days=1, players=2)
    signed_in = await administrator(client, planted)
    query = """query($tag: String!) { alliance(tag: $tag) { harvests { totalCount }
        members { rightsHistory { totalCount } } } }"""
    for most in (1_001, 10):
        monkeypatch.setattr(count, "MOST_COUNTED", most)
        found = (await signed_in.data(query, tag=planted.alliance.tag))["alliance"]
        totals = [found["harvests"], *(member["rightsHistory"] for member in found["members"])]
        assert [total["totalCount"] for total in totals] == [min(A_DAY, most)] * 3


async def test_days_that_are_not_over_for_long_stay(database: str) -> None:
    await _history(days=2, players=2)
    fold = HistoryFold()
    end = FIRST + timedelta(days=1, hours=20)  # In the second day.
    while await fold.batch(end):
        pass
    rows = await fetch("SELECT harvest_count, count(*) FROM rights_entries GROUP BY harvest_count ORDER BY 1")
    assert [tuple(row) for row in rows] == [(1, 2 * A_DAY), (A_DAY, 2)]
    assert await HistoryFold().batch(end) == 0
    assert "rights_history" not in prunes(lambda: NOW, Retention(history_days=0))


async def test_a_batch_is_of_some_members_and_costs_the_same_statements_however_many_rows(database: str) -> None:
    await _history(days=1)
    fold = HistoryFold()
    async with statements() as seen:
        assert await fold.batch(NOW) == 20 * A_DAY
    # SQLite has one statement prepared, and repeats it.
    first = len({sql[:40] for sql in seen})
    left = await fetch("SELECT count(*) FROM rights_entries")
    assert left[0][0] == 20 + 5 * A_DAY
    # Whoever takes it up after a crash begins the day again, and finds what is folded folded.
    again = HistoryFold()
    assert [await again.batch(NOW), await again.batch(NOW), await again.batch(NOW)] == [20, 5 * A_DAY + A_DAY, 0]
    assert (await fetch("SELECT count(*), sum(harvest_count) FROM rights_entries"))[0][0] == PLAYERS
    assert first <= 6, seen


async def test_a_batch_that_fails_leaves_nobody_out(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    await _history(days=1)
    fold = HistoryFold()
    with monkeypatch.context() as patch:
        patch.setattr(history_fold, "folded", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            await fold.batch(NOW)
    while await fold.batch(NOW):
        pass
    assert (await fetch("SELECT count(*) FROM rights_entries"))[0][0] == PLAYERS
