"""Whatever is asked of a large world has an index to go by: no operation of the growth table reads a table whole.

Sequential scans are made so dear that PostgreSQL takes one only where no index would do. PostgreSQL alone.
"""

import re
from collections.abc import Sequence
from itertools import product
from typing import Any

import asyncpg
import pytest
from tortoise.backends.asyncpg.client import TransactionWrapper

from benchmarks import growth
from benchmarks.growth_operations import OPERATIONS
from models.core.driver.postgres import BoundedPostgres
from models.hosting.key.alliance_key import use_master_keys
from tests.wire.client import MASTER

SCALE = 0.02
SMALL = frozenset({"categories", "clans", "factions", "roles", "event_heads", "numbers"})
SMALL |= {"tree_stamps", "people_stamps"}
"""Tables of a few rows, however large a forum is."""
WHOLE = frozenset({"sections"})
"""Read whole by what answers with all of it: the tree, and the shape of the forum once it has changed."""
WAYS = ("execute_query", "execute_query_dict", "rows")
EXPLAINED = re.compile(r"\s*(SELECT|WITH|INSERT|UPDATE|DELETE)\b")
SCAN = re.compile(r"Seq Scan on (\w+)")


class Plans:
    """Every statement that the service sends is explained on a connection of its own, and never run there."""

    def __init__(self, link: asyncpg.Connection) -> None:
        self.link = link
        self.asked = 0
        self.suspects: list[tuple[str, Sequence[Any]]] = []

    async def explain(self, sql: str, values: Sequence[Any]) -> None:
        if EXPLAINED.match(sql):
            self.asked += 1
            if await self._scanned(sql, values):
                self.suspects.append((sql, values))

    async def _scanned(self, sql: str, values: Sequence[Any]) -> set[str]:
        plan = await self.link.fetch(f"EXPLAIN {sql}", *values)
        return set(SCAN.findall("\n".join(row[0] for row in plan))) - SMALL - WHOLE

    async def scans(self) -> dict[str, set[str]]:
        """What is read whole, by statement, once the statistics are those of what was planted: they may come late."""
        await self.link.execute("ANALYZE")
        found = {sql: await self._scanned(sql, values) for sql, values in self.suspects}
        return {sql: tables for sql, tables in found.items() if tables}


def _explained(usual: Any, plans: Plans) -> Any:
    async def execute(self: Any, sql: str, values: Any = None) -> Any:
        await plans.explain(sql, values or [])
        return await usual(self, sql, values)

    return execute


@pytest.mark.slow
@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
async def test_no_operation_reads_a_table_whole(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    use_master_keys((MASTER,))
    monkeypatch.setattr(growth, "RUNS", 0)  # Each is asked once, as if to fill caches.
    world = growth.World(database_url, SCALE)
    await world.prepare()
    link = await asyncpg.connect(database_url, server_settings={"enable_seqscan": "off"})
    plans = Plans(link)
    for client, name in product((BoundedPostgres, *TransactionWrapper.__subclasses__()), WAYS):
        monkeypatch.setattr(client, name, _explained(getattr(client, name), plans))
    await world.ask([one for one in OPERATIONS if not one.before])
    assert plans.asked > 2 * len(OPERATIONS)
    assert not await plans.scans()
    await link.close()
