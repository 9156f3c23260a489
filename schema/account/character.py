"""Characters of the role play as clients see them.

Tested in tests/resolvers/account/test_character.py.
"""

from datetime import datetime

import strawberry

from engine.execution.described_enum import described_enum
from engine.execution.field import computed
from engine.execution.price import price
from engine.operation.node_type import Node, id_of
from engine.operation.page_type import Connection
from permissions.character import CharacterState
from permissions.permission import Permission
from resolvers.account import character
from schema.account.faction import Clan, Faction
from schema.core.access import requires_account, requires_permission

described_enum(
    CharacterState,
    "What game masters have said of a character.",
    {
        CharacterState.WAITING: "Nothing yet: it opens nothing by its faction and clan.",
        CharacterState.APPROVED: "It opens what is for its faction and clan, and signs there.",
        CharacterState.REFUSED: "It opens nothing by its faction and clan.",
    },
)


@strawberry.type(description="A character of the role play. The dead stay for their posts' sake.")
class Character(Node):
    id: strawberry.ID = id_of("Character")
    name: str = strawberry.field(
        description="1 to 64 characters. No two characters, living or dead, have the same name, whatever its case."
    )
    is_alive: bool = strawberry.field(description="Living characters open sections to their player, and can post.")
    state: CharacterState = strawberry.field(description="What game masters have said of it; WAITING until they have.")
    approved_at: datetime | None = computed(
        lambda self: self.judged_at if self.state is CharacterState.APPROVED else None,
        "When a game master approved it; null for one that waits or is refused.",
    )
    player: str = strawberry.field(description="The username of the account that plays it.", metadata=price(5))
    faction: Faction | None = strawberry.field(
        description="Set when the character is created; null for one of no faction."
    )
    clan: Clan | None = strawberry.field(description="Set when the character is created; null for one of no clan.")


CharacterConnection = Connection[Character]


@strawberry.type
class CharacterQuery:
    waiting_characters: CharacterConnection | None = requires_permission(
        Permission.APPROVE_CHARACTERS,
        character.waiting_characters,
        description="Characters that no game master has judged yet, oldest first.",
    )


@strawberry.type
class CharacterMutation:
    create_character: Character = requires_account(
        character.create_character,
        arguments={
            "name": "1 to 64 characters that show.",
            "faction_id": "May be left out where the clan says it.",
            "clan_id": "A clan of a faction brings that faction; another one is BAD_INPUT.",
        },
        description="A living character of one's own, which waits for a game master: until it is approved it opens "
        "nothing by its faction and clan. CONFLICT with `field` for a name that is taken.",
    )
    approve_character: Character = requires_permission(
        Permission.APPROVE_CHARACTERS,
        character.approve_character,
        arguments={"character_id": "Any account's character."},
        description="Lets a character open what is for its faction and clan, from its player's next request on. The "
        "player is told.",
    )
    refuse_character: Character = requires_permission(
        Permission.APPROVE_CHARACTERS,
        character.refuse_character,
        arguments={"character_id": "Any account's character.", "reason": "What its player is told: a line."},
        description="Keeps a character from opening anything by its faction and clan, also one that was approved.",
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
