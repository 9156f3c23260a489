"""The game's member table, as one of the alliance's administrators sees it: who is there, who came, who left.

Tested in tests/resolvers/alliance/test_member.py.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.core.name import name_key
from models.account.author import Author
from models.alliance.lock import lock_alliance, lock_member_topics
from models.alliance.member import MemberView, NewMember, insert_members, members_by_ids, members_of
from models.alliance.member_claim import drop_claims
from models.alliance.member_topic import members_section, open_member_topics, retitle_members, revive_topics
from models.core.bulk import update_rows
from models.core.database import execute
from models.core.transaction import write


@dataclass(frozen=True, slots=True)
class TableRow:
    """One line of the game's table. `player_id` and coordinates that it does not show stay as they were."""

    pseudo: str
    tdc: int
    player_id: int | None
    x: int | None
    y: int | None


async def sync_members(
    alliance_id: int, table: Sequence[TableRow], administrator: int, author: Author, now: datetime
) -> None:
    """Makes the present members those of the table, a fixed number of statements however many they are.

    Whoever is not in it has left; rows and topics stay for whoever comes back. If nobody in the table administers,
    the member `administrator`, who calls, stays: an alliance is never without one.
    """

    async def work() -> None:
        await lock_alliance(alliance_id)
        await lock_member_topics(alliance_id)
        rows = {name_key(row.pseudo): row for row in table}
        known = {view.pseudo_key: view for view in (await members_of([alliance_id], gone=True))[alliance_id]}
        staying = {key: view for key, view in known.items() if key in rows}
        await _leave([view for key, view in known.items() if key not in rows], staying, administrator, now)
        changed = await _update(staying, rows, now)
        await retitle_members(changed, now)
        created = await _create(alliance_id, [row for key, row in rows.items() if key not in known], now)
        homeless = [view.pk for view in staying.values() if view.topic_id is None]
        newcomers = await members_by_ids([*created, *homeless])
        await open_member_topics(await members_section(alliance_id), list(newcomers.values()), author, now)

    await write(work)


async def _leave(
    absent: Sequence[MemberView], staying: dict[str, MemberView], administrator: int, now: datetime
) -> None:
    administered = any(
        view.can_administer and view.user_id is not None and view.left_at is None for view in staying.values()
    )
    gone = [view.pk for view in absent if view.left_at is None and (administered or view.pk != administrator)]
    # Whoever comes back has their place and topic again, and administers no more.
    await execute("UPDATE members SET left_at = $2, can_administer = $3 WHERE id = ANY($1)", gone, now, False)
    await drop_claims(gone)


async def _update(staying: dict[str, MemberView], rows: dict[str, TableRow], now: datetime) -> list[int]:
    """Writes what the table says of known members; gives those whose row changed."""
    changes = []
    for key, view in staying.items():
        row = rows[key]
        told = (
            row.pseudo,
            row.tdc,
            view.player_id if row.player_id is None else row.player_id,
            view.x if row.x is None else row.x,
            view.y if row.y is None else row.y,
        )
        if told != (view.pseudo, view.tdc, view.player_id, view.x, view.y):
            changes.append((view.pk, *told))
    await update_rows("members", ("id", "pseudo", "tdc", "player_id", "x", "y"), changes)
    back = [view for view in staying.values() if view.left_at is not None]
    # What they produced elsewhere is not owed to this alliance: their rights go on from now.
    returns = [(view.pk, rows[view.pseudo_key].tdc, now, now) for view in back]
    await update_rows(
        "members",
        ("id", "tdc_at_last_update", "last_updated_at", "joined_at"),
        returns,
        also="left_at = NULL",
    )
    await revive_topics([view.pk for view in back], now)
    return [*{pk for pk, *_ in changes} | {view.pk for view in back}]


async def _create(alliance_id: int, rows: Sequence[TableRow], now: datetime) -> list[int]:
    """Newcomers, with the initial values of the resource rights document."""
    newcomers = [
        NewMember(row.pseudo, row.player_id, row.x, row.y, tdc=row.tdc, tdc_at_last_update=row.tdc) for row in rows
    ]
    return await insert_members(alliance_id, newcomers, now)
