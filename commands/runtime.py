"""What every command begins with: the language of its words, the settings, an open database, a bar for the wait."""

import asyncio
import os
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeVar

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from tortoise.exceptions import ConfigurationError

from commands.help import local_classes
from config import Settings, SettingsError, read_settings
from domain.core.refusal import Refusal
from engine.operation.message import ENGLISH, FRENCH, localize
from models.core.database import UNREACHABLE, close_database, open_database, ping
from models.core.driver.outage import outage
from models.core.driver.patience import COMMAND
from models.core.migration import foreign
from models.hosting.key.alliance_key import use_master_keys
from models.wiring import wire

F = TypeVar("F", bound=Callable[..., Any])


def is_french(environment: Mapping[str, str]) -> bool:
    """Whether an operator reads French, by the variables that POSIX names, in its order. English is for all others."""
    named = (environment.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    return next(filter(None, named), "").lower().startswith("fr")


LocalCommand, LocalGroup = local_classes(lambda: is_french(os.environ))


class Commands(typer.Typer):
    """Commands whose help is in the operator's language to its last word."""

    def __init__(self) -> None:
        # What a fault shows must not hold what it happened to: settings have keys in them.
        super().__init__(
            cls=LocalGroup, no_args_is_help=True, rich_markup_mode=None, pretty_exceptions_show_locals=False
        )

    def command(self, name: str | None = None, **options: Any) -> Callable[[F], F]:
        return super().command(name, **{"cls": LocalCommand, **options})


command = Commands()


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
            await _refuse_newer()
            await work()
        finally:
            await close_database()

    try:
        asyncio.run(run())
    except Refusal as refusal:
        raise cli_error(refusal_line(refusal), 1) from None
    except Exception as error:
        reason = outage(error)
        if reason is None:
            raise
        raise cli_error(_no_answer(reason), 1) from None


def refusal_line(refusal: Refusal) -> str:
    """What a rule refuses, in the operator's language."""
    place = f"{refusal.field}: " if refusal.field else ""
    return place + localize(refusal.message, language(), refusal.details)


def check_database(settings: Settings) -> None:
    """Ends a program that is about to serve where the database is none, or is of a newer program.

    A server that does not answer yet may come later: readiness tells of it meanwhile.
    """

    async def run() -> None:
        try:
            await open_wired(settings.database_url, 1)
            await ping()
            await _refuse_newer()
        except UNREACHABLE as error:
            if settings.database_url.startswith("sqlite") or isinstance(error, ConfigurationError):
                raise cli_error(_no_answer(_reason(error)), 1) from None
        finally:
            await close_database()

    asyncio.run(run())


async def _refuse_newer() -> None:
    newer = await foreign()
    if newer:
        words = localized("la base est plus récente que ce programme", "the database is newer than this program")
        raise cli_error(f"DATABASE_URL: {words} ({', '.join(newer)})", 1)


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
        raise cli_error(_no_answer(_reason(error)), 1) from None


def _reason(error: BaseException) -> str:
    return str(error) or type(error).__name__


def _no_answer(reason: str) -> str:
    return f"DATABASE_URL: {localized('la base ne répond pas', 'the database does not answer')}: {reason}"


@contextmanager
def progress_bar(words: str) -> Iterator[Callable[[int, int], None]]:
    """A bar on the standard error, told what is done and of how much. Nothing is drawn where nobody looks."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress:
        task = progress.add_task(words, total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)
