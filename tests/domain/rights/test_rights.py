"""Proves the sheet: every column against the document's words, what each one loads, and that it is computed once."""

import math
from dataclasses import replace
from typing import Any

import pytest
from mpmath import mpf

from domain.alliance.evolution import TDP, cost
from domain.rights import rights
from domain.rights.column import Source
from domain.rights.rights import MissingSource, Sheet, sources_of
from domain.rights.rights_columns import BY_KEY, COLUMNS
from tests.domain.rights import rights_oracle
from tests.domain.rights.sheets import NOW, alliance, sheet_of

KEYS = [column.key for column in COLUMNS]

MEMBERS = {Source.MEMBERS}
CENSUSES = {Source.CENSUSES}
SHARES = MEMBERS | CENSUSES
SOURCES: dict[str, set[Source]] = {
    "tdc": MEMBERS,
    "nextTdpCost": CENSUSES,
    "nextTdpEvolution": CENSUSES,
    "nextTdpBaseTime": CENSUSES,
    "costTimeRatio": CENSUSES,
    "baseShare": CENSUSES,
    "coefficient": MEMBERS,
    "adjustment": MEMBERS,
    "shareWithCoefficient": SHARES,
    "adjustedShare": SHARES,
    "tdcAtLastUpdate": MEMBERS,
    "lastUpdatedAt": MEMBERS,
    "allianceProduction": MEMBERS,
    "entitlement": SHARES,
    "playerProduction": MEMBERS,
    "quantitySent": {Source.DELIVERIES},
    "quantityReceived": {Source.DELIVERIES},
    "accumulatedRights": MEMBERS,
    "projectedRights": SHARES | {Source.UNCOUNTED},
}


def near(found: float, exact: Any, scale: Any = 1) -> bool:
    return math.isfinite(found) and abs(mpf(found) - exact) <= mpf("1e-12") * (1 + abs(exact) + abs(scale))


@pytest.mark.parametrize("size", [1, 2, 30, 200, 500])
def test_every_column_agrees_with_the_document(size: int) -> None:
    players, sent, received = alliance(size, seed=size)
    base = rights_oracle.base_shares(players)
    adjusted = rights_oracle.adjust(base, players)
    before, after = sum(p.tdc_at_last_update for p in players), sum(p.tdc for p in players)
    uncounted = [out - 7 for out in sent], [got + 3 for got in received]
    for at, row in enumerate(sheet_of(players, sent, received, uncounted=uncounted).rows(KEYS)):
        player = players[at]
        half_hours = rights_oracle.half_hours(player.last_updated_at, NOW)
        made = rights_oracle.production(player.tdc_at_last_update, player.tdc, half_hours)
        together = rights_oracle.production(before, after, half_hours)
        assert near(row.player_production, made)
        assert near(row.alliance_production, together)
        assert (row.quantity_sent, row.quantity_received) == (sent[at], received[at])
        assert row.accumulated_rights == player.accumulated_thousandths / 1000
        if player.levels is None:
            assert (row.next_tdp_cost, row.cost_time_ratio, row.base_share) == (None, None, None)
            assert (row.adjusted_share, row.entitlement, row.projected_rights) == (None, None, None)
            continue
        share = rights_oracle.known(adjusted[at])
        due = mpf(share.numerator) / share.denominator * together
        whole = mpf(player.accumulated_thousandths) / 1000 + due + sent[at] - made - received[at] - 10
        costs = {
            evolution: cost(evolution, level).materials for evolution, level in zip(TDP, player.levels, strict=True)
        }
        assert row.next_tdp_cost == min(costs.values()) == costs[row.next_tdp_evolution]
        assert row.cost_time_ratio == pytest.approx(float(rights_oracle.ratio(player.levels)), rel=1e-12)
        assert row.base_share == pytest.approx(float(rights_oracle.known(base[at])), rel=1e-12)
        assert row.share_with_coefficient == pytest.approx(row.base_share * player.coefficient / 100, rel=1e-12)
        assert near(row.entitlement, due, scale=together)
        assert near(row.projected_rights, whole, scale=together + made)


def test_what_each_column_loads() -> None:
    assert {key: set(sources_of(frozenset({key}))) for key in KEYS} == SOURCES
    assert sources_of(frozenset()) == frozenset()
    assert set(sources_of(frozenset({"baseShare", "quantitySent"}))) == CENSUSES | {Source.DELIVERIES}


@pytest.mark.parametrize("key", KEYS)
def test_a_column_is_computed_from_its_sources_alone(key: str) -> None:
    players, sent, received = alliance(3, seed=1)
    sheet, values = Sheet(NOW), sheet_of(players, sent, received)
    for source in SOURCES[key]:
        assert source in sheet.missing([key])
        with pytest.raises(MissingSource):
            sheet.column(key)
        sheet.supply(source, values._values[source])
    assert sheet.missing([key]) == frozenset()
    assert sheet.column(key) == values.column(key)
    assert list(sheet.rows([key])[0]._fields) == [BY_KEY[key].attribute]


def test_a_column_is_computed_once_whoever_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def counted(key: str) -> Any:
        def compute(*inputs: Any) -> Any:
            asked.append(key)
            return BY_KEY[key].compute(*inputs)

        return compute

    monkeypatch.setattr(
        rights, "BY_KEY", {key: replace(column, compute=counted(key)) for key, column in BY_KEY.items()}
    )
    sheet = sheet_of(*alliance(5, seed=2))
    sheet.rows(["projectedRights", "baseShare"])
    sheet.rows(KEYS)
    sheet.column("entitlement")
    assert sorted(asked) == sorted(BY_KEY)


def test_an_unknown_column_is_a_mistake() -> None:
    with pytest.raises(KeyError):
        sources_of(frozenset({"shoeSize"}))
    with pytest.raises(KeyError):
        Sheet(NOW).column("shoeSize")


def test_an_alliance_of_nobody_has_no_rows() -> None:
    assert sheet_of([], [], []).rows(KEYS) == []
