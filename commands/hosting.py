"""Commands for hostings: what is left to carry, and carrying it now instead of waiting for the worker.

Tested in tests/test_cli.py.
"""

from typing import Annotated

import typer

from commands.runtime import (
    Commands,
    cli_error,
    command,
    language,
    localized,
    progress_bar,
    settings_or_exit,
    with_database,
)
from domain.core.name import name_key
from domain.core.refusal import Refusal
from engine.operation.context import utc_now
from engine.operation.message import localize
from jobs.hosting import work_on_hostings
from models.alliance.alliance import alliance_by_key
from models.hosting.key.abandonment import abandon_alliance_key
from models.hosting.key.trail import Actor
from models.hosting.mirror.mirror_change import sync_mirrors
from models.hosting.pending_work import PendingWork, pending_work

hosting = Commands()
command.add_typer(
    hosting, name="hosting", help=localized("Miroirs des alliances hébergées.", "Mirrors of hosted alliances.")
)
Tag = Annotated[
    str | None,
    typer.Option(
        "--alliance",
        help=localized("Tag d'une alliance mère ; toutes sinon.", "Tag of one mother alliance; all of them otherwise."),
    ),
]


async def _number(tag: str | None) -> int | None:
    if tag is None:
        return None
    found = await alliance_by_key(name_key(tag.strip()))
    if found is None:
        raise cli_error(f"--alliance: no alliance has the tag {tag}")
    return found.pk


def _line(left: PendingWork) -> str:
    rotating = localized(", clé en cours de changement", ", its key is being changed") if left.is_rotating else ""
    words = localized("en attente", "pending")
    kept = "" if left.is_exported else localized(", clé jamais exportée", ", its key was never exported")
    return f"{left.tag}: {left.state.value}, {left.pending} {words}{rotating}{kept}"


@hosting.command(help=localized("Dit où en sont les miroirs et les clés.", "Says how mirrors and keys stand."))
def status(alliance: Tag = None) -> None:
    async def work() -> None:
        found = await pending_work(await _number(alliance))
        typer.echo("\n".join(map(_line, found)) or localized("Aucun hébergement.", "No hosting."))

    with_database(settings_or_exit(), work)


@hosting.command(
    help=localized(
        "Compare tous les sujets et copie ce qui manque ; interrompue, la commande reprend où elle en était.",
        "Compares every topic and copies what is missing; interrupted, it goes on from where it was.",
    )
)
def sync(alliance: Tag = None) -> None:
    async def work() -> None:
        for left in await pending_work(await _number(alliance)):
            # What waits already is the rest of an earlier run: that one is finished before everything is compared.
            if not left.pending:
                await sync_mirrors(left.alliance_id)
            (begun,) = await pending_work(left.alliance_id)
            with progress_bar(left.tag) as show:

                def told(_tag: str, pending: int, total: int = begun.pending) -> None:
                    show(max(total - pending, 0), total)

                show(0, begun.pending)
                await work_on_hostings(utc_now, left.alliance_id, told)
        for left in await pending_work(await _number(alliance)):
            typer.echo(_line(left))

    with_database(settings_or_exit(), work)


@hosting.command(
    help=localized(
        "Abandonne une clé perdue pour de bon : les hébergements ferment, leurs copies sont effacées, ce que les hôtes"
        " seuls avaient est perdu ; une nouvelle clé commence.",
        "Gives up a key that is lost for good: hostings close, their copies are deleted, what hosts alone had is lost;"
        " a new key begins.",
    )
)
def abandon(
    alliance: Annotated[str, typer.Argument(help=localized("Tag de l'alliance mère.", "Tag of the mother alliance."))],
    confirm: Annotated[
        str, typer.Option(help=localized("Son tag encore, lettre pour lettre.", "Its tag again, letter for letter."))
    ],
) -> None:
    async def work() -> None:
        found = await alliance_by_key(name_key(alliance.strip()))
        if found is None:
            raise cli_error(f"no alliance has the tag {alliance}")
        if confirm != found.tag:
            raise cli_error(f"--confirm: {localize('tag_to_confirm', language())}")
        try:
            await abandon_alliance_key(found.pk, Actor(None, "pheromone"), utc_now())
        except Refusal as refusal:
            raise cli_error(localize(refusal.message, language()), 1) from None
        typer.echo("\n".join(map(_line, await pending_work(found.pk))) or localized("Fait.", "Done."))

    with_database(settings_or_exit(), work)
