"""Mail servers as URLs name them: ports by default, escaped passwords, and what is none."""

import pytest

from domain.core.smtp import FORM, SmtpServer, read_smtp_url


@pytest.mark.parametrize(
    ("url", "server", "wants_tls"),
    [
        ("smtp://mail.example.org", SmtpServer("mail.example.org", 587, False), False),
        ("smtps://mail.example.org/", SmtpServer("mail.example.org", 465, True), False),
        ("smtp://me:p%40ss%3A@mail.example.org:2525", SmtpServer("mail.example.org", 2525, False, "me", "p@ss:"), True),
        ("smtp://me:x@localhost:25", SmtpServer("localhost", 25, False, "me", "x"), False),
    ],
)
def test_a_url_names_a_server(url: str, server: SmtpServer, wants_tls: bool) -> None:
    assert read_smtp_url(url) == server
    assert server.wants_tls is wants_tls


@pytest.mark.parametrize(
    "url", ["mail.example.org", "http://x", "smtp://", "smtp://h/x", "smtp://h:secret", "smtp://h?q"]
)
def test_what_names_none_is_refused_without_being_repeated(url: str) -> None:
    with pytest.raises(ValueError, match="smtp") as refused:
        read_smtp_url(url)
    assert str(refused.value) == FORM
