"""Factions and the clans inside or beside them."""

from dataclasses import dataclass
from typing import ClassVar

from tortoise import fields
from tortoise.models import Model

from models.core.database import fetch


class Faction(Model):
    id = fields.IntField(primary_key=True)
    name = fields.CharField(max_length=64, unique=True)
    slug = fields.CharField(max_length=80, unique=True)

    class Meta:
        table = "factions"


class Clan(Model):
    """A clan; `faction` is empty for a clan of no faction."""

    id = fields.IntField(primary_key=True)
    name = fields.CharField(max_length=64, unique=True)
    slug = fields.CharField(max_length=80, unique=True)
    faction: "fields.ForeignKeyNullableRelation[Faction]" = fields.ForeignKeyField(
        "models.Faction", related_name="clans", on_delete=fields.RESTRICT, null=True
    )
    faction_id: int | None

    class Meta:
        table = "clans"


@dataclass(slots=True, eq=False)
class FactionView:
    """A faction as it is read."""

    typename: ClassVar[str] = "Faction"
    pk: int
    name: str
    slug: str


@dataclass(slots=True, eq=False)
class ClanView:
    """A clan as it is read, its faction beside it."""

    typename: ClassVar[str] = "Clan"
    pk: int
    name: str
    slug: str
    faction: FactionView | None


@dataclass(slots=True)
class World:
    """The factions and clans of the game by number, in the order they were founded."""

    factions: dict[int, FactionView]
    clans: dict[int, ClanView]


async def read_world() -> World:
    """All factions and clans, which are few, in one query."""
    rows = await fetch(
        "SELECT 0 AS kind, id, name, slug, NULL AS faction_id FROM factions"
        " UNION ALL SELECT 1, id, name, slug, faction_id FROM clans ORDER BY 1, 2"
    )
    world = World({}, {})
    for kind, pk, name, slug, faction_id in rows:
        if kind == 0:
            world.factions[pk] = FactionView(pk, name, slug)
        else:
            world.clans[pk] = ClanView(pk, name, slug, world.factions.get(faction_id))
    return world
