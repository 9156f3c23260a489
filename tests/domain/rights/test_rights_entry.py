"""Proves that every history row adds up to the thousandth, that a year does not drift, and what blocks a harvest."""

import os
import random
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mpmath import mp, mpf

from domain.alliance.member import Adjustment
from domain.core.number import LARGEST
from domain.rights.delivery import Quantities
from domain.rights.rights import MissingSource, Sheet
from domain.rights.rights_entry import RightsEntry, entries, thousandths, unproductive_entry, without_census
from tests.domain.rights import rights_oracle
from tests.domain.rights.rights_oracle import Player
from tests.domain.rights.sheets import alliance, sheet_of

SLOT = datetime(2026, 1, 1, 10, 17, tzinfo=UTC)
HALF_HOUR = timedelta(minutes=30)
YEAR = 365 * 48


def adds_up(entry: RightsEntry) -> bool:
    change = 1000 * (entry.quantity_sent - entry.quantity_received)
    change += entry.entitlement_thousandths - entry.player_production_thousandths
    return entry.accumulated_after_thousandths == entry.accumulated_before_thousandths + change


@given(st.floats(-1e15, 1e15), st.integers(0, YEAR))
def test_a_rounded_value_is_a_neighbour_and_an_exact_one_stays(value: float, turn: int) -> None:
    slot = SLOT + turn * HALF_HOUR
    assert abs(Fraction(thousandths(value, slot)) - Fraction(value) * 1000) < 1
    assert thousandths(float(round(value)), slot) == 1000 * round(value)


@pytest.mark.parametrize("value", [0.0004, 0.0005, 0.00049999, 12345.6784, 1 / 3, 0.0009, 7.0001, 0.00038196601125])
def test_an_unchanging_value_does_not_drift_over_a_year(value: float) -> None:
    total = sum(thousandths(value, SLOT + turn * HALF_HOUR) for turn in range(YEAR))
    assert abs(total - Fraction(value * 1000) * YEAR) < 20


