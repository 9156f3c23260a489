"""The command line: pheromone serve | migrate | seed | demo | schema. Wires settings to what does the work."""

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable

import typer
import uvicorn

from app import create_app
from config import Settings, SettingsError, read_settings
from models.database import close_database, open_database
from models.migration import migrate as apply_migrations

command = typer.Typer(
    help="Phéromone : le service GraphQL d'une alliance / an alliance's GraphQL service.", no_args_is_help=True
)


def main() -> None:
    command()


def _settings() -> Settings:
    try:
        return read_settings(os.environ)
    except SettingsError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from None


def _with_database(settings: Settings, work: Callable[[], Awaitable[None]]) -> None:
    async def run() -> None:
        await open_database(settings.database_url, settings.pool_size)
        try:
            await work()
        finally:
            await close_database()

    asyncio.run(run())


@command.command()
def migrate() -> None:
    """Brings the database to the newest schema."""

    async def work() -> None:
        applied = await apply_migrations()
        typer.echo("\n".join(applied) or "Nothing to apply.")

    _with_database(_settings(), work)


@command.command()
def serve() -> None:
    """Serves the API on HOST:PORT."""
    settings = _settings()
    uvicorn.run(
        create_app(settings),
        host=settings.host,
        port=settings.port,
        log_level="info",
        access_log=False,
        ws_max_size=settings.max_body_bytes,
    )


@command.command()
def schema() -> None:
    """Prints the GraphQL schema."""
    from schema.root import schema as graphql_schema  # noqa: PLC0415 - the other commands do without it

    sys.stdout.write(graphql_schema.as_str() + "\n")


if __name__ == "__main__":
    main()
