"""One slot of the harvest: claimed, computed and written in a single transaction. When slots are due is domain's."""

import json
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from domain.alliance.rhythm import upcoming
from domain.rights.delivery import quantities
from domain.rights.harvest import FURTHEST, due
from domain.rights.rights_entry import KEYS, RightsEntry, entries, unproductive_entry, without_census
from models.alliance.lock import lock_alliance
from models.alliance.member_state import save_harvest_failure, save_last_updates, save_next_harvest
from models.alliance.member_topic import retitle_members
from models.core.database import execute, fetch, insert, instant_or_none
from models.core.transaction import write
from models.live.event import EventKind, publish
from models.live.notification import NotificationKind, NotificationLevel, notify, withdraw
from models.rights.delivery import save_counted
from models.rights.harvest import HarvestOutcome, HarvestView, last_harvest
from models.rights.rights import AllianceSheet, saved_members_by_ids
from models.rights.rights_entry import insert_entries

BeforeReading = Callable[[int, datetime], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class HarvestRun:
    """A slot that this transaction claimed: `at` is its minute, the "now" of everything in it, and `tried_at` ours."""

    harvest_id: int
    alliance_id: int
    tag: str
    at: datetime
    tried_at: datetime


async def alliances_due(now: datetime) -> dict[int, str]:
    """The tags, by number, of the alliances whose next harvest has come, the longest waiting first."""
    rows = await fetch("SELECT id, tag FROM alliances WHERE next_harvest_at <= $1 ORDER BY next_harvest_at, id", now)
    return dict(rows)


async def mend_rhythms(now: datetime) -> list[str]:
    """Brings harvests back that stand further ahead than any page announces one: a clock was ahead. Gives the tags."""

    async def work(alliance_id: int) -> None:
        await lock_alliance(alliance_id)
        rows = await fetch("SELECT next_harvest_at FROM alliances WHERE id = $1", alliance_id)
        next_at = instant_or_none(rows[0][0])
        if next_at is not None and next_at > now + FURTHEST:
            await save_next_harvest(alliance_id, upcoming(next_at, now))

    rows = await fetch("SELECT id, tag FROM alliances WHERE next_harvest_at > $1 ORDER BY id", now + FURTHEST)
    for row in rows:
        await write(partial(work, row[0]))
    return [row[1] for row in rows]


async def harvest(
    alliance_id: int, now: datetime, before_reading: BeforeReading | None = None
) -> HarvestOutcome | None:
    """Applies what is due of one alliance, all of it or nothing; None if nothing is due or another was quicker.

    `before_reading` runs inside the transaction, with the alliance's number and now, before anything is read. The
    harvest is told as an event once it has committed.
    """

    async def work() -> HarvestOutcome | None:
        slot = await claim(alliance_id, now)
        if slot is None:
            return None
        if before_reading is not None:
            await before_reading(alliance_id, now)
        return await apply(slot)

    return await write(work)


async def claim(alliance_id: int, now: datetime) -> HarvestRun | None:
    """Takes the alliance's due slot for this transaction. For use inside write().

    Whoever changes the saved rights, or posts in an order's topic, locks the alliance first: slots are
    applied one after the other, and a post is read by the harvest or comes after it. The unique row of the slot makes
    sure that none is applied twice, whoever forgets that lock.
    """
    await lock_alliance(alliance_id)
    rows = await fetch("SELECT tag, next_harvest_at, harvest_failed_at FROM alliances WHERE id = $1", alliance_id)
    next_at = instant_or_none(rows[0]["next_harvest_at"]) if rows else None
    if next_at is None:
        return None
    last = await last_harvest(alliance_id)
    found = due(next_at, now, None if last is None else last.harvest_at)
    if found is None:
        return None
    claimed = await insert(
        """INSERT INTO harvests (alliance_id, harvest_at, outcome, missing, created_at)
        VALUES ($1, $2, 'APPLIED', '[]', $3) ON CONFLICT (alliance_id, harvest_at) DO NOTHING RETURNING id""",
        alliance_id,
        found.slot,
        now,
    )
    await save_next_harvest(alliance_id, found.next_at)
    if rows[0]["harvest_failed_at"] is not None:
        await save_harvest_failure(alliance_id, None)
    return HarvestRun(claimed[0]["id"], alliance_id, rows[0]["tag"], found.slot, now) if claimed else None


async def apply(slot: HarvestRun) -> HarvestOutcome:
    """Computes and writes a claimed slot for all members, or for none. For use inside write()."""
    publish(EventKind.RIGHTS, slot.harvest_id, slot.alliance_id)
    sheet = AllianceSheet(slot.alliance_id, slot.at)
    await sheet.load(KEYS)
    before = await last_harvest(slot.alliance_id, before=slot.at)
    blocking = [sheet.members[at].pk for at in without_census(sheet.sheet)]
    if blocking:
        await _block(slot, blocking, before)
        return HarvestOutcome.BLOCKED
    written = dict(zip([member.pk for member in sheet.members], entries(sheet.sheet), strict=True))
    settled = written | await _settled(sheet, written.keys())
    await save_last_updates(
        (pk, entry.tdc_after, entry.last_updated_at, entry.accumulated_after_thousandths)
        for pk, entry in settled.items()
    )
    await save_counted(sheet.uncounted)
    await insert_entries(settled, slot.at, slot.harvest_id)
    await retitle_members(list(written), slot.tried_at)
    if before is not None and before.outcome is HarvestOutcome.BLOCKED:
        await _forget(slot, before)
    return HarvestOutcome.APPLIED


async def _settled(sheet: AllianceSheet, present: Collection[int]) -> dict[int, RightsEntry]:
    """What deliveries change for those who have left: their rights wait for them, and must be right then."""
    rows = ((one.member_id, one.is_sent, one.materials - one.counted) for one in sheet.uncounted)
    gone = {pk: delivered for pk, delivered in quantities(rows).by_member().items() if pk not in present}
    if not gone:
        return {}
    saved = await saved_members_by_ids(list(gone))
    return {one.pk: unproductive_entry(one, one.accumulated_thousandths, gone[one.pk]) for one in saved}


# ---- blocked ------------------------------------------------------------------------


async def _block(slot: HarvestRun, blocking: list[int], before: HarvestView | None) -> None:
    """Keeps whose census is missing, and tells all members unless the last slot said the same."""
    rows = await fetch("SELECT pseudo FROM members WHERE id = ANY($1) ORDER BY pseudo_key", blocking)
    pseudos = [row["pseudo"] for row in rows]
    await execute(
        "UPDATE harvests SET outcome = 'BLOCKED', missing = $2 WHERE id = $1",
        slot.harvest_id,
        json.dumps(pseudos, ensure_ascii=False),
    )
    if before is not None and before.outcome is HarvestOutcome.BLOCKED:
        if before.missing_census == pseudos:
            return
        await _forget(slot, before)
    readers = await fetch(
        "SELECT DISTINCT user_id FROM members WHERE alliance_id = $1 AND left_at IS NULL AND user_id IS NOT NULL",
        slot.alliance_id,
    )
    notify(
        [row["user_id"] for row in readers],
        NotificationKind.HARVEST_BLOCKED,
        NotificationLevel.WARNING,
        "harvest_blocked",
        _details(slot.tag, pseudos),
        None,
        slot.tried_at,
    )


def _details(tag: str, pseudos: list[str]) -> dict[str, object]:
    return {"alliance": tag, "pseudos": ", ".join(pseudos)}


async def _forget(slot: HarvestRun, before: HarvestView) -> None:
    """Takes back what nobody has read yet and what is no longer so."""
    rows = await fetch("SELECT user_id FROM members WHERE alliance_id = $1 AND user_id IS NOT NULL", slot.alliance_id)
    details = _details(slot.tag, before.missing_census)
    await withdraw([row["user_id"] for row in rows], NotificationKind.HARVEST_BLOCKED, details)
