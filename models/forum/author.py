"""Who wrote a topic or a post: the name it is signed with, and the account and character joined where asked for."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from models.account.character import CHARACTER_COLUMNS, CharacterView, character_view, characters_by_id
from models.account.user import USER_COLUMNS, UserView, user_view, users_by_id
from models.core.database import Row

_USER_WIDTH = USER_COLUMNS.count(",") + 1
_CHARACTER_WIDTH = CHARACTER_COLUMNS.count(",") + 1
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
        return (f", {USER_COLUMNS}" if self.author else "") + (f", {CHARACTER_COLUMNS}" if self.character else "")

    def tables(self, alias: str) -> str:
        """The joins onto a table of texts that is known as `alias`."""
        users = f" LEFT JOIN users u ON u.id = {alias}.author_id" if self.author else ""
        characters = f" LEFT JOIN characters ch ON ch.id = {alias}.character_id" if self.character else ""
        return users + characters

    def fill(self, views: Iterable[Written], rows: Iterable[Row], at: int) -> None:
        """Sets author and character of each view from its row, where the joined columns start at `at`."""
        after_user = at + _USER_WIDTH if self.author else at
        users: dict[int, UserView] = {}
        characters: dict[int, CharacterView] = {}
        for view, row in zip(views, rows, strict=True):
            if self.author:
                view.author = _once(users, view.author_id, user_view, row[at:after_user])
            if self.character:
                columns = row[after_user : after_user + _CHARACTER_WIDTH]
                view.character = _once(characters, view.character_id, character_view, columns)


def _once(known: dict[int, View], pk: int | None, make: Callable[[Row], View], columns: Row) -> View | None:
    """One object for each row, however many texts point to it."""
    if pk is None:
        return None
    if pk not in known:
        known[pk] = make(columns)
    return known[pk]


async def set_authors(joined: Joined, views: Sequence[Written]) -> None:
    """The same for views that were read without their writers: one query for the accounts, one for the characters."""
    if joined.author:
        users = {user.pk: user for user in await users_by_id({view.author_id for view in views if view.author_id})}
        for view in views:
            view.author = None if view.author_id is None else users.get(view.author_id)
    if joined.character:
        ids = {view.character_id for view in views if view.character_id}
        characters = {character.pk: character for character in await characters_by_id(ids)}
        for view in views:
            view.character = None if view.character_id is None else characters.get(view.character_id)
