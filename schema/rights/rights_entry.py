"""The history of a member's rights as administrators see it.

Tested in tests/resolvers/rights/test_rights_change.py.
"""

from datetime import datetime

import strawberry

from domain.alliance.member import Adjustment
from engine.execution.scalar import BigInt
from engine.guard.row_filter import seen_by
from engine.operation.node_type import Node, id_of
from engine.operation.page_type import Connection
from permissions.row_filter import RowFilter
from schema.account.user import User
from schema.alliance.member import Member


@strawberry.type(
    description="accumulatedAfter = accumulatedBefore + entitlement + quantitySent - playerProduction - "
    "quantityReceived, to the thousandth, in every row of a harvest; each row begins where the one before ended. Those "
    "of a day that is long past (90 days, or as the operator says) become one: quantities, intervals, the entitlement "
    "and productions are sums, what was before is the first one's, the rest the last one's."
)
class RightsEntry(Node):
    id: strawberry.ID = id_of("RightsEntry")
    harvest_at: datetime = strawberry.field(
        description="The slot of the harvest, the last of several; or when an administrator changed it."
    )
    harvest_count: int = strawberry.field(
        description="Harvests that the row stands for: 1, of a day that is long past all that followed each "
        "other, 0 for a change by hand."
    )
    intervals: int = strawberry.field(description="Whole half hours that it covers; 0 for a change by hand.")
    base_share: float = strawberry.field(
        description="Part of 1, as `ResourceRights.baseShare` was; 0 without a census."
    )
    coefficient: float = strawberry.field(description="Percent, 0 to 1000, as it was.")
    adjustment: Adjustment = strawberry.field(description="Which way the share could be adjusted.")
    adjusted_share: float = strawberry.field(description="Part of 1 that the entitlement was computed from.")
    tdc_before: BigInt = strawberry.field(description="Hunting ground, cm², at the update before.")
    tdc_after: BigInt = strawberry.field(description="Hunting ground, cm², at this update.")
    alliance_production: float = strawberry.field(
        description="Materials that all hunting grounds brought in the intervals; 0 for a change by hand."
    )
    entitlement: float = strawberry.field(
        description="Materials, to the thousandth: adjustedShare × allianceProduction; 0 for a change by hand."
    )
    player_production: float = strawberry.field(
        description="Materials, to the thousandth, that the member's own hunting ground brought; 0 for a change by "
        "hand."
    )
    quantity_sent: BigInt = strawberry.field(
        description="Materials sent that the entry counts: posted since the update before, and the difference that "
        "earlier posts make which were edited, deleted, restored or came late; may be negative."
    )
    quantity_received: BigInt = strawberry.field(
        description="Materials received that the entry counts, as quantitySent does; may be negative."
    )
    accumulated_before: float = strawberry.field(description="Saved rights before: materials, to the thousandth.")
    accumulated_after: float = strawberry.field(description="Saved rights from then on: materials, to the thousandth.")
    member: Member = seen_by(RowFilter.ALLIANCE_INSIGHT, description="Whose rights they are.")
    coefficient_before: float | None = strawberry.field(
        description="Percent, as the member's entry before left it; null for their first entry."
    )
    adjustment_before: Adjustment | None = strawberry.field(
        description="As the member's entry before left it; null for their first entry."
    )
    edited_by: User | None = strawberry.field(
        description="Set where an administrator, not a harvest, changed the value."
    )


RightsEntryConnection = Connection[RightsEntry]
