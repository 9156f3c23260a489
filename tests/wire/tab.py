"""A tab of the browser that remembers what it asked for and what went wrong in it."""

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.async_api import Page


@dataclass
class Tab:
    """A tab that remembers what it asked for and what went wrong in it."""

    page: Page
    addresses: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("request", lambda request: self.addresses.append(request.url))
        self.page.on("websocket", lambda socket: self.addresses.append(socket.url))
        self.page.on("pageerror", lambda error: self.problems.append(str(error)))
        self.page.on("console", lambda said: self.problems.append(said.text) if said.type == "error" else None)

    def foreign(self, home: str) -> list[str]:
        """The addresses that are not at home; those of data: and blob: leave nobody."""
        schemes = ("http", "https", "ws", "wss")
        parts = [urlsplit(address) for address in self.addresses]
        return [part.geturl() for part in parts if part.scheme in schemes and part.netloc != urlsplit(home).netloc]
