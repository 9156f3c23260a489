"""Changing a member's rights by hand.

Tested in tests/resolvers/rights/test_rights_change.py.
"""

import strawberry

from domain.alliance.member import Adjustment
from engine.operation.change import unless_null
from engine.operation.context import Info
from models.alliance.member import MemberView
from resolvers.rights import rights_change
from schema.alliance.access import by_member, requires_alliance_administration
from schema.alliance.member import Member


@strawberry.input(description="What to change of a member's saved rights. What is left out stays.")
class MemberRightsInput:
    member_id: strawberry.ID = strawberry.field(
        description="A present member of an alliance that the caller administers."
    )
    coefficient: float | None = strawberry.field(
        default=strawberry.UNSET, description="Percent, 0 to 1000; kept to six decimals."
    )
    adjustment: Adjustment | None = strawberry.field(
        default=strawberry.UNSET, description="Which way the share may be adjusted so that all make 1."
    )
    accumulated_rights: float | None = strawberry.field(
        default=strawberry.UNSET, description="Materials, to the thousandth; -10^12 to 10^12."
    )


async def update_member_rights(
    info: Info,
    member: MemberView,
    input: MemberRightsInput,  # noqa: A002 - the argument's name for clients
) -> MemberView:
    return await rights_change.update_member_rights(
        info,
        member,
        unless_null(input.coefficient, "coefficient"),
        unless_null(input.adjustment, "adjustment"),
        unless_null(input.accumulated_rights, "accumulatedRights"),
    )


@strawberry.type
class RightsMutation:
    update_member_rights: Member = requires_alliance_administration(
        update_member_rights,
        of=by_member("input.member_id"),
        arguments={"input": "Whose rights, and what of them to change."},
        description="Kept in the member's history with who did it. Adjusted shares follow at once.",
    )
