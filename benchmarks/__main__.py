"""`make bench`: each workload beside its hand-written floor, in turns, and the ratio of their medians."""

import asyncio
import os
import statistics
import sys
import uuid

import asyncpg
import orjson

from benchmarks.forum import TOPIC, plant_topic, plant_tree, sign_in_player, tree_query
from benchmarks.growth import measure_growth
from benchmarks.harvest import measure_harvests
from benchmarks.harvest_slot import measure_slot
from benchmarks.hosting import measure_check, measure_sealing
from benchmarks.live import measure_live, plant_live
from benchmarks.load import once, request_bytes, requests_a_second
from benchmarks.plain_rows import measure_plain_rows
from benchmarks.rights import RIGHTS, plant_rights
from benchmarks.servers import free_port, running
from engine.operation.node import global_id
from models.core.database import close_database, open_database
from models.core.driver.patience import COMMAND
from models.core.migration import migrate
from models.hosting.key.alliance_key import use_master_keys
from models.transfer.reference_data import seed_reference_data
from resolvers.wiring import wire

POSTGRES = os.environ.get("TEST_POSTGRES_URL", "postgres://postgres@127.0.0.1:5432/postgres")
SECRET = "a secret for benchmarks, long enough"
ROUNDS, SECONDS = int(os.environ.get("ROUNDS", "5")), float(os.environ.get("SECONDS", "2"))

LEAST_RIGHTS = 0.3


async def compare(name: str, ours: tuple[int, bytes], floor: tuple[int, bytes]) -> float:
    """Asks both in turns after checking that they answer the same; prints and gives the ratio of the medians."""
    mine, theirs = await once(*ours), await once(*floor)
    assert orjson.loads(mine) == orjson.loads(theirs), f"{name}: the answers differ"
    await requests_a_second(*ours, seconds=1)
    await requests_a_second(*floor, seconds=1)
    pairs = [(await requests_a_second(*ours, SECONDS), await requests_a_second(*floor, SECONDS)) for _ in range(ROUNDS)]
    rates = [statistics.median(column) for column in zip(*pairs, strict=True)]
    ratios = sorted(a / b for a, b in pairs)
    ratio = statistics.median(ratios)
    print(
        f"{name}: service {rates[0]:.0f}/s, floor {rates[1]:.0f}/s, ratio {ratio:.2f} "
        f"({ratios[0]:.2f} to {ratios[-1]:.2f}), {len(mine)} bytes"
    )
    return ratio


async def main() -> None:
    name = f"phm_bench_{uuid.uuid4().hex[:8]}"
    admin = await asyncpg.connect(POSTGRES)
    await admin.execute(f"CREATE DATABASE {name}")
    url = f"{POSTGRES.rsplit('/', 1)[0]}/{name}"
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
        await close_database()
        environment = {"DATABASE_URL": url, "SECRET_KEY": SECRET, "LOG_LEVEL": "warning"}
        environment["COST_PER_MINUTE"] = str(10**12)  # Counted as ever, and never spent.
        own, bare = free_port(), free_port()
        by_hand = ["uvicorn", "benchmarks.floor:app", "--port", str(bare), "--log-level", "warning"]
        async with (
            running(["cli", "serve"], own, {**environment, "PORT": str(own)}),
            running(by_hand, bare, environment),
        ):
            tree = orjson.dumps({"query": tree_query()})
            await compare(
                "W1 tree of 300 sections",
                (own, request_bytes("/graphql", tree, bearer)),
                (bare, request_bytes("/tree", b"", bearer)),
            )
            members = orjson.dumps({"query": RIGHTS, "variables": {"tag": tag}})
            ratio = await compare(
                "W2 200 members with 16 columns",
                (own, request_bytes("/graphql", members, chief)),
                (bare, request_bytes(f"/rights?tag={tag}", b"", chief)),
            )
            assert ratio >= LEAST_RIGHTS, f"W2: {ratio:.2f} of the floor is less than {LEAST_RIGHTS}"
            topic = orjson.dumps({"query": TOPIC, "variables": {"id": global_id("Topic", topic_id)}})
            await compare(
                "W3 topic with 20 posts",
                (own, request_bytes("/graphql", topic, bearer)),
                (bare, request_bytes(f"/topic?id={topic_id}", b"", bearer)),
            )
        late = await measure_live(environment, *live)
        await open_database(url, patience=COMMAND)
        await measure_harvests()
        await measure_slot(50, 200)
        await measure_plain_rows()
        measure_sealing()
        await measure_check()
        await close_database()
    finally:
        await admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
        await admin.close()
    for database in ("postgres", "sqlite"):
        late += [
            f"{one} takes more than twice its time at ten times the data" for one in await measure_growth(database, 1)
        ]
    if late:
        sys.exit("\n".join(["missed:", *late]))


asyncio.run(main())
