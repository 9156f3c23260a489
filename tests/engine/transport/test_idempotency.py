"""Mutations sent twice: done once, answered alike, also at the same moment and when the service dies in between."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import pytest
from graphql import GraphQLError, Source
from strawberry.http import process_result
from strawberry.types import ExecutionResult

from engine.operation.context import Context, Runtime
from engine.operation.secret_answer import secret_answers
from engine.transport import idempotency
from engine.transport.idempotency import run_once_per_key
from models.core.database import fetch
from models.core.driver import patience
from models.core.driver.patience import Patience
from models.core.idempotency import KEPT_FOR, KeptAnswer, forget_answers
from models.core.transaction import write
from models.forum import topic, topic_change
from models.forum.topic import NewTopic, Topic
from permissions.viewer import Viewer
from schema.root import schema as graphql_schema
from tests.documents.forum import CREATE_POST, CREATE_TOPIC, gid, topic_input
from tests.wire.client import SECRET, Client
from tests.worlds import world

KEY = "8e03978e-40d5-43dd-bc93-6894a57f9324"
DEEP = """mutation($input: TopicInput!) { createTopic(input: $input) { id title author { username }
    section { name category { slug sections { name } } } posts { edges { node { body author { username } } } } } }"""


async def send(client: Client, query: str, key: str = KEY, **variables: Any) -> dict[str, Any]:
    headers = {b"idempotency-key": key.encode()}
    if client.bearer:
        headers[b"authorization"] = f"Bearer {client.bearer}".encode()
    response = await client.http.post("/graphql", json={"query": query, "variables": variables}, headers=headers)
    assert response.status_code == 200, response.text
    answer: dict[str, Any] = response.json()
    return answer


def code(answer: dict[str, Any]) -> str:
    return str(answer["errors"][0]["extensions"]["code"])


async def player(client: Client) -> Client:
    return await client.as_user(await world.user())


async def test_the_same_key_does_it_once_and_answers_the_same(client: Client) -> None:
    someone, place = await player(client), await world.section("hrp", "Bar")
    first = await send(someone, DEEP, input=topic_input(place))
    again = await send(someone, DEEP, f'"{KEY}"', input=topic_input(place))
    assert first["data"]["createTopic"]["section"]["category"]["slug"] == "hrp"
    assert again == first
    assert await Topic.all().count() == 1
    await send(someone, DEEP, "another", input=topic_input(place))
    assert await Topic.all().count() == 2


async def test_ten_at_the_same_moment_are_one(client: Client) -> None:
    someone, place = await player(client), await world.section("hrp", "Bar")
    answers = await asyncio.gather(*(send(someone, CREATE_TOPIC, input=topic_input(place)) for _ in range(10)))
    assert all(answer == answers[0] for answer in answers)
    assert "errors" not in answers[0]
    assert await Topic.all().count() == 1


async def test_a_key_is_one_viewer_s(client: Client) -> None:
    one, other, place = await player(client), await player(client), await world.section("hrp", "Bar")
    first = await send(one, CREATE_TOPIC, input=topic_input(place))
    second = await send(other, CREATE_TOPIC, input=topic_input(place))
    assert first["data"]["createTopic"]["id"] != second["data"]["createTopic"]["id"]


async def test_a_key_that_served_something_else_is_a_conflict(client: Client) -> None:
    someone, place = await player(client), await world.section("hrp", "Bar")
    await send(someone, CREATE_TOPIC, input=topic_input(place))
    other_variables = await send(someone, CREATE_TOPIC, input=topic_input(place, "Un autre"))
    other_query = await send(someone, CREATE_TOPIC + " ", input=topic_input(place))
    assert code(other_variables) == code(other_query) == "CONFLICT"
    assert await Topic.all().count() == 1


async def test_a_refusal_changes_nothing_and_the_key_may_try_again(client: Client) -> None:
    someone, place = await player(client), await world.section("hrp", "Bar")
    topic = await world.topic(place, "Un sujet", None, "Un texte")
    topic.is_locked = True
    await topic.save()
    post = {"topicId": gid(topic), "body": "Une réponse"}
    assert code(await send(someone, CREATE_POST, input=post)) == "LOCKED"
    assert await KeptAnswer.all().count() == 0
    topic.is_locked = False
    await topic.save()
    assert "errors" not in await send(someone, CREATE_POST, input=post)


async def test_what_dies_before_its_answer_is_kept_has_done_nothing(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The last step of the transaction fails, as it does when the process or the database goes away."""
    someone, place = await player(client), await world.section("hrp", "Bar")

    async def dies(*_: object) -> None:
        raise OSError

    with monkeypatch.context() as patch:
        patch.setattr(idempotency, "keep", dies)
        response = await someone.http.post(
            "/graphql",
            json={"query": CREATE_TOPIC, "variables": {"input": topic_input(place)}},
            headers={"authorization": f"Bearer {someone.bearer}", "idempotency-key": KEY},
        )
        assert response.status_code == 500
    assert (await Topic.all().count(), await KeptAnswer.all().count()) == (0, 0)
    assert "errors" not in await send(someone, CREATE_TOPIC, input=topic_input(place))


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
async def test_what_gives_way_to_another_write_is_done_again_with_its_key(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    someone, place = await player(client), await world.section("hrp", "Bar")
    insert, attempts = topic.insert_topic, 0

    async def gives_way(new: NewTopic) -> int:
        nonlocal attempts
        attempts += 1
        pk = await insert(new)
        if attempts < 3:
            await fetch("DO $$ BEGIN RAISE EXCEPTION 'deadlock' USING ERRCODE = '40P01'; END $$")
        return pk

    monkeypatch.setattr(topic_change, "insert_topic", gives_way)
    first = await send(someone, DEEP, input=topic_input(place))
    assert "errors" not in first
    assert await send(someone, DEEP, input=topic_input(place)) == first
    assert (attempts, await Topic.all().count(), await KeptAnswer.all().count()) == (3, 1, 1)


async def test_what_is_done_again_knows_nothing_of_what_it_read_before(database: str) -> None:
    context, read = Context(Runtime(SECRET), Viewer(user_id=(await world.user()).id), idempotency_key=KEY), []

    async def rows() -> int:
        read.append(1)
        return len(read)

    async def gives_way() -> None:
        if len(read) < 2:
            raise asyncpg.DeadlockDetectedError("again")

    async def run() -> ExecutionResult:
        found = await context.once("rows", rows)
        try:
            await write(gives_way)
        except asyncpg.DeadlockDetectedError as error:
            return ExecutionResult(data={"first": None}, errors=[GraphQLError("Non.", original_error=error)])
        return ExecutionResult(data={"first": found}, errors=None)

    answer = await run_once_per_key(context, "mutation { first }", None, None, run)
    assert (answer.data, answer.errors) == ({"first": 2}, None)


async def test_a_write_that_takes_too_long_is_told_and_leaves_nothing(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    someone, place = await player(client), await world.section("hrp", "Bar")
    insert = topic.insert_topic

    async def waits(new: NewTopic) -> int:
        await insert(new)
        await asyncio.sleep(60)
        return 0

    with monkeypatch.context() as patch:
        patch.setattr(topic_change, "insert_topic", waits)
        patch.setattr(patience, "_usual", Patience(5, 5, 10, write=0.5))
        for headers in ({}, {"idempotency-key": KEY}):
            response = await someone.http.post(
                "/graphql",
                json={"query": CREATE_TOPIC, "variables": {"input": topic_input(place)}},
                headers={"authorization": f"Bearer {someone.bearer}", **headers},
            )
            assert (response.status_code, code(response.json())) == (503, "UNAVAILABLE")
            assert response.headers["retry-after"]
    assert (await Topic.all().count(), await KeptAnswer.all().count()) == (0, 0)
    assert "errors" not in await send(someone, CREATE_TOPIC, input=topic_input(place))


async def test_a_day_later_a_key_is_new(client: Client) -> None:
    someone, place = await player(client), await world.section("hrp", "Bar")
    first = await send(someone, CREATE_TOPIC, input=topic_input(place))
    await KeptAnswer.all().update(created_at=datetime.now(UTC) - KEPT_FOR)
    second = await send(someone, CREATE_TOPIC, input=topic_input(place))
    assert first["data"]["createTopic"]["id"] != second["data"]["createTopic"]["id"]
    assert await send(someone, CREATE_TOPIC, input=topic_input(place)) == second


async def test_answers_are_forgotten_when_their_day_is_over(client: Client) -> None:
    someone, place = await player(client), await world.section("hrp", "Bar")
    await send(someone, CREATE_TOPIC, input=topic_input(place))
    now = (await KeptAnswer.get()).created_at
    assert await forget_answers(now + KEPT_FOR - timedelta(seconds=1)) == 0
    assert await forget_answers(now + KEPT_FOR) == 1


@pytest.mark.parametrize("key", ["", '""', "a b", "é", "k" * 256, '"a', 'a"b'])
async def test_a_bad_key_is_refused(client: Client, key: str) -> None:
    someone, place = await player(client), await world.section("hrp", "Bar")
    answer = await send(someone, CREATE_TOPIC, key, input=topic_input(place))
    assert answer["errors"][0]["extensions"] == {"code": "BAD_INPUT", "field": "Idempotency-Key"}
    assert await Topic.all().count() == 0


async def test_one_field_a_key_and_no_secrets(client: Client) -> None:
    someone = await player(client)
    two = await send(someone, "mutation { a: logout b: logout }")
    spread = await send(someone, "mutation { ...Both } fragment Both on Mutation { a: logout b: logout }")
    login = await send(someone, 'mutation { login(input: {login: "a", password: "b"}) { accessToken } }')
    assert [code(answer) for answer in (two, spread, login)] == ["BAD_INPUT"] * 3
    assert await KeptAnswer.all().count() == 0


def test_answers_that_hold_tokens_or_bare_texts_are_known_as_secret() -> None:
    mutation = graphql_schema._schema.mutation_type
    assert mutation is not None
    fields = mutation.fields.items()
    secret = {name for name, field in fields if str(field.type).strip("!") in ("AuthPayload", "String")}
    assert {"register", "login", "refreshSession", "exportAllianceKey"} <= secret
    assert secret <= secret_answers(graphql_schema)


async def test_a_document_past_the_limits_is_refused_with_a_key_too(client: Client) -> None:
    someone, place = await player(client), await world.section("hrp", "Bar")
    long = f"mutation($input: TopicInput!) {{ createTopic(input: $input) {{ {'__typename ' * 8_000} }} }}"
    assert len(long) < 100_000
    assert [code(await send(someone, long, input=topic_input(place))) for _ in range(2)] == ["TOO_COMPLEX"] * 2
    assert await Topic.all().count() == 0


async def test_queries_and_nobody_s_operations_go_as_without_a_key(client: Client) -> None:
    assert (await send(client, "{ __typename }"))["data"] == {"__typename": "Query"}
    assert code(await send(client, "mutation { logout }")) == "UNAUTHENTICATED"
    someone = await player(client)
    assert (await send(someone, "{ __typename }"))["data"] == {"__typename": "Query"}
    assert code(await send(someone, "mutation { oops }")) == "BAD_INPUT"


async def test_over_a_stream_a_key_is_refused_rather_than_ignored(client: Client) -> None:
    headers = {"accept": "text/event-stream", "idempotency-key": KEY}
    response = await client.http.post("/graphql", json={"query": "mutation { logout }"}, headers=headers)
    assert (response.status_code, code(response.json())) == (400, "BAD_INPUT")


async def test_errors_below_the_field_are_kept_with_the_answer(database: str) -> None:
    """A member's rights may be refused to who changed the member: what was done stays done, and is told alike."""
    query, user = "mutation { first }", await world.user()
    context = Context(Runtime(SECRET), Viewer(user_id=user.id), idempotency_key=KEY)

    async def run() -> ExecutionResult:
        runs.append(1)
        error = GraphQLError(
            "Non.", positions=[11], source=Source(query), path=["first", "b"], extensions={"code": "A"}
        )
        return ExecutionResult(data={"first": {"b": None}}, errors=[error])

    runs: list[int] = []
    first, again = [process_result(await run_once_per_key(context, query, None, None, run)) for _ in range(2)]
    assert first == again
    assert first["errors"] is not None
    assert len(runs) == 1
