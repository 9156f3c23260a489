"""Every answer of the service, whichever route gives it: not to be taken for another type, not to be kept, no names."""

import httpx
import pytest
from starlette.responses import RedirectResponse

from config import Settings
from engine.transport.answer_headers import AnswerHeaders
from tests.wire.client import MASTER, SECRET, Client

SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def settings(database_url: str) -> Settings:
    return Settings(database_url=database_url, secret_key=SECRET, master_keys=(MASTER,), max_body_bytes=1024)


@SQLITE
@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/graphql?query={__typename}", 200),
        ("GET", "/graphql?query=", 400),
        ("PUT", "/graphql", 405),
        ("POST", "/graphql", 413),
        ("GET", "/healthz", 200),
        ("GET", "/nothing", 404),
        ("POST", "/healthz", 405),
        ("GET", "/pages/page.css", 404),
        ("GET", "/alliances/FDR", 200),
    ],
)
async def test_nothing_is_guessed_and_nothing_kept(client: Client, method: str, path: str, status: int) -> None:
    content = b'{"query": "' + b" " * 2000 + b'"}' if method == "POST" else None
    headers = {"accept": "application/json", "content-type": "application/json"}
    response = await client.http.request(method, path, content=content, headers=headers)
    assert response.status_code == status, response.text
    assert response.headers.get_list("x-content-type-options") == ["nosniff"]
    assert "server" not in response.headers
    kept = "no-cache" if path.startswith("/alliances") else "private, no-cache" if "{" in path else "no-store"
    assert response.headers.get_list("cache-control") == [kept]


@SQLITE
async def test_a_login_is_not_kept(client: Client) -> None:
    query = 'mutation { register(username: "Ada", email: "ada@example.org", password: "x") { accessToken } }'
    response = await client.http.post("/graphql", json={"query": query})
    assert response.headers["cache-control"] == "no-store"


@SQLITE
@pytest.mark.parametrize("path", ["/graphql/?a=b", "/pages", "/static", "/alliances/FDR/"])
async def test_a_redirection_names_no_host(client: Client, path: str) -> None:
    response = await client.http.get(path, headers={"host": "elsewhere.example"})
    assert response.status_code == 307
    assert response.headers["location"].startswith("/")
    assert "elsewhere" not in response.headers["location"]


async def test_a_path_that_looks_like_a_host_is_one_of_this_service() -> None:
    redirection = RedirectResponse("http://elsewhere.example//elsewhere.example/?a=b")
    async with httpx.AsyncClient(transport=httpx.ASGITransport(AnswerHeaders(redirection))) as http:
        assert (await http.get("http://here/")).headers["location"] == "/elsewhere.example/?a=b"
