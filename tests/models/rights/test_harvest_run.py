"""Applying a slot: what is written, what is not, who is told, and that one failing alliance stops no other."""

import asyncio
import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from domain.alliance.member import Adjustment, read_member_title
from domain.forum.search import words
from domain.rights.rights_entry import entries
from models.alliance.alliance import Alliance
from models.alliance.lock import lock_alliance
from models.alliance.member import Member
from models.core.bulk import update_rows
from models.core.database import fetch, is_postgres
from models.core.keyset import Window
from models.core.transaction import write
from models.forum.lock import LockedTopic
from models.forum.search import search_post_ids
from models.forum.topic import Topic
from models.forum.topic_change import update_topic
from models.live.event import events_after
from models.live.notification import Notification
from models.rights.delivery import Delivery
from models.rights.harvest import Harvest, HarvestOutcome
from models.rights.harvest_run import alliances_due, harvest
from models.rights.rights_entry import RightsEntry
from tests.domain.rights.rights_oracle import Player
from tests.domain.rights.sheets import sheet_of
from tests.wire.statements import statements
from tests.worlds import world
from tests.worlds.rights import Planted, plant, send, some_players

LAST = datetime(2026, 3, 14, 9, 47, tzinfo=UTC)
SLOT = LAST + timedelta(minutes=30)
LATE = SLOT + timedelta(seconds=7)


async def _planted(size: int = 5, **values: Any) -> Planted:
    planted = await plant(some_players(size, LAST), LAST, SLOT)
    for place, member in enumerate(planted.members):
        planted.players[place] = replace(planted.players[place], **values)
        await Member.filter(id=member.id).update(**values)
    return planted


async def _saved() -> list[tuple[Any, ...]]:
    rows = await Member.all().order_by("id")
    return [(row.tdc_at_last_update, row.last_updated_at, row.accumulated_thousandths) for row in rows]


async def test_a_slot_writes_what_the_domain_says_and_its_own_minute(database: str) -> None:
    planted = await _planted()
    minute = timedelta(minutes=1)
    await send(planted, [(0, 1, 500, LAST), (1, 1, -70, SLOT - minute), (2, 0, 9, SLOT), (3, 0, 11, LAST - minute)])
    assert await harvest(planted.alliance.id, LATE) is HarvestOutcome.APPLIED
    expected = entries(sheet_of(planted.players, [500, -70, 0, 0, 0], [0, 430, 0, 0, 0], SLOT))
    assert await _saved() == [(entry.tdc_after, SLOT, entry.accumulated_after_thousandths) for entry in expected]
    rows = await RightsEntry.all().order_by("member_id")
    names = [name for name in RightsEntry._meta.fields_map if hasattr(expected[0], name)]
    assert len(names) == 14
    assert [[getattr(row, name) for name in names] for row in rows] == [
        [getattr(entry, name) for name in names] for entry in expected
    ]
    assert [(row.harvest_at, row.edited_by_id) for row in rows] == [(SLOT, None)] * 5
    kept = await Alliance.get(id=planted.alliance.id)
    assert kept.next_harvest_at == SLOT + timedelta(minutes=30)


async def test_titles_carry_what_was_saved_and_slugs_stay(database: str) -> None:
    planted = await _planted(2)
    await Topic.filter(id=planted.members[0].topic_id).update(slug="joueur")
    await harvest(planted.alliance.id, LATE)
    topic = await Topic.get(id=planted.members[0].topic_id)
    title = read_member_title(topic.title)
    rights = getattr(title, "rights", None)
    assert rights is not None
    assert (rights.tdc_at_last_update, rights.last_updated_at, rights.accumulated_thousandths) == (await _saved())[0]
    assert (topic.slug, topic.revision) == ("joueur", 1)


async def test_of_a_members_title_the_pseudo_alone_is_found(database: str) -> None:
    """The rights in it are for administrators; and what is searched stays, so that a harvest writes no index."""
    planted = await _planted(1)
    topic = await Topic.get(id=planted.members[0].topic_id)
    pseudo, sections = words(planted.members[0].pseudo), [topic.section_id]
    for hours in (0, 1):
        assert await harvest(planted.alliance.id, LATE + timedelta(hours=hours)) is HarvestOutcome.APPLIED
        await topic.refresh_from_db()
        tail = [word for word in words(topic.title) if not any(one.startswith(word) for one in pseudo)]
        assert len(tail) > 4
        assert len(await search_post_ids(pseudo, sections, Window(8))) == 1
        assert [word for word in tail if await search_post_ids([word], sections, Window(8))] == []
    locked = LockedTopic(topic.id, topic.section_id, topic.title, None, is_locked=False, is_deleted=False, post_count=1)
    await write(lambda: update_topic(locked, LATE, title="Une autre affaire"))
    assert len(await search_post_ids(["affaire"], sections, Window(8))) == 1


