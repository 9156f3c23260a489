"""The history of a member's rights as administrators see it."""

from datetime import datetime

import strawberry

from domain.alliance.member import Adjustment
from engine.execution.scalar import BigInt
from engine.operation.node_type import Node, id_of
from engine.operation.page_type import Connection
from schema.account.user import User


@strawberry.type(
    description="accumulatedAfter = accumulatedBefore + entitlement + quantitySent - playerProduction - "
    "quantityReceived, to the thousandth, in every row that a harvest wrote."
)
class RightsEntry(Node):
    id: strawberry.ID = id_of("RightsEntry")
    harvest_at: datetime = strawberry.field(description="The harvest's slot, or when an administrator changed it.")
    intervals: int = strawberry.field(description="Half hours that it covers.")
    base_share: float
    coefficient: float
    adjustment: Adjustment
    adjusted_share: float
    tdc_before: BigInt
    tdc_after: BigInt
    alliance_production: float
    entitlement: float
    player_production: float
    quantity_sent: BigInt
    quantity_received: BigInt
    accumulated_before: float
    accumulated_after: float
    edited_by: User | None = strawberry.field(
        description="Set where an administrator, not a harvest, changed the value."
    )


RightsEntryConnection = Connection[RightsEntry]
