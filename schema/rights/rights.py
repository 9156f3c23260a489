"""Live columns of members, and the table of what these columns are.

Tested in tests/resolvers/rights/test_rights.py.
"""

from datetime import datetime

import strawberry

from domain.alliance.evolution import Evolution
from domain.alliance.member import Adjustment
from engine.execution.described_enum import described_enum
from engine.execution.scalar import BigInt
from resolvers.rights import rights
from schema.core.access import public

described_enum(
    Adjustment,
    "Which way a share may be adjusted so that all shares make 1 (seed: liberté d'ajustement).",
    {
        Adjustment.EXACT: "The share with coefficient stays as it is (seed: exact).",
        Adjustment.UP: "Takes part of what is missing to 1, in proportion to the base share (seed: à la hausse).",
        Adjustment.DOWN: "Gives up part of what is above 1, in proportion to the base share (seed: à la baisse).",
    },
)


@strawberry.type(
    description="Each field is one column of the source document, in its order. Null where the member has no census "
    "to compute it from."
)
class ResourceRights:
    next_tdp_cost: BigInt | None = strawberry.field(description="Materials (seed: coût du prochain TdP).")
    next_tdp_evolution: Evolution | None = strawberry.field(
        description="Which of COUVEUSE, SOLARIUM and LABORATOIRE has that cost; among equals the first of them."
    )
    next_tdp_base_time: float | None = strawberry.field(
        description="Seconds, architecture not applied (seed: temps de base du prochain TdP)."
    )
    cost_time_ratio: float | None = strawberry.field(
        description="Materials a second: nextTdpCost / nextTdpBaseTime (seed: ratio coût/temps de base)."
    )
    base_share: float | None = strawberry.field(
        description="Part of 1: costTimeRatio / its sum over the present members with a census (seed: part du joueur "
        "de base)."
    )
    coefficient: float = strawberry.field(
        description="Percent, 0 to 1000; 100 means the base share itself. 0 until an administrator sets it."
    )
    adjustment: Adjustment = strawberry.field(
        description="EXACT until an administrator sets it (seed: liberté d'ajustement)."
    )
    share_with_coefficient: float | None = strawberry.field(
        description="Part of 1: baseShare × coefficient / 100 (seed: part du joueur avec coefficient)."
    )
    adjusted_share: float | None = strawberry.field(
        description="Part of 1, never under 0: shareWithCoefficient, plus the member's part of what all lack to 1 if "
        "UP, or less its part of what passes 1 if DOWN, by baseShare (seed: part du joueur avec coefficient ajustée)."
    )
    tdc_at_last_update: BigInt = strawberry.field(
        description="Hunting ground, cm², as the last update saved it (seed: TdC à la dernière mise à jour)."
    )
    last_updated_at: datetime = strawberry.field(
        description="Last harvest that was applied to the member, by the minute; before any, when the member came "
        "(seed: date de la dernière mise à jour)."
    )
    alliance_production: float = strawberry.field(
        description="Materials since lastUpdatedAt: a·r + … + a·r^T, with T whole half hours, a the sum of "
        "tdcAtLastUpdate, b that of tdc, and r = (b/a)^(1/T); arithmetic where a or b is 0 (seed: production de "
        "l'alliance)."
    )
    entitlement: float | None = strawberry.field(
        description="Materials: adjustedShare × allianceProduction (seed: droit du joueur)."
    )
    player_production: float = strawberry.field(
        description="Materials since lastUpdatedAt, as allianceProduction but of the member's own hunting ground "
        "(seed: production du joueur)."
    )
    quantity_sent: BigInt = strawberry.field(
        description="Materials of the member's convoys posted from the minute of lastUpdatedAt up to the running one; "
        "may be negative (seed: quantité envoyée)."
    )
    quantity_received: BigInt = strawberry.field(
        description="Materials of all convoys posted meanwhile to the member's orders; may be negative (seed: quantité "
        "reçue)."
    )
    accumulated_rights: float = strawberry.field(
        description="Materials, to the thousandth, as saved by the last update; may be negative (seed: droits "
        "accumulés)."
    )
    projected_rights: float | None = strawberry.field(
        description="Materials as of now, as a harvest would save them: accumulatedRights + entitlement + quantitySent "
        "- playerProduction - quantityReceived, and what deliveries change that were edited, deleted, restored or came "
        "late after a harvest had counted."
    )


@strawberry.type(
    description="What a client needs to offer a column: key is the field's name in Member or ResourceRights."
)
class MemberColumn:
    key: str = strawberry.field(description="Name of the field in Member or ResourceRights, such as `nextTdpCost`.")
    label: str = strawberry.field(description="Heading of the column, in the reader's language.")
    description: str = strawberry.field(description="What the column holds, in the reader's language.")
    unit: str = strawberry.field(description="Such as `cm²` or `%`, in the reader's language; empty for none.")
    visible_by_default: bool = strawberry.field(
        description="Whether a table shows the column until its reader chooses."
    )
    requires_administration: bool = strawberry.field(
        description="Whether only those who administer the alliance may select the field."
    )


@strawberry.type
class RightsQuery:
    member_columns: list[MemberColumn] = public(
        rights.member_columns,
        description="In the order of the source document, then `travelTime`, `rank` and `rankOrder`; worded for the "
        "reader.",
    )
