"""The command line: pheromone serve | worker | harvest | migrate | seed | demo | …. Wires settings to their work."""

import asyncio
import json
import os
import secrets
import signal
import sys
import tempfile
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
import uvicorn
from rich.console import Console
from rich.progress import Progress
from starlette.applications import Starlette

from app import create_app
from config import Settings, SettingsError, read_settings
from domain.dump import read_dump, write_dump
from domain.password import SALT_BYTES, hash_password
from domain.refusal import Refusal
from jobs.harvest import harvest_by_hand
from jobs.table import Jobs, table
from models.bell import LocalBell, RedisBell
from models.database import close_database, open_database
from models.demo import ACCOUNTS, PASSWORD, plant_demo
from models.dump import import_dump
from models.dump_export import export_dump
from models.event import hang
from models.foundation import lay_foundation
from models.member_place import seat_administrator
from models.migration import migrate as apply_migrations
from pages.assets import STATIC, FetchError, fetch
from resolvers.context import utc_now
from schema.lingering import LingeringSocket
from schema.log import start_logging
from schema.message import worded

KEEPALIVE_SECONDS = 20.0
SHUTDOWN_SECONDS = 15

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
def seed(demo: Annotated[bool, typer.Option(help="Also the demo accounts and their forum.")] = False) -> None:  # noqa: FBT002
    """Adds roles, categories, factions and clans where they are missing."""
    settings = _settings()
    if demo:
        _refuse_in_production(settings)
    _with_database(settings, lambda: _plant(demo=demo))


@command.command()
def serve(
    workers: Annotated[int, typer.Option(min=1, max=64, help="Processes; more than one want PostgreSQL.")] = 1,
) -> None:
    """Serves the API on HOST:PORT."""
    _serve(_settings(), workers)


@command.command()
def worker() -> None:
    """Does the jobs until it is told to stop. Any number of workers and servers may run: each harvest is made once."""
    settings = _settings()
    start_logging(settings.log_level)

    async def work() -> None:
        bell = RedisBell(settings.redis_url) if settings.redis_url else LocalBell()
        hang(bell)
        await bell.open()
        stopped = asyncio.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, stopped.set)
        jobs = Jobs(table(utc_now))
        jobs.start()
        await stopped.wait()
        await jobs.stop()
        await bell.close()

    _with_database(settings, work)


@command.command()
def harvest(
    at: Annotated[datetime, typer.Option(help="An instant that has passed, UTC; what was due then is applied.")],
    alliance: Annotated[str | None, typer.Option(help="Tag of one alliance; all that are due otherwise.")] = None,
) -> None:
    """Applies by hand the harvests that were due at an instant. What was applied already stays as it is."""
    now = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    if now > utc_now():
        typer.echo("--at: this instant has not come yet.", err=True)
        raise typer.Exit(2)

    async def work() -> None:
        for line in await harvest_by_hand(now, alliance):
            typer.echo(line)

    try:
        _with_database(_settings(), work)
    except LookupError as error:
        typer.echo(f"--alliance: {error.args[0]}", err=True)
        raise typer.Exit(2) from None


@command.command("import")
def import_(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="A forum dump, JSON.")],
    administrator: Annotated[str | None, typer.Option(help="Account that is to administer the alliance.")] = None,
    pseudo: Annotated[str | None, typer.Option(help="The administrator's name in the game; the account's own.")] = None,
) -> None:
    """Imports a forum dump. What is there already stays; after an interruption, run it again."""
    reports = []

    async def work() -> None:
        dump = read_dump(json.loads(file.read_text("utf-8")))
        with Progress(console=Console(stderr=True)) as bar:
            task = bar.add_task(dump.tag, total=sum(len(section.topics) for section in dump.sections))
            reports.append(await import_dump(dump, utc_now(), lambda: bar.advance(task)))
        if administrator is not None:
            await seat_administrator(dump.tag, administrator, pseudo or administrator, utc_now())

    try:
        _with_database(_settings(), work)
    except (ValueError, LookupError) as error:
        typer.echo(f"{file}: {error}", err=True)
        raise typer.Exit(2) from None
    except Refusal as refusal:
        typer.echo(f"{file}: {worded(refusal.message, 'en', refusal.details)}", err=True)
        raise typer.Exit(2) from None
    for line in reports[0].lines():
        typer.echo(line)


