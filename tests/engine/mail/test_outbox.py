"""Mail that leaves by a real server: written in turn, tried again, and never holding up or telling on anybody."""

import asyncio
import logging

import pytest

from domain.core.smtp import SmtpServer
from engine.mail import outbox as outbox_module
from engine.mail.outbox import MOST_WAITING, Mail, Outbox
from engine.mail.smtp import reach, sender
from tests.wire.smtp_server import smtp_server

MAIL = Mail("zoé@example.org", "Un code d'été", "Bonjour Zoé,\n")


async def written(mail: Mail = MAIL) -> Mail:
    return mail


async def test_a_mail_comes_as_it_was_written() -> None:
    async with smtp_server() as own:
        server = SmtpServer("127.0.0.1", own.port, is_tls=False)
        await reach(server)
        outbox = Outbox(sender(server, "Phéromone <service@example.org>"))
        outbox.open()
        plain = Mail("zoe@example.org", MAIL.subject, MAIL.text)
        assert outbox.post(lambda: written(plain))
        await outbox.close()
        (mail,) = own.mails
    assert (mail["to"], mail["subject"], mail["auto-submitted"]) == ("zoe@example.org", MAIL.subject, "auto-generated")
    assert mail["from"] == "Phéromone <service@example.org>"
    assert mail.get_content().replace("\r\n", "\n") == MAIL.text


async def test_what_fails_is_tried_again_and_stops_no_other(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(outbox_module, "PAUSE_SECONDS", 0)
    sent: list[str] = []

    async def send(mail: Mail) -> None:
        sent.append(mail.subject)
        if mail.subject == "never" or sent.count(mail.subject) == 1:
            raise ConnectionRefusedError(mail.to)

    outbox = Outbox(send)
    outbox.open()
    for subject in ("never", "second time"):
        outbox.post(lambda subject=subject: written(Mail(MAIL.to, subject, "")))  # type: ignore[misc]
    with caplog.at_level(logging.ERROR):
        await outbox.close()
    assert sent == ["never", "never", "second time", "second time"]
    assert [record.getMessage() for record in caplog.records] == ["a mail could not be sent: ConnectionRefusedError"]


async def test_so_many_wait_and_none_is_waited_for() -> None:
    async def send(_mail: Mail) -> None:
        await asyncio.Event().wait()

    outbox = Outbox(send)
    assert [outbox.post(written) for _ in range(MOST_WAITING + 1)] == [True] * MOST_WAITING + [False]


async def test_a_server_that_is_not_there_is_told() -> None:
    with pytest.raises(OSError):
        await reach(SmtpServer("127.0.0.1", 1, is_tls=False))