async def test_a_slot_is_applied_once_and_downtime_is_one_update(database: str) -> None:
    planted = await _planted()
    assert [await harvest(planted.alliance.id, LATE) for _ in range(2)] == [HarvestOutcome.APPLIED, None]
    much_later = SLOT + timedelta(hours=5, minutes=10)
    assert await alliances_due(much_later) == {planted.alliance.id: planted.alliance.tag}
    await harvest(planted.alliance.id, much_later)
    assert await alliances_due(much_later) == {}
    assert [row.harvest_at for row in await Harvest.all().order_by("id")] == [SLOT, SLOT + timedelta(hours=5)]
    assert {row.intervals for row in await RightsEntry.filter(harvest_at__gt=SLOT)} == {10}


async def test_whatever_is_announced_no_half_hour_is_lost(database: str) -> None:
    """The minute moves at each harvest, and what a slot has beyond whole half hours is kept for the next."""
    planted = await _planted(2)
    at = SLOT
    for _ in range(8):
        await harvest(planted.alliance.id, at)
        at += timedelta(minutes=59)
        await Alliance.all().update(next_harvest_at=at)
    entries_of_one = await RightsEntry.filter(member_id=planted.members[0].id)
    assert len(entries_of_one) == 8
    whole = (at - timedelta(minutes=59) - LAST) // timedelta(minutes=30)
    assert sum(entry.intervals for entry in entries_of_one) == whole


async def test_nothing_is_due_before_its_minute_or_without_an_announcement(database: str) -> None:
    planted = await _planted()
    assert await harvest(planted.alliance.id, SLOT - timedelta(seconds=1)) is None
    await Alliance.all().update(next_harvest_at=None)
    assert await harvest(planted.alliance.id, LATE) is None
    assert await alliances_due(LATE) == {}
    assert await Harvest.all().count() == 0


async def test_those_who_left_are_not_counted(database: str) -> None:
    planted = await _planted(3)
    await Member.filter(id=planted.members[0].id).update(left_at=LAST)
    await harvest(planted.alliance.id, LATE)
    written = [row.member_id for row in await RightsEntry.all().order_by("member_id")]
    assert written == [member.id for member in planted.members[1:]]


async def _blocked(*blocking: int) -> Planted:
    levels = [None if place in blocking else (3, 3, 3) for place in range(4)]
    players = [Player(one, 100.0, Adjustment.EXACT, 5000, 5000, LAST, 1000) for one in levels]
    planted = await plant(players, LAST, SLOT)
    for member in planted.members[:3]:
        member.user = await world.user()
        await member.save()
    await Member.filter(id=planted.members[0].id).update(can_administer=True)
    return planted


async def _told() -> list[tuple[int, str]]:
    rows = await Notification.filter(kind="HARVEST_BLOCKED").order_by("user_id")
    return [(row.user_id, json.loads(row.details)["pseudos"]) for row in rows]


async def test_a_missing_census_blocks_everybody_and_is_told_to_all(database: str) -> None:
    planted = await _blocked(2, 3)
    before = await _saved()
    assert await harvest(planted.alliance.id, LATE) is HarvestOutcome.BLOCKED
    assert await _saved() == before
    assert await RightsEntry.all().count() == 0
    pseudos = [planted.members[2].pseudo, planted.members[3].pseudo]
    assert await _told() == [(member.user_id, ", ".join(pseudos)) for member in planted.members[:3]]
    row = await Harvest.get()
    assert (row.outcome, json.loads(row.missing)) == ("BLOCKED", pseudos)


async def test_a_lasting_block_is_told_once_and_a_changed_one_again(database: str) -> None:
    planted = await _blocked(2, 3)
    for turn in range(3):
        await harvest(planted.alliance.id, LATE + turn * timedelta(minutes=30))
        # Whoever has read it is not told again, whoever has not keeps the first one.
        assert [row.created_at for row in await Notification.all()] == [LATE] * 3
        await Notification.filter(user_id=planted.members[0].user_id).update(read_at=LATE)
    await Member.filter(id=planted.members[3].id).update(coefficient=0.0)
    await harvest(planted.alliance.id, LATE + 3 * timedelta(minutes=30))
    unread = await Notification.filter(read_at=None)
    assert [json.loads(row.details)["pseudos"] for row in unread] == [planted.members[2].pseudo] * 3
    await Member.filter(id=planted.members[2].id).update(coefficient=0.0)
    assert await harvest(planted.alliance.id, LATE + 4 * timedelta(minutes=30)) is HarvestOutcome.APPLIED
    assert await Notification.filter(read_at=None).count() == 0
    # What was held up is made good: five intervals at once.
    assert {row.intervals for row in await RightsEntry.all()} == {5}


