"""How long the viewer's convoys take to members: from their own place, at the level that their newest census tells.

Tested in tests/resolvers/alliance/test_travel_time.py.
"""

from collections.abc import Sequence

from domain.alliance.evolution import Evolution, time_between
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
    if sender is None or census is None:
        return None
    return time_between(sender.place, to.place, census.level(Evolution.VITESSE_ATTAQUE))
