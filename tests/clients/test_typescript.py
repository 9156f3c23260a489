"""The TypeScript example, by its README's one command: installed, generated, compiled, run against the demo."""

import asyncio
import json
import os
import re
import shutil
import signal
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from domain.core.trusted_document import read_manifest
from models.forum.topic import Topic
from tests.wire.missing import skip_for_want_of
from tests.wire.processes import Process
from tests.wire.program import Program, running
from tests.worlds.world import say

ROOT = Path(__file__).parents[2]
PLACE = "examples/typescript"
TOKEN_SECONDS = 4
INSTALL_SECONDS = 300
pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]
one_database = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
# Twenty requests at once, twice: for the second twenty the token is to be renewed.
RUSH = """
import { Client } from "./build/client.js";
import { ConversationDocument } from "./build/generated/graphql.js";
import { Session } from "./build/session.js";
const endpoint = new URL("/graphql", process.env.PHEROMONE_URL);
const client = new Client(new Session(endpoint, "player_mutant", "password123"));
const ask = () => client.ask(ConversationDocument, { section: "discussions-hrp" });
await Promise.all(Array.from({ length: 20 }, ask));
await new Promise((done) => setTimeout(done, SECONDS * 1000));
await Promise.all(Array.from({ length: 20 }, ask));
"""


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What git has of the example, beside the schema: as in a fresh clone."""
    if shutil.which("npm") is None:
        skip_for_want_of("npm (for the TypeScript example)")
    clone = tmp_path_factory.mktemp("clone")
    for name in (*_tracked(), "schema.graphql"):
        (clone / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, clone / name)
    return clone / PLACE


@pytest.fixture(scope="module")
def built(example: Path) -> Path:
    """The same, installed and compiled; by the test of the command, if it ran before."""
    if not (example / "build").exists():
        made = _run(example, "npm", "run", "prestart")
        if "network" in made.stderr or "ENOTFOUND" in made.stderr:
            skip_for_want_of("the packages of the TypeScript example (npm could not fetch them)")
        assert made.returncode == 0, made.stdout + made.stderr
    return example


@pytest.fixture
async def demo(database: str, tmp_path: Path) -> AsyncIterator[Process]:
    lifetime = {"ACCESS_TOKEN_SECONDS": str(TOKEN_SECONDS)}
    async with Process(tmp_path, "demo", DATABASE_URL=database, **lifetime) as server:
        await server.answers()
        yield server


def _tracked() -> list[str]:
    listed = _run(ROOT, "git", "ls-files", PLACE)
    return [name for name in listed.stdout.splitlines() if (ROOT / name).exists()]


def _run(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=INSTALL_SECONDS, check=False)


def _operations(server: Process) -> list[str]:
    """What was asked over HTTP, by the names of the operations."""
    lines = [json.loads(line) for line in server.log.read_text().splitlines() if line.startswith("{")]
    return [line["operation"] for line in lines if line["message"] == "request" and line.get("operation")]


def _posts(program: Program) -> list[str]:
    return [line.partition("] ")[2] for line in program.all("[")]


@pytest.mark.thorough
@one_database
async def test_the_command_of_its_readme_does_all(example: Path, demo: Process) -> None:
    [command] = re.findall(r"^```sh\n(.*)\n```", (example / "README.md").read_text(), re.MULTILINE)
    topic = await Topic.get(title="Présentez-vous")
    locked = (example / "package-lock.json").read_text()
    async with running(example, *command.split(), PHEROMONE_URL=demo.url, LC_ALL="en_GB.UTF-8") as program:
        await program.says("Signed in as player_mutant", patience=INSTALL_SECONDS)
        await program.says("[", 3)
        # What came, and beside it the one field that was refused.
        assert [line.split()[0] for line in program.lines if "cm²" in line][:3] == ["Attila", "Bérénice", "Čárka"]
        assert program.all("Characters that wait") == ["Characters that wait: —"]
        [reason] = program.all("—")
        assert reason == "waitingCharacters: You are not allowed to do this. (FORBIDDEN)"

        await program.write("bonjour")
        await program.says("[", 4)
        await asyncio.sleep(TOKEN_SECONDS)
        await say(topic, "après le jeton")
        await program.says("[", 5)
        await demo.stop()
        await say(topic, "pendant l'arrêt")
        demo.start()
        await demo.answers()
        await program.says("[", 6)
        await program.write("de retour")
        await program.says("[", 7)
        said = [post.partition(": ")[2] for post in _posts(program)]
        assert said[3:] == ["bonjour", "après le jeton", "pendant l'arrêt", "de retour"]

        assert program.process.stdin is not None
        program.process.stdin.close()
        assert await program.ends() == 0, program.lines
    asked = _operations(demo)
    assert asked.count("SignIn") == 1, "a token that is used twice ends its session"
    assert asked.count("Renew") >= 1
    assert asked[-1] == "SignOut"
    # Whatever it left is git's to ignore, and the lock says no place.
    assert (example / "package-lock.json").read_text() == locked
    assert "resolved" not in locked
    made = set(os.listdir(example)) - {Path(name).name for name in _tracked()}
    assert made == {"node_modules", "generated", "build"}
    ignored = _run(ROOT, "git", "check-ignore", *(f"{PLACE}/{name}/a" for name in made))
    assert len(ignored.stdout.splitlines()) == len(made)


@one_database
async def test_it_ends_by_ctrl_c(built: Path, demo: Process) -> None:
    async with running(built, "node", "build/main.js", PHEROMONE_URL=demo.url) as program:
        await program.says("[", 3)
        program.process.send_signal(signal.SIGINT)
        assert await program.ends() == 0, program.lines
    assert _operations(demo)[-1] == "SignOut"


@pytest.mark.thorough
@one_database
async def test_many_requests_that_wait_for_a_token_renew_it_once(built: Path, demo: Process) -> None:
    program = RUSH.replace("SECONDS", str(TOKEN_SECONDS * 0.6))
    environment = {**os.environ, "PHEROMONE_URL": demo.url}
    rush = await asyncio.create_subprocess_exec(
        "node", "--input-type=module", "-e", program, cwd=built, env=environment
    )
    assert await asyncio.wait_for(rush.wait(), 60) == 0
    asked = _operations(demo)
    assert asked.count("Conversation") == 40
    assert (asked.count("SignIn"), asked.count("Renew")) == (1, 1)


def test_its_types_are_those_of_the_schema_and_its_manifest_is_trusted(built: Path) -> None:
    """What JSON carries as a number is no string, and null is looked at."""
    manifest = read_manifest((built / "generated" / "persisted-documents.json").read_text())
    named = {name for text in manifest.values() for name in re.findall(r"(?:query|mutation|subscription) (\w+)", text)}
    assert named == {"SignIn", "Renew", "SignOut", "Overview", "Conversation", "Say", "Posts"}
    right = (built / "main.ts").read_text()
    for name, old, new in (
        ("number", "tdc.toLocaleString()", "tdc.trim()"),
        ("null", "alliance?.members", "alliance.members"),
    ):
        assert old in right
        (built / f"wrong_{name}.ts").write_text(right.replace(old, new))
    compiled = _run(built, "node_modules/.bin/tsc", "--noEmit")
    for name in ("number", "null"):
        (built / f"wrong_{name}.ts").unlink()
    assert compiled.returncode != 0
    assert set(re.findall(r"^(\S+\.ts)\(", compiled.stdout, re.MULTILINE)) == {"wrong_number.ts", "wrong_null.ts"}


def test_a_field_that_is_not_there_is_found(built: Path) -> None:
    documents = built / "documents.graphql"
    right = documents.read_text()
    documents.write_text(right.replace("pseudo", "nickname"))
    found = _run(built, "node", "codegen.js")
    documents.write_text(right)
    assert found.returncode != 0
    assert 'Cannot query field "nickname"' in found.stderr
