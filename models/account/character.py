"""Characters of the role play. Living, approved ones open sections; the dead stay for their posts' sake.

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
from models.core.count import capped
from models.core.database import execute, fetch
from models.core.keyset import Keyset, Window
from models.core.row import Rows, column
from models.core.transaction import write
from permissions.character import CharacterState

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
    state = fields.CharField(max_length=8, default=CharacterState.WAITING)
    judged_at = fields.DatetimeField(null=True)
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
        indexes = (("user_id", "is_alive"), ("state", "id"))


@dataclass(slots=True, eq=False)
class CharacterView:
    """A character as it is read. `faction`, `clan` and `player` are set where they are selected."""

    typename: ClassVar[str] = "Character"
    pk: int = field(metadata=column("id"))
    name: str
    is_alive: bool
    state: CharacterState
    judged_at: datetime | None
    user_id: int
    faction_id: int | None
    clan_id: int | None
    player: str = field(default="", init=False)
    faction: "FactionView | None" = field(default=None, init=False)
    clan: "ClanView | None" = field(default=None, init=False)


CHARACTERS = Rows(CharacterView, "characters ch")


async def characters_by_id(ids: Collection[int]) -> list[CharacterView]:
    return CHARACTERS.read(await fetch(f"{CHARACTERS.select} WHERE ch.id = ANY($1)", list(ids)))


async def characters_of(user_ids: Collection[int]) -> dict[int, list[CharacterView]]:
    """The characters of accounts, living and dead, oldest first."""
    rows = await fetch(f"{CHARACTERS.select} WHERE ch.user_id = ANY($1) ORDER BY ch.id", list(user_ids))
    found: dict[int, list[CharacterView]] = {}
    for view in CHARACTERS.read(rows):
        found.setdefault(view.user_id, []).append(view)
    return found


ORDER = Keyset(("ch.id",))


async def waiting_characters(window: Window) -> list[CharacterView]:
    """A window on those that no game master has judged yet, the oldest first."""
    part = ORDER.part(window, 2)
    sql = f"{CHARACTERS.select} WHERE ch.state = $1{part.where} ORDER BY {part.order} LIMIT {window.limit:d}"
    rows = await fetch(sql, CharacterState.WAITING.value, *part.values)
    return sorted(CHARACTERS.read(rows), key=lambda one: one.pk)


async def count_waiting_characters() -> int:
    """How many there are; 1,001 for more than 1,000."""
    rows = await fetch(f"SELECT {capped('characters WHERE state = $1')}", CharacterState.WAITING.value)
    return int(rows[0][0])


async def judge_character(character_id: int, state: CharacterState, now: datetime) -> CharacterView | None:
    """Approves or refuses, whatever was said before; None if there is no such character. For use inside write()."""
    sql = "UPDATE characters SET state = $1, judged_at = $2 WHERE id = $3"
    await execute(sql, state.value, now, character_id)
    return next(iter(await characters_by_id([character_id])), None)


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
    user_id: int,
    name: str,
    key: str,
    faction_id: int | None,
    clan_id: int | None,
    now: datetime,
    state: CharacterState = CharacterState.WAITING,
) -> CharacterView:
    """Adds a living character, however many there are. For use inside write()."""
    judged_at = None if state is CharacterState.WAITING else now
    made = await Character.create(
        user_id=user_id,
        name=name,
        name_key=key,
        state=state,
        judged_at=judged_at,
        faction_id=faction_id,
        clan_id=clan_id,
        created_at=now,
    )
    return CharacterView(made.id, name, True, state, judged_at, user_id, faction_id, clan_id)


async def set_character_alive(character_id: int, *, is_alive: bool) -> CharacterView | None:
    """Declares a death, or takes it back; None if there is no such character."""

    async def work() -> list[CharacterView]:
        await execute("UPDATE characters SET is_alive = $1 WHERE id = $2", is_alive, character_id)
        return await characters_by_id([character_id])

    return next(iter(await write(work)), None)
