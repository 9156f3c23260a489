"""A process that seals an alliance's mirrors anew until it is done or killed."""

import asyncio
from datetime import UTC, datetime
from multiprocessing.connection import Connection

from models.core.database import close_database, open_database
from models.hosting.key.alliance_key import use_master_keys
from models.hosting.key.rotation import rotate_some
from models.wiring import wire
from tests.wire.client import MASTER


def work(url: str, alliance_id: int, batch: int, told: Connection) -> None:
    """Tells of each batch."""
    asyncio.run(_work(url, alliance_id, batch, told))


async def _work(url: str, alliance_id: int, batch: int, told: Connection) -> None:
    wire()
    await open_database(url)
    use_master_keys([MASTER])
    while await rotate_some(alliance_id, datetime.now(UTC), batch):
        told.send("batch")
    await close_database()
