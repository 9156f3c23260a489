"""Factions and clans as clients see them."""

import strawberry

from engine.operation.node_type import Node, id_of
from resolvers.account import faction
from schema.core.access import public


@strawberry.type(description="A side of the role play. Sections can be for one faction alone.")
class Faction(Node):
    id: strawberry.ID = id_of("Faction")
    name: str = strawberry.field(description="Unique among factions, for people to read.")
    slug: str = strawberry.field(description="Unique among factions: lower-case ASCII letters, digits and hyphens.")


@strawberry.type(description="A clan, inside a faction or beside them all. Sections can be for one clan alone.")
class Clan(Node):
    id: strawberry.ID = id_of("Clan")
    name: str = strawberry.field(description="Unique among clans, for people to read.")
    slug: str = strawberry.field(description="Unique among clans: lower-case ASCII letters, digits and hyphens.")
    faction: Faction | None = strawberry.field(description="Null for a clan that belongs to no faction.")


@strawberry.type
class FactionQuery:
    factions: list[Faction] = public(
        faction.factions, description="Every faction, in the order in which they were made."
    )
    clans: list[Clan] = public(faction.clans, description="Every clan, in the order in which they were made.")
