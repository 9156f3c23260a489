"""Members of alliances: who they are, who plays them, and what the last update of the rights saved.

Tested in tests/resolvers/alliance/test_member.py.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from dataclasses import fields as dataclass_fields
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar

from tortoise import fields
from tortoise.models import Model

from domain.alliance.evolution import Place
from domain.alliance.member import Adjustment, MemberTitle, SavedRights, write_member_title
from domain.core.day import minute_of
from domain.core.name import name_key
from models.alliance.alliance import ALLIANCES, AllianceView
from models.core.bulk import insert_numbered, update_rows
from models.core.database import fetch
from models.core.row import Rows, column

if TYPE_CHECKING:
    from models.account.user import User, UserView
    from models.alliance.alliance import Alliance
    from models.alliance.census.census import CensusView
    from models.alliance.member_claim import MemberClaimView
    from models.forum.topic import Topic, TopicView


class Member(Model):
    """A player of an alliance: `pseudo` in any case names one row, which stays when the player goes (`left_at`).

    `user` holds the place once an administrator confirmed their claim. `rank` and `rank_order` come
    together or not at all. `coefficient` is percent, rights thousandths of materials. `tdc`, in cm², is the newest of
    `table_tdc`, which the game's table said at `table_tdc_at`, and of the censuses'. `left_administering`: they
    administered when they left.
    """

    id = fields.IntField(primary_key=True)
    alliance: "fields.ForeignKeyRelation[Alliance]" = fields.ForeignKeyField(
        "models.Alliance", related_name="members", on_delete=fields.CASCADE
    )
    alliance_id: int
    pseudo = fields.CharField(max_length=100)
    pseudo_key = fields.CharField(max_length=300)
    player_id = fields.IntField(null=True)
    x = fields.IntField(null=True)
    y = fields.IntField(null=True)
    rank = fields.CharField(max_length=100, null=True)
    rank_order = fields.IntField(null=True)
    topic: "fields.OneToOneNullableRelation[Topic]" = fields.OneToOneField(
        "models.Topic", related_name="member", on_delete=fields.SET_NULL, null=True
    )
    topic_id: int | None
    hosted_by: "fields.ForeignKeyNullableRelation[Alliance]" = fields.ForeignKeyField(
        "models.Alliance", related_name="guests", on_delete=fields.SET_NULL, null=True
    )
    hosted_by_id: int | None
    user: "fields.ForeignKeyNullableRelation[User]" = fields.ForeignKeyField(
        "models.User", related_name="memberships", on_delete=fields.SET_NULL, null=True
    )
    user_id: int | None
    can_administer = fields.BooleanField(default=False)
    tdc = fields.BigIntField(default=0)
    table_tdc = fields.BigIntField(null=True)
    table_tdc_at = fields.DatetimeField(null=True)
    coefficient = fields.FloatField(default=0.0)
    adjustment = fields.CharField(max_length=8, default="EXACT")
    tdc_at_last_update = fields.BigIntField(default=0)
    last_updated_at = fields.DatetimeField(auto_now_add=True)
    accumulated_thousandths = fields.BigIntField(default=0)
    joined_at = fields.DatetimeField(auto_now_add=True)
    left_at = fields.DatetimeField(null=True)
    left_administering = fields.BooleanField(default=False)
    created_at = fields.DatetimeField(auto_now_add=True)

    class Meta:
        table = "members"
        unique_together = (("alliance_id", "pseudo_key"),)
        indexes = (("user_id",),)


@dataclass(slots=True, eq=False)
class MemberView:
    """A member as it is read. The last fields are there once whoever reads it has filled them."""

    typename: ClassVar[str] = "Member"
    pk: int = field(metadata=column("id"))
    alliance_id: int
    pseudo: str
    pseudo_key: str
    player_id: int | None
    x: int | None
    y: int | None
    title_rank: str | None = field(metadata=column("rank"))
    title_rank_order: int | None = field(metadata=column("rank_order"))
    can_administer: bool
    tdc: int
    coefficient: float
    adjustment: Adjustment
    tdc_at_last_update: int
    last_updated_at: datetime
    accumulated_thousandths: int
    topic_id: int | None
    user_id: int | None
    hosted_by_id: int | None
    joined_at: datetime
    left_at: datetime | None
    alliance: AllianceView = field(init=False)
    user: "UserView | None" = field(init=False)
    claims: "list[MemberClaimView]" = field(init=False)
    claimed_by: "UserView | None" = field(init=False)
    topic: "TopicView | None" = field(init=False)
    hosted_by: "AllianceView | None" = field(init=False)
    census: "CensusView | None" = field(init=False)
    travel_time: int | None = field(init=False)
    resource_rights: Any = field(init=False)

    @property
    def place(self) -> Place | None:
        """On the game's map, where it is known."""
        return None if self.x is None or self.y is None else (self.x, self.y)

    @property
    def rank(self) -> str:
        return self.title_rank or ""

    @property
    def rank_order(self) -> int:
        return self.title_rank_order or 0

    @property
    def title(self) -> str:
        """What the member's topic is called."""
        rights = SavedRights(
            self.coefficient,
            self.adjustment,
            self.tdc_at_last_update,
            self.last_updated_at,
            self.accumulated_thousandths,
        )
        ranks = self.title_rank, self.title_rank_order
        return write_member_title(MemberTitle(self.pseudo, self.player_id, self.x, self.y, *ranks, rights))


