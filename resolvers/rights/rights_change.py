"""Changing a member's rights by hand, by those who administer its alliance."""

from domain.alliance.member import MAX_COEFFICIENT, Adjustment, is_coefficient
from domain.core.refusal import bad_input
from engine.operation.context import Info
from models.alliance.member import MemberView
from models.rights import rights_change
from models.rights.rights_change import RightsChange
from resolvers.alliance.member import answer

MOST_RIGHTS = 10**12
"""Materials either way: a thousand times what the largest alliance moves in a year, and far inside a row."""


async def update_member_rights(
    info: Info,
    member: MemberView,
    coefficient: float | None,
    adjustment: Adjustment | None,
    accumulated_rights: float | None,
) -> MemberView:
    """What is None stays."""
    if coefficient is not None and not is_coefficient(coefficient):
        raise bad_input("coefficient", "bad_coefficient", most=int(MAX_COEFFICIENT))
    if accumulated_rights is not None and not abs(accumulated_rights) <= MOST_RIGHTS:
        raise bad_input("accumulatedRights", "bad_rights", most=MOST_RIGHTS)
    thousandths = None if accumulated_rights is None else round(accumulated_rights * 1000)
    context = info.context
    change = RightsChange(coefficient, adjustment, thousandths)
    await rights_change.update_member_rights(member, change, context.viewer, context.now())
    return await answer(info, member)
