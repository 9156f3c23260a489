"""Who wrote a topic or a post: the name it is signed with, and the account and character joined where asked for.

Tested in tests/resolvers/forum/test_topic_page.py.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, Protocol, TypeVar

from models.account.character import CHARACTERS, CharacterView, characters_by_id
from models.account.user import USERS, UserView, users_by_id
from models.core.database import Row
from models.core.row import UNREAD, Rows

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


class Extent(Enum):
    """How much of a writer's row is read along with what they wrote: who they are by number and name, or all of it."""

    NOTHING = 0
    NAME = 1
    WHOLE = 2


_USERS = {Extent.NAME: Rows(UserView, USERS.tables, only=("pk", "username")), Extent.WHOLE: USERS}
_CHARACTERS = {Extent.NAME: Rows(CharacterView, CHARACTERS.tables, only=("pk", "name")), Extent.WHOLE: CHARACTERS}


@dataclass(frozen=True, slots=True)
class Joined:
    """Which of the writer's rows to read along with what they wrote."""

    author: Extent = Extent.NOTHING
    character: Extent = Extent.NOTHING

    @property
    def columns(self) -> str:
        return "".join(f", {kind.columns}" for kind in self._kinds)

    @property
    def width(self) -> int:
        return sum(kind.width for kind in self._kinds)

    @property
    def _kinds(self) -> list[Rows[Any]]:
        return [kind for kind in (_USERS.get(self.author), _CHARACTERS.get(self.character)) if kind is not None]

    def tables(self, alias: str) -> str:
        """The joins onto a table of texts that is known as `alias`."""
        users = f" LEFT JOIN users u ON u.id = {alias}.author_id" if self.author in _USERS else ""
        characters = (
            f" LEFT JOIN characters ch ON ch.id = {alias}.character_id" if self.character in _CHARACTERS else ""
        )
        return users + characters

    def fill(self, views: Sequence[Written], rows: Sequence[Row], at: int) -> None:
        """Sets author and character of each view from its row, where the joined columns start at `at`."""
        kind = _USERS.get(self.author)
        if kind is not None:
            users = _once(kind, [view.author_id for view in views], rows, at)
            for view in views:
                view.author = users.get(view.author_id)
            at += kind.width
        named = _CHARACTERS.get(self.character)
        if named is not None:
            characters = _once(named, [view.character_id for view in views], rows, at)
            for view in views:
                view.character = characters.get(view.character_id)


def is_read(writer: UserView | CharacterView | None, extent: Extent) -> bool:
    """Whether as much of a writer was read as is wanted now."""
    if writer is None or extent is not Extent.WHOLE:
        return True
    return (writer.created_at if isinstance(writer, UserView) else writer.user_id) is not UNREAD


def _once(kind: Rows[View], keys: Iterable[int | None], rows: Sequence[Row], at: int) -> dict[int | None, View]:
    """One object for each key, however many texts point to it."""
    found = dict(zip(keys, rows, strict=True))
    found.pop(None, None)
    return dict(zip(found, kind.read(list(found.values()), at), strict=True))


async def set_authors(joined: Joined, views: Sequence[Written]) -> None:
    """Sets the writers of views that were read without: one query for the accounts, one for the characters."""
    if joined.author is not Extent.NOTHING:
        users = {user.pk: user for user in await users_by_id({view.author_id for view in views if view.author_id})}
        for view in views:
            view.author = None if view.author_id is None else users.get(view.author_id)
    if joined.character is not Extent.NOTHING:
        ids = {view.character_id for view in views if view.character_id}
        characters = {character.pk: character for character in await characters_by_id(ids)}
        for view in views:
            view.character = None if view.character_id is None else characters.get(view.character_id)
