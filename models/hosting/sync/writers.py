"""Who wrote what came from a host, as far as those accounts and characters are still there. Reads, and writes nothing.

Tested in tests/models/hosting/sync/test_hosting_machine.py.
"""

from collections.abc import Sequence

from domain.hosting.sealed_text import SealedText
from models.account.author import Author
from models.core.database import fetch


class Writers:
    """`look_up` comes first; a text that it was not given has nobody's account, and its name still."""

    def __init__(self) -> None:
        self._users: set[int] = set()
        self._characters: set[int] = set()

    async def look_up(self, texts: Sequence[SealedText]) -> None:
        if texts:
            users = {text.user_id for text in texts} | {text.edit.user_id for text in texts if text.edit}
            self._users = await _existing("users", users)
            self._characters = await _existing("characters", {text.character_id for text in texts})

    def author(self, text: SealedText) -> Author:
        user_id = text.user_id if text.user_id in self._users else None
        return Author(user_id, text.signed, text.character_id if text.character_id in self._characters else None)

    def editor(self, text: SealedText) -> Author:
        if text.edit is None:
            return self.author(text)
        return Author(text.edit.user_id if text.edit.user_id in self._users else None, text.edit.name)


async def _existing(table: str, ids: set[int | None]) -> set[int]:
    wanted = [pk for pk in ids if pk is not None]
    rows = await fetch(f"SELECT id FROM {table} WHERE id = ANY($1)", wanted) if wanted else []
    return {row[0] for row in rows}
