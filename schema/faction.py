"""Factions and clans as clients see them."""

import strawberry

from schema.node import Node, id_of


@strawberry.type
class Faction(Node):
    id: strawberry.ID = id_of("Faction")
    name: str
    slug: str


@strawberry.type
class Clan(Node):
    id: strawberry.ID = id_of("Clan")
    name: str
    slug: str
    faction: Faction | None
