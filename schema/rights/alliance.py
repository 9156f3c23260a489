"""What harvests add to alliances as clients see and announce them."""

import strawberry

from engine.execution.field import resolved
from engine.execution.price import price
from engine.operation.type_extension import extends
from resolvers.rights import harvest
from schema.alliance.access import by_tag, requires_membership
from schema.alliance.alliance import Alliance
from schema.rights.harvest import HarvestConnection


@extends(Alliance)
class HarvestsOfAlliance:
    harvests: HarvestConnection = resolved(
        harvest.harvests,
        description="Newest first; empty for those who may not look into the alliance.",
        metadata=price(20),
    )


@strawberry.type
class HarvestMutation:
    record_next_harvest: Alliance = requires_membership(
        harvest.record_next_harvest,
        of=by_tag("alliance_tag"),
        arguments={"at": "From half an hour ago to 31 minutes ahead, otherwise BAD_INPUT; seconds do not count."},
        description="What the game's resource page announces; harvests follow every half hour from there. One "
        "that disagrees with that rhythm waits for a second member's word; an administrator's is enough.",
    )
