"""`make bench`: each workload beside its hand-written floor and a peer; fails under what is meant."""

import argparse
import asyncio
import os
import sys
import uuid
from contextlib import AsyncExitStack

import asyncpg

from benchmarks.comparison import FLOOR, PEER, SERVICE, Server, Targets, compare
from benchmarks.delivery_plan import measure_plan
from benchmarks.forum import plant_topic, plant_tree, sign_in_player
from benchmarks.growth import measure_growth
from benchmarks.harvest import measure_harvests
from benchmarks.harvest_slot import measure_slot
from benchmarks.hosting import measure_check, measure_sealing
from benchmarks.live import measure_live, plant_live
from benchmarks.plain_rows import measure_plain_rows
from benchmarks.processor import Processor, memory
from benchmarks.rights import plant_rights
from benchmarks.servers import free_port, peer, running
from benchmarks.workloads import COLD, KEPT, Asks, Meant, mixed, workloads
from models.core.database import close_database, execute, open_database
from models.core.driver.patience import COMMAND
from models.core.migration import migrate
from models.hosting.key.alliance_key import use_master_keys
from models.transfer.reference_data import seed_reference_data
from resolvers.wiring import wire

POSTGRES = os.environ.get("TEST_POSTGRES_URL", "postgres://postgres@127.0.0.1:5432/postgres")
SECRET = "a secret for benchmarks, long enough"
MOST_MIB = 150.0
PARTS = ("forum", "live", "harvest", "growth")


async def measure_forum(environment: dict[str, str], url: str, asks: Asks, meant: Meant) -> list[str]:
    """W1 to W3, and where answers are kept the mixed load; gives the targets that are missed."""
    environment = environment | ({"KEPT_ANSWERS": "0"} if meant is COLD else {})
    targets, ports = Targets(), {name: free_port() for name in (SERVICE, FLOOR, PEER)}
    by_hand = ["uvicorn", "benchmarks.floor:app", "--port", str(ports[FLOOR])]
    async with AsyncExitStack() as stack:
        watcher = await asyncpg.connect(url)
        stack.push_async_callback(watcher.close)
        started = {
            SERVICE: running(["cli", "serve"], ports[SERVICE], {**environment, "PORT": str(ports[SERVICE])}),
            FLOOR: running(by_hand, ports[FLOOR], environment),
            PEER: peer(ports[PEER], environment),
        }
        servers = [
            Server(name, ports[name], Processor(await stack.enter_async_context(one), watcher))
            for name, one in started.items()
        ]
        for workload in workloads(asks, meant):
            await compare(servers, workload, targets)
        if meant is KEPT:
            await compare(servers[:2], mixed(asks), targets)
        held = memory(servers[0].processor.process) / 1024
        print(f"the service holds {held:.0f} MiB", flush=True)
        targets.most("MiB after the run", held, MOST_MIB)
    return targets.missed


async def main(parts: set[str]) -> None:
    name = f"phm_bench_{uuid.uuid4().hex[:8]}"
    admin = await asyncpg.connect(POSTGRES)
    await admin.execute(f"CREATE DATABASE {name}")
    url = f"{POSTGRES.rsplit('/', 1)[0]}/{name}"
    missed: list[str] = []
    try:
        wire()
        use_master_keys(("a master key for benchmarks, long enough",))
        await open_database(url, patience=COMMAND)
        await migrate()
        await seed_reference_data()
        await plant_tree()
        topic_id = await plant_topic()
        bearer = await sign_in_player(SECRET)
        tag, chief = await plant_rights(SECRET)
        live = await plant_live(SECRET)
        await execute("ANALYZE")
        await close_database()
        environment = {"DATABASE_URL": url, "SECRET_KEY": SECRET, "LOG_LEVEL": "info"}
        environment |= {"COST_PER_MINUTE": str(10**12)}  # Counted as ever, and never spent.
        if "forum" in parts:
            for meant in (COLD, KEPT):
                missed += await measure_forum(environment, url, Asks(bearer, chief, tag, topic_id), meant)
        if "live" in parts:
            missed += await measure_live(environment, *live)
        if "harvest" in parts:
            await open_database(url, patience=COMMAND)
            await measure_harvests()
            await measure_slot(50, 200)
            await measure_plain_rows()
            measure_sealing()
            missed += measure_plan()
            await measure_check()
            await close_database()
    finally:
        await admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
        await admin.close()
    if "growth" in parts:
        for database in ("postgres", "sqlite"):
            late = await measure_growth(database, 1)
            missed += [f"{one} takes more than twice its time at ten times the data" for one in late]
    if missed:
        sys.exit("\n".join(["missed:", *missed]))


parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("parts", nargs="*", choices=PARTS, default=PARTS, help="what is measured; all, unless it is said")
asyncio.run(main(set(parser.parse_args().parts)))
