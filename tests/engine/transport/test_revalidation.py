"""A GET is answered from what is kept, and with 304 to whom has that very answer; nobody is told another's."""

import json
from typing import Any

import httpx
import pytest

from engine.operation.node import global_id
from engine.transport.revalidation import names, tag_of
from models.account.user import User
from models.core.database import execute
from models.core.transaction import write
from models.forum.post import Post
from models.forum.reaction import Reaction
from models.forum.topic import Topic
from tests.wire.client import Client
from tests.wire.kept import hits
from tests.worlds import world

PAGE = """query Page($id: ID!) { topic(id: $id) { id title posts { edges { node { id body
    reactions { kind reactedByMe } } } } } }"""
ME = "{ me { id username } }"
COLUMNS = "{ memberColumns { key label } }"


async def _get(client: Client, query: str, tag: str = "", variables: Any = None, **headers: str) -> httpx.Response:
    sent = {"accept": "application/json"} | {name.replace("_", "-"): value for name, value in headers.items()}
    if tag:
        sent["if-none-match"] = tag
    if client.bearer is not None:
        sent["authorization"] = f"Bearer {client.bearer}"
    asked = {"query": query} | ({} if variables is None else {"variables": json.dumps(variables)})
    return await client.http.get("/graphql", params=asked, headers=sent)


async def _page() -> tuple[Topic, User, dict[str, str]]:
    author = await world.user()
    topic = await world.topic(await world.section("general", "Accueil"), "Sujet", author, "Un", "Deux")
    await Reaction.create(post=await Post.filter(topic=topic).first(), user=author, kind="LIKE")
    return topic, author, {"id": global_id("Topic", topic.id)}


def _is_untagged(response: httpx.Response) -> bool:
    return response.headers.get("etag") is None and response.headers["cache-control"] == "no-store"


async def test_what_is_as_it_was_is_not_sent_again(client: Client) -> None:
    topic, _, variables = await _page()
    first = await _get(client, PAGE, variables=variables)
    tag = first.headers["etag"]
    assert (first.status_code, first.headers["cache-control"]) == (200, "private, no-cache")
    assert first.headers["vary"] == "Authorization, Accept-Language, Accept"
    await _get(client, PAGE, variables=variables)
    before = hits()
    for sent in (tag, f'"else", W/{tag}', "*"):
        again = await _get(client, PAGE, sent, variables)
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
        assert again.headers["cache-control"] == first.headers["cache-control"]
        assert again.headers["vary"] == first.headers["vary"]
        assert again.headers["ratelimit"], "it costs what the answer costs"
    assert hits() == before + 3, "kept from the second on"
    await write(lambda: execute("UPDATE posts SET body = 'Trois' WHERE topic_id = $1", topic.id))
    changed = await _get(client, PAGE, tag, variables)
    assert (changed.status_code, "Trois" in changed.text, changed.headers["etag"] == tag) == (200, True, False)
    fresh = await client.http.post("/graphql", json={"query": PAGE, "variables": variables})
    assert changed.content == fresh.content


async def test_nobody_is_told_that_they_have_another_answer(client: Client) -> None:
    _, user, variables = await _page()
    author, other = await client.as_user(user), await client.as_user(await world.user())
    for query, given in ((ME, None), (PAGE, variables)):
        tags = [(await _get(one, query, variables=given)).headers["etag"] for one in (author, other)]
        for _ in range(3):
            assert [(await _get(other, query, tag, given)).status_code for tag in tags] == [200, 304]
            assert [(await _get(author, query, tag, given)).status_code for tag in tags] == [304, 200]
    french = (await _get(client, COLUMNS)).headers["etag"]
    assert (await _get(client, COLUMNS, french)).status_code == 304
    assert (await _get(client, COLUMNS, french, accept_language="en")).status_code == 200
    assert (await _get(client, COLUMNS, french, accept="application/graphql-response+json")).status_code == 200


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_what_is_refused_has_no_tag(client: Client) -> None:
    await world.section("general", "Accueil")
    refused = ("{ nothing }", "{", "{ categories { slug } users { totalCount } }", "mutation { markNotificationsRead }")
    for query in refused:
        for tag in ("", "*"):
            for kind in ("application/json", "application/graphql-response+json"):
                response = await _get(client, query, tag, accept=kind)
                assert response.json()["errors"], query
                assert _is_untagged(response), query
    response = await _get(Client(client.base_url, client.http, "expired"), ME, "*")
    assert response.json()["errors"]
    assert _is_untagged(response)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_neither_a_post_nor_a_stream_has_one(client: Client) -> None:
    star = {"if-none-match": "*"}
    posted = await client.http.post("/graphql", json={"query": ME}, headers=star)
    other = await client.http.post(
        "/graphql", json={"query": ME}, headers=star | {"accept": "application/json, text/event-stream"}
    )
    streamed = await _get(client, ME, "*", accept="text/event-stream")
    page = await client.http.get("/graphql", headers=star | {"accept": "text/html"})
    assert [one.status_code for one in (posted, other, streamed)] == [200] * 3
    assert _is_untagged(posted)
    assert _is_untagged(other)
    assert "etag" not in streamed.headers
    assert "etag" not in page.headers


def test_how_a_tag_is_named() -> None:
    tag = tag_of(b"{}", "application/json")
    for sent in (tag, f"W/{tag}", f'"a", {tag}', f'W/"a",W/{tag} , "b"', "*", " * "):
        assert names(sent, tag), sent
    for sent in ("", tag[1:-1], tag[:-2] + '"', '"a", "b"', f"w/{tag}", f"{tag}x"):
        assert not names(sent, tag), sent
    assert tag != tag_of(b"{}", "application/graphql-response+json")
    assert tag != tag_of(b"[]", "application/json")
    assert tag == tag_of(b"{}", "application/json")
