"""What ten times the data cost each operation: `python -m benchmarks.growth --scale 10 --database postgres`.

Plants the world at a tenth of the scale and at the scale, each in a database of its own, and asks both in turns.
"""

import argparse
import asyncio
import os
import statistics
import sys
import tempfile
import time
import uuid
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import asyncpg

from benchmarks.growth_clock import Clock
from benchmarks.growth_operations import OPERATIONS, Operation, values
from benchmarks.growth_world import plant
from engine.operation import token
from engine.operation.context import Context, Runtime
from models.account.session import Session
from models.account.user import User
from models.core.database import close_database, execute, open_database
from models.core.driver.patience import COMMAND
from models.core.migration import migrate
from models.hosting.key.alliance_key import use_master_keys
from models.transfer.reference_data import seed_reference_data
from resolvers.wiring import wire
from schema.root import schema
from tests.wire.statements import statements

POSTGRES = os.environ.get("TEST_POSTGRES_URL", "postgres://postgres@127.0.0.1:5432/postgres")
SECRET = "a secret for benchmarks, long enough"
TURNS, RUNS, PATIENCE = 2, 5, 10.0
"""How often each world has its turn, how often an operation runs in one, and for how many seconds at most."""

MOST = 2.0
NOISE_MS = 1.0
"""How many times its time an operation may take of ten times the data, besides what one run differs from the next."""


@dataclass(slots=True)
class Taken:
    """What an operation took in one world: milliseconds of each run, and the most statements."""

    milliseconds: list[float] = field(default_factory=list)
    statements: int = 0

    @property
    def usual(self) -> float:
        """The median of the faster half: what others do on the machine only ever adds."""
        ordered = sorted(self.milliseconds)
        return statistics.median(ordered[: max(1, len(ordered) // 2)])


class World:
    """One planted database, and what its operations took."""

    def __init__(self, url: str, scale: float) -> None:
        self.url, self.scale = url, scale
        self.taken: dict[str, Taken] = {one.name: Taken() for one in OPERATIONS}
        self._terms, self._number = Runtime(secret_key=SECRET), 0
        self._values: dict[str, Any] = {}
        self._clock = Clock()
        self._bearers: dict[int, str] = {}

    async def prepare(self) -> None:
        await open_database(self.url, patience=COMMAND)
        started = time.perf_counter()
        await migrate()
        await seed_reference_data()
        await plant(self.scale)
        self._values = await values(self.scale)
        await close_database()
        print(f"planted at {self.scale:g} in {time.perf_counter() - started:.0f} s", file=sys.stderr, flush=True)

    async def ask(self, operations: Sequence[Operation]) -> None:
        """Has each operation run some times; a first run, which is not counted, fills caches."""
        await open_database(self.url, patience=COMMAND)
        try:
            for one in operations:
                until = time.monotonic() + PATIENCE
                await self._run(one, Taken())
                for _ in range(RUNS):
                    await self._run(one, self.taken[one.name])
                    if time.monotonic() > until:
                        break
        finally:
            await close_database()

    async def _run(self, one: Operation, taken: Taken) -> None:
        bearer = self._bearers.get(one.who) or await self._sign_in(one.who)
        if one.before:
            await execute(one.before)
        self._number += 1
        variables = {name: self._value(value) for name, value in one.variables.items()}
        context = Context(self._terms, address=f"10.0.{self._number >> 8}.{self._number & 255}")
        async with statements() as seen:
            await self._clock.refresh()
            seen.clear()
            started = self._clock.read()
            await context.sign_in(bearer)
            result = await schema.execute(one.query, variables, context)
            taken.milliseconds.append((self._clock.read() - started) * 1000)
        assert not result.errors, (one.name, result.errors)
        taken.statements = max(taken.statements, len(seen))

    def _value(self, value: Any) -> Any:
        if value == "$number":
            return float(self._number)
        return self._values.get(value, value.replace("$n", str(self._number))) if isinstance(value, str) else value

    async def _sign_in(self, pk: int) -> str:
        user, session_id, now = await User.get(id=pk), uuid.uuid4(), datetime.now(UTC)
        await Session.create(id=session_id, user=user, created_at=now)
        bearer = "Bearer " + token.issue(SECRET, user.id, user.role_id, session_id, now, 7200)[0]
        self._bearers[pk] = bearer
        return bearer


@asynccontextmanager
async def empty(database: str) -> AsyncIterator[str]:
    """The URL of a database that is gone afterwards. Helpers of its processes could not be looked at: it has none."""
    if database == "sqlite":
        with tempfile.TemporaryDirectory() as folder:
            yield f"sqlite://{Path(folder) / 'growth.sqlite3'}"
        return
    name = f"phm_growth_{uuid.uuid4().hex[:8]}"
    admin = await asyncpg.connect(POSTGRES)
    await admin.execute(f"CREATE DATABASE {name}")
    await admin.execute(f"ALTER DATABASE {name} SET max_parallel_workers_per_gather = 0")
    try:
        yield f"{POSTGRES.rsplit('/', 1)[0]}/{name}"
    finally:
        await admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
        await admin.close()


async def measure_growth(database: str, scale: float, only: str = "") -> list[str]:
    """Prints the table; gives the operations that grow with the data and may not."""
    chosen = [one for one in OPERATIONS if only in one.name]
    async with AsyncExitStack() as stack:
        small, large = [World(await stack.enter_async_context(empty(database)), size) for size in (scale / 10, scale)]
        for world in (small, large):
            await world.prepare()
        for _ in range(TURNS):
            await small.ask(chosen)
            await large.ask(chosen)
    print(f"{database}, {small.scale:g} and {large.scale:g}: milliseconds of the processor, ratio, statements")
    late = []
    for one in chosen:
        a, b = small.taken[one.name], large.taken[one.name]
        grows = b.usual > MOST * a.usual + NOISE_MS
        mark = "" if not grows else "  (may grow)" if one.may_grow else "  GROWS"
        print(
            f"{one.name:36} {a.usual:8.1f} {b.usual:9.1f}  x{b.usual / a.usual:5.1f}"
            f"  {a.statements:4} -> {b.statements:<5}{mark}",
            flush=True,
        )
        if grows and not one.may_grow:
            late.append(f"{database}: {one.name}")
    return late


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", type=float, default=1.0, help="of the larger world; the other has a tenth")
    parser.add_argument("--database", choices=("postgres", "sqlite"), action="append")
    parser.add_argument("--only", default="", help="what the names of the operations hold")
    given = parser.parse_args()
    wire()
    use_master_keys(("a master key for benchmarks, long enough",))
    late = []
    for database in given.database or ("postgres", "sqlite"):
        late += asyncio.run(measure_growth(database, given.scale, given.only))
    if late:
        sys.exit("passes twice its time at ten times the data: " + ", ".join(late))


if __name__ == "__main__":
    main()
