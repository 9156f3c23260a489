"""Commands for the database as a whole: backup and restore. What a backup holds is for models and domain.

Tested in tests/test_cli.py.
"""

import gzip
import os
import zlib
from pathlib import Path
from typing import IO, Annotated, cast

import typer

from commands.runtime import cli_error, command, localized, progress_bar, settings_or_exit, with_database
from domain.transfer.backup import BrokenBackupError
from engine.operation.context import utc_now
from models.hosting.key.alliance_key import KeyState, key_states
from models.transfer.backup import BackupError, dump, load


@command.command(
    help=localized(
        "Sauvegarde toute la base dans un fichier, telle qu'elle est à un instant. Le service peut tourner.",
        "Backs up the whole database into a file, as it stands at one moment. The service may go on.",
    )
)
def backup(
    file: Annotated[Path, typer.Argument(help=localized("Fichier à créer.", "The file to make."))],
) -> None:
    settings = settings_or_exit()
    if file.exists():
        raise cli_error(localized(f"{file} : ce fichier existe déjà.", f"{file}: this file is there already."))
    partial = file.with_name(f"{file.name}.partial")
    totals = []

    async def work() -> None:
        # It holds what passwords and keys are sealed into: for its owner's eyes.
        descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as raw, progress_bar(file.name) as progress:
            with gzip.GzipFile("", "wb", fileobj=raw, mtime=0) as stream:
                totals.append(await dump(cast(IO[bytes], stream), utc_now(), progress))
            raw.flush()
            os.fsync(raw.fileno())

    try:
        with_database(settings, work)
        partial.rename(file)
    except OSError as error:
        raise cli_error(f"{file}: {error.strerror or error}", 1) from None
    finally:
        partial.unlink(missing_ok=True)
    typer.echo(localized(f"{file} : {totals[0]} lignes.", f"{file}: {totals[0]} rows."))


@command.command(
    help=localized(
        "Rapporte une sauvegarde dans une base migrée et vide : tout ou rien.",
        "Brings a backup into a migrated, empty database: all of it or nothing.",
    )
)
def restore(
    file: Annotated[
        Path,
        typer.Argument(
            exists=True,
            dir_okay=False,
            help=localized("Une sauvegarde.", "A backup."),
        ),
    ],
) -> None:
    totals: list[int] = []
    closed: list[str] = []

    async def work() -> None:
        with gzip.open(file) as stream, progress_bar(file.name) as progress:
            totals.append(await load(cast(IO[bytes], stream), progress))
        closed.extend(tag for tag, state in (await key_states()).items() if state is KeyState.INVALID)

    try:
        with_database(settings_or_exit(), work)
    except (BrokenBackupError, BackupError, EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise cli_error(f"{file}: {error}", 1) from None
    typer.echo(localized(f"{file} : {totals[0]} lignes rapportées.", f"{file}: {totals[0]} rows restored."))
    if closed:
        words = localized(
            "elle n'ouvre pas les clés de ces alliances, mettez celle d'alors",
            "it does not open the keys of these alliances, give the one of that time",
        )
        raise cli_error(f"MASTER_KEY: {words}: {', '.join(closed)}", 1)
