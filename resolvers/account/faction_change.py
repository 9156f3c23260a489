"""Making and changing factions and clans. Who may, the schema has asked before.

Tested in tests/resolvers/account/test_faction.py.
"""

import strawberry

from domain.core.name import check_name
from domain.core.refusal import not_found
from engine.operation.change import unless_null
from engine.operation.context import Info
from engine.operation.node import row_id
from models.account import faction_change
from models.account.faction import ClanView, FactionView, World
from resolvers.account.faction import world_of

LONGEST_NAME = 64


async def create_faction(info: Info, name: str) -> FactionView:
    pk = await faction_change.create_faction(check_name(name, "name", LONGEST_NAME))
    return (await _changed(info)).factions[pk]


async def create_clan(info: Info, name: str, faction_id: strawberry.ID | None = None) -> ClanView:
    """A clan keeps its faction: characters and sections go by it."""
    wanted = None if faction_id is None else row_id(faction_id, "Faction", "factionId")
    if wanted is not None and wanted not in (await world_of(info.context)).factions:
        raise not_found("factionId")
    pk = await faction_change.create_clan(check_name(name, "name", LONGEST_NAME), wanted)
    return (await _changed(info)).clans[pk]


async def update_faction(
    info: Info,
    faction_id: strawberry.ID,
    *,
    name: str | None = strawberry.UNSET,
    is_active: bool | None = strawberry.UNSET,
) -> FactionView:
    pk = row_id(faction_id, "Faction", "factionId")
    await _update("Faction", pk, name, "factionId", is_active=is_active)
    return (await _changed(info)).factions[pk]


async def update_clan(
    info: Info,
    clan_id: strawberry.ID,
    *,
    name: str | None = strawberry.UNSET,
    is_active: bool | None = strawberry.UNSET,
) -> ClanView:
    pk = row_id(clan_id, "Clan", "clanId")
    await _update("Clan", pk, name, "clanId", is_active=is_active)
    return (await _changed(info)).clans[pk]


async def _update(typename: str, pk: int, name: str | None, field: str, *, is_active: bool | None) -> None:
    name, is_active = unless_null(name, "name"), unless_null(is_active, "isActive")
    shown = None if name is None else check_name(name, "name", LONGEST_NAME)
    if not await faction_change.update_world(typename, pk, shown, is_active=is_active):
        raise not_found(field)


async def _changed(info: Info) -> World:
    info.context.memory.clear()
    return await world_of(info.context)
