"""A process that seals an alliance's mirrors anew until it is done or killed."""

import asyncio
import sys
from datetime import UTC, datetime

from models.core.database import close_database, open_database
from models.hosting.key.alliance_key import use_master_keys
from models.hosting.key.rotation import rotate_some
from models.wiring import wire
from tests.wire.client import MASTER


async def main(url: str, alliance_id: int, batch: int) -> None:
    wire()
    await open_database(url)
    use_master_keys([MASTER])
    while await rotate_some(alliance_id, datetime.now(UTC), batch):
        print("batch", flush=True)  # noqa: T201 - whoever started it counts
    await close_database()


asyncio.run(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
