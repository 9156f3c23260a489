"""Live columns of members, and the table of what these columns are."""

from datetime import datetime

import strawberry

from domain.alliance.evolution import Evolution
from domain.alliance.member import Adjustment
from engine.execution.scalar import BigInt
from engine.operation.access import public
from resolvers.rights import rights

strawberry.enum(Adjustment, description="EXACT (seed: exact), UP (à la hausse), DOWN (à la baisse).")


@strawberry.type(
    description="Each field is one column of the source document, in its order. Null where the member has no census "
    "to compute it from."
)
class ResourceRights:
    next_tdp_cost: BigInt | None = strawberry.field(description="Materials (seed: coût du prochain TdP).")
    next_tdp_evolution: Evolution | None
    next_tdp_base_time: float | None = strawberry.field(
        description="Seconds, architecture not applied (seed: temps de base)."
    )
    cost_time_ratio: float | None
    base_share: float | None = strawberry.field(description="0 to 1 over the alliance.")
    coefficient: float = strawberry.field(description="Percent; 100 means the base share itself.")
    adjustment: Adjustment
    share_with_coefficient: float | None
    adjusted_share: float | None
    tdc_at_last_update: BigInt
    last_updated_at: datetime
    alliance_production: float
    entitlement: float | None = strawberry.field(
        description="adjustedShare × allianceProduction (seed: droit du joueur)."
    )
    player_production: float
    quantity_sent: BigInt
    quantity_received: BigInt
    accumulated_rights: float = strawberry.field(description="As saved by the last update (seed: droits accumulés).")
    projected_rights: float | None = strawberry.field(
        description="accumulatedRights + entitlement + quantitySent - playerProduction - quantityReceived, as of now."
    )


@strawberry.type(
    description="What a client needs to offer a column: key is the field's name in Member or ResourceRights."
)
class MemberColumn:
    key: str
    label: str
    description: str
    unit: str
    visible_by_default: bool
    requires_administration: bool


async def _member_columns(info: strawberry.Info) -> list[MemberColumn]:
    return rights.member_columns(info.context)  # type: ignore[return-value]


@strawberry.type
class RightsQuery:
    member_columns: list[MemberColumn] = public(
        _member_columns, description="In the order of the source document, worded for the reader."
    )
