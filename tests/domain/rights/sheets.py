"""Sheets of alliances made by chance, with every kind of number that a member may have."""

import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from domain.alliance.member import Adjustment
from domain.rights.column import Source
from domain.rights.delivery import Columns
from domain.rights.rights import Sheet
from tests.domain.rights.rights_oracle import Player

NOW = datetime(2026, 3, 14, 10, 30, 20, tzinfo=UTC)


def alliance(size: int, seed: int) -> tuple[list[Player], list[int], list[int]]:
    chance = random.Random(seed)
    players = [
        Player(
            None if chance.random() < 0.1 else (chance.randrange(35), chance.randrange(35), chance.randrange(35)),
            chance.choice([0.0, 100.0, chance.uniform(0, 300)]),
            chance.choice(list(Adjustment)),
            chance.choice([0, chance.randrange(10**12)]),
            chance.choice([0, chance.randrange(10**12)]),
            NOW - timedelta(minutes=chance.choice([0, 30, 61, chance.randrange(600_000)])),
            chance.randrange(-(10**15), 10**15),
        )
        for _ in range(size)
    ]
    sent, received = ([chance.randrange(-(10**9), 10**12) for _ in players] for _ in range(2))
    return players, sent, received


def sheet_of(
    players: Sequence[Player],
    sent: list[int],
    received: list[int],
    now: datetime = NOW,
    uncounted: Columns | None = None,
) -> Sheet:
    """`uncounted` where it is not what was sent and received."""
    sheet = Sheet(now)
    sheet.supply(Source.MEMBERS, players)
    sheet.supply(Source.CENSUSES, [player.levels for player in players])
    delivered = sent, received
    sheet.supply(Source.DELIVERIES, delivered)
    sheet.supply(Source.UNCOUNTED, delivered if uncounted is None else uncounted)
    return sheet
