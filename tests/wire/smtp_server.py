"""A real SMTP server of our own on this machine, which keeps what it is given. Asserts nothing."""

import asyncio
import email
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.smtp import SMTP


class OwnSmtp:
    """The mails that came, in their order."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.port = 0
        self._came = asyncio.Condition()

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        message = email.message_from_bytes(envelope.content, policy=default)
        assert isinstance(message, EmailMessage)
        async with self._came:
            self.mails.append(message)
            self._came.notify_all()
        return "250 OK"

    async def mail(self, number: int = 0) -> EmailMessage:
        """The mail of a number, once it has come."""
        async with asyncio.timeout(20), self._came:
            await self._came.wait_for(lambda: len(self.mails) > number)
        return self.mails[number]


@asynccontextmanager
async def smtp_server() -> AsyncIterator[OwnSmtp]:
    own, loop = OwnSmtp(), asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(own, hostname="localhost", loop=loop), "127.0.0.1", 0)
    own.port = server.sockets[0].getsockname()[1]
    try:
        yield own
    finally:
        server.close()
        await server.wait_closed()
