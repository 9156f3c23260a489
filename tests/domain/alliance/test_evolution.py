"""Proves the game's tables: names, growth of costs and times, and the cheapest next level that shortens laying."""

import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mpmath import mp, mpf

from domain.alliance.evolution import (
    LONGEST_TRAVEL,
    MAX_LEVEL,
    NAMED,
    Cost,
    Evolution,
    Kind,
    NextTdp,
    base_time,
    carriage,
    cost,
    next_tdp,
    time_between,
    travel_time,
    trio,
)
from domain.core.day import fold

levels = st.integers(0, MAX_LEVEL)

GAME = """
Champignonnière                         0        90       0   120
Entrepôt de Nourriture                  0       600       0   180
Entrepôt de Matériaux                   0       600       0   180
Couveuse                                0       600       0   180
Solarium                                0      2000       0  1000
Laboratoire                             0      1400       0   300
Salle d'analyse                         0      1400       0   300
Salle de combat                         0       300       0   120
Caserne                                 0       800       0   200
Dôme                                    0      3500       0   400
Loge Impériale                          0      5000       0   500
Etable à pucerons                       0      1500       0   500
Etable à cochenilles                    0     10000       0   150
Technique de ponte                    120       120       0   120
Bouclier Thoracique                   200       300      80   120
Armes                                 300       200      80   120
Architecture                          100       200       0   200
Communication avec les animaux        200       500      80   120
Vitesse de chasse                    4000      2500      50   200
Vitesse d'attaque                    3000      1000       0   200
Génétique                            3000     10000    1000   180
Acide                              100000    300000    5000  2800
Poison                           40000000  15000000  250000  3200
Nourriture                              0         0       0     0
Materiaux                               0         0       0     0
"""
"""What level 0 of each costs in the game: food, materials, workers, seconds."""


def test_the_order_and_the_kinds_are_the_games() -> None:
    kinds = [evolution.kind for evolution in Evolution]
    assert kinds == [Kind.CONSTRUCTION] * 13 + [Kind.RESEARCH] * 10 + [Kind.RESOURCE] * 2
    assert len(NAMED) == len(Evolution)
    assert Evolution.SALLE_ANALYSE.french == "Salle d'analyse"
    assert [evolution.value for evolution in Evolution] == list(Evolution.__members__)
    assert [kind.value for kind in Kind] == ["CONSTRUCTION", "RESEARCH", "RESOURCE"]
    assert MAX_LEVEL == 50


@pytest.mark.parametrize(("evolution", "line"), [*zip(Evolution, GAME.strip().splitlines(), strict=True)])
def test_names_and_first_costs_are_the_games(evolution: Evolution, line: str) -> None:
    name, *numbers = line.rsplit(maxsplit=4)
    food, materials, workers, seconds = map(int, numbers)
    assert evolution.french == name.rstrip()
    assert NAMED[fold(name)] is evolution
    assert cost(evolution, 0) == Cost(food, materials, workers)
    assert base_time(evolution, 0) == seconds


@pytest.mark.parametrize(
    ("evolution", "level", "expected"),
    [
        (Evolution.COUVEUSE, 22, Cost(0, 2_516_582_400, 0)),
        (Evolution.CHAMPIGNONNIERE, 0, Cost(0, 90, 0)),
        (Evolution.CHAMPIGNONNIERE, 1, Cost(0, 167, 0)),  # 166.5
        (Evolution.CHAMPIGNONNIERE, 10, Cost(0, 42263, 0)),  # 42262.96…
        (Evolution.GENETIQUE, 3, Cost(24000, 80000, 8000)),
        (Evolution.POISON, 0, Cost(40_000_000, 15_000_000, 250_000)),
        (Evolution.MATERIAUX, 7, Cost(0, 0, 0)),
    ],
)
def test_costs_of_the_games_table(evolution: Evolution, level: int, expected: Cost) -> None:
    assert cost(evolution, level) == expected


@given(levels)
def test_the_champignonniere_grows_by_185_rounded_half_up(level: int) -> None:
    exact = 90 * Fraction(185, 100) ** level
    assert cost(Evolution.CHAMPIGNONNIERE, level).materials == math.floor(exact + Fraction(1, 2))


@given(st.sampled_from(list(Evolution)), levels)
def test_base_times_grow_by_kind(evolution: Evolution, level: int) -> None:
    growth = Fraction(16, 10) if evolution.kind is Kind.CONSTRUCTION else Fraction(17, 10)
    first = base_time(evolution, 0)
    assert math.isclose(base_time(evolution, level), first * float(growth**level), rel_tol=1e-12)


def test_base_times_of_the_trio() -> None:
    trio_times = [
        base_time(evolution, 1) for evolution in (Evolution.COUVEUSE, Evolution.SOLARIUM, Evolution.LABORATOIRE)
    ]
    assert trio_times == [288, 1600, 480]


@given(levels, levels, levels)
def test_the_next_tdp_is_the_cheapest_of_three(couveuse: int, solarium: int, laboratoire: int) -> None:
    costs = {
        Evolution.COUVEUSE: 600 * 2**couveuse,
        Evolution.SOLARIUM: 2000 * 2**solarium,
        Evolution.LABORATOIRE: 1400 * 2**laboratoire,
    }
    found = next_tdp((couveuse, solarium, laboratoire))
    assert found.cost == min(costs.values()) == costs[found.evolution]
    level = {Evolution.COUVEUSE: couveuse, Evolution.SOLARIUM: solarium, Evolution.LABORATOIRE: laboratoire}
    assert found.base_time == base_time(found.evolution, level[found.evolution])


def test_what_was_never_built_is_at_level_zero() -> None:
    assert trio({Evolution.SOLARIUM: 4, Evolution.DOME: 9}) == (0, 4, 0)
    assert next_tdp((0, 4, 0)) == NextTdp(Evolution.COUVEUSE, 600, 180.0)


@given(st.floats(0, 2000), st.integers(0, 60))
def test_travel_time(distance: float, vitesse_attaque: int) -> None:
    with mp.workdps(40):
        exact = mpf("0.9") ** vitesse_attaque * 637200 * (1 - mp.exp(-mpf(distance) / 350))
        assert exact - mpf("1e-6") <= travel_time(distance, vitesse_attaque) < exact + 1 + mpf("1e-6")
    assert travel_time(0, vitesse_attaque) == 0


def test_workers_on_the_hunting_ground_carry_nothing() -> None:
    assert carriage(workers=1010, tdc=1000, etable_pucerons=0) == 100
    assert carriage(workers=1003, tdc=1000, etable_pucerons=7) == 40, "3 × 13.5, rounded down"
    assert carriage(workers=999, tdc=1000, etable_pucerons=7) == 0


def test_nobody_knows_how_long_it_takes_from_or_to_nowhere() -> None:
    assert time_between((3, 4), (0, 0), 7) == travel_time(5, 7)
    assert time_between((0, 0), (0, 0), 0) == 0
    assert [time_between(None, (0, 0), 7), time_between((0, 0), None, 7), time_between((0, 0), (0, 0), None)] == [
        None
    ] * 3
    assert travel_time(10**9, 0) == LONGEST_TRAVEL
