"""All alliances of a forum harvested in one slot: `python -m benchmarks.harvest_slot --alliances 1000 --members 200`.

Alone, and beside hostings of other alliances, which must cost those without any next to nothing. On PostgreSQL.
"""

import argparse
import asyncio
import statistics
import time
from dataclasses import dataclass

from benchmarks.growth import empty
from benchmarks.growth_clock import Clock
from benchmarks.harvest import FIRST, HALF_HOUR, SLOTS, plant_alliances
from jobs.harvest import harvest_due
from models.core.database import close_database, execute, open_database
from models.core.driver.patience import COMMAND
from models.core.migration import migrate
from models.transfer.reference_data import seed_reference_data
from resolvers.wiring import wire

HOSTINGS = 500
MOST = 1.5
"""How much longer it may take beside the hostings of others, on a machine that is noisy."""

# Mothers are E1 and on, each housed by the alliance 500 after it; two sections are mirrored.
ELSEWHERE = (
    """INSERT INTO alliances (tag, tag_key, name, created_at)
    SELECT 'E' || n, 'e' || n, 'Elsewhere', now() FROM generate_series(1, 2 * $1::int) n""",
    """INSERT INTO sections (slug, name, name_key, description, position, kind, topic_count, post_count, created_at,
        category_id, alliance_id, is_announcement)
    SELECT kind || a.tag || place, kind, kind || a.tag || place, '', 0, kind, 0, 0, now(),
        (SELECT id FROM categories WHERE slug = 'alliances'), a.id, false
    FROM alliances a, (VALUES (1, 'MEMBERS'), (2, 'ORDERS'), (3, 'MIRROR'), (4, 'MIRROR')) AS kinds (place, kind)
    WHERE a.tag LIKE 'E%' AND (place > 2) = (substr(a.tag, 2)::int > $1::int)""",
    """INSERT INTO hostings (uuid, mother_id, host_id, opened_at) SELECT gen_random_uuid(), m.id, h.id, now()
    FROM alliances m JOIN alliances h ON m.tag LIKE 'E%' AND h.tag = 'E' || substr(m.tag, 2)::int + $1::int""",
    """INSERT INTO mirrors (hosting_id, section_id, mirror_section_id, faults, synced_at)
    SELECT o.id, s.id, x.id, '[]', now() FROM hostings o JOIN sections s ON s.alliance_id = o.mother_id
    JOIN sections x ON x.alliance_id = o.host_id AND (s.kind = 'ORDERS') = (x.slug LIKE '%4')""",
)


@dataclass(frozen=True, slots=True)
class Taken:
    """Medians of some slots, in seconds: on the wall, of the processor in this process, and of it everywhere."""

    wall: float
    python: float
    processor: float

    def told(self, alliances: int) -> str:
        here, there = (seconds / alliances * 1000 for seconds in (self.python, self.processor - self.python))
        return f"{self.wall:.1f} s, of the processor {self.processor:.1f} ({here:.1f} ms each here, {there:.1f} there)"


async def _slots(first: int, alliances: int) -> Taken:
    clock, taken = Clock(), []
    for turn in range(first, first + SLOTS):
        await clock.refresh()
        at, starts = FIRST + turn * HALF_HOUR, (time.perf_counter(), time.process_time(), clock.read())
        applied = await harvest_due(lambda at=at: at)  # type: ignore[misc]
        ends = (time.perf_counter(), time.process_time(), clock.read())
        taken.append([end - start for start, end in zip(starts, ends, strict=True)])
        assert len(applied) == alliances
    return Taken(*(statistics.median(column) for column in zip(*taken, strict=True)))


async def measure_slot(alliances: int, members: int) -> None:
    """For an open PostgreSQL database that nothing else is in."""
    await plant_alliances(alliances, members)
    alone = await _slots(0, alliances)
    print(f"harvest of {alliances} alliances of {members} in one slot: {alone.told(alliances)}", flush=True)
    for statement in ELSEWHERE:
        await execute(statement, *((HOSTINGS,) if "$1" in statement else ()))
    await execute("ANALYZE")
    beside = await _slots(SLOTS, alliances)
    ratio = beside.processor / alone.processor
    print(f"beside {HOSTINGS} hostings of others: {beside.told(alliances)}, ratio {ratio:.2f}")
    assert ratio <= MOST, "hostings of others cost alliances that have none"


async def main(alliances: int, members: int) -> None:
    async with empty("postgres") as url:
        await open_database(url, patience=COMMAND)
        await migrate()
        await seed_reference_data()
        await measure_slot(alliances, members)
        await close_database()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--alliances", type=int, default=1000)
    parser.add_argument("--members", type=int, default=200)
    given = parser.parse_args()
    wire()
    asyncio.run(main(given.alliances, given.members))
