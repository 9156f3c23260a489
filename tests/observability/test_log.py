"""Log lines: JSON, with the request's id, and without what databases and clients said."""

import contextlib
import json
import logging
import subprocess
import sys
from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosed

from observability.log import JsonFormatter, request_id
from tests.wire.client import Client
from tests.wire.live import socket
from tests.wire.processes import ROOT, Process

REGISTER = "mutation ($input: RegisterInput!) { register(input: $input) { user { id } } }"


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


def test_what_python_warns_of_is_json_too() -> None:
    code = "from observability.log import start_logging; start_logging(); asleep()"
    code = f"async def asleep(): pass\n{code}"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    (line,) = done.stderr.splitlines()
    assert "was never awaited" in json.loads(line)["message"]


@pytest.mark.slow
@pytest.mark.parametrize("level", ["info", "debug"])
async def test_a_served_process_logs_json_without_bodies_or_tokens(
    database_url: str, tmp_path: Path, level: str
) -> None:
    environment = {"DATABASE_URL": database_url, "JOBS": "off", "LOG_LEVEL": level}
    async with Process(tmp_path, "serve", **environment) as process:
        client = Client(process.url, bearer="a-secret-token")
        player = {"username": "secret_name", "email": "secret@example.org", "password": "secret-a secret-b"}
        await Client(process.url, client.http).data(REGISTER, input=player)
        with contextlib.suppress(ConnectionClosed):
            async with socket(client):
                pass
        await client.ask("query($s: String!) { category(slug: $s) { id } }", s="a-secret-slug")
        response = await client.http.get("/graphql?query=%7Ba_secret_field%7D", headers={"accept": "application/json"})
        await client.http.aclose()
    text = process.log.read_text()
    lines = [json.loads(line) for line in text.splitlines()]
    assert response.headers["x-request-id"] in {line.get("request") for line in lines}
    assert "secret" not in text
    assert "argon2id" not in text
