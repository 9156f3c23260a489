"""What every command begins with: the language of its words, the settings, an open database, a bar for the wait."""

import asyncio
import os
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from config import Settings, SettingsError, read_settings
from engine.operation.message import ENGLISH, FRENCH
from models.core.database import UNREACHABLE, close_database, open_database, ping
from models.core.driver.patience import COMMAND
from models.hosting.key.alliance_key import use_master_keys
from models.wiring import wire

command = typer.Typer(no_args_is_help=True, rich_markup_mode=None)


def is_french(environment: Mapping[str, str]) -> bool:
    """Whether an operator reads French, by the variables that POSIX names, in its order. English is for all others."""
    named = (environment.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    return next(filter(None, named), "").lower().startswith("fr")


def localized(french: str, english: str) -> str:
    """The words in the language of this process."""
    return french if is_french(os.environ) else english


def language() -> str:
    """The language of this process, as the message catalogue names it."""
    return localized(FRENCH, ENGLISH)


def settings_or_exit() -> Settings:
    """The settings of this process; ends it with 2 where one of them is wrong."""
    try:
        return read_settings(os.environ)
    except SettingsError as error:
        raise cli_error(str(error)) from None


def cli_error(words: str, code: int = 2) -> typer.Exit:
    """Says why on the standard error; to be raised."""
    typer.echo(words, err=True)
    return typer.Exit(code)


def with_database(settings: Settings, work: Callable[[], Awaitable[None]]) -> None:
    """Runs `work` with the database open."""

    async def run() -> None:
        await _reach(settings)
        use_master_keys(settings.master_keys)
        try:
            await work()
        finally:
            await close_database()

    asyncio.run(run())


async def open_wired(url: str, pool_size: int) -> None:
    """Opens the database, with all that its writes set off. What a command does may take as long as it takes."""
    wire()
    await open_database(url, pool_size, COMMAND)


async def _reach(settings: Settings) -> None:
    """Opens the database. One that cannot be reached is said so, before anything else is tried with it."""
    try:
        await open_wired(settings.database_url, settings.pool_size)
        await ping()
    except UNREACHABLE as error:
        await close_database()
        reason = str(error) or type(error).__name__
        french, english = "la base ne répond pas", "the database does not answer"
        raise cli_error(f"DATABASE_URL: {localized(french, english)}: {reason}", 1) from None


@contextmanager
def progress_bar(words: str) -> Iterator[Callable[[int, int], None]]:
    """A bar on the standard error, told what is done and of how much. Nothing is drawn where nobody looks."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress:
        task = progress.add_task(words, total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)
