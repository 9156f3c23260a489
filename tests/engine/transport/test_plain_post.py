"""What most clients send is answered as the library's own view answers it, and leaves nothing behind."""

import gc
import json
from typing import Any

import httpx
import pytest
from starlette.requests import ClientDisconnect
from starlette.types import Message

from engine.plan import kept
from engine.transport import endpoint
from engine.transport.body import TooLarge
from engine.transport.plain_post import PlainPost, plain_post, request_data
from tests.wire.client import Client
from tests.worlds import world

TREE = "{ categories { slug sections { name parent { slug } subsections { name category { slug } } } } }"
NAMED = "query A($x: Int) { memberColumns { key } latestTopics(first: $x) { totalCount } } query B { __typename }"
BODIES: dict[str, Any] = {
    "a query": {"query": TREE},
    "with its cost": {"query": TREE, "extensions": {"cost": True}},
    "one of two": {"query": NAMED, "operationName": "A", "variables": {"x": 3}},
    "none of two": {"query": NAMED},
    "another of two": {"query": NAMED, "operationName": "C"},
    "a wrong variable": {"query": NAMED, "operationName": "A", "variables": {"x": "3"}},
    "a refused variable": {"query": NAMED, "operationName": "A", "variables": {"x": 0}},
    "a refused field": {"query": "{ me { username } users { totalCount } categories { slug } }"},
    "an invalid document": {"query": "{ nothing }"},
    "no document": {"query": "{"},
    "an introspection": {"query": "{ __schema { queryType { name } } }"},
    "a mutation": {"query": 'mutation { markTopicRead(topicId: "x") { id } }'},
    "a subscription": {"query": "subscription { notificationAdded { id } }"},
    "no query": {"variables": {}},
    "a number for a query": {"query": 3},
    "a list for variables": {"query": TREE, "variables": []},
    "a number for a name": {"query": TREE, "operationName": 3},
    "a text for extensions": {"query": TREE, "extensions": "cost"},
    "a list": [{"query": TREE}],
    "a text": "query",
}
OF_THE_MOMENT = {"x-request-id", "date", "ratelimit"}


def _told(response: httpx.Response) -> Any:
    headers = {name: "" if name in OF_THE_MOMENT else value for name, value in response.headers.items()}
    return response.status_code, headers, response.content


def _noted(caplog: pytest.LogCaptureFixture) -> Any:
    """What the log says of the requests so far: of one that cannot be read not whose it is, for nobody asks."""
    lines = [record.__dict__["fields"] for record in caplog.records if record.message == "request"]
    caplog.clear()
    begun = [(line["operation"], line["account"]) for line in lines if line.get("operation")]
    return [(line["status"], line["address"]) for line in lines], begun


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("accept", ["*/*", "application/graphql-response+json"])
async def test_a_plain_post_is_answered_as_the_library_answers_it(
    client: Client, accept: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "pheromone.endpoint")
    player = await client.as_user(await world.user())
    headers = {"accept": accept, "authorization": f"Bearer {player.bearer}", "content-type": "application/json"}

    async def answer(body: str) -> Any:
        return _told(await client.http.post("/graphql", content=body, headers=headers)), _noted(caplog)

    bodies = {name: json.dumps(body) for name, body in BODIES.items()} | {"no JSON": "{", "nothing": ""}
    for name, body in bodies.items():
        with monkeypatch.context() as patch:
            patch.setattr(endpoint, "plain_post", lambda _scope, _receive: None)
            patch.setattr(kept, "FIRST_USE", 1_000)
            expected = await answer(body)
        # New, known, and by its plan.
        assert [await answer(body) for _ in range(3)] == [expected] * 3, name


async def _nothing() -> Message:
    return {"type": "http.disconnect"}


def _post(method: str = "POST", **headers: str) -> PlainPost | None:
    pairs = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return plain_post({"type": "http", "method": method, "headers": pairs}, _nothing)


def test_what_is_plain() -> None:
    assert _post(content_type="application/json")
    assert _post(content_type="Application/JSON; charset=utf-8", accept="*/*")
    assert not _post("GET", content_type="application/json")
    assert not _post(content_type="multipart/form-data; boundary=x")
    assert not _post(content_type="application/json", accept="text/event-stream")
    assert not _post()


async def test_of_two_headers_of_one_name_the_first_is_meant() -> None:
    headers = [(b"content-type", b"application/json"), (b"accept", b"a"), (b"accept", b"text/event-stream")]
    post = plain_post({"type": "http", "method": "POST", "headers": headers}, _nothing)
    assert post is not None
    assert post.header(b"accept") == "a"
    assert post.header(b"authorization") == ""


@pytest.mark.parametrize("sizes", [(7,), (3, 4), (0, 7, 0), (8,), (4, 4), (0, 8)])
async def test_a_body_is_whole_or_too_large(sizes: tuple[int, ...]) -> None:
    rest: list[Message] = [{"type": "http.request", "body": b"x" * size, "more_body": True} for size in sizes]
    rest[-1]["more_body"] = False

    async def receive() -> Message:
        return rest.pop(0) if rest else {"type": "http.disconnect"}

    post = PlainPost({}, {}, receive)
    if sum(sizes) > 7:
        with pytest.raises(TooLarge):
            await post.body(7)
        return
    assert await post.body(7) == b"x" * 7
    assert await post.again() == {"type": "http.request", "body": b"x" * 7, "more_body": False}
    assert (await post.again())["type"] == "http.disconnect"


async def test_a_client_that_leaves_has_no_body() -> None:
    with pytest.raises(ClientDisconnect):
        await PlainPost({}, {}, _nothing).body(7)


def test_what_a_body_asks() -> None:
    asked = request_data({"query": "q", "variables": {"x": 1}, "operationName": "n", "extensions": {"cost": True}})
    assert asked is not None
    assert (asked.query, asked.variables, asked.operation_name) == ("q", {"x": 1}, "n")
    assert (asked.extensions, asked.protocol) == ({"cost": True}, "http")
    for name, wrong in [("query", 1), ("variables", []), ("operationName", 1), ("extensions", "x")]:
        assert request_data({name: wrong}) is None


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_an_answer_leaves_nothing_for_the_collector(client: Client) -> None:
    place = await world.section("general", "Salle")
    await world.section("general", "Alcove", place)
    await world.topic(place, "Sujet", None, "un", "deux")
    topics = '{ section(slug: "salle") { topics { edges { node { title posts { edges { node { body } } } } } } } }'
    for query in (TREE, topics):
        await client.data(query)
        await client.data(query)
        gc.collect()
        gc.disable()
        gc.set_debug(gc.DEBUG_SAVEALL)
        try:
            await client.data(query)
            gc.collect()
            kinds = {type(one) for one in gc.garbage}
        finally:
            gc.set_debug(0)
            gc.garbage.clear()
            gc.enable()
        assert not [kind for kind in kinds if kind.__module__.startswith(("engine", "models"))], query
