"""Bringing a database to the newest schema, and telling whether it is there. The history itself is in migrations."""

from pathlib import Path

from aerich import Command
from aerich.migrate import Migrate
from tortoise.exceptions import OperationalError

from models.core.database import current_settings, fetch

LOCATION = Path(__file__).parents[2] / "migrations"


class NoHistoryError(Exception):
    """The program came without its migrations: badly installed, it must take no database for up to date."""


async def migrate() -> list[str]:
    """Applies what is missing, in order, on the open database; gives the names of what was applied."""
    return await (await _command()).upgrade(run_in_transaction=True)


async def pending() -> list[str]:
    """The migrations that the open database still lacks."""
    command = await _command()
    try:
        return await command.heads()
    except OperationalError:  # A database that was never migrated has no table of migrations either.
        return await command.history()


async def applied() -> list[str]:
    """The migrations that the open database has had, oldest first."""
    try:
        return [str(row[0]) for row in await fetch("SELECT version FROM aerich WHERE app = 'models' ORDER BY id")]
    except OperationalError:
        return []


async def foreign() -> list[str]:
    """Those among them that this program does not know: the database is of a newer one, and not to be written to.

    A program that came without any cannot tell.
    """
    there = {path.name for path in (LOCATION / "models").glob("[0-9]*.py")}
    return [one for one in await applied() if one not in there] if there else []


async def _command() -> Command:
    command = Command(tortoise_config=current_settings(), app="models", location=str(LOCATION))
    await Migrate.init(current_settings(), "models", str(LOCATION))
    if not Migrate.get_all_version_files():
        raise NoHistoryError(f"{LOCATION / 'models'}: no migrations; install Phéromone again.")
    return command
