"""Characters: made, judged, dead or alive; and what a selection asks of those that are there already."""

from collections.abc import Sequence

import strawberry

from domain.core.name import check_name, name_key
from domain.core.refusal import bad_input, not_found
from domain.core.text import checked_title
from engine.operation.context import Context, Info
from engine.operation.node import node_loader, row_id
from engine.operation.page import USUAL_PAGE, Page, Paging, page_of, window_of
from engine.operation.page_type import After, Before, First, Last
from engine.operation.selection import Selection, below, selection_of
from models.account import character as character_rows
from models.account.character import CharacterView, characters_by_id, count_waiting_characters
from models.account.faction import ClanView, FactionView
from models.account.user import users_by_id
from models.core.transaction import write
from models.live.notification import NotificationKind, NotificationLevel, notify
from permissions.character import CharacterState
from resolvers.account.faction import world_of

MAX_NAME = 64


async def fill_characters(context: Context, characters: Sequence[CharacterView], selection: Selection) -> None:
    """Sets what is selected and no column of the character itself."""
    if not characters:
        return
    if "player" in selection:
        players = {one.pk: one.username for one in await users_by_id({view.user_id for view in characters})}
        for character in characters:
            character.player = players[character.user_id]
    if not {"faction", "clan"} & selection.keys():
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
    if faction is not None and not faction.is_active:
        raise bad_input("factionId", "faction_out_of_use")
    if clan is not None and not clan.is_active:
        raise bad_input("clanId", "clan_out_of_use")
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


async def waiting_characters(
    info: Info, *, first: First = USUAL_PAGE, after: After = None, last: Last = None, before: Before = None
) -> Page[CharacterView]:
    """Those that wait for a game master, the oldest first."""
    context, selection = info.context, selection_of(info)
    window = window_of(info, Paging(first=first, after=after, last=last, before=before), int)
    rows = await character_rows.waiting_characters(window)
    page = page_of(rows, window, lambda character: (character.pk,))
    await fill_characters(context, page.nodes, below(selection, "edges", "node"))
    if "totalCount" in selection:
        page.total_count = await count_waiting_characters()
    return page


async def approve_character(info: Info, character_id: strawberry.ID) -> CharacterView:
    return await _judge(info, character_id, CharacterState.APPROVED)


async def refuse_character(info: Info, character_id: strawberry.ID, reason: str) -> CharacterView:
    """The reason goes to its player, in a notification."""
    return await _judge(info, character_id, CharacterState.REFUSED, reason=checked_title(reason, "reason"))


async def _judge(info: Info, character_id: str, state: CharacterState, **details: str) -> CharacterView:
    """What is said again is not told again. It holds at the player's next request."""
    context, pk = info.context, row_id(character_id, "Character", "characterId")

    async def work() -> CharacterView | None:
        before = next(iter(await characters_by_id([pk])), None)
        if before is None or before.state is state:
            return before
        told = {"name": before.name, **details}
        level = NotificationLevel.SUCCESS if state is CharacterState.APPROVED else NotificationLevel.WARNING
        message = f"character_{state.value.lower()}"
        notify([before.user_id], NotificationKind.ACCOUNT, level, message, told, None, context.now())
        return await character_rows.judge_character(pk, state, context.now())

    character = await write(work)
    if character is None:
        raise not_found("characterId")
    await fill_characters(context, [character], selection_of(info))
    return character


@node_loader("Character")
async def _character(context: Context, pk: int, selection: Selection) -> CharacterView | None:
    found = await characters_by_id([pk]) if context.viewer.is_authenticated else []
    await fill_characters(context, found, selection)
    return found[0] if found else None
