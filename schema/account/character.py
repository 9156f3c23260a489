"""Characters of the role play as clients see them."""

from typing import Annotated

import strawberry

from engine.operation.node_type import Node, id_of
from engine.operation.selection import selection_of
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


async def _create_character(
    info: strawberry.Info,
    name: Annotated[str, strawberry.argument(description="1 to 64 characters that show.")],
    faction_id: Annotated[
        strawberry.ID | None, strawberry.argument(description="May be left out where the clan says it.")
    ] = None,
    clan_id: Annotated[
        strawberry.ID | None,
        strawberry.argument(description="A clan of a faction brings that faction; another one is BAD_INPUT."),
    ] = None,
) -> Character:
    return await character.create_character(info.context, name, faction_id, clan_id, selection_of(info))  # type: ignore[return-value]


async def _set_character_alive(info: strawberry.Info, character_id: strawberry.ID, is_alive: bool) -> Character:  # noqa: FBT001
    return await character.set_character_alive(  # type: ignore[return-value]
        info.context, character_id, is_alive=is_alive, selection=selection_of(info)
    )


@strawberry.type
class CharacterMutation:
    create_character: Character = requires_account(
        _create_character,
        description="A living character of one's own. CONFLICT with `field` for a name that is taken.",
    )
    set_character_alive: Character = requires_permission(
        Permission.DECLARE_DEATHS,
        _set_character_alive,
        arguments={
            "character_id": "Any account's character.",
            "is_alive": "False declares the death, true takes it back.",
        },
        description="Declares the death of a character, or takes it back. What it opened closes at the next request.",
    )
