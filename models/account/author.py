"""Who wrote a topic or a post: the name it is signed with, and the account and character joined where asked for.

Tested in tests/resolvers/forum/test_topic_page.py.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from models.account.character import CHARACTERS, CharacterView, characters_by_id
from models.account.user import USERS, UserView, users_by_id
from models.core.database import Row
from models.core.row import Rows

View = TypeVar("View")


@dataclass(frozen=True, slots=True)
class Author:
    """Whoever signs a new text; the name is kept for ever, whatever becomes of account and character."""

    user_id: int | None
    name: str
    character_id: int | None = None


class Written(Protocol):
    """A row that somebody wrote."""

    author_id: int | None
    character_id: int | None
    author: UserView | None
    character: CharacterView | None


@dataclass(frozen=True, slots=True)
class Joined:
    """Which of the writer's rows to read along with what they wrote."""

    author: bool = False
    character: bool = False

    @property
    def columns(self) -> str:
        return (f", {USERS.columns}" if self.author else "") + (f", {CHARACTERS.columns}" if self.character else "")

    @property
    def width(self) -> int:
        return USERS.width * self.author + CHARACTERS.width * self.character

    def tables(self, alias: str) -> str:
        """The joins onto a table of texts that is known as `alias`."""
        users = f" LEFT JOIN users u ON u.id = {alias}.author_id" if self.author else ""
        characters = f" LEFT JOIN characters ch ON ch.id = {alias}.character_id" if self.character else ""
        return users + characters

    def fill(self, views: Sequence[Written], rows: Sequence[Row], at: int) -> None:
        """Sets author and character of each view from its row, where the joined columns start at `at`."""
        if self.author:
            users = _once(USERS, [view.author_id for view in views], rows, at)
            for view in views:
                view.author = users.get(view.author_id)
            at += USERS.width
        if self.character:
            characters = _once(CHARACTERS, [view.character_id for view in views], rows, at)
            for view in views:
                view.character = characters.get(view.character_id)


def _once(kind: Rows[View], keys: Iterable[int | None], rows: Sequence[Row], at: int) -> dict[int | None, View]:
    """One object for each key, however many texts point to it."""
    found = dict(zip(keys, rows, strict=True))
    found.pop(None, None)
    return dict(zip(found, kind.read(list(found.values()), at), strict=True))


async def set_authors(joined: Joined, views: Sequence[Written]) -> None:
    """Sets the writers of views that were read without: one query for the accounts, one for the characters."""
    if joined.author:
        users = {user.pk: user for user in await users_by_id({view.author_id for view in views if view.author_id})}
        for view in views:
            view.author = None if view.author_id is None else users.get(view.author_id)
    if joined.character:
        ids = {view.character_id for view in views if view.character_id}
        characters = {character.pk: character for character in await characters_by_id(ids)}
        for view in views:
            view.character = None if view.character_id is None else characters.get(view.character_id)
