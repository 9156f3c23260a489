"""A database as an operator has it before the first visitor: migrated, with its reference data."""

from models.core.database import close_database, open_database
from models.core.migration import migrate
from models.forum.reference_data import lay_foundation

DIALECTS = ("sqlite", "postgres")


async def prepare(url: str) -> str:
    await open_database(url)
    try:
        await migrate()
        await lay_foundation()
    finally:
        await close_database()
    return url
