"""The clients that frontends use, from npm, each against a running server: asking, writing, listening, coming back.

While they listen their tokens expire and the server is stopped and started again; each hears every post exactly once.
"""

import asyncio
import contextlib
import fcntl
import os
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from app import create_app
from config import Settings
from domain.core.trusted_document import digest
from permissions.introspection import Introspection
from tests.documents.forum import gid
from tests.wire.client import Client
from tests.wire.live import subscriptions
from tests.wire.missing import note, skip_for_want_of
from tests.wire.processes import Process
from tests.wire.program import PATIENCE, running
from tests.wire.server import served
from tests.worlds import world
from tests.worlds.world import say

pytestmark = pytest.mark.slow
FOLDER = Path(__file__).parent
NAMES = ("graphql-ws", "graphql-sse", "apollo", "urql")
INSTALL = ("npm", "install", "--no-package-lock", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
TOKEN_SECONDS = 5
AUDITS = 61


@pytest.fixture(scope="session")
def npm_clients() -> None:
    """The packages, in a folder that is ignored; installed again only when their versions change."""
    npm, wanted, done = shutil.which("npm"), FOLDER / "package.json", FOLDER / "node_modules" / ".wanted"
    if npm is None or shutil.which("node") is None:
        skip_for_want_of("Node.js (node and npm on the path)")
    with wanted.open() as one_at_a_time:  # Two workers who install into one folder break each other's files.
        fcntl.flock(one_at_a_time, fcntl.LOCK_EX)
        if done.exists() and done.read_text() == wanted.read_text():
            return
        try:
            subprocess.run(INSTALL, cwd=FOLDER, check=True, capture_output=True, timeout=110)
        except subprocess.SubprocessError:
            note("the GraphQL clients (npm could not install tests/clients/package.json)")
            pytest.skip("no GraphQL clients")
        done.write_text(wanted.read_text())


@pytest.mark.thorough
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_every_client_asks_writes_listens_and_comes_back(
    database: str, npm_clients: None, tmp_path: Path
) -> None:
    topic = await world.topic(await world.section("general", "Accueil"), "Sujet")
    lifetime = {"ACCESS_TOKEN_SECONDS": str(TOKEN_SECONDS)}
    async with contextlib.AsyncExitStack() as stack:
        server = await stack.enter_async_context(
            Process(tmp_path, "serve", DATABASE_URL=database, JOBS="off", **lifetime)
        )
        place = {"SERVICE_URL": f"{server.url}/graphql", "TOPIC_ID": gid(topic)}
        programs = [await stack.enter_async_context(running(FOLDER, "node", f"{name}.mjs", **place)) for name in NAMES]
        for program in programs:
            assert await program.says("ASKED", 1) == ["general hrp"]
        await _listening(server, len(NAMES))

        for name, program in zip(NAMES, programs, strict=True):
            await program.write(f"de {name}")
            assert await program.says("WROTE", 1) == [f"de {name}"]
        await asyncio.sleep(TOKEN_SECONDS + 0.5)
        await say(topic, "après le jeton")
        for program in programs:
            await program.says("REFRESHED", 1)
            await program.says("HEARD", len(NAMES) + 1)

        await server.stop()
        await say(topic, "pendant l'arrêt")
        server.start()
        await server.answers()
        for program in programs:
            await program.says("HEARD", len(NAMES) + 2)
        await _listening(server, len(NAMES))
        await say(topic, "de retour")
        expected = [*(f"de {name}" for name in NAMES), "après le jeton", "pendant l'arrêt", "de retour"]
        for name, program in zip(NAMES, programs, strict=True):
            assert await program.says("HEARD", len(expected)) == expected, name
            assert program.all("FAILED") == []
            if name != "graphql-sse":
                assert {"4403", "1012"} <= set(program.all("CLOSED"))


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("introspection", [Introspection.SIGNED_IN, Introspection.EVERYONE])
async def test_http_is_spoken_as_the_specification_says(
    settings: Settings, npm_clients: None, introspection: Introspection
) -> None:
    """All audits of graphql-http: for an account and, where that may read types, for nobody."""
    async with served(create_app(replace(settings, introspection=introspection))) as server:
        signed_in = await Client(server.url).as_user(await world.user())
        token = "" if introspection is Introspection.EVERYONE else signed_in.bearer or ""
        lines = await _audits(f"{server.url}/graphql", token)
        await signed_in.http.aclose()
    assert [line for line in lines if not line.startswith("OK")] == []
    assert len(lines) == AUDITS


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("trusted", "hashes"), [(None, 1), ({digest("{ me { id } }"): "{ me { id } }"}, 2)])
async def test_clients_that_send_a_hash_first_go_on_with_the_text(
    settings: Settings, npm_clients: None, trusted: dict[str, str] | None, hashes: int
) -> None:
    """Once for all where nothing is kept by hash; where trusted documents are, for each that is none of them."""
    async with served(create_app(replace(settings, trusted_documents=trusted))) as server:
        async with Client(server.url) as client:
            bearer = (await client.as_user(await world.user())).bearer or ""
        lines = await _output("persisted.mjs", f"{server.url}/graphql", bearer)
    for name in ("APOLLO", "URQL"):
        said = [line.removeprefix(f"{name} ") for line in lines if line.startswith(name)]
        assert [one for one in said if one not in ("HASH", "TEXT")] == ["general hrp"] * 2, lines
        assert (said.count("HASH"), said.count("TEXT")) == (hashes, 2), lines


async def _audits(url: str, token: str) -> list[str]:
    return await _output("audits.mjs", url, token)


async def _output(program: str, url: str, token: str) -> list[str]:
    place = {"SERVICE_URL": url, "TOKEN": token}
    process = await asyncio.create_subprocess_exec(
        "node", program, cwd=FOLDER, env={**os.environ, **place}, stdout=asyncio.subprocess.PIPE
    )
    output, _ = await asyncio.wait_for(process.communicate(), PATIENCE)
    return output.decode().splitlines()


async def _listening(server: Process, number: int) -> None:
    async with server.client() as client:
        await subscriptions(client, number, PATIENCE)
