"""The counter of statements counts, on both databases, every connection of a pool, and nothing but statements."""

import asyncio
from datetime import UTC, datetime
from uuid import uuid4

from models.account.role import Role
from models.core.database import fetch
from models.core.transaction import write
from models.forum.post import Post
from tests.wire.statements import statements
from tests.worlds import world


async def test_reads_and_writes_are_seen_and_transaction_control_is_not(database: str) -> None:
    async def work() -> None:
        await Role.filter(name="player").update(label="Joueuse")
        await fetch("SELECT 2")

    async with statements() as seen:
        await fetch("SELECT 1")
        await write(work)
    assert [sql.split()[0].upper() for sql in seen] == ["SELECT", "UPDATE", "SELECT"]


async def test_the_search_index_beside_a_post_is_no_statement_of_ours(database: str) -> None:
    topic = await world.topic(await world.section("general", "Annonces"), "Bienvenue")
    async with statements() as seen:
        await Post.create(uuid=uuid4(), topic=topic, body="La reine", author_name="x", created_at=datetime.now(UTC))
    assert len(seen) == 1


async def test_reads_at_once_are_all_seen(database: str) -> None:
    async with statements() as seen:
        await asyncio.gather(*(fetch(f"SELECT {number}") for number in range(8)))
    assert sorted(seen) == [f"SELECT {number}" for number in range(8)]


async def test_the_end_of_the_block_is_the_end_of_the_watch(database: str) -> None:
    async with statements() as seen:
        await fetch("SELECT 1")
    await fetch("SELECT 2")
    assert seen == ["SELECT 1"]
