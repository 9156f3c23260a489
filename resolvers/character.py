"""Characters: what a selection asks of those that are there already, in one query a relation."""

from collections.abc import Sequence

from models.character import CharacterView
from resolvers.context import Context
from resolvers.selection import Selection


async def fill_characters(context: Context, characters: Sequence[CharacterView], selection: Selection) -> None:
    """Sets what is selected and no column of the character itself."""
