"""Hands mails in at a server, by aiosmtplib. Decides nothing.

Tested in tests/engine/mail/test_outbox.py.
"""

from collections.abc import Awaitable, Callable
from email.message import EmailMessage
from email.utils import localtime, make_msgid

import aiosmtplib

from domain.core.smtp import SmtpServer
from engine.mail.outbox import Mail

SECONDS = 10.0
"""How long the server may take for a step."""


def sender(server: SmtpServer, address: str) -> Callable[[Mail], Awaitable[None]]:
    """Sends mails from an address."""

    async def send(mail: Mail) -> None:
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = address, mail.to, mail.subject
        message["Date"], message["Message-ID"] = localtime(), make_msgid(domain=address.rpartition("@")[2])
        message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no machine answers it.
        message.set_content(mail.text)
        await aiosmtplib.send(
            message,
            hostname=server.host,
            port=server.port,
            username=server.username or None,
            password=server.password or None,
            use_tls=server.is_tls,
            start_tls=True if server.wants_tls and not server.is_tls else None,
            timeout=SECONDS,
        )

    return send


async def reach(server: SmtpServer) -> None:
    """Asks the server for its greeting; raises what keeps it from that."""
    async with aiosmtplib.SMTP(
        hostname=server.host, port=server.port, use_tls=server.is_tls, timeout=SECONDS
    ) as client:
        await client.noop()
