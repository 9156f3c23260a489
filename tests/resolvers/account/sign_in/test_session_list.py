"""One's own sign-ins over HTTP: listed to nobody else, ended one by one or all others at once."""

from typing import Any

import pytest

from engine.operation.node import global_id
from models.account.session import Session
from tests.wire.client import Client
from tests.wire.statements import statements
from tests.worlds import world

LIST = "{ me { sessions { key createdAt lastUsedAt place device isCurrent } } }"
END = "mutation ($key: String!) { endSession(key: $key) { key isCurrent } }"
END_OTHERS = "mutation { endOtherSessions { isCurrent } }"
REGISTER = "mutation ($input: RegisterInput!) { register(input: $input) { accessToken refreshToken } }"
REFRESH = "mutation ($token: String!) { refreshSession(refreshToken: $token) { accessToken } }"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


async def listed(client: Client) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await client.data(LIST))["me"]["sessions"]
    return found


async def test_a_sign_in_says_whence_it_came_and_when_it_was_renewed(client: Client) -> None:
    account = {"username": "zoe", "email": "zoe@example.org", "password": "douze fourmis"}
    body = {"query": REGISTER, "variables": {"input": account}}
    response = await client.http.post("/graphql", json=body, headers={"user-agent": FIREFOX})
    grant = response.json()["data"]["register"]
    signed_in = Client(client.base_url, client.http, grant["accessToken"])
    (one,) = await listed(signed_in)
    assert (one["place"], one["device"], one["isCurrent"]) == ("127.0.0.1", "Firefox, Linux", True)
    assert one["lastUsedAt"] == one["createdAt"]
    await client.data(REFRESH, token=grant["refreshToken"])
    (one,) = await listed(signed_in)
    assert one["lastUsedAt"] > one["createdAt"]


async def test_they_are_ended_one_by_one_at_their_next_request(client: Client) -> None:
    user = await world.user()
    asking, thief = await client.as_user(user), await client.as_user(user)
    keys = {one["isCurrent"]: one["key"] for one in await listed(asking)}
    assert await asking.data(END, key=keys[False]) == {"endSession": [{"key": keys[True], "isCurrent": True}]}
    assert await thief.codes(LIST) == ["UNAUTHENTICATED"]
    assert await asking.codes(END, key=keys[False]) == ["NOT_FOUND"]
    assert await asking.codes(END, key="x") == ["BAD_INPUT"]


async def test_all_others_are_ended_at_once(client: Client) -> None:
    user = await world.user()
    asking, *others = [await client.as_user(user) for _ in range(4)]
    stranger = await client.as_user(await world.user())
    assert await asking.data(END_OTHERS) == {"endOtherSessions": [{"isCurrent": True}]}
    assert [await one.codes(LIST) for one in others] == [["UNAUTHENTICATED"]] * 3
    assert len(await listed(stranger)) == 1


@pytest.mark.parametrize("role", ["player", "admin"])
async def test_they_are_their_owner_s_alone(client: Client, role: str) -> None:
    owner, other = await world.user(), await client.as_user(await world.user(role))
    session = await world.session(owner)
    query = "query ($id: ID!) { node(id: $id) { ... on User { username sessions { key } } } }"
    found = await other.data(query, id=global_id("User", owner.id))
    assert found["node"] == {"username": owner.username, "sessions": None}
    assert await other.codes(END, key=str(session.id)) == ["NOT_FOUND"]
    assert (await Session.get(id=session.id)).revoked_at is None


async def test_they_are_one_statement_however_many(client: Client) -> None:
    user = await world.user()
    asking = await client.as_user(user)
    for _ in range(3):
        await world.session(user)
    async with statements() as seen:
        await asking.data(LIST)
    assert len(seen) == 2  # The viewer, and the sessions.
