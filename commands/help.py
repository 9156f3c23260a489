"""Typer's commands with words of their own in the operator's language, and sentences that are not cut. Runs nothing.

Typer has English words alone, some of them beyond any catalogue's reach.
"""

import re
from collections.abc import Callable
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

HELP = {
    "Show this message and exit.": "Affiche ce message et s'arrête.",
    "Install completion for the current shell.": "Installe la complétion pour l'interpréteur de commandes.",
    "Show completion for the current shell, to copy it or customize the installation.": (
        "Affiche la complétion pour l'interpréteur de commandes, à copier ou à adapter."
    ),
}
# What frames the help of a command, and what Typer says of a wrong one. Names and values stay as they are.
FRAME = (
    (r"^Usage: ", "Utilisation : "),
    (r"\[OPTIONS\] COMMAND \[ARGS\]\.\.\.", "[OPTIONS] COMMANDE [ARGUMENTS]..."),
    (r"^Options:$", "Options :"),
    (r"^Arguments:$", "Arguments :"),
    (r"^Commands:$", "Commandes :"),
    (r"\[required\]", "[obligatoire]"),
    (r"\[default: ([^\]]*)\]", r"[par défaut : \1]"),
)
ERRORS = (
    (r"^No such command (.+?)\.", r"La commande \1 n'existe pas."),
    (r"^No such option: ?(.+?) \(Possible options?: (.+)\)", r"L'option \1 n'existe pas. Peut-être \2 ?"),
    (r"^No such option: ?(.+?)(?=\.? Did|$)", r"L'option \1 n'existe pas."),
    (r"\.? ?Did you mean (.+?)\?", r". Vouliez-vous dire \1 ?"),
    (r"^Missing option (.+?)\.", r"Il manque l'option \1."),
    (r"^Missing argument (.+?)\.", r"Il manque l'argument \1."),
    (r"^Missing command\.", "Il manque une commande."),
    (r"^Got unexpected extra arguments? \((.+)\)", r"De trop : \1"),
    (r"^Option (.+?) requires an argument\.", r"L'option \1 demande une valeur."),
    (r"^Invalid value for (.+?):", r"Valeur refusée pour \1 :"),
    (r"(File|Path) (.+?) does not exist\.", r"\2 n'existe pas."),
    (r"File (.+?) is a directory\.", r"\1 est un dossier."),
    (r"(.+?) is not a valid integer(?: range)?\.", r"\1 n'est pas un nombre entier."),
    (r"(\S+) is not in the range (.+?)\.$", r"\1 n'est pas dans l'intervalle \2."),
    (r"(\S+) does not match the formats? (.+?)\.$", r"\1 n'est pas un instant de la forme \2."),
)


def in_french(text: str, table: tuple[tuple[str, str], ...]) -> str:
    for pattern, french in table:
        text = re.sub(pattern, french, text, flags=re.MULTILINE)
    return text.replace("..", ".") if table is ERRORS else text


def whole_sentence(text: str) -> str:
    """The first one, however long: the list of commands wraps it."""
    return re.split(r"(?<=\.)\s", text.strip(), maxsplit=1)[0]


def local_classes(is_french: Callable[[], bool]) -> tuple[type[TyperCommand], type[TyperGroup]]:
    """The classes of commands and of groups whose help is in the language that is asked for when it is shown."""

    class Local:
        """What both have of it."""

        help: str | None

        def get_params(self, ctx: Any) -> list[Any]:
            found: list[Any] = super().get_params(ctx)  # type: ignore[misc]
            for one in found if is_french() else ():
                if getattr(one, "help", None) in HELP:
                    one.help = HELP[one.help]
            return found

        def get_help(self, ctx: Any) -> str:
            text: str = super().get_help(ctx)  # type: ignore[misc]
            return in_french(text, FRAME) if is_french() else text

        def get_short_help_str(self, limit: int = 45) -> str:  # noqa: ARG002 - Click's own name for it
            return whole_sentence(self.help or "")

    class LocalCommand(Local, TyperCommand):
        """A command."""

    class LocalGroup(Local, TyperGroup):
        """A group of them."""

    return LocalCommand, LocalGroup


def run(command: typer.Typer, is_french: Callable[[], bool]) -> int:
    """Runs the command line; gives its exit code. What was typed wrong is said in the operator's language."""
    try:
        return int(command(standalone_mode=False) or 0)
    except typer.Abort:
        typer.echo("Abandonné." if is_french() else "Aborted.", err=True)
        return 1
    except Exception as error:
        # Typer's copy of Click gives its exceptions no public name.
        message: Callable[[], str] | None = getattr(error, "format_message", None)
        if message is None:
            raise
        context = getattr(error, "ctx", None)
        usage, words = "" if context is None else context.get_usage(), message()
        if "--help" in words:  # Asked for nothing it shows its help, which begins with its usage.
            usage = ""
        if is_french():
            usage, words = in_french(usage, FRAME), in_french(in_french(words, ERRORS), FRAME)
        typer.echo("\n".join(filter(None, (usage, words))), err=True)
        return int(getattr(error, "exit_code", 1))
