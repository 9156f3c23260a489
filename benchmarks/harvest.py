"""What one wake-up of the harvest costs, by members of an alliance and by alliances, and how fast it grows."""

import math
import statistics
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta

from tortoise.transactions import in_transaction

from benchmarks.growth_world import drop_search_indexes
from jobs.harvest import harvest_due
from models.core.database import execute

MEMBERS = (10, 30, 100, 300, 1000)
ALLIANCES = (1, 10, 100, 1000)
MEMBERS_OF_EACH = 5
SLOTS = 3
FIRST = datetime(2026, 3, 14, 10, 17, tzinfo=UTC)
HALF_HOUR = timedelta(minutes=30)
# A planted alliance: for each member a topic, a census in a post, an order, and a convoy to it in every slot.
PLANT = (
    """INSERT INTO alliances (tag, tag_key, name, next_harvest_at, created_at)
    SELECT 'B' || n, 'b' || n, 'Bench', $2::timestamptz, $2 FROM generate_series(1, $1::int) n""",
    """INSERT INTO sections (slug, name, name_key, description, position, kind, topic_count, post_count, created_at,
        category_id, alliance_id, is_announcement)
    SELECT kind || a.id, kind, kind || a.id, '', 0, kind, 0, 0, a.created_at,
        (SELECT id FROM categories WHERE slug = 'alliances'), a.id, false
    FROM alliances a, unnest(ARRAY['MEMBERS', 'ORDERS']) kind""",
    """INSERT INTO topics (uuid, title, author_name, is_pinned, is_locked, created_at, last_post_at, post_count,
        section_id, alliance_id)
    SELECT gen_random_uuid(), 'x', 'x', false, false, s.created_at, s.created_at, 1, s.id,
        CASE WHEN s.kind = 'MEMBERS' THEN s.alliance_id END
    FROM sections s, generate_series(1, $1::int) n WHERE s.alliance_id IS NOT NULL""",
    """INSERT INTO members (pseudo, pseudo_key, can_administer, created_at, alliance_id, topic_id, tdc, coefficient,
        adjustment, tdc_at_last_update, last_updated_at, accumulated_thousandths)
    SELECT 'Joueur ' || t.id, 'joueur ' || t.id, false, s.created_at, s.alliance_id, t.id, 900000 + t.id, 90, 'UP',
        800000, s.created_at, 0
    FROM sections s JOIN topics t ON t.section_id = s.id WHERE s.kind = 'MEMBERS' AND s.alliance_id IS NOT NULL""",
    """INSERT INTO posts (uuid, body, author_name, revision, created_at, topic_id)
    SELECT gen_random_uuid(), 'x', 'x', 0, t.created_at, t.id FROM topics t
    JOIN sections s ON s.id = t.section_id WHERE s.kind = 'MEMBERS' AND s.alliance_id IS NOT NULL""",
    """INSERT INTO censuses (member_id, post_id, recorded_at, tdc, food, materials, workers, couveuse, solarium,
        laboratoire, levels, units)
    SELECT m.id, p.id, p.created_at, 1, 1, 1, 1, 20 + m.id % 3, 19, 21, '{}', '{}'
    FROM members m JOIN posts p ON p.topic_id = m.topic_id""",
    """INSERT INTO orders (alliance_id, topic_id, requester_id, x, y, status, food_requested, food_delivered,
        materials_requested, materials_delivered, created_at)
    SELECT m.alliance_id, o.id, m.id, 1, 1, 'IN_PROGRESS', 0, 0, 1000000, 0, m.created_at
    FROM (SELECT *, row_number() OVER (PARTITION BY alliance_id ORDER BY id) AS place FROM members) m
    JOIN (SELECT t.id, s.alliance_id, row_number() OVER (PARTITION BY s.alliance_id ORDER BY t.id) AS place
        FROM topics t JOIN sections s ON s.id = t.section_id WHERE s.kind = 'ORDERS') o
    ON o.alliance_id = m.alliance_id AND o.place = m.place""",
    """WITH made AS (INSERT INTO posts (uuid, body, author_name, revision, created_at, topic_id)
        SELECT gen_random_uuid(), 'x', 'x', 0, o.created_at + n * interval '30 minutes' + interval '7 minutes',
            o.topic_id
        FROM orders o, generate_series(0, $1::int) n RETURNING id, topic_id, created_at)
    INSERT INTO convoys (order_id, post_id, sender_id, recipient_id, food, materials, sent_at, arrives_at)
    SELECT o.id, made.id, o.requester_id, o.requester_id, 0, 5, made.created_at, made.created_at
    FROM made JOIN orders o ON o.topic_id = made.topic_id""",
    """INSERT INTO deliveries (alliance_id, post_id, member_id, is_sent, materials, counted, sent_at)
    SELECT o.alliance_id, c.post_id, c.sender_id, is_sent, c.materials, 0, c.sent_at
    FROM convoys c JOIN orders o ON o.id = c.order_id, unnest(ARRAY[true, false]) is_sent""",
)


async def _clear() -> None:
    await execute("TRUNCATE alliances, sections CASCADE")


async def plant_alliances(alliances: int, members: int) -> None:
    """As a superuser: nothing but what this wrote is pointed at, and 200,000 members have 2 million rows to check."""
    await _clear()
    values = {0: (alliances, FIRST - HALF_HOUR), 2: (members,), 7: (SLOTS,)}
    async with in_transaction():
        await execute("SET LOCAL session_replication_role = replica")
        indexes = await drop_search_indexes()
        for number, statement in enumerate(PLANT):
            await execute(statement, *values.get(number, ()))
        await execute("UPDATE alliances SET next_harvest_at = $1", FIRST)
        for index in indexes:
            await execute(index)
    await execute("VACUUM ANALYZE")


async def _cost(alliances: int, members: int) -> float:
    """The median of some slots' wake-ups, in seconds; each must have been applied by all."""
    await plant_alliances(alliances, members)
    seconds = []
    for turn in range(SLOTS):
        at = FIRST + turn * HALF_HOUR
        start = time.perf_counter()
        applied = await harvest_due(lambda at=at: at)  # type: ignore[misc]
        seconds.append(time.perf_counter() - start)
        assert len(applied) == alliances
    return statistics.median(seconds)


def exponent(sizes: Sequence[int], costs: Sequence[float]) -> float:
    """The slope of cost over size, both in logarithms: 1 grows as fast as the size does."""
    return statistics.linear_regression([math.log(n) for n in sizes], [math.log(c) for c in costs]).slope


async def _series(name: str, sizes: Sequence[int], cost: Callable[[int], Awaitable[float]]) -> None:
    costs = [await cost(size) for size in sizes]
    shown = ", ".join(f"{size}: {seconds * 1000:.1f} ms" for size, seconds in zip(sizes, costs, strict=True))
    growth, tail = exponent(sizes, costs), exponent(sizes[-2:], costs[-2:])
    print(f"harvest by {name}: {shown}; grows with the power {growth:.2f} ({tail:.2f} at the end)")
    assert growth <= 1.1, f"the harvest grows faster than its {name}"


async def measure_harvests() -> None:
    """For an open PostgreSQL database that nothing else is in."""
    await _series("members", MEMBERS, lambda size: _cost(1, size))
    await _series("alliances", ALLIANCES, lambda size: _cost(size, MEMBERS_OF_EACH))
    await _clear()
