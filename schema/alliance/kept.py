"""What of an alliance's table may be kept for all who read it alike, and what it depends on: rows, and the minute.

Tested in tests/schema/rights/test_kept.py.
"""

from collections.abc import Hashable, Sequence
from typing import Any

from domain.core.day import minute_of
from domain.core.name import name_key
from engine.kept.field import Arguments, Kept, fields
from engine.operation.context import Context
from models.alliance.census.version import table_version
from models.live.version import Version
from permissions.visibility import visibility_key

LONGEST = 100
"""No tag is as long, whatever its spaces."""


def _versions(arguments: Arguments) -> Sequence[Version] | None:
    tag = arguments.get("tag")
    return [table_version(name_key(tag.strip()))] if tag is not None and len(tag) <= LONGEST else None


def _viewers(context: Context, _versions: Sequence[Any]) -> Hashable:
    """Columns count whole half hours, and what was posted, up to the running minute."""
    return visibility_key(context.viewer), minute_of(context.now())


TABLE = Kept(
    _versions,
    _viewers,
    fields(
        Alliance="id tag name members",
        Member="id pseudo rank rankOrder playerId x y canAdminister tdc joinedAt leftAt resourceRights",
        ResourceRights="nextTdpCost nextTdpEvolution nextTdpBaseTime costTimeRatio baseShare coefficient adjustment "
        "shareWithCoefficient adjustedShare tdcAtLastUpdate lastUpdatedAt allianceProduction entitlement "
        "playerProduction quantitySent quantityReceived accumulatedRights projectedRights",
    ),
)
