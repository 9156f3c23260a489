"""Metrics that are read when somebody asks: of the database, of this process's connections, of Redis, of the program.

Tested in tests/observability/test_health.py.
"""

from datetime import datetime
from importlib.metadata import version

from prometheus_client.core import GaugeMetricFamily, InfoMetricFamily, Metric

from models.core.job_run import harvest_lag, last_wake
from models.core.own_pool import for_watching, pool_sizes
from models.hosting.mirror.mirror_change import all_pending
from models.live.wake_signal import LocalSignal


class Fixed:
    """Metrics that were read already."""

    def __init__(self, families: list[Metric]) -> None:
        self._families = families

    def collect(self) -> list[Metric]:
        return self._families


async def of_database(now: datetime) -> list[Metric]:
    """What all processes share. With a connection of its own: it is asked when others have none left."""
    with for_watching():
        lag = GaugeMetricFamily("pheromone_harvest_lag_seconds", "How long the oldest due harvest has been waiting.")
        lag.add_metric([], await harvest_lag(now))
        woken = GaugeMetricFamily("pheromone_harvest_wake_seconds", "When harvests were looked for last, since 1970.")
        woken_at = await last_wake("harvest")
        woken.add_metric([], 0.0 if woken_at is None else woken_at.timestamp())
        waiting = GaugeMetricFamily("pheromone_mirror_pending", "Topics that are still to be carried between mirrors.")
        waiting.add_metric([], await all_pending())
        return [lag, woken, waiting]


def of_process(signal: LocalSignal) -> list[Metric]:
    """What the process that answers has; of several workers each has its own."""
    build = InfoMetricFamily("pheromone_build", "The program that answers.", value={"version": version("pheromone")})
    pools = GaugeMetricFamily(
        "pheromone_database_connections", "Connections of the process that answers.", labels=["pool", "state"]
    )
    for pool, (opened, idle) in pool_sizes().items():
        pools.add_metric([pool, "idle"], idle)
        pools.add_metric([pool, "used"], opened - idle)
    redis = GaugeMetricFamily("pheromone_redis_up", "Whether Redis is heard; absent where none is used.")
    if signal.is_shared:
        redis.add_metric([], float(signal.last_error is None))
    return [build, pools, redis]
