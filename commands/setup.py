"""Commands that lay down what a service stands on: migrate, seed, GraphiQL's files, the printed schema.

Tested in tests/test_cli.py.
"""

import secrets
import sys
from typing import Annotated

import typer

from commands.runtime import cli_error, command, localized, settings_or_exit, with_database
from config import Settings
from domain.account.password import SALT_BYTES, hash_password
from engine.operation.context import utc_now
from models.core.migration import NoHistoryError
from models.core.migration import migrate as apply_migrations
from models.demo.demo import seed_demo
from models.transfer.reference_data import seed_reference_data
from pages.assets import STATIC, FetchError, fetch


@command.command(
    help=localized("Amène la base de données au dernier schéma.", "Brings the database to the newest schema.")
)
def migrate() -> None:
    async def work() -> None:
        typer.echo("\n".join(await bring_up_to_date()) or localized("Rien à appliquer.", "Nothing to apply."))

    with_database(settings_or_exit(), work)


async def bring_up_to_date() -> list[str]:
    """Applies what the open database lacks; ends the program with 1 where it has no migrations to apply."""
    try:
        return await apply_migrations()
    except NoHistoryError as error:
        raise cli_error(str(error), 1) from None


@command.command(
    help=localized(
        "Ajoute les rôles, catégories, factions et clans qui manquent.",
        "Adds roles, categories, factions and clans where they are missing.",
    )
)
def seed(
    demo: Annotated[  # noqa: FBT002
        bool,
        typer.Option(
            help=localized(
                "Aussi les comptes de démonstration et leur forum.", "Also the demo accounts and their forum."
            )
        ),
    ] = False,
) -> None:
    settings = settings_or_exit()
    if demo:
        refuse_in_production(settings)
    with_database(settings, lambda: seed_demo_data(demo=demo))


def refuse_in_production(settings: Settings) -> None:
    if settings.production:
        raise cli_error("Demo accounts have a password that everybody knows: refused while PHEROMONE_ENV=production.")


async def seed_demo_data(*, demo: bool) -> None:
    """The foundation, and on top of it the demo."""
    await seed_reference_data()
    if demo:
        await seed_demo(lambda password: hash_password(password, secrets.token_bytes(SALT_BYTES)), utc_now())


@command.command(
    help=localized(
        "Va chercher avec npm les fichiers de GraphiQL et des courbes, pour les pages dans un navigateur.",
        "Fetches the files of GraphiQL and of the charts with npm, for pages in a browser.",
    )
)
def graphiql() -> None:
    try:
        fetched = fetch()
    except (FetchError, OSError) as error:
        raise cli_error(f"GraphiQL: {error} The service itself runs without it.", 1) from None
    typer.echo(f"GraphiQL: {len(fetched)} files fetched into {STATIC}." if fetched else "GraphiQL: all there.")


@command.command(help=localized("Écrit le schéma GraphQL.", "Prints the GraphQL schema."))
def schema() -> None:
    from schema.root import schema as graphql_schema  # noqa: PLC0415 - the other commands do without it

    sys.stdout.write(graphql_schema.as_str() + "\n")
