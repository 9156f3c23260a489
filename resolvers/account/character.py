"""Characters: creating them, declaring deaths, and what a selection asks of those that are there already."""

from collections.abc import Sequence

import strawberry

from domain.core.name import check_name, name_key
from domain.core.refusal import bad_input, not_found
from engine.operation.context import Context, Info
from engine.operation.node import node_loader, row_id
from engine.operation.selection import Selection, selection_of
from models.account import character as character_rows
from models.account.character import CharacterView, characters_by_id
from models.account.faction import ClanView, FactionView
from resolvers.account.faction import world_of

MAX_NAME = 64


async def fill_characters(context: Context, characters: Sequence[CharacterView], selection: Selection) -> None:
    """Sets what is selected and no column of the character itself."""
    if not characters or not {"faction", "clan"} & selection.keys():
        return
    world = await world_of(context)
    for character in characters:
        character.faction = world.factions.get(character.faction_id or 0)
        character.clan = world.clans.get(character.clan_id or 0)


async def create_character(
    info: Info, name: str, faction_id: strawberry.ID | None = None, clan_id: strawberry.ID | None = None
) -> CharacterView:
    """A living character of the viewer's own."""
    context = info.context
    shown = check_name(name, "name", MAX_NAME)
    faction, clan = await _origin(context, faction_id, clan_id)
    ids = faction.pk if faction else None, clan.pk if clan else None
    user_id = context.viewer.user_id or 0
    made = await character_rows.create_character(user_id, shown, name_key(shown), *ids, context.now())
    await fill_characters(context, [made], selection_of(info))
    return made


async def _origin(
    context: Context, faction_id: str | None, clan_id: str | None
) -> tuple[FactionView | None, ClanView | None]:
    """Faction and clan by their ids. A clan of a faction brings it along and suffers no other."""
    world = await world_of(context)
    faction = world.factions.get(row_id(faction_id, "Faction", "factionId")) if faction_id is not None else None
    clan = world.clans.get(row_id(clan_id, "Clan", "clanId")) if clan_id is not None else None
    if faction_id is not None and faction is None:
        raise not_found("factionId")
    if clan_id is not None and clan is None:
        raise not_found("clanId")
    if clan is None or clan.faction is None:
        return faction, clan
    if faction not in (None, clan.faction):
        raise bad_input("clanId", "foreign_clan")
    return clan.faction, clan


async def set_character_alive(info: Info, character_id: strawberry.ID, *, is_alive: bool) -> CharacterView:
    """Declares the death of any character, or takes it back."""
    character = await character_rows.set_character_alive(
        row_id(character_id, "Character", "characterId"), is_alive=is_alive
    )
    if character is None:
        raise not_found("characterId")
    await fill_characters(info.context, [character], selection_of(info))
    return character


@node_loader("Character")
async def _character(context: Context, pk: int, selection: Selection) -> CharacterView | None:
    found = await characters_by_id([pk]) if context.viewer.is_authenticated else []
    await fill_characters(context, found, selection)
    return found[0] if found else None
