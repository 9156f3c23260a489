"""The game's member table, as one of the alliance's administrators sees it: who is there, who came, who left.

Tested in tests/resolvers/alliance/test_member_table.py.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.core.day import minute_of
from domain.core.name import name_key
from domain.core.refusal import Code, Refusal
from models.account.author import Author
from models.alliance.lock import lock_alliance, lock_member_topics
from models.alliance.member import MemberView, NewMember, insert_members, members_by_ids, members_of
from models.alliance.member_claim import drop_claims
from models.alliance.member_place import tell_departures
from models.alliance.member_topic import members_section, open_member_topics, retitle_members, revive_topics
from models.alliance.tdc import save_table_tdc
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


RETURN_DAYS = 1
"""Who is back within so long was left out by mistake: nothing of theirs is lost. Later, rights run from the return."""


@dataclass(frozen=True, slots=True)
class Comings:
    """What a table would change of who is there: names that are new, and members who come back or leave."""

    arrivals: list[str]
    returns: list[MemberView]
    departures: list[MemberView]
    present: int
    """How many are there before."""

    def check(self, confirmed: int | None) -> None:
        """CONFLICT where more than half would leave, unless just so many are said to."""
        leaving = len(self.departures)
        if 2 * leaving > self.present and confirmed != leaving:
            raise Refusal(Code.CONFLICT, "most_would_leave", "departures", leaving=leaving, present=self.present)


def compare(known: Mapping[str, MemberView], rows: Mapping[str, TableRow], administrator: int) -> Comings:
    """Known members and the lines of a table, both by the keys of pseudos.

    If nobody in the table administers, the member `administrator`, who calls, stays: an alliance is never without one.
    """
    here = [view for view in known.values() if view.left_at is None]
    administered = any(view.can_administer and view.user_id is not None and view.pseudo_key in rows for view in here)
    return Comings(
        arrivals=[row.pseudo for key, row in rows.items() if key not in known],
        returns=[view for key, view in known.items() if key in rows and view.left_at is not None],
        departures=[
            view for view in here if view.pseudo_key not in rows and (administered or view.pk != administrator)
        ],
        present=len(here),
    )


async def compared(alliance_id: int, table: Sequence[TableRow], administrator: int) -> Comings:
    """What a table would change now."""
    return compare(await _known(alliance_id), _by_key(table), administrator)


async def _known(alliance_id: int) -> dict[str, MemberView]:
    return {view.pseudo_key: view for view in (await members_of([alliance_id], gone=True))[alliance_id]}


def _by_key(table: Sequence[TableRow]) -> dict[str, TableRow]:
    return {name_key(row.pseudo): row for row in table}


async def sync_members(
    alliance_id: int,
    table: Sequence[TableRow],
    administrator: int,
    author: Author,
    now: datetime,
    departures: int | None = None,
) -> None:
    """Makes the present members those of the table, a fixed number of statements however many they are.

    Whoever is not in it has left; rows and topics stay for whoever comes back.
    """

    async def work() -> None:
        await lock_alliance(alliance_id)
        await lock_member_topics(alliance_id)
        known, rows = await _known(alliance_id), _by_key(table)
        comings = compare(known, rows, administrator)
        comings.check(departures)
        await _leave(alliance_id, comings.departures, author, now)
        staying = {key: view for key, view in known.items() if key in rows}
        changed = await _update(staying, rows, now)
        await _come_back(comings.returns, rows, now)
        await retitle_members([*changed | {view.pk for view in comings.returns}], now)
        created = await _create(alliance_id, [row for key, row in rows.items() if key not in known], now)
        homeless = [view.pk for view in staying.values() if view.topic_id is None]
        newcomers = await members_by_ids([*created, *homeless])
        await open_member_topics(await members_section(alliance_id), list(newcomers.values()), author, now)

    await write(work)


async def _leave(alliance_id: int, gone: Sequence[MemberView], author: Author, now: datetime) -> None:
    ids = [view.pk for view in gone]
    await execute(
        """UPDATE members SET left_at = $2, left_administering = can_administer, can_administer = $3
        WHERE id = ANY($1)""",
        ids,
        now,
        False,
    )
    await drop_claims(ids)
    await tell_departures(alliance_id, gone, author.user_id, now)


async def _update(staying: Mapping[str, MemberView], rows: Mapping[str, TableRow], now: datetime) -> set[int]:
    """Writes what the table says of known members; gives those whose title changes by it."""
    changes = []
    for key, view in staying.items():
        row = rows[key]
        told = (
            row.pseudo,
            view.player_id if row.player_id is None else row.player_id,
            view.x if row.x is None else row.x,
            view.y if row.y is None else row.y,
        )
        if told != (view.pseudo, view.player_id, view.x, view.y):
            changes.append((view.pk, *told))
    await update_rows("members", ("id", "pseudo", "player_id", "x", "y"), changes)
    await save_table_tdc({view.pk: rows[key].tdc for key, view in staying.items()}, now)
    return {pk for pk, *_ in changes}


async def _come_back(back: Sequence[MemberView], rows: Mapping[str, TableRow], now: datetime) -> None:
    """Who was away for long produced elsewhere, which is not owed to this alliance: their rights go on from now.

    Who was left out by mistake finds the interval that was open, and administers if they did and still hold the place.
    """
    away = [view for view in back if view.left_at is not None and now - view.left_at > timedelta(days=RETURN_DAYS)]
    returns = [(view.pk, rows[view.pseudo_key].tdc, minute_of(now), now) for view in away]
    await update_rows("members", ("id", "tdc_at_last_update", "last_updated_at", "joined_at"), returns)
    await execute("UPDATE members SET left_administering = $2 WHERE id = ANY($1)", [view.pk for view in away], False)
    await execute(
        """UPDATE members SET left_at = NULL, can_administer = left_administering AND user_id IS NOT NULL
        WHERE id = ANY($1)""",
        [view.pk for view in back],
    )
    await revive_topics([view.pk for view in back], now)


async def _create(alliance_id: int, rows: Sequence[TableRow], now: datetime) -> list[int]:
    """Newcomers, with the initial values of the resource rights document."""
    newcomers = [
        NewMember(
            row.pseudo,
            row.player_id,
            row.x,
            row.y,
            tdc=row.tdc,
            table_tdc=row.tdc,
            table_tdc_at=now,
            tdc_at_last_update=row.tdc,
        )
        for row in rows
    ]
    return await insert_members(alliance_id, newcomers, now)
