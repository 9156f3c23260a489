"""Log lines: JSON, with the request's id, and without what databases and clients said."""

import json
import logging
from pathlib import Path

import pytest

from observability.log import JsonFormatter, request_id
from tests.wire.client import Client
from tests.wire.processes import Process


def _line(record: logging.LogRecord) -> dict[str, object]:
    line: dict[str, object] = json.loads(JsonFormatter().format(record))
    return line


def _record(message: str, error: BaseException | None = None) -> logging.LogRecord:
    return logging.LogRecord("pheromone", logging.ERROR, __file__, 1, message, (), (type(error), error, None))  # type: ignore[arg-type]


def test_an_error_is_named_and_what_it_quotes_is_not() -> None:
    token = request_id.set("abc")
    try:
        line = _line(_record("it failed", ValueError("duplicate key\nDETAIL: Key (email)=(ada@example.org) exists")))
    finally:
        request_id.reset(token)
    assert (line["message"], line["error"], line["request"]) == ("it failed", "ValueError", "abc")
    assert "ada@" not in json.dumps(line)


@pytest.mark.slow
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_served_process_logs_json_without_bodies_or_tokens(database_url: str, tmp_path: Path) -> None:
    async with Process(tmp_path, "serve", DATABASE_URL=database_url, JOBS="off") as process:
        client = Client(process.url, bearer="a-secret-token")
        await client.ask("query($s: String!) { category(slug: $s) { id } }", s="a-secret-slug")
        response = await client.http.get("/graphql?query=%7Ba_secret_field%7D", headers={"accept": "application/json"})
        await client.http.aclose()
    text = process.log.read_text()
    lines = [json.loads(line) for line in text.splitlines()]
    assert response.headers["x-request-id"] in {line.get("request") for line in lines}
    assert "secret" not in text
