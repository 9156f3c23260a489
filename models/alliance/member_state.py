"""What rights and hostings keep in the rows of members and alliances: the only writes of these columns.

Decides nothing: what is due, fair or allowed is said by the areas that call. For use inside write().

Tested in tests/resolvers/rights/test_rights_change.py.
"""

from collections.abc import Iterable
from datetime import datetime

from domain.alliance.member import Adjustment
from models.core.bulk import update_rows
from models.core.database import execute


async def save_last_updates(rows: Iterable[tuple[int, int, datetime, int]]) -> None:
    """What a harvest leaves: member, hunting ground in cm², its instant, accumulated rights in thousandths."""
    names = "id", "tdc_at_last_update", "last_updated_at", "accumulated_thousandths"
    await update_rows("members", names, list(rows))


async def save_rights(member_id: int, coefficient: float, adjustment: Adjustment, accumulated_thousandths: int) -> None:
    """What an administrator sets by hand."""
    await execute(
        "UPDATE members SET coefficient = $2, adjustment = $3, accumulated_thousandths = $4 WHERE id = $1",
        member_id,
        coefficient,
        adjustment.value,
        accumulated_thousandths,
    )


async def save_next_harvest(alliance_id: int, at: datetime) -> None:
    """When the alliance's next harvest is due."""
    await execute("UPDATE alliances SET next_harvest_at = $2 WHERE id = $1", alliance_id, at)


async def save_rhythm_doubt(alliance_id: int, at: datetime | None, member_id: int | None) -> None:
    """Who announced a harvest that disagrees with the rhythm; None for nobody any more."""
    await execute(
        "UPDATE alliances SET doubted_harvest_at = $2, doubted_by_id = $3 WHERE id = $1", alliance_id, at, member_id
    )


async def save_harvest_failure(alliance_id: int, at: datetime | None) -> None:
    """Since when a harvest cannot be made; None once one was."""
    await execute("UPDATE alliances SET harvest_failed_at = $2 WHERE id = $1", alliance_id, at)


async def save_host(member_id: int, host_id: int | None) -> bool:
    """From where a present member plays, None for home; tells whether there is such a member."""
    sql = "UPDATE members SET hosted_by_id = $2 WHERE id = $1 AND left_at IS NULL"
    return bool(await execute(sql, member_id, host_id))


async def recall_members(mother_id: int, host_id: int) -> None:
    """All of an alliance's members who play from one host play from home again."""
    sql = "UPDATE members SET hosted_by_id = NULL WHERE alliance_id = $1 AND hosted_by_id = $2"
    await execute(sql, mother_id, host_id)
