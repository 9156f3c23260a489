"""Factions and the clans inside or beside them.

Tested in tests/resolvers/account/test_character.py.
"""

from dataclasses import dataclass, field
from typing import ClassVar

from tortoise import fields
from tortoise.models import Model

from models.core.database import fetch
from models.core.row import Rows, column


class Faction(Model):
    id = fields.IntField(primary_key=True)
    name = fields.CharField(max_length=64, unique=True)
    slug = fields.CharField(max_length=80, unique=True)
    is_active = fields.BooleanField(default=True)

    class Meta:
        table = "factions"


class Clan(Model):
    """A clan; `faction` is empty for a clan of no faction."""

    id = fields.IntField(primary_key=True)
    name = fields.CharField(max_length=64, unique=True)
    slug = fields.CharField(max_length=80, unique=True)
    is_active = fields.BooleanField(default=True)
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
    pk: int = field(metadata=column("id"))
    name: str
    slug: str
    is_active: bool


@dataclass(slots=True, eq=False)
class ClanView:
    """A clan as it is read, its faction beside it."""

    typename: ClassVar[str] = "Clan"
    pk: int = field(metadata=column("id"))
    name: str
    slug: str
    is_active: bool
    faction_id: int | None
    faction: FactionView | None = field(default=None, init=False)


FACTIONS = Rows(FactionView, "factions f")
CLANS = Rows(ClanView, "clans c")


@dataclass(slots=True)
class World:
    """The factions and clans of the game by number, in the order they were founded."""

    factions: dict[int, FactionView]
    clans: dict[int, ClanView]


async def read_world() -> World:
    """All factions and clans, which are few, in one query."""
    rows = await fetch(
        f"SELECT {FACTIONS.columns}, NULL AS faction_id, 0 AS kind FROM factions f"
        f" UNION ALL SELECT {CLANS.columns}, 1 FROM clans c ORDER BY kind, id"
    )
    factions = {one.pk: one for one in FACTIONS.read([row for row in rows if row["kind"] == 0])}
    clans = {one.pk: one for one in CLANS.read([row for row in rows if row["kind"] == 1])}
    for clan in clans.values():
        clan.faction = None if clan.faction_id is None else factions[clan.faction_id]
    return World(factions, clans)
