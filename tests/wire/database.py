"""A database as an operator has it before the first visitor: migrated, with its reference data."""

from models.core.database import close_database, open_database
from models.core.migration import migrate
from models.transfer.reference_data import seed_reference_data

DIALECTS = ("sqlite", "postgres")


async def prepare(url: str) -> str:
    await open_database(url)
    try:
        await migrate()
        await seed_reference_data()
    finally:
        await close_database()
    return url
