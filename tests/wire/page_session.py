"""A browser as the session gate sees one: the cookie that it holds, and what it says of the page that asks."""

import json
from dataclasses import dataclass, replace
from http.cookies import SimpleCookie
from typing import Any

import httpx

from tests.wire.client import Client

REGISTER = "mutation ($input: RegisterInput!) { register(input: $input) { user { id } } }"
ME = "{ me { username } }"
PASSWORD = "douze fourmis"
LOGIN = {"input": {"login": "zoe", "password": PASSWORD}, "stay": True}


@dataclass
class Browser:
    """Pages of one browser, which share its cookie."""

    url: str
    cookie: str = ""

    async def post(self, action: str, body: object = None, **headers: str | None) -> httpx.Response:
        """Headers are named with _ for -; None leaves one out."""
        said: dict[str, str | None] = {
            "origin": self.url, "sec_fetch_site": "same-origin", "x_pheromone": "page",
            "content_type": "application/json", "cookie": self.cookie and f"pheromone={self.cookie}",
        }  # fmt: skip
        sent = {name.replace("_", "-"): value for name, value in (said | headers).items() if value}
        content = body if isinstance(body, bytes) else json.dumps(body or {}).encode()
        async with httpx.AsyncClient(base_url=self.url, verify=False) as http:
            response = await http.post(f"/session/{action}", content=content, headers=sent)
        cookie = SimpleCookie(response.headers.get("set-cookie", "")).get("pheromone")
        if cookie is not None:
            self.cookie = cookie.value
        return response

    async def grant(self, action: str, body: object = None, **headers: str | None) -> Any:
        response = await self.post(action, body, **headers)
        assert response.status_code == 200, response.text
        return response.json()["grant"]

    @property
    def token(self) -> str:
        return self.cookie.partition(".")[2]

    def copy(self) -> "Browser":
        """Another browser, into which the cookie was carried."""
        return replace(self)


async def signed_in(client: Client) -> Browser:
    """The browser of zoe, who is new."""
    await client.data(REGISTER, input={"username": "zoe", "email": "z@example.org", "password": PASSWORD})
    found = Browser(client.base_url)
    assert (await found.grant("open", LOGIN))["name"] == "zoe"
    return found


async def name_of(client: Client, grant: Any) -> str | None:
    """Whose the access token is that the gate gave."""
    me = (await Client(client.base_url, client.http, grant["accessToken"]).data(ME))["me"]
    return me and str(me["username"])
