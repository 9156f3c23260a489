"""Connections to PostgreSQL of their own for what must not wait for requests, nor have them wait. Runs no statement.

Tested in tests/models/core/driver/test_waiting.py.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tortoise.connection import get_connections

from models.core.database import connection, current_settings, is_postgres, own_pools
from models.core.driver.patience import JOB, REQUEST, Patience, waiting
from models.core.driver.postgres import BoundedPostgres

OWN_POOL_SIZE = 2
OWN_POOLS = 2
"""Connections to PostgreSQL for jobs, and as many for watching, beside those of requests."""


@contextmanager
def for_jobs() -> Iterator[None]:
    """Inside, and in tasks begun inside, statements have a job's patience and, on PostgreSQL, connections of their own.

    What takes long keeps no connection from requests.
    """
    with waiting(JOB), _own_pool("for_jobs", JOB):
        yield


@contextmanager
def for_watching() -> Iterator[None]:
    """Inside, what tells how the service is, and of events, has a connection even when requests have them all."""
    with _own_pool("for_watching", REQUEST):
        yield


@contextmanager
def _own_pool(name: str, patience: Patience) -> Iterator[None]:
    if not is_postgres():
        yield
        return
    ((alias, of_requests),) = current_settings()["connections"].items()
    if name not in own_pools:
        options = {**of_requests["credentials"], "patience": patience, "maxsize": OWN_POOL_SIZE}
        own_pools[name] = BoundedPostgres(connection_name=alias, **options)
    token = get_connections().set(alias, own_pools[name])
    try:
        yield
    finally:
        get_connections().reset(token)


def pool_sizes() -> dict[str, tuple[int, int]]:
    """Of each of this process's pools to PostgreSQL: how many connections are open, and how many of them idle."""
    if not is_postgres():
        return {}
    of_requests: Any = connection()
    pools = {"requests": of_requests, **{name.removeprefix("for_"): pool for name, pool in own_pools.items()}}
    sizes = {name: pool.sizes() for name, pool in pools.items()}
    return {name: size for name, size in sizes.items() if size is not None}
