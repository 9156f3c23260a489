"""Help and complaints of the command line in French: no English word is left, no sentence is cut."""

import sys

import pytest

from cli import main
from commands.help import ERRORS, in_french, whole_sentence
from tests.wire.command import pheromone

ENGLISH = ("Usage:", "Options:", "Commands:", "Show this", "[required]", "[default:", "COMMAND ", "current shell")


@pytest.mark.slow
@pytest.mark.parametrize("arguments", [(), ("user", "create"), ("serve",)], ids=" ".join)
def test_help_is_french_to_its_frame(arguments: tuple[str, ...]) -> None:
    shown = pheromone(*arguments, "--help", LC_ALL="fr_FR.UTF-8", COLUMNS="80")
    assert shown.returncode == 0
    assert shown.stdout.startswith("Utilisation : ")
    assert "Affiche ce message et s'arrête." in " ".join(shown.stdout.split())
    assert [word for word in ENGLISH if word in shown.stdout] == []
    assert "..." not in shown.stdout.replace("[ARGUMENTS]...", "")


@pytest.mark.parametrize(
    ("english", "french"),
    [
        ("No such command 'usr'. Did you mean 'user'?", "La commande 'usr' n'existe pas. Vouliez-vous dire 'user' ?"),
        ("No such option: --worker Did you mean --workers?", "L'option --worker n'existe pas. Vouliez-vous dire"),
        ("No such option: --a (Possible options: --ab, --ac)", "L'option --a n'existe pas. Peut-être --ab, --ac ?"),
        ("No such option: --x", "L'option --x n'existe pas."),
        ("Missing option '--email'.", "Il manque l'option '--email'."),
        ("Missing argument 'FILE'.", "Il manque l'argument 'FILE'."),
        ("Got unexpected extra argument (a)", "De trop : a"),
        ("Invalid value for '--workers': 'x' is not a valid integer.", "Valeur refusée pour '--workers' : 'x' n'est"),
        ("Invalid value for 'FILE': File 'x' does not exist.", "Valeur refusée pour 'FILE' : 'x' n'existe pas."),
    ],
)
def test_what_typer_complains_of(english: str, french: str) -> None:
    assert in_french(english, ERRORS).startswith(french)


@pytest.mark.parametrize(("language", "words"), [("fr_FR.UTF-8", "La commande 'nope'"), ("C", "No such command")])
def test_a_wrong_command_is_said_in_the_operator_s_language(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], language: str, words: str
) -> None:
    monkeypatch.setenv("LC_ALL", language)
    monkeypatch.setattr(sys, "argv", ["pheromone", "nope"])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 2
    assert words in capsys.readouterr().err


def test_the_version_is_told(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "argv", ["pheromone", "--version"])
    with pytest.raises(SystemExit) as ended:
        main()
    assert (ended.value.code, capsys.readouterr().out.split()[0]) == (0, "pheromone")


def test_one_sentence_is_shown_whole() -> None:
    assert whole_sentence("Serves the API. Until it is told to stop.") == "Serves the API."
    assert whole_sentence("Prints /graphql...") == "Prints /graphql..."
