"""The hunting ground of members: the newest of what the game's table and their censuses said, in cm².

The only writes of these columns besides a member's first row and a return.

Tested in tests/resolvers/alliance/test_member_table.py.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from models.alliance.lock import lock_alliance, lock_member_topics
from models.alliance.member import members_of
from models.alliance.member_topic import retitle_members
from models.core.bulk import update_rows
from models.core.database import execute, fetch
from models.core.transaction import write

# A census counts from its post's instant on, whenever it is edited: what was said later than that stands.
_NEWEST = """COALESCE((SELECT c.tdc FROM censuses c WHERE c.member_id = members.id
    AND (members.table_tdc_at IS NULL OR c.recorded_at >= members.table_tdc_at)
    ORDER BY c.recorded_at DESC, c.id DESC LIMIT 1), members.table_tdc, members.tdc)"""


async def renew_tdc(member_ids: Sequence[int], now: datetime) -> None:
    """Sets what is the newest now. The first hunting ground that is known of a member is also that of the last update.

    For use inside write(), with the topics of the members locked.
    """
    if not member_ids:
        return
    # Nothing is known of a member with 0 now and at the last update: no colony is without a hunting ground.
    sql = "SELECT id FROM members WHERE id = ANY($1) AND tdc = 0 AND tdc_at_last_update = 0"
    unknown = [row[0] for row in await fetch(sql, list(member_ids))]
    await execute(f"UPDATE members SET tdc = {_NEWEST} WHERE id = ANY($1) AND tdc <> {_NEWEST}", list(member_ids))
    if unknown:
        await execute("UPDATE members SET tdc_at_last_update = tdc WHERE id = ANY($1)", unknown)
        await retitle_members(unknown, now)


async def save_table_tdc(told: Mapping[int, int], now: datetime) -> None:
    """What the game's table says of members, by their numbers. For use inside write(), as `renew_tdc`."""
    await update_rows("members", ("id", "table_tdc", "table_tdc_at"), [(pk, tdc, now) for pk, tdc in told.items()])
    await renew_tdc(list(told), now)


async def report_tdc(alliance_id: int, told: Mapping[str, int], now: datetime) -> None:
    """Takes over what the table says of present members, by the keys of their pseudos; others are passed over."""

    async def work() -> None:
        await lock_alliance(alliance_id)
        await lock_member_topics(alliance_id)
        present = (await members_of([alliance_id]))[alliance_id]
        await save_table_tdc({one.pk: told[one.pseudo_key] for one in present if one.pseudo_key in told}, now)

    await write(work)
