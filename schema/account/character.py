"""Characters of the role play as clients see them.

Tested in tests/resolvers/account/test_character.py.
"""

import strawberry

from engine.operation.node_type import Node, id_of
from permissions.permission import Permission
from resolvers.account import character
from schema.account.faction import Clan, Faction
from schema.core.access import requires_account, requires_permission


@strawberry.type(description="A character of the role play. The dead stay for their posts' sake.")
class Character(Node):
    id: strawberry.ID = id_of("Character")
    name: str = strawberry.field(
        description="1 to 64 characters. No two characters, living or dead, have the same name, whatever its case."
    )
    is_alive: bool = strawberry.field(description="Living characters open sections to their player, and can post.")
    faction: Faction | None = strawberry.field(
        description="Set when the character is created; null for one of no faction."
    )
    clan: Clan | None = strawberry.field(description="Set when the character is created; null for one of no clan.")


@strawberry.type
class CharacterMutation:
    create_character: Character = requires_account(
        character.create_character,
        arguments={
            "name": "1 to 64 characters that show.",
            "faction_id": "May be left out where the clan says it.",
            "clan_id": "A clan of a faction brings that faction; another one is BAD_INPUT.",
        },
        description="A living character of one's own. CONFLICT with `field` for a name that is taken.",
    )
    set_character_alive: Character = requires_permission(
        Permission.DECLARE_DEATHS,
        character.set_character_alive,
        arguments={
            "character_id": "Any account's character.",
            "is_alive": "False declares the death, true takes it back.",
        },
        description="Declares the death of a character, or takes it back. What it opened closes at the next request.",
    )
