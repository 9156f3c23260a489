"""Factions and clans: the world, read once an operation."""

from engine.operation.context import Context, Info
from engine.operation.node import node_loader
from engine.operation.selection import Selection
from models.account.faction import ClanView, FactionView, World, read_world


async def world_of(context: Context) -> World:
    """All factions and clans; one query for the whole operation, whoever asks."""
    return await context.once(World, read_world)


async def factions(info: Info) -> list[FactionView]:
    return list((await world_of(info.context)).factions.values())


async def clans(info: Info) -> list[ClanView]:
    return list((await world_of(info.context)).clans.values())


@node_loader("Faction")
async def _faction(context: Context, pk: int, _selection: Selection) -> FactionView | None:
    return (await world_of(context)).factions.get(pk)


@node_loader("Clan")
async def _clan(context: Context, pk: int, _selection: Selection) -> ClanView | None:
    return (await world_of(context)).clans.get(pk)
