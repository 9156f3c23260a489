"""A client as the tests use it: GraphQL over real HTTP, as one account or as nobody."""

from datetime import UTC, datetime
from typing import Any, Self
from uuid import uuid4

import httpx

from engine.operation import token
from models.account.session import Session
from models.account.user import User
from models.core.transaction import write

SECRET = "a secret for tests, long enough to be one"
MASTER = "a master key for tests, long enough to be one"


class Client:
    """Asks one server. `data` wants an answer without errors; `errors` wants the codes of a refusal."""

    def __init__(self, base_url: str, http: httpx.AsyncClient | None = None, bearer: str | None = None) -> None:
        self.base_url = base_url
        # Reading the machine's certificates takes 20 ms, and no server here has one.
        self.http = http or httpx.AsyncClient(base_url=base_url, timeout=30, verify=False)
        self.bearer = bearer

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.http.aclose()

    async def as_user(self, user: User) -> "Client":
        """The same client signed in as an account, by a session row and a token as login makes them."""
        session_id, now = uuid4(), datetime.now(UTC)
        await write(lambda: Session.create(id=session_id, user=user, created_at=now))
        bearer, _ = token.issue(SECRET, user.id, user.role_id, session_id, now, 900)
        return Client(self.base_url, self.http, bearer)

    async def ask(self, query: str, language: str = "fr", **variables: Any) -> dict[str, Any]:
        """The whole answer to one operation."""
        headers = {"accept-language": language}
        if self.bearer is not None:
            headers["authorization"] = f"Bearer {self.bearer}"
        response = await self.http.post("/graphql", json={"query": query, "variables": variables}, headers=headers)
        assert response.status_code == 200, response.text
        answer: dict[str, Any] = response.json()
        return answer

    async def data(self, query: str, **variables: Any) -> Any:
        answer = await self.ask(query, **variables)
        assert "errors" not in answer, answer["errors"]
        return answer["data"]

    async def codes(self, query: str, **variables: Any) -> list[str]:
        answer = await self.ask(query, **variables)
        return [error["extensions"]["code"] for error in answer.get("errors", [])]


def in_order(answer: dict[str, Any]) -> dict[str, Any]:
    """An answer whose errors can be compared: fields that are read side by side are refused in no order."""
    return answer | {"errors": sorted(answer.get("errors", []), key=str)}
