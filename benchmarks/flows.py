"""Which files each everyday flow passes: `python -m benchmarks.flows`. Asks a real service in this very process.

Counts files of the program in which a function was called, by sys.setprofile. A first round of each flow, which is not
counted, fills caches.
"""

import asyncio
import json
import os
import sqlite3
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import FrameType

import httpx
import uvicorn
import websockets

import app
import config

ROOT = Path(app.__file__).parent
OUTSIDE = ("tests", "benchmarks", "migrations", ".venv")
PASSWORD = "password123"
LOGIN = """mutation($login: String!, $password: String!) {
    login(input: {login: $login, password: $password}) { accessToken } }"""
TREE = "{ categories { slug name sections { id name topicCount topics { edges { node { id } } } } } }"
MEMBERS = """query($tag: String!) { alliance(tag: $tag) { members { id pseudo tdc resourceRights {
    baseShare adjustedShare projectedRights accumulatedRights } }
    orders { id status requester { pseudo } } viewerMember { id } } }"""
POST = 'mutation($id: ID!) { createPost(input: {topicId: $id, body: "Bonjour"}) { id } }'
CONVOY = """mutation($id: ID!) { sendConvoy(input: {orderId: $id, materials: 5, arrivesAt: "2030-01-01T00:00:00Z"}) {
    id } }"""

Flow = Callable[[], Awaitable[object]]


def passed(calls: Counter[str]) -> list[str]:
    """Files of the program, most called first."""
    found = [Path(name) for name, _ in calls.most_common() if name.startswith(str(ROOT))]
    inside = [path.relative_to(ROOT) for path in found]
    return [str(path) for path in inside if path.parts[0] not in OUTSIDE]


async def traced(flow: Flow, *, warm: bool = True) -> list[str]:
    """The files that one run of a flow passes, once it is warm."""
    if warm:
        await flow()
        await asyncio.sleep(0.3)
    calls: Counter[str] = Counter()

    def note(frame: FrameType, event: str, _argument: object) -> None:
        if event == "call":
            calls[frame.f_code.co_filename] += 1

    sys.setprofile(note)
    try:
        await flow()
    finally:
        sys.setprofile(None)
    return passed(calls)


class Service:
    """The demo, served in this process."""

    def __init__(self, base_url: str) -> None:
        self.http = httpx.AsyncClient(base_url=base_url, timeout=60)
        self.url = base_url

    async def ask(self, query: str, bearer: str = "", **variables: object) -> dict[str, object]:
        headers = {"authorization": f"Bearer {bearer}"} if bearer else {}
        answer = await self.http.post("/graphql", json={"query": query, "variables": variables}, headers=headers)
        found: dict[str, object] = answer.json()
        assert "errors" not in found, found
        data = found["data"]
        assert isinstance(data, dict)
        return data

    async def sign_in(self, login: str) -> str:
        data = await self.ask(LOGIN, login=login, password=PASSWORD)
        return str(data["login"]["accessToken"])  # type: ignore[index]


async def flows(service: Service) -> dict[str, list[str]]:
    """Every flow by its name."""
    chief = await service.sign_in("player_mutant")
    data: object = await service.ask(MEMBERS, chief, tag="FDR")
    orders = data["alliance"]["orders"]  # type: ignore[index]
    order = next(one["id"] for one in orders if one["status"] in ("WAITING", "IN_PROGRESS", "NEW"))
    tree: object = await service.ask(TREE, chief)
    topic = next(
        edge["node"]["id"]
        for category in tree["categories"]  # type: ignore[index]
        if category["slug"] in ("general", "hrp", "rp")
        for section in category["sections"]
        for edge in section["topics"]["edges"]
    )
    found = {
        "login": await traced(lambda: service.sign_in("player_neutral")),
        "tree": await traced(lambda: service.ask(TREE, chief)),
        "createPost": await traced(lambda: service.ask(POST, chief, id=topic)),
        "convoy in a mirrored order": await traced(lambda: service.ask(CONVOY, chief, id=order)),
        "members with rights": await traced(lambda: service.ask(MEMBERS, chief, tag="FDR")),
    }
    found["one event"] = await _event(service, chief, topic)
    return found


async def _event(service: Service, bearer: str, topic: str) -> list[str]:
    """What a post passes on its way to one socket, beside the files of its creation."""
    url = service.url.replace("http", "ws") + "/graphql"
    query = "subscription($id: ID) { postAdded(topicId: $id) { id body } }"
    subscribe = {"type": "subscribe", "id": "1", "payload": {"query": query, "variables": {"id": topic}}}
    alone = set(await traced(lambda: service.ask(POST, bearer, id=topic)))
    async with websockets.connect(url, subprotocols=["graphql-transport-ws"]) as socket:  # type: ignore[list-item]
        await socket.send(json.dumps({"type": "connection_init"}))
        await socket.recv()
        await socket.send(json.dumps(subscribe))
        await asyncio.sleep(0.5)

        async def both() -> None:
            await service.ask(POST, bearer, id=topic)
            await socket.recv()

        together = await traced(both, warm=False)
    return [name for name in together if name not in alone]


_TRACED = """
import sys
calls = set()
sys.setprofile(lambda frame, event, _: calls.add(frame.f_code.co_filename) if event == "call" else None)
import cli
calls.clear()
try:
    cli.main()
finally:
    sys.setprofile(None)
    print("\\n".join(calls), file=sys.stderr)
"""


def harvest(settings: dict[str, str]) -> list[str]:
    """The files that a harvest by hand passes: the one flow that a clock sets off, here by its command."""
    due = datetime.now(UTC) - timedelta(minutes=1)
    with closing(sqlite3.connect(settings["DATABASE_URL"].removeprefix("sqlite://"))) as file, file:
        file.execute("UPDATE alliances SET next_harvest_at = ?", (due.replace(second=0, microsecond=0).isoformat(" "),))
    command = [sys.executable, "-c", _TRACED, "harvest", "--at", due.isoformat()]
    done = subprocess.run(command, cwd=ROOT, env={**os.environ, **settings}, check=True, capture_output=True, text=True)
    return passed(Counter(done.stderr.split("\n")))


def _demo(folder: Path) -> dict[str, str]:
    settings = {"DATABASE_URL": f"sqlite://{folder / 'demo.sqlite3'}", "PHEROMONE_VAR": str(folder)}
    for arguments in (["migrate"], ["seed", "--demo"]):
        command = [sys.executable, "-c", "import cli; cli.main()", *arguments]
        subprocess.run(command, cwd=ROOT, env={**os.environ, **settings}, check=True, capture_output=True)
    return settings


async def main(folder: Path) -> None:
    environment = _demo(folder)
    settings = config.read_settings({**os.environ, **environment})
    server = uvicorn.Server(uvicorn.Config(app.create_app(settings), port=0, log_level="error", lifespan="on"))
    task = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - uvicorn has no event for it
        await asyncio.sleep(0.05)
    port = server.servers[0].sockets[0].getsockname()[1]
    found = await flows(Service(f"http://127.0.0.1:{port}"))
    found["harvest by its command"] = harvest(environment)
    for name, files in found.items():
        print(f"{name}: {len(files)} files")
        if "-v" in sys.argv:
            print("  " + ", ".join(files))
    server.should_exit = True
    await task


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as made:
        asyncio.run(main(Path(made)))
