"""The one cookie: a refresh token, sent to `/session` alone, and whether it outlives the browser. Asks no database.

Tested in tests/pages/test_session_gate.py.
"""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

PATH = "/session"
NAME = "pheromone"
STAYS, PASSES = "stays", "passes"
LONGEST = 256


@dataclass(frozen=True, slots=True)
class Kept:
    """What the cookie says. `stays`: it was to outlive the browser."""

    token: str
    stays: bool


@dataclass(frozen=True, slots=True)
class Cookie:
    """The cookie as pages of one kind of address hold it: over TLS it is `Secure`, and its name makes sure of that."""

    secure: bool

    @classmethod
    def of(cls, request: Request) -> "Cookie":
        """By the page's own word for its address, which no proxy in between can forget to pass on."""
        return cls(request.headers.get("origin", "").lower().startswith("https:"))

    @property
    def name(self) -> str:
        return f"__Secure-{NAME}" if self.secure else NAME

    def read(self, request: Request) -> Kept | None:
        kind, _, token = request.cookies.get(self.name, "").partition(".")
        if kind not in (STAYS, PASSES) or not 0 < len(token) <= LONGEST:
            return None
        return Kept(token, kind == STAYS)

    def keep(self, response: Response, token: str, lifetime: int | None) -> None:
        """For `lifetime` seconds; None: as long as the browser is open."""
        value = f"{PASSES if lifetime is None else STAYS}.{token}"
        self._set(response, value, lifetime)

    def forget(self, response: Response) -> None:
        self._set(response, "", 0)

    def _set(self, response: Response, value: str, lifetime: int | None) -> None:
        response.set_cookie(
            self.name, value, max_age=lifetime, path=PATH, secure=self.secure, httponly=True, samesite="strict"
        )
