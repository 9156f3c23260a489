"""The rights as the document words them, slowly: exact fractions and many digits, one member after the other.

It shares no formula with domain/: it is what the fast vectors are compared with.
"""

from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from mpmath import mp, mpf

from domain.alliance.member import Adjustment

TABLE = ((600, 180), (2000, 1000), (1400, 300))
"""Couveuse, Solarium, Laboratoire: materials and seconds at level 0."""


@dataclass
class Player:
    """One member as the document sees it; `levels` is None without a census."""

    levels: tuple[int, int, int] | None
    coefficient: float
    adjustment: Adjustment
    tdc: int
    tdc_at_last_update: int
    last_updated_at: datetime
    accumulated_thousandths: int = 0


def ratio(levels: tuple[int, int, int]) -> Fraction:
    """Coût du prochain TdP divisé par le temps de base du prochain TdP."""
    steps = [
        (cost * 2**level, seconds * Fraction(8, 5) ** level)
        for (cost, seconds), level in zip(TABLE, levels, strict=True)
    ]
    cheapest = min(steps, key=lambda step: step[0])
    return Fraction(cheapest[0]) / cheapest[1]


def base_shares(players: list[Player]) -> list[Fraction | None]:
    ratios = [None if player.levels is None else ratio(player.levels) for player in players]
    total = sum(value for value in ratios if value is not None)
    return [None if value is None else value / total for value in ratios]


def adjust(base: list[Fraction | None], players: list[Player]) -> list[Fraction | None]:
    """Round after round: what is asked in proportion, and what somebody could not give is asked again of the others."""
    shares = [None if b is None else b * Fraction(p.coefficient) / 100 for b, p in zip(base, players, strict=True)]
    missing = 1 - sum(share for share in shares if share is not None)
    wanted = Adjustment.UP if missing > 0 else Adjustment.DOWN
    movers = [at for at, p in enumerate(players) if p.adjustment is wanted and shares[at] is not None]
    while missing != 0:
        able = [at for at in movers if base[at] and (missing > 0 or shares[at])]
        weight = sum(known(base[at]) for at in able)
        if not able:
            break
        asked, missing = missing, Fraction(0)
        for at in able:
            share = known(shares[at]) + asked * known(base[at]) / weight
            missing += min(share, Fraction(0))
            shares[at] = max(share, Fraction(0))
    return shares


def known(share: Fraction | None) -> Fraction:
    assert share is not None
    return share


def half_hours(since: datetime, now: datetime) -> int:
    """Counted one by one is too slow over centuries; counted in minutes it is the document's sentence."""
    minutes = int(now.timestamp() // 60) - int(since.timestamp() // 60)
    return max(minutes, 0) // 30


def production(first: float, last: float, count: int) -> mpf:
    """Somme d'une suite géométrique à partir du second terme, de count + 1 termes; to fifty digits and more."""
    with mp.workdps(60):
        a, b = mpf(first), mpf(last)
        if count == 0:
            return mpf(0)
        if a == 0 or b == 0:
            return a * count + (b - a) / count * (count * (count + 1) // 2)
        r = (b / a) ** (mpf(1) / count)
        # Near 1 the quotient of differences loses twice the digits that r shares with 1: there are enough of them.
        return a * count if a == b else a * r * (r**count - 1) / (r - 1)


def production_term_by_term(first: float, last: float, count: int) -> mpf:
    with mp.workdps(60):
        r = (mpf(last) / mpf(first)) ** (mpf(1) / count)
        total, term = mpf(0), mpf(first)
        for _ in range(count):
            term *= r
            total += term
        return total