@command.command("export")
def export_(tag: Annotated[str, typer.Argument(help="Tag of the alliance.")]) -> None:
    """Writes an alliance's forum as a dump to the standard output."""
    dumps = []

    async def work() -> None:
        dumps.append(await export_dump(tag, utc_now()))

    _with_database(_settings(), work)
    if dumps[0] is None:
        typer.echo(f"{tag}: no such alliance.", err=True)
        raise typer.Exit(2)
    typer.echo(json.dumps(write_dump(dumps[0]), ensure_ascii=False, indent=1))


@command.command()
def demo() -> None:
    """Migrates, plants the demo data once, and serves it."""
    settings = _settings()
    _refuse_in_production(settings)

    async def work() -> None:
        await apply_migrations()
        await _plant(demo=True)

    _with_database(settings, work)
    typer.echo(f"\n  http://{settings.host}:{settings.port}/graphql\n")
    typer.echo(f"  Comptes / accounts (mot de passe / password: {PASSWORD})")
    for username, email, role, _ in ACCOUNTS:
        typer.echo(f"    {username:<16}{email:<22}{role}")
    typer.echo("")
    _serve(settings)


def _refuse_in_production(settings: Settings) -> None:
    if settings.production:
        typer.echo(
            "Demo accounts have a password that everybody knows: refused while PHEROMONE_ENV=production.", err=True
        )
        raise typer.Exit(2)


async def _plant(*, demo: bool) -> None:
    await lay_foundation()
    if demo:
        await plant_demo(lambda password: hash_password(password, secrets.token_bytes(SALT_BYTES)), datetime.now(UTC))


def _serve(settings: Settings, workers: int = 1) -> None:
    if workers > 1 and settings.database_url.startswith("sqlite"):
        typer.echo("--workers: several processes need PostgreSQL; SQLite is for one.", err=True)
        raise typer.Exit(2)
    with tempfile.TemporaryDirectory(prefix="pheromone-counts-") as folder:
        if workers > 1:
            os.environ.setdefault("PROMETHEUS_MULTIPROC_DIR", folder)
        uvicorn.run(
            "cli:application",
            factory=True,
            host=settings.host,
            port=settings.port,
            workers=workers,
            log_config=None,
            access_log=False,
            ws=LingeringSocket,
            ws_max_size=settings.max_body_bytes,
            ws_ping_interval=KEEPALIVE_SECONDS,
            ws_ping_timeout=KEEPALIVE_SECONDS,
            # Compression costs a socket more memory than all the rest, for texts that are short.
            ws_per_message_deflate=False,
            timeout_graceful_shutdown=SHUTDOWN_SECONDS,
        )


def application() -> Starlette:
    """The application of one serving process, from its own environment."""
    settings = _settings()
    start_logging(settings.log_level)
    return create_app(settings)


@command.command()
def graphiql() -> None:
    """Fetches GraphiQL's files with npm, for /graphql in a browser."""
    try:
        fetched = fetch()
    except FetchError as error:
        typer.echo(f"GraphiQL: {error} The service itself runs without it.", err=True)
        raise typer.Exit(1) from None
    typer.echo(f"GraphiQL: {len(fetched)} files fetched into {STATIC.name}/." if fetched else "GraphiQL: all there.")


@command.command()
def schema() -> None:
    """Prints the GraphQL schema."""
    from schema.root import schema as graphql_schema  # noqa: PLC0415 - the other commands do without it

    sys.stdout.write(graphql_schema.as_str() + "\n")


if __name__ == "__main__":
    main()
