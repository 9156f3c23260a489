"""Commands for one alliance: its harvest by hand, its forum's dump in and out.

Tested in tests/test_cli.py.
"""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from commands.import_report import report_lines
from commands.runtime import cli_error, command, localized, progress_bar, settings_or_exit, with_database
from domain.orders.dump import read_dump, write_dump
from engine.operation.context import utc_now
from jobs.harvest import harvest_by_hand
from models.alliance.member_place import check_seat, seat_administrator
from models.transfer.dump import import_dump
from models.transfer.dump_export import export_dump


@command.command(
    help=localized(
        "Applique à la main les récoltes qui étaient dues à un instant. Ce qui l'a déjà été reste tel quel.",
        "Applies by hand the harvests that were due at an instant. What was applied already stays as it is.",
    )
)
def harvest(
    at: Annotated[
        datetime,
        typer.Option(
            help=localized(
                "Un instant passé, UTC ; ce qui était dû alors est appliqué.",
                "An instant that has passed, UTC; what was due then is applied.",
            )
        ),
    ],
    alliance: Annotated[
        str | None,
        typer.Option(
            help=localized(
                "Tag d'une alliance ; toutes celles qui sont dues sinon.",
                "Tag of one alliance; all that are due otherwise.",
            )
        ),
    ] = None,
) -> None:
    now = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    if now > utc_now():
        raise cli_error(localized("--at : cet instant n'est pas encore venu.", "--at: this instant has not come yet."))

    async def work() -> None:
        for line in await harvest_by_hand(now, alliance):
            typer.echo(line)

    try:
        with_database(settings_or_exit(), work)
    except LookupError as error:
        raise cli_error(f"--alliance: {error.args[0]}") from None


@command.command(
    "import",
    help=localized(
        "Importe la sauvegarde d'un forum. Ce qui est déjà là reste ; après une interruption, relancez.",
        "Imports a forum dump. What is there already stays; after an interruption, run it again.",
    ),
)
def import_(
    file: Annotated[
        Path, typer.Argument(exists=True, dir_okay=False, help=localized("Un forum en JSON.", "A forum dump, JSON."))
    ],
    administrator: Annotated[
        str | None,
        typer.Option(
            help=localized("Compte qui administrera l'alliance.", "Account that is to administer the alliance.")
        ),
    ] = None,
    pseudo: Annotated[
        str | None,
        typer.Option(
            help=localized(
                "Nom de ce compte dans le jeu ; le sien sinon.",
                "The administrator's name in the game; the account's own.",
            )
        ),
    ] = None,
) -> None:
    reports = []

    async def work() -> None:
        dump = read_dump(json.loads(file.read_text("utf-8")))
        if administrator is not None:
            await check_seat(administrator, pseudo or administrator)
        total, done = sum(len(section.topics) for section in dump.sections), 0
        with progress_bar(dump.tag) as progress:

            def advance() -> None:
                nonlocal done
                done += 1
                progress(done, total)

            reports.append(await import_dump(dump, utc_now(), advance))
        if administrator is not None:
            await seat_administrator(dump.tag, administrator, pseudo or administrator, utc_now())

    try:
        with_database(settings_or_exit(), work)
    except (ValueError, LookupError) as error:
        raise cli_error(f"{file}: {error}") from None
    for line in report_lines(reports[0]):
        typer.echo(line)


@command.command(
    "export",
    help=localized(
        "Écrit le forum d'une alliance sur la sortie standard.",
        "Writes an alliance's forum as a dump to the standard output.",
    ),
)
def export_(
    tag: Annotated[str, typer.Argument(help=localized("Tag de l'alliance.", "Tag of the alliance."))],
) -> None:
    dumps = []

    async def work() -> None:
        dumps.append(await export_dump(tag, utc_now()))

    with_database(settings_or_exit(), work)
    if dumps[0] is None:
        raise cli_error(localized(f"{tag} : aucune alliance n'a ce tag.", f"{tag}: no such alliance."))
    typer.echo(json.dumps(write_dump(dumps[0]), ensure_ascii=False, indent=1))
