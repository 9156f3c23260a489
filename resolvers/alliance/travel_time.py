"""How long the viewer's convoys take to members: from their own place, at the level that their newest census tells.

Tested in tests/resolvers/alliance/test_travel_time.py.
"""

import math
from collections.abc import Sequence

from domain.alliance.evolution import Evolution, travel_time
from engine.operation.context import Context
from models.alliance.census.census import CensusView, current_censuses
from models.alliance.member import MemberView, members_by_ids


async def fill_travel_times(context: Context, found: Sequence[MemberView]) -> None:
    """None to whoever has no place with a topic in the member's alliance, and where a place or the level is unknown."""
    own = {one.alliance_id: one.member_id for one in context.viewer.memberships if one.has_topic}
    wanted = [own[pk] for pk in {member.alliance_id for member in found} if pk in own]
    places = await members_by_ids(wanted) if wanted else {}
    censuses = await current_censuses(wanted) if wanted else {}
    for member in found:
        pk = own.get(member.alliance_id, 0)
        member.travel_time = _between(places.get(pk), censuses.get(pk), member)


def _between(sender: MemberView | None, census: CensusView | None, to: MemberView) -> int | None:
    if sender is None or census is None or sender.x is None or sender.y is None or to.x is None or to.y is None:
        return None
    level = next((one.level for one in census.levels if one.evolution is Evolution.VITESSE_ATTAQUE), None)
    return None if level is None else travel_time(math.dist((sender.x, sender.y), (to.x, to.y)), level)
