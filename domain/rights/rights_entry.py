"""What one harvest writes for each member: the history's row and the new saved values, in exact thousandths."""

import math
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from domain.alliance.member import Adjustment
from domain.alliance.rhythm import HALF_HOUR
from domain.core.day import minute_of
from domain.core.number import LARGEST
from domain.rights.column import RightsMember
from domain.rights.delivery import Quantities
from domain.rights.rights import Sheet

_GOLDEN = 0x9E3779B97F4A7C15
"""2^64 over the golden ratio: its multiples, modulo 2^64, spread as evenly as a sequence can."""

_EPOCH = datetime.fromisoformat("1970-01-01T00:00:00Z")

KEYS = (
    *("intervals", "baseShare", "coefficient", "adjustment", "adjustedShare", "tdcAtLastUpdate", "tdc"),
    *("allianceProduction", "entitlement", "playerProduction", "sentToCount", "receivedToCount"),
    *("accumulatedThousandths", "lastUpdatedAt"),
)


@dataclass(frozen=True, slots=True)
class RightsEntry:
    """One member's row of one harvest. Names that end in `thousandths` are integers in thousandths of materials.

    accumulated_after = accumulated_before + entitlement + sent - player_production - received, exactly, as long as all
    of them fit into 63 bits: what does not stops at that bound, so that nobody can keep an alliance from its harvests.
    Quantities sent and received are whole materials. A member without a census has shares of 0.
    """

    intervals: int
    base_share: float
    coefficient: float
    adjustment: Adjustment
    adjusted_share: float
    tdc_before: int
    tdc_after: int
    alliance_production: float
    entitlement_thousandths: int
    player_production_thousandths: int
    quantity_sent: int
    quantity_received: int
    accumulated_before_thousandths: int
    accumulated_after_thousandths: int
    last_updated_at: datetime


def thousandths(value: float, slot: datetime) -> int:
    """Materials to whole thousandths, up or down to a neighbour; exact values stay. The one place that rounds rights.

    A fixed threshold would round an unchanging entitlement the same way at every harvest and drift by up to 8.7
    materials a year. The threshold moves with the slot along the golden ratio instead, so that the errors cancel.
    """
    return _rounded(value, _threshold(slot))


def _threshold(slot: datetime) -> float:
    return ((slot - _EPOCH) // HALF_HOUR * _GOLDEN % 2**64) / 2**64


def _rounded(value: float, threshold: float) -> int:
    # The fraction alone is scaled: a large value times 1000 would lose its last digits.
    whole = math.floor(value)
    return 1000 * whole + math.floor((value - whole) * 1000 + threshold)


def without_census(sheet: Sheet) -> list[int]:
    """Places of the members who block the harvest: a coefficient that is not zero, and no census."""
    shares, coefficients = sheet.column("baseShare"), sheet.column("coefficient")
    return [at for at, share in enumerate(shares) if share is None and coefficients[at] != 0]


def entries(sheet: Sheet) -> list[RightsEntry]:
    """One for each member, with the sheet's own `now` as the harvest's slot.

    Raises MissingSource unless the sheet has every source.
    """
    slot = minute_of(sheet.now)
    threshold = _threshold(slot)
    return [_entry(row, slot, threshold) for row in sheet.rows(KEYS)]


def _bounded(value: int) -> int:
    return max(-LARGEST, min(LARGEST, value))


def unproductive_entry(
    member: RightsMember,
    before_thousandths: int,
    delivered: Quantities,
    base_share: float = 0.0,
    adjusted_share: float = 0.0,
) -> RightsEntry:
    """An entry without intervals: what an administrator set, or what is put right for somebody who has left.

    The member's row says what is saved from now on; `delivered` comes on top of it.
    """
    return RightsEntry(
        intervals=0,
        base_share=base_share,
        coefficient=member.coefficient,
        adjustment=member.adjustment,
        adjusted_share=adjusted_share,
        tdc_before=member.tdc_at_last_update,
        tdc_after=member.tdc_at_last_update,
        alliance_production=0.0,
        entitlement_thousandths=0,
        player_production_thousandths=0,
        quantity_sent=_bounded(delivered.sent),
        quantity_received=_bounded(delivered.received),
        accumulated_before_thousandths=before_thousandths,
        accumulated_after_thousandths=_bounded(
            member.accumulated_thousandths + 1000 * (delivered.sent - delivered.received)
        ),
        last_updated_at=member.last_updated_at,
    )


def _updated_until(row: Any, slot: datetime) -> datetime:
    """Where the half hours go on that the entry counts: what the slot has beyond whole ones is kept for the next.

    Whoever came after a slot that is worked off late, or less than half an hour before, is not counted twice.
    """
    last: datetime = minute_of(row.last_updated_at)
    intervals: int = row.intervals
    return last + intervals * HALF_HOUR if intervals else max(slot, last)


def _entry(row: Any, slot: datetime, threshold: float) -> RightsEntry:
    entitlement = _rounded(row.entitlement or 0.0, threshold)
    produced = _rounded(row.player_production, threshold)
    before = row.accumulated_thousandths
    after = before + entitlement - produced + 1000 * (row.sent_to_count - row.received_to_count)
    return RightsEntry(
        intervals=row.intervals,
        base_share=row.base_share or 0.0,
        coefficient=row.coefficient,
        adjustment=row.adjustment,
        adjusted_share=row.adjusted_share or 0.0,
        tdc_before=row.tdc_at_last_update,
        tdc_after=row.tdc,
        alliance_production=row.alliance_production,
        entitlement_thousandths=_bounded(entitlement),
        player_production_thousandths=_bounded(produced),
        quantity_sent=_bounded(row.sent_to_count),
        quantity_received=_bounded(row.received_to_count),
        accumulated_before_thousandths=before,
        accumulated_after_thousandths=_bounded(after),
        last_updated_at=_updated_until(row, slot),
    )
