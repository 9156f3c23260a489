"""The curves of an alliance's rights, for those who administer it."""

from datetime import datetime

from domain.core.refusal import bad_input
from engine.operation.context import Info
from engine.operation.selection import below, selection_of
from models.alliance.alliance import AllianceView
from models.rights import rights_curve
from models.rights.rights_curve import MemberCurve, RightsCurves
from resolvers.alliance.member import members_of_alliances

USUAL_POINTS = 120
POINTS = range(2, 201)


async def rights_curves(
    root: AllianceView, info: Info, *, since: datetime | None = None, points: int | None = USUAL_POINTS
) -> RightsCurves:
    """Of the present members, in the order of their list. The field has asked whether the viewer administers."""
    points = USUAL_POINTS if points is None else points
    if points not in POINTS:
        raise bad_input("points", "bad_points", least=POINTS[0], most=POINTS[-1])
    selection = selection_of(info)
    found = await rights_curve.rights_curves(root.pk, since, points)
    found.members = []
    if "members" in selection:
        wanted = below(selection, "members", "member")
        (members,) = await members_of_alliances(info.context, [root], wanted, gone=False)
        nothing = [None] * len(found.harvest_at)
        found.members = [MemberCurve(one, found.accumulated.get(one.pk, list(nothing))) for one in members]
    return found
