"""Shares of an alliance's production: base, with coefficient, adjusted. Vectors over all present members; no rows.

Source: the resource rights document, and the design's decisions where it is silent. A member without a census has no
share (None) and weighs nothing in the sums.
"""

import math
from collections.abc import Sequence
from itertools import accumulate

from domain.alliance.member import Adjustment

Shares = list[float | None]


def base_shares(ratios: Sequence[float | None]) -> Shares:
    """Each ratio of cost to base time over the sum of all."""
    total = math.fsum(ratio for ratio in ratios if ratio is not None)
    return [None if ratio is None else ratio / total for ratio in ratios]


def shares_with_coefficient(base: Shares, coefficients: Sequence[float]) -> Shares:
    """Coefficients in percent."""
    return [None if share is None else share * percent / 100 for share, percent in zip(base, coefficients, strict=True)]


def adjusted_shares(
    base: Shares, coefficients: Sequence[float], adjustments: Sequence[Adjustment], weighted: Shares
) -> Shares:
    """The shares with coefficient, moved so that they make one whole as far as the members' adjustments allow.

    What is missing goes to the members UP, what is too much is taken from the members DOWN, in proportion to their
    base shares. Nobody goes below 0: what one cannot give up is asked of the others; what then remains stays.
    """
    missing = 1 - math.fsum(share for share in weighted if share is not None)
    if missing >= 0:
        rate = missing / (_sum_of(base, adjustments, Adjustment.UP) or math.inf)
        moved = Adjustment.UP
    else:
        rate = -_rate_down(base, coefficients, adjustments, -missing)
        moved = Adjustment.DOWN
    return [
        max(w + rate * b, 0.0) if b is not None and w is not None and adjustment == moved else w
        for b, w, adjustment in zip(base, weighted, adjustments, strict=True)
    ]


def _sum_of(base: Shares, adjustments: Sequence[Adjustment], wanted: Adjustment) -> float:
    return math.fsum(b for b, a in zip(base, adjustments, strict=True) if a == wanted and b is not None)


def _rate_down(base: Shares, coefficients: Sequence[float], adjustments: Sequence[Adjustment], excess: float) -> float:
    """The part of its base share that each member DOWN gives up, those that have less giving all they have.

    A member can give its coefficient at most, so that they run dry in the order of their coefficients: the rate is
    the one that those still giving must bear once all who cannot bear it have given everything.
    """
    givers = sorted(
        (percent / 100, b)
        for b, percent, a in zip(base, coefficients, adjustments, strict=True)
        if a == Adjustment.DOWN and b is not None
    )
    left = list(accumulate(b for _, b in reversed(givers)))[::-1]
    for (most, b), still_giving in zip(givers, left, strict=True):
        if excess <= most * still_giving:
            return excess / still_giving if still_giving else 0.0
        excess -= most * b
    # All give everything and it is not enough: any rate that nobody can bear says so.
    return 2 * givers[-1][0] if givers else 0.0
