"""A database as an operator has it before the first visitor: migrated, with its reference data; and its dialects."""

import os
from collections.abc import Sequence

from models.core.database import close_database, open_database
from models.core.migration import migrate
from models.transfer.reference_data import seed_reference_data

DIALECTS = ("sqlite", "postgres")
ON_BOTH = not os.environ.get("BY_TURNS")


def by_turns(names: Sequence[str]) -> list[tuple[str, str]]:
    """Each name with one dialect, by turns; with both outside `make test`: long proofs of what all viewers are told.

    Their queries are the same SQL in both, which shorter tests ask both.
    """
    every = [(name, dialect) for name in names for dialect in DIALECTS]
    return every if ON_BOTH else [(name, DIALECTS[number % 2]) for number, name in enumerate(names)]


async def prepare(url: str) -> str:
    await open_database(url)
    try:
        await migrate()
        await seed_reference_data()
    finally:
        await close_database()
    return url
