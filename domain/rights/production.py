"""What grows between two updates: half hours, and the geometric series of a hunting ground's harvests."""

import math
from collections.abc import Sequence
from datetime import datetime

from domain.alliance.rhythm import HALF_HOUR
from domain.core.day import minute_of


def intervals(since: datetime, until: datetime) -> int:
    """Whole half hours between the minutes of both instants; none backwards."""
    return max((minute_of(until) - minute_of(since)) // HALF_HOUR, 0)


def geometric_sum(first: float, last: float, count: int) -> float:
    """a·r + … + a·r^count, with a = first, a·r^count = last: the series of count + 1 terms without its first one.

    An arithmetic series stands in where a or b is 0, since no ratio leads there. Always finite. Source: the resource
    rights document, "somme d'une suite géométrique à partir du second terme".
    """
    if count <= 1:
        return float(last) if count == 1 else 0.0
    if first == last:
        return float(first) * count
    if first <= 0 or last <= 0:
        return (first * (count - 1) + last * (count + 1)) / 2
    # a·r·(r^n - 1)/(r - 1) = (b - a)/(1 - 1/r). Both logarithms are exact where they are used: near 1 the difference
    # is, far from 1 the quotient is, and expm1 keeps every digit of 1 - 1/r when r is close to 1.
    growth = (last - first) / first
    log_ratio = math.log1p(growth) if -0.5 < growth < 1 else math.log(last / first)
    return (last - first) / -math.expm1(-log_ratio / count)


def intervals_since(updated_at: Sequence[datetime], now: datetime) -> list[int]:
    """Per member. Members mostly share their last update, so that each instant is worked out once."""
    known = {since: intervals(since, now) for since in set(updated_at)}
    return list(map(known.__getitem__, updated_at))


def player_productions(before: Sequence[int], tdc: Sequence[int], counts: Sequence[int]) -> list[float]:
    """Materials that each member's own hunting ground brought, from its last update's cm² to the present ones."""
    return [geometric_sum(a, b, count) for a, b, count in zip(before, tdc, counts, strict=True)]


def alliance_productions(before: Sequence[int], tdc: Sequence[int], counts: Sequence[int]) -> list[float]:
    """Materials that all hunting grounds together brought since each member's own last update."""
    first, last = sum(before), sum(tdc)
    known = {count: geometric_sum(first, last, count) for count in set(counts)}
    return list(map(known.__getitem__, counts))
