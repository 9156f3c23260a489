"""The rights of an alliance's members over time, in columns as charts take them.

Tested in tests/resolvers/rights/test_rights_curve.py.
"""

from datetime import datetime

import strawberry

from engine.execution.price import price
from engine.guard.row_filter import seen_by
from engine.operation.type_extension import extends
from permissions.row_filter import RowFilter
from resolvers.rights import rights_curve
from schema.alliance.access import Parent, requires_alliance_administration
from schema.alliance.alliance import Alliance
from schema.alliance.member import Member


@strawberry.type(description="A member's saved rights at each harvest of the curves.")
class MemberCurve:
    member: Member = seen_by(RowFilter.ALLIANCE_INSIGHT, description="Whose rights they are.")
    accumulated_rights: list[float | None] = strawberry.field(
        description="Materials, one value for each of `harvestAt`; null at harvests before the member came.",
        metadata=price(20),
    )


@strawberry.type(
    description="The same harvests for all: `harvestAt` and each other list have their values in the same places."
)
class RightsCurves:
    harvest_at: list[datetime] = strawberry.field(
        description="Slots of applied harvests, oldest first; of a day that is long past the last one alone.",
        metadata=price(20),
    )
    half_hourly_production: list[float] = strawberry.field(
        description="Materials that all hunting grounds brought in each half hour that the harvest covers, on average.",
        metadata=price(20),
    )
    members: list[MemberCurve] = seen_by(
        RowFilter.ALLIANCE_INSIGHT,
        description="The present members, in the order of `Alliance.members`.",
        metadata=price(100, items=20),
    )


@extends(Alliance)
class CurvesOfAlliance:
    rights_curves: RightsCurves | None = requires_alliance_administration(
        rights_curve.rights_curves,
        of=Parent("pk"),
        with_topic=True,
        arguments={
            "since": "Harvests from then on; null for all, of which the newest 20,000 are looked at.",
            "points": "At most so many harvests, 2 to 200, otherwise BAD_INPUT: the last of each of so many equal "
            "spans of time. Null means 120.",
        },
        description="What harvests saved for the present members, thinned to what a chart has room for. Changes by "
        "hand are no points of their own: the next harvest shows them.",
        metadata=price(600),
    )