@pytest.mark.parametrize("size", [1, 50, 200])
def test_every_row_adds_up_to_the_thousandth(size: int) -> None:
    players, sent, received = alliance(size, seed=size)
    # Half a million half hours of a million million cm² are past what a row can hold.
    players = [
        replace(player, tdc=player.tdc // 10**4, tdc_at_last_update=player.tdc_at_last_update // 10**4)
        for player in players
    ]
    sheet = sheet_of(players, sent, received, SLOT + timedelta(days=300, seconds=7))
    live = sheet.rows(["entitlement", "allianceProduction", "playerProduction", "projectedRights"])
    for player, row, entry in zip(players, live, entries(sheet), strict=True):
        assert adds_up(entry)
        assert entry.accumulated_before_thousandths == player.accumulated_thousandths
        assert (
            abs(entry.player_production_thousandths / 1000 - row.player_production)
            <= 0.001 + 1e-12 * row.player_production
        )
        assert (entry.tdc_before, entry.tdc_after) == (player.tdc_at_last_update, player.tdc)
        assert (entry.coefficient, entry.adjustment) == (player.coefficient, player.adjustment)
        assert entry.alliance_production == row.alliance_production
        rest = SLOT + timedelta(days=300) - entry.last_updated_at
        assert timedelta(0) <= rest < HALF_HOUR
        if row.entitlement is None:
            assert (entry.entitlement_thousandths, entry.base_share, entry.adjusted_share) == (0, 0, 0)
        else:
            assert abs(entry.accumulated_after_thousandths / 1000 - row.projected_rights) <= 0.003 + 1e-12 * abs(
                row.projected_rights
            )


def test_who_blocks_a_harvest() -> None:
    def player(levels: tuple[int, int, int] | None, coefficient: float) -> Player:
        return Player(levels, coefficient, Adjustment.EXACT, 5, 5, SLOT)

    players = [player((1, 1, 1), 100), player(None, 0), player(None, 0.5), player((1, 1, 1), 0), player(None, 100)]
    assert without_census(sheet_of(players, [0] * 5, [0] * 5)) == [2, 4]


def test_a_late_harvest_does_not_turn_a_newcomers_clock_back() -> None:
    came = SLOT + timedelta(minutes=4)
    newcomer = Player((1, 1, 1), 100, Adjustment.EXACT, 9, 9, came)
    (entry,) = entries(sheet_of([newcomer], [0], [0], SLOT))
    assert (entry.intervals, entry.entitlement_thousandths, entry.last_updated_at) == (0, 0, came)


@pytest.mark.parametrize("quantity", [0, 10**16, -(10**16), 10**30])
def test_what_no_row_can_hold_stops_at_what_it_holds(quantity: int) -> None:
    giant = Player((1, 1, 1), 0, Adjustment.EXACT, 10**12, 10**12, SLOT)
    heir = Player((1, 1, 1), 200, Adjustment.EXACT, 0, 0, SLOT, LARGEST - 5)
    found = entries(sheet_of([giant, heir], [0, quantity], [quantity, 0], SLOT + 20_000 * HALF_HOUR))
    assert {abs(entry.accumulated_after_thousandths) for entry in found} == {LARGEST}
    for entry in found:
        values = [value for value in asdict(entry).values() if type(value) is int]
        assert len(values) == 10
        assert max(map(abs, values)) <= LARGEST


@pytest.mark.parametrize(
    ("late", "intervals", "updated"),
    [
        (timedelta(0), 0, timedelta(0)),
        (timedelta(minutes=29), 0, timedelta(minutes=29)),
        (timedelta(minutes=30), 1, timedelta(minutes=30)),
        (timedelta(minutes=61), 2, timedelta(minutes=60)),
        (timedelta(minutes=-3), 0, timedelta(0)),
    ],
)
def test_what_the_slot_has_beyond_whole_half_hours_is_kept(late: timedelta, intervals: int, updated: timedelta) -> None:
    player = Player((1, 1, 1), 100, Adjustment.EXACT, 9, 9, SLOT)
    (entry,) = entries(sheet_of([player], [0], [0], SLOT + late + timedelta(seconds=59)))
    assert (entry.intervals, entry.last_updated_at) == (intervals, SLOT + updated)


def test_what_is_put_right_without_a_harvest_changes_what_is_saved_alone() -> None:
    player = Player((1, 1, 1), 80, Adjustment.DOWN, 7, 6, SLOT, 5000)
    assert unproductive_entry(player, 4000, Quantities(30, 10), 0.25, 0.5) == RightsEntry(
        intervals=0,
        base_share=0.25,
        coefficient=80,
        adjustment=Adjustment.DOWN,
        adjusted_share=0.5,
        tdc_before=6,
        tdc_after=6,
        alliance_production=0,
        entitlement_thousandths=0,
        player_production_thousandths=0,
        quantity_sent=30,
        quantity_received=10,
        accumulated_before_thousandths=4000,
        accumulated_after_thousandths=25000,
        last_updated_at=SLOT,
    )
    nothing = unproductive_entry(player, 5000, Quantities(0, 0))
    assert (nothing.base_share, nothing.adjusted_share, nothing.accumulated_after_thousandths) == (0, 0, 5000)
    giant = unproductive_entry(player, 0, Quantities(10**30, -(10**30)))
    assert (giant.quantity_sent, giant.quantity_received) == (LARGEST, -LARGEST)
    assert giant.accumulated_after_thousandths == LARGEST


def test_an_entry_needs_every_source() -> None:
    with pytest.raises(MissingSource):
        entries(Sheet(SLOT))


def simulate(size: int, slots: int, seed: int) -> float:
    """Harvests in a row beside fifty digits; the largest difference in materials.

    Hunting grounds and coefficients stay for weeks, where an error that repeats has time to add up. Convoys come and
    go, a service stops now and then for some hours.
    """
    chance = random.Random(seed)
    players = [
        Player(
            (chance.randrange(15, 30), chance.randrange(15, 30), chance.randrange(15, 30)),
            chance.choice([0.0, 80.0, 100.0, chance.uniform(0, 200)]),
            chance.choice(list(Adjustment)),
            tdc := chance.randrange(10**5, 10**8),
            tdc,
            SLOT,
        )
        for _ in range(size)
    ]
    exact, shares, slot = [mpf(0)] * size, [mpf(0)] * size, SLOT
    for turn in range(slots):
        if turn % 1500 == 0:
            for player in chance.sample(players, size // 4 + 1):
                player.tdc = int(player.tdc * chance.uniform(0.9, 1.3))
                player.coefficient = chance.uniform(0, 200)
            base = rights_oracle.base_shares(players)
            shares = [
                mpf(share.numerator) / share.denominator if share else mpf(0)
                for share in rights_oracle.adjust(base, players)
            ]
        slot += HALF_HOUR * (chance.randrange(2, 20) if chance.random() < 0.002 else 1)
        sent, received = [0] * size, [0] * size
        if chance.random() < 0.05:
            sent[chance.randrange(size)] = received[chance.randrange(size)] = chance.randrange(-(10**6), 10**7)
        half_hours = rights_oracle.half_hours(players[0].last_updated_at, slot)
        together = rights_oracle.production(
            sum(player.tdc_at_last_update for player in players), sum(player.tdc for player in players), half_hours
        )
        for at, entry in enumerate(entries(sheet_of(players, sent, received, slot))):
            player = players[at]
            made = (
                rights_oracle.production(player.tdc_at_last_update, player.tdc, half_hours)
                if half_hours > 1
                else player.tdc
            )
            exact[at] += shares[at] * together + sent[at] - made - received[at]
            assert adds_up(entry)
            player.accumulated_thousandths = entry.accumulated_after_thousandths
            player.tdc_at_last_update, player.last_updated_at = entry.tdc_after, entry.last_updated_at
    return max(abs(float(true - mpf(p.accumulated_thousandths) / 1000)) for true, p in zip(exact, players, strict=True))


@pytest.mark.thorough
@pytest.mark.slow
@pytest.mark.parametrize(("size", "slots"), [(200, YEAR if os.environ.get("LONG_PROOFS") else 480), (8, YEAR)])
def test_a_year_of_harvests_drifts_by_less_than_one_material(size: int, slots: int) -> None:
    with mp.workdps(50):
        assert simulate(size, slots, seed=size) < 1 * slots / YEAR
