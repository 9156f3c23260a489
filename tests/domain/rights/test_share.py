"""Proves the shares against exact fractions: one whole whenever they can, nobody below zero or moved astray."""

import random
from datetime import UTC, datetime
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.alliance.evolution import MAX_LEVEL, next_tdp
from domain.alliance.member import Adjustment
from domain.rights.share import adjusted_shares, base_shares, shares_with_coefficient
from tests.domain.rights import rights_oracle
from tests.domain.rights.rights_oracle import Player

NOW = datetime(2026, 3, 14, 10, 30, tzinfo=UTC)
EXACT, UP, DOWN = Adjustment.EXACT, Adjustment.UP, Adjustment.DOWN
Three = tuple[list[float | None], list[float | None], list[float | None]]

levels = st.none() | st.tuples(*[st.integers(0, MAX_LEVEL)] * 3)
coefficients = st.floats(0, 1000) | st.sampled_from([0.0, 50.0, 100.0, 100.0, 200.0, 1000.0])


def players_of(draws: list[tuple[tuple[int, int, int] | None, float, Adjustment]]) -> list[Player]:
    return [Player(drawn, percent, way, 1, 1, NOW) for drawn, percent, way in draws]


def large_alliance(size: int, seed: int, ways: list[Adjustment]) -> list[Player]:
    chance = random.Random(seed)
    high = chance.choice([100, 200, 1000])
    return players_of(
        [
            (
                None if chance.random() < 0.1 else (chance.randrange(40), chance.randrange(40), chance.randrange(40)),
                chance.choice([0.0, 100.0, chance.uniform(0, high)]),
                chance.choice(ways),
            )
            for _ in range(size)
        ]
    )


def shares_of(players: list[Player]) -> Three:
    steps = [None if player.levels is None else next_tdp(player.levels) for player in players]
    percents, ways = [player.coefficient for player in players], [player.adjustment for player in players]
    base = base_shares([None if step is None else step.cost / step.base_time for step in steps])
    weighted = shares_with_coefficient(base, percents)
    return base, weighted, adjusted_shares(base, percents, ways, weighted)


def total(shares: list[float | None]) -> float:
    return sum(share for share in shares if share is not None)


def check(players: list[Player]) -> None:
    base, weighted, adjusted = shares_of(players)
    exact_base = rights_oracle.base_shares(players)
    exact = rights_oracle.adjust(exact_base, players)
    scale = max(1.0, total(weighted))
    for found, wanted in ((base, exact_base), (adjusted, exact)):
        for share, true in zip(found, wanted, strict=True):
            assert (share is None) == (true is None)
            if share is not None and true is not None:
                assert abs(Fraction(share) - true) <= Fraction(1, 10**13) * Fraction(scale)
                assert share >= 0
    censused = [at for at, share in enumerate(base) if share is not None]
    movable = {way: sum(weighted[at] or 0 for at in censused if players[at].adjustment is way) for way in Adjustment}
    missing = 1 - total(weighted)
    if (missing > 0 and any(players[at].adjustment is UP for at in censused)) or 0 > missing > 1e-9 - movable[DOWN]:
        assert total(adjusted) == pytest.approx(1, abs=1e-12)
    for at in censused:
        moved = (adjusted[at] or 0) - (weighted[at] or 0)
        if players[at].adjustment is EXACT:
            assert moved == 0
        else:
            assert moved >= 0 if players[at].adjustment is UP else moved <= 0


@given(st.lists(st.tuples(levels, coefficients, st.sampled_from(Adjustment)), max_size=8).map(players_of))
def test_small_alliances_agree_with_the_document(players: list[Player]) -> None:
    check(players)


@pytest.mark.parametrize("ways", [[UP], [DOWN], [EXACT], [UP, DOWN, EXACT]], ids=["up", "down", "exact", "all"])
@pytest.mark.parametrize("size", [1, 2, 17, 100, 500])
def test_large_alliances_agree_with_the_document(size: int, ways: list[Adjustment]) -> None:
    for seed in range(4):
        check(large_alliance(size, seed, ways))


def three(percents: list[float], ways: list[Adjustment]) -> list[float | None]:
    base: list[float | None] = [0.5, 0.25, 0.25]
    return adjusted_shares(base, percents, ways, shares_with_coefficient(base, percents))


def test_what_is_missing_goes_up_in_proportion_to_the_base_share() -> None:
    assert three([0, 40, 100], [UP, UP, EXACT]) == pytest.approx([0 + 0.65 * 2 / 3, 0.1 + 0.65 / 3, 0.25])
    assert three([50, 40, 100], [DOWN, EXACT, EXACT]) == pytest.approx([0.25, 0.1, 0.25])


def test_what_one_cannot_give_up_is_asked_of_the_others() -> None:
    # Too much by 0.75. In proportion the first would give 0.5 of its 0.05, so that the second gives the rest.
    assert three([10, 400, 280], [DOWN, DOWN, EXACT]) == pytest.approx([0, 0.3, 0.7])
    # All give everything, and it is not enough.
    assert three([10, 20, 1000], [DOWN, DOWN, EXACT]) == pytest.approx([0, 0, 2.5])


def test_a_member_without_a_base_share_takes_nothing_up() -> None:
    base: list[float | None] = [0.0, 1.0]
    weighted = shares_with_coefficient(base, [100, 50])
    assert adjusted_shares(base, [100, 50], [UP, EXACT], weighted) == [0, 0.5]
    assert adjusted_shares([None], [100], [UP], [None]) == [None]
    assert base_shares([None, None]) == [None, None]
    assert adjusted_shares([], [], [], []) == []


@pytest.mark.parametrize(
    ("base", "percents", "ways", "weighted"),
    [
        ([0.5], [100, 100], [UP, UP], [0.5, 0.5]),
        ([0.5, 0.5], [100, 100], [UP], [0.5, 0.4]),
        ([0.5, 0.5], [100, 100], [DOWN, DOWN], [0.9]),
        ([0.5, 0.5], [100], [DOWN, DOWN], [0.9, 0.9]),
        ([0.5], [100, 100], [DOWN, DOWN], [0.9, 0.9]),
    ],
)
def test_vectors_of_other_members_are_no_shares(
    base: list[float | None], percents: list[float], ways: list[Adjustment], weighted: list[float | None]
) -> None:
    with pytest.raises(ValueError, match="zip"):
        adjusted_shares(base, percents, ways, weighted)
    with pytest.raises(ValueError, match="zip"):
        shares_with_coefficient([0.5], [100, 100])
