"""Claims: which accounts ask for which members' places. Several may ask for one; who gets it is said elsewhere.

Tested in tests/resolvers/alliance/test_member.py.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from tortoise import fields
from tortoise.models import Model

from models.core.database import execute, fetch, insert
from models.core.row import Rows

if TYPE_CHECKING:
    from models.account.user import User, UserView


class MemberClaim(Model):
    """That an account asks for a member's place."""

    id = fields.IntField(primary_key=True)
    member: fields.ForeignKeyRelation[Any] = fields.ForeignKeyField(
        "models.Member", related_name="claims", on_delete=fields.CASCADE
    )
    member_id: int
    user: "fields.ForeignKeyRelation[User]" = fields.ForeignKeyField(
        "models.User", related_name="claims", on_delete=fields.CASCADE
    )
    user_id: int
    claimed_at = fields.DatetimeField()

    class Meta:
        table = "member_claims"
        unique_together = (("member_id", "user_id"),)
        indexes = (("user_id",),)


@dataclass(slots=True, eq=False)
class MemberClaimView:
    """A claim as it is read. `user` is set where it was selected."""

    member_id: int
    user_id: int
    claimed_at: datetime
    user: "UserView" = field(init=False)


CLAIMS = Rows(MemberClaimView, "member_claims k JOIN users u ON u.id = k.user_id")


async def claims_of(member_ids: Sequence[int]) -> dict[int, list[MemberClaimView]]:
    """The claims of each member's place by active accounts, oldest first."""
    sql = f"{CLAIMS.select} WHERE k.member_id = ANY($1) AND u.is_active = $2 ORDER BY k.claimed_at, k.id"
    found: dict[int, list[MemberClaimView]] = {member_id: [] for member_id in member_ids}
    for claim in CLAIMS.read(await fetch(sql, list(member_ids), True)):
        found[claim.member_id].append(claim)
    return found


# ---- writing: inside write(), with the alliance locked ------------------------------


async def add_claim(alliance_id: int, member_id: int, user_id: int, now: datetime) -> bool:
    """An account has one claim an alliance: another that it had there is withdrawn. False where it has this one."""
    await execute(
        """DELETE FROM member_claims WHERE user_id = $1 AND member_id <> $2
        AND member_id IN (SELECT m.id FROM members m WHERE m.alliance_id = $3)""",
        user_id,
        member_id,
        alliance_id,
    )
    added = await insert(
        """INSERT INTO member_claims (member_id, user_id, claimed_at) VALUES ($1, $2, $3)
        ON CONFLICT (member_id, user_id) DO NOTHING RETURNING id""",
        member_id,
        user_id,
        now,
    )
    return bool(added)


async def withdraw_claims(alliance_id: int, user_id: int) -> None:
    """All that an account asks for in an alliance."""
    await execute(
        """DELETE FROM member_claims WHERE user_id = $1
        AND member_id IN (SELECT m.id FROM members m WHERE m.alliance_id = $2)""",
        user_id,
        alliance_id,
    )


async def drop_claim(member_id: int, user_id: int) -> bool:
    """Tells whether there was one."""
    sql = "DELETE FROM member_claims WHERE member_id = $1 AND user_id = $2"
    return bool(await execute(sql, member_id, user_id))


async def drop_claims(member_ids: Sequence[int]) -> None:
    """All claims of these members' places."""
    await execute("DELETE FROM member_claims WHERE member_id = ANY($1)", list(member_ids))
