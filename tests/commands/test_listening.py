"""A port that cannot be had is said in one line, before anything is done with the database."""

import socket
from pathlib import Path

import pytest
import typer

from commands.listening import listen, place
from tests.wire.command import pheromone

NO_DATABASE = "postgres://nobody@127.0.0.1:1/none"


@pytest.mark.slow
@pytest.mark.parametrize("arguments", [("serve",), ("demo",), ("serve", "--workers", "2")], ids=" ".join)
@pytest.mark.parametrize(("language", "words"), [("C", "is taken"), ("fr_FR.UTF-8", "est déjà pris")])
def test_a_taken_port_ends_the_program_in_a_line(
    tmp_path: Path, arguments: tuple[str, ...], language: str, words: str
) -> None:
    several = {"DATABASE_URL": NO_DATABASE} if "--workers" in arguments else {}
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        refused = pheromone(*arguments, PHEROMONE_VAR=str(tmp_path), PORT=port, LC_ALL=language, **several)
    assert (refused.returncode, refused.stdout, len(refused.stderr.splitlines())) == (1, "", 1)
    assert refused.stderr.startswith(f"PORT: 127.0.0.1:{port} {words}")
    assert not (tmp_path / "pheromone.sqlite3").exists()


@pytest.mark.parametrize("host", ["192.0.2.1", "no-such-host.invalid"])
def test_a_host_that_is_not_this_machine_ends_it_too(capsys: pytest.CaptureFixture[str], host: str) -> None:
    with pytest.raises(typer.Exit) as refused:
        listen(host, 0)
    assert refused.value.exit_code == 1
    assert capsys.readouterr().err.startswith(f"HOST, PORT: {host}:0: ")


def test_what_is_listened_on_is_taken_for_everybody_else() -> None:
    (first,) = listen("127.0.0.1", 0)
    with first, pytest.raises(typer.Exit):
        listen("127.0.0.1", first.getsockname()[1])


def test_a_name_is_listened_on_at_each_of_its_addresses() -> None:
    names = {info[4][0] for info in socket.getaddrinfo("localhost", None)}
    taken = listen("localhost", 0)
    assert {one.getsockname()[0] for one in taken} <= names
    for one in taken:
        socket.create_connection(one.getsockname()[:2], 1).close()
        one.close()
    assert taken
    assert place("::1", 80) == "[::1]:80"
