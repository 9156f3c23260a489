"""Where mail is handed in, as one URL says it: `smtp://user:password@host:587`, `smtps://host`. Pure; sends nothing."""

from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

PORTS = {"smtp": 587, "smtps": 465}
FORM = "smtp://[user:password@]host[:port], or smtps://"


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """A server that takes our mail. `is_tls`: from the first byte; otherwise as soon as it offers STARTTLS."""

    host: str
    port: int
    is_tls: bool
    username: str = ""
    password: str = ""

    @property
    def wants_tls(self) -> bool:
        """Whether it must offer STARTTLS: no password is sent in the clear over a network."""
        return bool(self.username) and self.host not in ("localhost", "127.0.0.1", "::1")


def read_smtp_url(url: str) -> SmtpServer:
    """The server that a URL names; ValueError for what names none."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:  # Its words may hold what was meant as a password.
        raise ValueError(FORM) from None
    if parts.scheme not in PORTS or not parts.hostname or parts.path.strip("/") or parts.query:
        raise ValueError(FORM)
    username, password = unquote(parts.username or ""), unquote(parts.password or "")
    return SmtpServer(parts.hostname, port or PORTS[parts.scheme], parts.scheme == "smtps", username, password)
