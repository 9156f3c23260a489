"""Making and changing factions and clans. What characters and sections name stays: nothing is ever taken away.

Tested in tests/resolvers/account/test_faction.py.
"""

from collections.abc import Awaitable, Callable

from tortoise.exceptions import IntegrityError

from domain.core.refusal import Code, Refusal
from domain.core.slug import LONGEST_BASE, free_slug
from models.account.faction import Clan, Faction
from models.core.database import execute, fetch
from models.core.transaction import write

TABLES = {"Faction": "factions", "Clan": "clans"}


async def insert_faction(name: str, slug: str) -> int:
    """Adds one and gives its number. For use inside write()."""
    return (await Faction.create(name=name, slug=slug)).id


async def insert_clan(name: str, slug: str, faction_id: int | None) -> int:
    """Adds one and gives its number. For use inside write()."""
    return (await Clan.create(name=name, slug=slug, faction_id=faction_id)).id


async def create_faction(name: str) -> int:
    """Adds a faction and gives its number; CONFLICT for a name that is taken."""

    async def work() -> int:
        return await insert_faction(name, await _slug("Faction", name))

    return await _named(work)


async def create_clan(name: str, faction_id: int | None) -> int:
    """Adds a clan, of a faction or of none; CONFLICT for a name that is taken."""

    async def work() -> int:
        return await insert_clan(name, await _slug("Clan", name), faction_id)

    return await _named(work)


async def update_world(typename: str, pk: int, name: str | None, *, is_active: bool | None) -> bool:
    """Renames a faction or clan, or takes it in or out of use; what is None stays. False if it is not there."""

    async def work() -> int:
        sql = (
            f"UPDATE {TABLES[typename]} SET name = coalesce(CAST($1 AS VARCHAR), name),"
            " is_active = coalesce(CAST($2 AS BOOLEAN), is_active) WHERE id = $3"
        )
        return await execute(sql, name, is_active, pk)

    return bool(await _named(work))


async def _slug(typename: str, name: str) -> str:
    """Made of the first name and kept for good: addresses lead there."""
    taken = {row[0] for row in await fetch(f"SELECT slug FROM {TABLES[typename]}")}
    return free_slug(name[:LONGEST_BASE], taken)


async def _named(work: Callable[[], Awaitable[int]]) -> int:
    try:
        return await write(work)
    except IntegrityError:
        raise Refusal(Code.CONFLICT, "name_taken", "name") from None
