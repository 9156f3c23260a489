"""Characters of the role play. Living ones open sections; the dead stay for their posts' sake.

Tested in tests/resolvers/account/test_character.py.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar

from tortoise import fields
from tortoise.exceptions import IntegrityError
from tortoise.models import Model

from domain.core.refusal import Code, Refusal
from models.core.database import execute, fetch
from models.core.row import Rows, column
from models.core.transaction import write

if TYPE_CHECKING:
    from models.account.faction import Clan, ClanView, Faction, FactionView


MOST_CHARACTERS = 50
"""Characters of one account, the dead counted: they are listed without pages."""


class Character(Model):
    id = fields.IntField(primary_key=True)
    user: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "models.User", related_name="characters", on_delete=fields.CASCADE
    )
    user_id: int
    name = fields.CharField(max_length=64)
    name_key = fields.CharField(max_length=192, unique=True)
    is_alive = fields.BooleanField(default=True)
    faction: "fields.ForeignKeyNullableRelation[Faction]" = fields.ForeignKeyField(
        "models.Faction", related_name="characters", on_delete=fields.RESTRICT, null=True
    )
    faction_id: int | None
    clan: "fields.ForeignKeyNullableRelation[Clan]" = fields.ForeignKeyField(
        "models.Clan", related_name="characters", on_delete=fields.RESTRICT, null=True
    )
    clan_id: int | None
    created_at = fields.DatetimeField(auto_now_add=True)

    class Meta:
        table = "characters"
        indexes = (("user_id", "is_alive"),)


@dataclass(slots=True, eq=False)
class CharacterView:
    """A character as it is read. `faction` and `clan` are set where they are selected."""

    typename: ClassVar[str] = "Character"
    pk: int = field(metadata=column("id"))
    name: str
    is_alive: bool
    faction_id: int | None
    clan_id: int | None
    faction: "FactionView | None" = field(default=None, init=False)
    clan: "ClanView | None" = field(default=None, init=False)


CHARACTERS = Rows(CharacterView, "characters ch")


async def characters_by_id(ids: Collection[int]) -> list[CharacterView]:
    return CHARACTERS.read(await fetch(f"{CHARACTERS.select} WHERE ch.id = ANY($1)", list(ids)))


async def characters_of(user_ids: Collection[int]) -> dict[int, list[CharacterView]]:
    """The characters of accounts, living and dead, oldest first."""
    rows = await fetch(
        f"SELECT {CHARACTERS.columns}, ch.user_id FROM characters ch WHERE ch.user_id = ANY($1) ORDER BY ch.id",
        list(user_ids),
    )
    found: dict[int, list[CharacterView]] = {}
    for view, row in zip(CHARACTERS.read(rows), rows, strict=True):
        found.setdefault(row["user_id"], []).append(view)
    return found


async def create_character(
    user_id: int, name: str, key: str, faction_id: int | None, clan_id: int | None, now: datetime
) -> CharacterView:
    """Adds a living character; CONFLICT for a name that is taken, whatever its case, or one character too many."""

    async def work() -> CharacterView:
        if await Character.filter(user_id=user_id).count() >= MOST_CHARACTERS:
            raise Refusal(Code.CONFLICT, "too_many_characters", most=MOST_CHARACTERS)
        return await insert_character(user_id, name, key, faction_id, clan_id, now)

    try:
        return await write(work)
    except IntegrityError:
        raise Refusal(Code.CONFLICT, "name_taken", "name") from None


async def insert_character(
    user_id: int, name: str, key: str, faction_id: int | None, clan_id: int | None, now: datetime
) -> CharacterView:
    """Adds a living character, however many there are. For use inside write()."""
    made = await Character.create(
        user_id=user_id, name=name, name_key=key, faction_id=faction_id, clan_id=clan_id, created_at=now
    )
    return CharacterView(made.id, name, True, faction_id, clan_id)


async def set_character_alive(character_id: int, *, is_alive: bool) -> CharacterView | None:
    """Declares a death, or takes it back; None if there is no such character."""

    async def work() -> list[CharacterView]:
        await execute("UPDATE characters SET is_alive = $1 WHERE id = $2", is_alive, character_id)
        return await characters_by_id([character_id])

    return next(iter(await write(work)), None)
