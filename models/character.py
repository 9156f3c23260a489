"""Characters of the role play. Living ones open sections; the dead stay for their posts' sake."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from tortoise import fields
from tortoise.models import Model

from models.database import Row

if TYPE_CHECKING:
    from models.faction import Clan, Faction
    from models.user import User


class Character(Model):
    id = fields.IntField(primary_key=True)
    user: "fields.ForeignKeyRelation[User]" = fields.ForeignKeyField(
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
    """A character as it is read."""

    typename: ClassVar[str] = "Character"
    pk: int
    name: str
    is_alive: bool
    faction_id: int | None
    clan_id: int | None


CHARACTER_COLUMNS = "ch.id, ch.name, ch.is_alive, ch.faction_id, ch.clan_id"


def character_view(row: Row) -> CharacterView:
    """The character of a row that is CHARACTER_COLUMNS."""
    pk, name, is_alive, faction_id, clan_id = row
    return CharacterView(pk, name, bool(is_alive), faction_id, clan_id)
