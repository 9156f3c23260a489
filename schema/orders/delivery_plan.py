"""What to send next, as administrators and senders see it.

Tested in tests/resolvers/orders/test_delivery_plan.py.
"""

from datetime import datetime

import strawberry

from domain.orders.delivery_plan import Obstacle
from engine.execution.described_enum import described_enum
from engine.execution.price import price
from engine.execution.scalar import BigInt
from engine.guard.row_filter import seen_by
from permissions.row_filter import RowFilter
from schema.alliance.member import Member
from schema.orders.order import Order

described_enum(
    Obstacle,
    "Why an open order does not get all that it still wants by the delivery plan.",
    {
        Obstacle.NOT_ACCEPTED: "It is NEW: an administrator has not set it waiting or in progress.",
        Obstacle.TOO_EARLY: "Its deliverAfter has not come, in UTC.",
        Obstacle.REQUESTER_LEFT: "Who asked has left the alliance.",
        Obstacle.NO_STOCK: "By their newest censuses, members hold no more of it than is planned.",
        Obstacle.NO_CARRIERS: "Members hold more of it than their free workers carry.",
    },
)


@strawberry.type(
    description="A convoy that the delivery plan asks a member for. `sendConvoy` takes it as it stands: the order's "
    "id, food, materials, and arrivesAt, which the sender gives where it is null."
)
class PlannedConvoy:
    sender: Member = seen_by(RowFilter.ALLIANCE_INSIGHT, description="Who is to send it.")
    recipient: Member = seen_by(RowFilter.ALLIANCE_INSIGHT, description="The order's requester.")
    order: Order = seen_by(
        RowFilter.ALLIANCE_INSIGHT, description="IN_PROGRESS, or WAITING for those before it in the plan."
    )
    food: BigInt = strawberry.field(description="Food, 0 to 10^12.")
    materials: BigInt = strawberry.field(description="Materials, 0 to 10^12; one of the two is above 0.")
    departs_at: datetime = strawberry.field(description="The instant that the plan is made for: now.")
    arrives_at: datetime | None = strawberry.field(
        description="departsAt + travelTime, rounded up to a whole minute; null where travelTime is."
    )
    travel_time: int | None = strawberry.field(
        description="Seconds, ceil(0.9^VA × 637200 × (1 - e^(-d/350))): d the distance between the two places on the "
        "map, VA the sender's VITESSE_ATTAQUE in their newest census. Null where one of them is unknown."
    )
    is_late: bool | None = strawberry.field(
        description="Whether it arrives after the order's dueOn, in UTC; false without dueOn, null where the arrival "
        "alone is unknown."
    )


@strawberry.type(description="An open order, or what of it nobody is asked to send.")
class UnservedOrder:
    order: Order = seen_by(RowFilter.ALLIANCE_INSIGHT, description="NEW, WAITING or IN_PROGRESS.")
    food: BigInt = strawberry.field(description="Food that it still wants and does not get by this plan.")
    materials: BigInt = strawberry.field(description="Materials, likewise.")
    obstacle: Obstacle = strawberry.field(description="Why that is so, for programs.")
    message: str = strawberry.field(description="The same for people: in French or, by Accept-Language, in English.")


@strawberry.type(
    description="What to send next, computed anew from what is known now. Orders go in their turn: IN_PROGRESS first, "
    "then WAITING, each by score; materials before food; the first gets all that can be had before the second gets "
    "any. Members send by projectedRights, lowest first (of equal ones whoever is least late at the first order, then "
    "whoever can send most), as much as they can: no more than their newest census shows, "
    "less what they sent since, and no more than their free workers carry, (workers - tdc) × (10 + level of "
    "ETABLE_PUCERONS / 2), less what is under way. Nobody sends of what an order of their own asks for. Among what "
    "that leaves open: the least lateness, then the fewest convoys, order by order."
)
class DeliveryPlan:
    planned_at: datetime = strawberry.field(description="The instant that it is made for.")
    convoys: list[PlannedConvoy] = strawberry.field(
        description="By order in its turn, the largest first; at most one of a member towards an order.",
        metadata=price(items=10),
    )
    unserved: list[UnservedOrder] = strawberry.field(
        description="Open orders that do not get all that they still want, in their turn.", metadata=price(items=5)
    )
    without_census: list[Member] = seen_by(
        RowFilter.ALLIANCE_ADMINISTRATION,
        description="Present members of whose stocks nothing is known: the plan asks nothing of them.",
        metadata=price(items=5),
    )
