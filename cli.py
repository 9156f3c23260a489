"""The command line: `pheromone`, with every command of commands/."""

import os
import sys
from importlib import metadata
from typing import Annotated

import typer

from commands import alliance, hosting, user
from commands import backup as upkeep
from commands import serve as serving
from commands import setup as laying
from commands.doctor import doctor
from commands.help import run
from commands.runtime import command, is_french, localized

__all__ = ["alliance", "command", "doctor", "hosting", "laying", "main", "serving", "upkeep", "user"]


@command.callback(
    invoke_without_command=True,
    help=localized("Phéromone : le service GraphQL d'une alliance.", "Phéromone: an alliance's GraphQL service."),
)
def main_options(
    version: Annotated[  # noqa: FBT002
        bool,
        typer.Option("--version", is_eager=True, help=localized("Dit la version et s'arrête.", "Tells the version.")),
    ] = False,
) -> None:
    if version:
        typer.echo(f"pheromone {metadata.version('pheromone')}")
        raise typer.Exit


def main() -> None:
    sys.exit(run(command, lambda: is_french(os.environ)))


if __name__ == "__main__":
    main()
