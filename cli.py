"""The command line: `pheromone`, with every command of commands/."""

from commands import alliance, hosting, user
from commands import backup as upkeep
from commands import serve as serving
from commands import setup as laying
from commands.doctor import doctor
from commands.runtime import command, localized

__all__ = ["alliance", "command", "doctor", "hosting", "laying", "main", "serving", "upkeep", "user"]


@command.callback(
    help=localized("Phéromone : le service GraphQL d'une alliance.", "Phéromone: an alliance's GraphQL service.")
)
def main_options() -> None:
    """Gives the whole its help."""


def main() -> None:
    command()


if __name__ == "__main__":
    main()
