"""What to send next, for 200 members and 50 orders that all are due: the processor's time of one plan."""

import statistics
import time
from dataclasses import replace

from domain.orders.delivery_plan import plan_deliveries
from tests.worlds.delivery import NOON, large

MOST_MILLISECONDS = 50.0


def measure_plan() -> list[str]:
    """Gives the target that is missed, if it is."""
    members, orders = large(1)
    senders = [replace(one, materials=10**8, food=10**8, carriage=10**9) for one in members]
    wishes = [replace(one, requester=-1, due_on=NOON.date()) for one in orders]
    taken = []
    for _ in range(9):
        started = time.process_time()
        plan_deliveries(senders, wishes, NOON)
        taken.append((time.process_time() - started) * 1000)
    usual = statistics.median(taken)
    print(f"a delivery plan of {len(senders)} members and {len(wishes)} orders: {usual:.1f} ms", flush=True)
    return [f"{usual:.1f} ms a delivery plan"] if usual > MOST_MILLISECONDS else []