MEMBERS = Rows(MemberView, "members m")
OF_TABLE = frozenset(
    {
        *("pk", "alliance_id", "user_id", "left_at", "pseudo", "title_rank", "title_rank_order", "tdc", "coefficient"),
        *("adjustment", "tdc_at_last_update", "last_updated_at", "accumulated_thousandths"),
    }
)
"""What a table of names, ranks and rights reads of a member."""

_TABLE = Rows(MemberView, "members m", only=OF_TABLE)


@dataclass(frozen=True, slots=True)
class NewMember:
    """What a member's row begins with, where it is not said otherwise."""

    pseudo: str
    player_id: int | None = None
    x: int | None = None
    y: int | None = None
    rank: str | None = None
    rank_order: int | None = None
    topic_id: int | None = None
    user_id: int | None = None
    can_administer: bool = False
    tdc: int = 0
    table_tdc: int | None = None
    table_tdc_at: datetime | None = None
    coefficient: float = 0.0
    adjustment: Adjustment = Adjustment.EXACT
    tdc_at_last_update: int = 0
    last_updated_at: datetime | None = None
    """None: the minute in which the row is made."""
    accumulated_thousandths: int = 0
    left_at: datetime | None = None


_NEW = tuple(one.name for one in dataclass_fields(NewMember))
_OF_ACCOUNT = {"user_id", "can_administer"}


async def insert_members(alliance_id: int, members: Sequence[NewMember], now: datetime) -> list[int]:
    """Adds rows, whose names must be free, in one statement; gives their numbers in order. For use inside write()."""
    begun = [one if one.last_updated_at else replace(one, last_updated_at=minute_of(now)) for one in members]
    rows = [(alliance_id, name_key(one.pseudo), now, now, *(getattr(one, name) for name in _NEW)) for one in begun]
    return await insert_numbered("members", ("alliance_id", "pseudo_key", "joined_at", "created_at", *_NEW), rows)


async def rewrite_member(member_id: int, member: NewMember) -> None:
    """Has a row say all that a new one would, but for who plays it. For use inside write()."""
    names = [name for name in _NEW if name not in _OF_ACCOUNT]
    await update_rows("members", ("id", *names), [(member_id, *(getattr(member, name) for name in names))])


async def members_of(alliance_ids: Sequence[int], *, gone: bool = False) -> dict[int, list[MemberView]]:
    """The present members of each alliance by rank, then name; with `gone`, those who have left too."""
    present = "" if gone else " AND m.left_at IS NULL"
    rows = await fetch(
        f"""{MEMBERS.select} WHERE m.alliance_id = ANY($1){present}
        ORDER BY COALESCE(m.rank_order, 0) DESC, m.pseudo_key""",
        list(alliance_ids),
    )
    found: dict[int, list[MemberView]] = {alliance_id: [] for alliance_id in alliance_ids}
    for view in MEMBERS.read(rows):
        found[view.alliance_id].append(view)
    return found


async def alliance_with_members(
    tag_key: str, *, of_table: bool = False
) -> tuple[AllianceView, list[MemberView], bool] | None:
    """An alliance and its present members, in the order of `members_of`; and whether it has an open hosting.

    With `of_table`, no more of the members is read than that.
    """
    read = _TABLE if of_table else MEMBERS
    rows = await fetch(
        f"""WITH one AS MATERIALIZED (SELECT {ALLIANCES.columns},
            EXISTS (SELECT 1 FROM hostings h WHERE h.mother_id = a.id AND h.closed_at IS NULL) AS is_hosted
            FROM {ALLIANCES.tables} WHERE a.tag_key = $1)
        SELECT one.*, {read.columns} FROM one LEFT JOIN members m ON m.alliance_id = one.id AND m.left_at IS NULL
        ORDER BY COALESCE(m.rank_order, 0) DESC, m.pseudo_key""",
        tag_key,
    )
    at = ALLIANCES.width + 1
    found = ALLIANCES.first(rows)
    members = read.read([row for row in rows if row[at] is not None], at)
    return None if found is None else (found, members, bool(rows[0][at - 1]))


async def members_by_ids(ids: Sequence[int]) -> dict[int, MemberView]:
    """Members present or gone, by their numbers."""
    rows = await fetch(f"{MEMBERS.select} WHERE m.id = ANY($1)", list(ids))
    return {view.pk: view for view in MEMBERS.read(rows)}


async def member_of_topic(topic_id: int) -> MemberView | None:
    """The member whose own topic it is."""
    return MEMBERS.first(await fetch(f"{MEMBERS.select} WHERE m.topic_id = $1", topic_id))


async def members_by_keys(alliance_id: int, keys: Sequence[str]) -> dict[str, MemberView]:
    """Members of one alliance, present or gone, by the keys of their pseudos."""
    sql = f"{MEMBERS.select} WHERE m.alliance_id = $1 AND m.pseudo_key = ANY($2)"
    return {view.pseudo_key: view for view in MEMBERS.read(await fetch(sql, alliance_id, list(keys)))}
