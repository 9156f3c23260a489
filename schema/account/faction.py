"""Factions and clans as clients see them.

Tested in tests/resolvers/account/test_faction.py.
"""

import strawberry

from engine.operation.node_type import Node, id_of
from permissions.permission import Permission
from resolvers.account import faction, faction_change
from schema.core.access import public, requires_permission

NAME = "1 to 64 characters that show; unique, otherwise CONFLICT."
IN_USE = "False takes it out of use: nobody joins it any more. What is for it stays closed to all others."
STAYS = "What is left out or null stays."


@strawberry.type(description="A side of the role play. Sections can be for one faction alone.")
class Faction(Node):
    id: strawberry.ID = id_of("Faction")
    name: str = strawberry.field(description="Unique among factions, for people to read.")
    slug: str = strawberry.field(description="Unique among factions: lower-case ASCII letters, digits and hyphens.")
    is_active: bool = strawberry.field(description="Whether characters may join it and sections be made for it.")


@strawberry.type(description="A clan, inside a faction or beside them all. Sections can be for one clan alone.")
class Clan(Node):
    id: strawberry.ID = id_of("Clan")
    name: str = strawberry.field(description="Unique among clans, for people to read.")
    slug: str = strawberry.field(description="Unique among clans: lower-case ASCII letters, digits and hyphens.")
    is_active: bool = strawberry.field(description="Whether characters may join it and sections be made for it.")
    faction: Faction | None = strawberry.field(description="Null for a clan that belongs to no faction.")


@strawberry.type
class FactionQuery:
    factions: list[Faction] = public(
        faction.factions, description="Every faction, in the order in which they were made."
    )
    clans: list[Clan] = public(faction.clans, description="Every clan, in the order in which they were made.")


@strawberry.type
class FactionMutation:
    create_faction: Faction = requires_permission(
        Permission.MANAGE_FACTIONS,
        faction_change.create_faction,
        arguments={"name": NAME},
        description="Makes a faction. Its slug is made of this name and stays.",
    )
    update_faction: Faction = requires_permission(
        Permission.MANAGE_FACTIONS,
        faction_change.update_faction,
        arguments={"faction_id": "Which; NOT_FOUND for none.", "name": NAME, "is_active": IN_USE},
        description=f"Renames a faction, or takes it out of use and back. {STAYS}",
    )
    create_clan: Clan = requires_permission(
        Permission.MANAGE_FACTIONS,
        faction_change.create_clan,
        arguments={"name": NAME, "faction_id": "The faction that it is of, for good; null for none."},
        description="Makes a clan. Its slug is made of this name and stays.",
    )
    update_clan: Clan = requires_permission(
        Permission.MANAGE_FACTIONS,
        faction_change.update_clan,
        arguments={"clan_id": "Which; NOT_FOUND for none.", "name": NAME, "is_active": IN_USE},
        description=f"Renames a clan, or takes it out of use and back. {STAYS}",
    )