async def _fail(*_: object) -> None:
    raise ValueError("broken")


async def test_what_fails_leaves_no_trace(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    planted = await _planted()
    await send(planted, [(0, 1, 500, LAST)])
    before = await _saved()
    monkeypatch.setattr("models.rights.harvest_run.retitle_members", _fail)
    with pytest.raises(ValueError, match="broken"):
        await harvest(planted.alliance.id, LATE)
    assert {row.counted for row in await Delivery.all()} == {0}
    assert await _saved() == before
    assert await Harvest.all().count() == 0
    assert list(await alliances_due(LATE)) == [planted.alliance.id]


async def test_what_comes_before_reading_is_read_and_the_harvest_is_told(database: str) -> None:
    planted = await _planted(1)

    async def grow(alliance_id: int, _now: datetime) -> None:
        assert alliance_id == planted.alliance.id
        await update_rows("members", ("id", "tdc"), [(planted.members[0].id, 77)])

    await harvest(planted.alliance.id, LATE, grow)
    assert (await _saved())[0][0] == 77
    told = [(event.kind, event.row_id, event.scope_id) for event in await events_after(0, 10)]
    assert told == [("RIGHTS", (await Harvest.get()).id, planted.alliance.id)]


async def test_the_statements_of_a_slot_do_not_grow_with_its_members(database: str) -> None:
    counts = []
    for size in (1, 40):
        planted = await _planted(size)
        async with statements() as seen:
            await harvest(planted.alliance.id, LATE)
        # SQLite's driver repeats one prepared statement inside the process; that is one kind of statement there too.
        counts.append(len(seen) if is_postgres() else len({re.sub(r"[-'0-9].*", "", sql) for sql in seen}))
    assert counts[0] == counts[1] <= 17


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
async def test_members_stay_on_their_pages_whatever_harvests_write(database: str) -> None:
    """A row that moves is written to all indexes of its table besides."""
    planted = await _planted(100)
    pages = "SELECT id, split_part(ctid::text, ',', 1) FROM members ORDER BY id"
    before = [tuple(row) for row in await fetch(pages)]
    await harvest(planted.alliance.id, LATE)
    assert [tuple(row) for row in await fetch(pages)] == before


async def test_a_harvest_waits_for_the_alliance_with_nothing_else_in_its_hands(database: str) -> None:
    """Posts take the alliance and then a topic; a harvest that held topics meanwhile would wait for them for ever."""
    planted = await _planted(3)
    topics = [member.topic_id for member in planted.members]
    is_held = asyncio.Event()

    async def wait_and_harvest() -> HarvestOutcome | None:
        await is_held.wait()
        return await harvest(planted.alliance.id, LATE)

    async def post() -> None:
        await lock_alliance(planted.alliance.id)
        is_held.set()
        await asyncio.sleep(0.2)
        assert await Harvest.all().count() == 0
        now = " FOR NO KEY UPDATE NOWAIT" if is_postgres() else ""
        assert len(await fetch(f"SELECT id FROM topics WHERE id = ANY($1){now}", topics)) == 3
        await Member.filter(id=planted.members[0].id).update(tdc=77)

    harvesting = asyncio.create_task(wait_and_harvest())
    await write(post)
    assert await harvesting is HarvestOutcome.APPLIED
    assert (await _saved())[0][0] == 77


async def test_a_slot_is_not_applied_after_a_newer_one_that_was_quicker(database: str) -> None:
    planted = await _planted(2)
    is_held = asyncio.Event()

    async def late() -> HarvestOutcome | None:
        await is_held.wait()
        return await harvest(planted.alliance.id, LATE)

    async def quicker() -> None:
        await lock_alliance(planted.alliance.id)
        is_held.set()
        await asyncio.sleep(0.2)
        await harvest(planted.alliance.id, LATE + timedelta(minutes=30))

    waiting = asyncio.create_task(late())
    await write(quicker)
    assert await waiting is None
    assert [row.harvest_at for row in await Harvest.all()] == [SLOT + timedelta(minutes=30)]
