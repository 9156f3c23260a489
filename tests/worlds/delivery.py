"""Many members and orders for the delivery plan, made without a database. Asserts nothing."""

import random
from datetime import UTC, datetime, timedelta

from domain.orders.load import Sender, Wish

NOON = datetime(2026, 3, 14, 12, tzinfo=UTC)


def large(seed: int, members: int = 200, orders: int = 50) -> tuple[list[Sender], list[Wish]]:
    dice = random.Random(seed)

    def place() -> tuple[int, int] | None:
        return None if dice.random() < 0.1 else (dice.randrange(500), dice.randrange(500))

    def amount(most: int) -> int:
        return dice.choice((0, dice.randrange(most), dice.randrange(most)))

    senders = [
        Sender(key, dice.uniform(-1e8, 1e8), amount(10**7), amount(10**6), amount(10**7), place(), dice.randrange(20))
        for key in range(members)
    ]
    day = NOON.date()
    wishes = [
        Wish(
            key,
            dice.randrange(members),
            amount(10**8),
            amount(10**7),
            dice.choice((None, day, day + timedelta(days=3))),
            place(),
        )
        for key in range(orders)
    ]
    return senders, wishes
