"""Who writes and who wrote: the name that the viewer signs with, and the writers of rows as a selection asks.

Tested in tests/resolvers/forum/test_post.py.
"""

from collections.abc import Sequence
from dataclasses import replace

from domain.core.refusal import Code, Refusal
from engine.operation.context import Context
from engine.operation.node import row_id
from engine.operation.selection import Selection, below
from models.account.author import Author, Extent, Joined, Written, is_read, set_authors
from models.forum.section import section_chain
from permissions.viewer import Viewer
from permissions.visibility import admits
from resolvers.account.character import fill_characters
from resolvers.account.user import fill_users


def signature(viewer: Viewer, character_id: str | None = None) -> Author:
    """How the viewer signs: as themselves or as one of their own living characters, otherwise FORBIDDEN."""
    if character_id is None:
        return Author(viewer.user_id, viewer.username)
    pk = row_id(character_id, "Character", "characterId")
    for character in viewer.characters:
        if character.id == pk:
            return Author(viewer.user_id, character.name, pk)
    raise Refusal(Code.FORBIDDEN, "not_your_character", "characterId")


def signature_in(viewer: Viewer, author: Author, *alliance_ids: int | None) -> Author:
    """In the sections of an alliance its members sign with the name by which the others know them: that in the game."""
    if author.character_id is None:
        for place in filter(None, (viewer.membership_in(pk) for pk in alliance_ids if pk is not None)):
            return replace(author, name=place.pseudo)
    return author


async def check_signature(viewer: Viewer, author: Author, section_id: int) -> None:
    """FORBIDDEN for a character that would not be let in by itself: it signs only where it may enter."""
    characters = [one for one in viewer.characters if one.id == author.character_id]
    if author.character_id is None:
        return
    for link in await section_chain(section_id):
        if not any(admits(link, character) for character in characters):
            raise Refusal(Code.FORBIDDEN, "character_elsewhere", "characterId")


_NAMES = {"author": frozenset(("__typename", "id", "username")), "character": frozenset(("__typename", "id", "name"))}
"""What is selected of a writer of whom number and name are enough."""


def joined_in(selection: Selection) -> Joined:
    """What of the writer a selection of a topic or post wants read with it."""
    return Joined(author=_extent(selection, "author"), character=_extent(selection, "character"))


def _extent(selection: Selection, name: str) -> Extent:
    if name not in selection:
        return Extent.NOTHING
    return Extent.NAME if selection[name].keys() <= _NAMES[name] else Extent.WHOLE


async def fill_authors(context: Context, views: Sequence[Written], selection: Selection) -> None:
    """Sets what is selected of author and character, and reads those of which that is not there yet."""
    wanted, nothing = joined_in(selection), Extent.NOTHING
    author = all(hasattr(view, "author") and is_read(view.author, wanted.author) for view in views)
    character = all(hasattr(view, "character") and is_read(view.character, wanted.character) for view in views)
    missing = Joined(nothing if author else wanted.author, nothing if character else wanted.character)
    await set_authors(missing, views)
    if selection.get("author"):
        users = {id(view.author): view.author for view in views if view.author is not None}
        await fill_users(context, list(users.values()), below(selection, "author"))
    if selection.get("character"):
        characters = {id(view.character): view.character for view in views if view.character is not None}
        await fill_characters(context, list(characters.values()), below(selection, "character"))
