"""Somebody who plays, and the program that keeps them signed in: accounts and tokens as any frontend has them."""

from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.wire.clock import DrivenClock

PASSWORD = "quarante fourmis"
FRESH_SECONDS = 600
TOKENS = "accessToken refreshToken"


@dataclass
class Player:
    """One account over HTTP, from an address of its own. Tokens are renewed as the driven clock wears them out."""

    pseudo: str
    number: int
    http: httpx.AsyncClient
    clock: DrivenClock
    tokens: dict[str, str] = field(default_factory=dict)
    issued: float = 0.0

    @property
    def login(self) -> str:
        return f"joueuse{self.number}"

    async def sign_up(self, invitation: str) -> None:
        account = {"username": self.login, "email": f"{self.login}@example.org", "password": PASSWORD}
        document = f"mutation($input: RegisterInput!) {{ register(input: $input) {{ {TOKENS} }} }}"
        self._keep((await self._data(document, input={**account, "invitation": invitation}))["register"])

    async def sign_in(self, password: str = PASSWORD) -> None:
        document = f"mutation($input: LoginInput!) {{ login(input: $input) {{ {TOKENS} }} }}"
        self._keep((await self._data(document, input={"login": self.login, "password": password}))["login"])

    async def data(self, document: str, **variables: Any) -> Any:
        await self._refresh()
        return await self._data(document, **variables)

    async def codes(self, document: str, **variables: Any) -> list[str]:
        await self._refresh()
        answer = await self._post(document, variables)
        return [error["extensions"]["code"] for error in answer.get("errors", [])]

    async def _refresh(self) -> None:
        if self.tokens and self.clock().timestamp() - self.issued > FRESH_SECONDS:
            document = f"mutation($token: String!) {{ refreshSession(refreshToken: $token) {{ {TOKENS} }} }}"
            token, self.tokens = self.tokens["refreshToken"], {}
            self._keep((await self._data(document, token=token))["refreshSession"])

    def _keep(self, tokens: dict[str, str]) -> None:
        self.tokens, self.issued = tokens, self.clock().timestamp()

    async def _data(self, document: str, **variables: Any) -> Any:
        answer = await self._post(document, variables)
        assert "errors" not in answer, (self.pseudo, answer["errors"])
        return answer["data"]

    async def _post(self, document: str, variables: dict[str, Any]) -> dict[str, Any]:
        headers = {"X-Forwarded-For": f"198.51.100.{self.number}", "Accept-Language": "fr"}
        if self.tokens:
            headers["Authorization"] = f"Bearer {self.tokens['accessToken']}"
        response = await self.http.post("/graphql", json={"query": document, "variables": variables}, headers=headers)
        answer: dict[str, Any] = response.json()
        return answer
