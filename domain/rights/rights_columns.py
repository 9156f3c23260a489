"""The table of the rights' columns: key, unit, inputs and formula. Values live in a sheet."""

from collections.abc import Callable, Sequence
from operator import attrgetter

from domain.alliance.evolution import NextTdp, Trio, next_tdp
from domain.rights.column import Column, RightsMember, Source, Unit, Vector
from domain.rights.delivery import Columns
from domain.rights.production import alliance_productions, intervals_since, player_productions
from domain.rights.share import adjusted_shares, base_shares, shares_with_coefficient

Numbers = list[float | None]


def _saved(attribute: str) -> Callable[[Sequence[RightsMember]], Vector]:
    read = attrgetter(attribute)
    return lambda members: list(map(read, members))


def _sent(delivered: Columns) -> Vector:
    return delivered[0]


def _received(delivered: Columns) -> Vector:
    return delivered[1]


def _next_tdps(trios: Sequence[Trio | None]) -> list[NextTdp | None]:
    return [None if levels is None else next_tdp(levels) for levels in trios]


def _of_next_tdp(field: int) -> Callable[[Sequence[NextTdp | None]], Vector]:
    return lambda steps: [None if step is None else step[field] for step in steps]


def _ratios(costs: Numbers, times: Numbers) -> Numbers:
    return [None if cost is None or time is None else cost / time for cost, time in zip(costs, times, strict=True)]


def _entitlements(shares: Numbers, productions: list[float]) -> Numbers:
    return [None if share is None else share * made for share, made in zip(shares, productions, strict=True)]


def _materials(thousandths: list[int]) -> Vector:
    return [value / 1000 for value in thousandths]


def _projected(
    accumulated: list[float], entitlements: Numbers, sent: list[int], made: list[float], received: list[int]
) -> Numbers:
    rows = zip(accumulated, entitlements, sent, made, received, strict=True)
    return [None if due is None else saved + due + out - own - got for saved, due, out, own, got in rows]


COLUMNS: tuple[Column, ...] = (
    Column(
        "tdc",
        Unit.AREA,
        (Source.MEMBERS,),
        _saved("tdc"),
        visible_by_default=True,
        requires_administration=False,
    ),
    Column(
        "nextTdpCost",
        Unit.MATERIALS,
        ("nextTdp",),
        _of_next_tdp(1),
    ),
    Column(
        "nextTdpEvolution",
        None,
        ("nextTdp",),
        _of_next_tdp(0),
    ),
    Column(
        "nextTdpBaseTime",
        Unit.SECONDS,
        ("nextTdp",),
        _of_next_tdp(2),
    ),
    Column(
        "costTimeRatio",
        Unit.RATE,
        ("nextTdpCost", "nextTdpBaseTime"),
        _ratios,
    ),
    Column(
        "baseShare",
        Unit.SHARE,
        ("costTimeRatio",),
        base_shares,
    ),
    Column(
        "coefficient",
        Unit.PERCENT,
        (Source.MEMBERS,),
        _saved("coefficient"),
        visible_by_default=True,
    ),
    Column(
        "adjustment",
        None,
        (Source.MEMBERS,),
        _saved("adjustment"),
        visible_by_default=True,
    ),
    Column(
        "shareWithCoefficient",
        Unit.SHARE,
        ("baseShare", "coefficient"),
        shares_with_coefficient,
    ),
    Column(
        "adjustedShare",
        Unit.SHARE,
        ("baseShare", "coefficient", "adjustment", "shareWithCoefficient"),
        adjusted_shares,
    ),
    Column(
        "tdcAtLastUpdate",
        Unit.AREA,
        (Source.MEMBERS,),
        _saved("tdc_at_last_update"),
    ),
    Column(
        "lastUpdatedAt",
        None,
        (Source.MEMBERS,),
        _saved("last_updated_at"),
    ),
    Column(
        "allianceProduction",
        Unit.MATERIALS,
        ("tdcAtLastUpdate", "tdc", "intervals"),
        alliance_productions,
    ),
    Column(
        "entitlement",
        Unit.MATERIALS,
        ("adjustedShare", "allianceProduction"),
        _entitlements,
    ),
    Column(
        "playerProduction",
        Unit.MATERIALS,
        ("tdcAtLastUpdate", "tdc", "intervals"),
        player_productions,
    ),
    Column(
        "quantitySent",
        Unit.MATERIALS,
        (Source.DELIVERIES,),
        _sent,
    ),
    Column(
        "quantityReceived",
        Unit.MATERIALS,
        (Source.DELIVERIES,),
        _received,
    ),
    Column(
        "accumulatedRights",
        Unit.MATERIALS,
        ("accumulatedThousandths",),
        _materials,
        visible_by_default=True,
    ),
    Column(
        "projectedRights",
        Unit.MATERIALS,
        ("accumulatedRights", "entitlement", "sentToCount", "playerProduction", "receivedToCount"),
        _projected,
    ),
)
"""In the order of the resource rights document."""

STEPS: tuple[Column, ...] = (
    Column("nextTdp", None, (Source.CENSUSES,), _next_tdps),
    Column("intervals", None, ("lastUpdatedAt", Source.NOW), intervals_since),
    Column("accumulatedThousandths", None, (Source.MEMBERS,), _saved("accumulated_thousandths")),
    Column("sentToCount", None, (Source.UNCOUNTED,), _sent),
    Column("receivedToCount", None, (Source.UNCOUNTED,), _received),
)
"""Of the formulas and of the history, shown in no table: the cheapest next level, half hours since the last update,
rights as stored, and what of deliveries they do not hold yet."""

BY_KEY = {column.key: column for column in (*COLUMNS, *STEPS)}
