"""Codes and word of changes by mail, over HTTP and a real SMTP server of our own; and that asking tells nothing."""

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest

from config import Settings
from domain.account.password import SALT_BYTES, hash_password
from domain.core.smtp import SmtpServer
from engine.mail.outbox import Outbox
from models.account.code.one_time_code import OneTimeCode
from models.account.user import User
from tests.wire.client import Client
from tests.wire.smtp_server import OwnSmtp, smtp_server
from tests.wire.statements import statements
from tests.worlds import world

PASSWORD = "douze fourmis"
KEPT = hash_password(PASSWORD, bytes(SALT_BYTES))
ASK = "mutation ($login: String!) { requestPasswordReset(login: $login) }"
RESET = "mutation ($input: ResetPasswordInput!) { resetPassword(input: $input) }"
EMAIL = "mutation ($input: ChangeEmailInput!) { changeEmail(input: $input) { email } }"
CHANGE = "mutation ($input: ChangePasswordInput!) { changePassword(input: $input) { email } }"


@pytest.fixture
async def smtp() -> AsyncIterator[OwnSmtp]:
    async with smtp_server() as own:
        yield own


@pytest.fixture
def settings(settings: Settings, smtp: OwnSmtp) -> Settings:
    server = SmtpServer("127.0.0.1", smtp.port, is_tls=False)
    return replace(settings, smtp=server, mail_from="service@example.org")


async def owner(**values: Any) -> User:
    return await world.user(name="zoe", password_hash=KEPT, **values)


async def test_a_mailed_code_sets_the_password(client: Client, smtp: OwnSmtp) -> None:
    await owner()
    assert await client.data(ASK, login="ZOE@example.org") == {"requestPasswordReset": True}
    mail = await smtp.mail()
    (code,) = re.findall(r"(?:[0-9A-Z]{4}-){5}[0-9A-Z]{4}", mail.get_content())
    assert (mail["to"], mail["from"]) == ("zoe@example.org", "service@example.org")
    assert mail["subject"] == "Phéromone : votre code"
    assert await client.data(RESET, input={"code": code, "password": "treize pucerons"}) == {"resetPassword": True}
    assert (await smtp.mail(1))["subject"] == "Phéromone : mot de passe changé"
    assert await client.codes(RESET, input={"code": code, "password": "treize pucerons"}) == ["BAD_INPUT"]


async def test_changes_are_told_to_the_address_of_before(client: Client, smtp: OwnSmtp) -> None:
    asking = await client.as_user(await owner())
    await asking.data(EMAIL, input={"email": "new@example.org", "password": PASSWORD})
    await asking.ask(CHANGE, "en", input={"currentPassword": PASSWORD, "newPassword": "treize pucerons"})
    mails = [await smtp.mail(0), await smtp.mail(1)]
    assert [(mail["to"], mail["subject"]) for mail in mails] == [
        ("zoe@example.org", "Phéromone : adresse changée"),
        ("new@example.org", "Phéromone: password changed"),
    ]


async def test_asking_tells_nothing_and_is_the_same_work_for_all(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Outbox, "post", lambda _self, _write: True)  # What comes of it is beside the request.
    await owner()
    await world.user(name="gone", is_active=False)
    seen = []
    for login in ("zoe", "zoe@example.org", "nobody", "nobody@example.org", "gone"):
        async with statements() as read:
            answer = await client.ask(ASK, login=login)
        seen.append((answer, list(read)))
    assert seen == [({"data": {"requestPasswordReset": True}}, [])] * 5


async def test_unknown_and_inactive_accounts_are_sent_nothing(client: Client, smtp: OwnSmtp) -> None:
    await world.user(name="gone", is_active=False)
    await owner()
    for login in ("nobody", "nobody@example.org", "gone", "zoe"):
        await client.data(ASK, login=login)
    assert (await smtp.mail())["to"] == "zoe@example.org"
    await asyncio.sleep(0.1)
    assert (len(smtp.mails), await OneTimeCode.all().count()) == (1, 1)


async def test_an_account_is_sent_so_many_and_a_place_asks_so_often(client: Client, smtp: OwnSmtp) -> None:
    await owner()
    answers = [await client.codes(ASK, login="zoe") for _ in range(11)]
    assert answers == [[]] * 10 + [["RATE_LIMITED"]]
    await smtp.mail(2)
    await asyncio.sleep(0.2)
    assert len(smtp.mails) == await OneTimeCode.all().count() == 3


async def test_a_server_that_is_gone_is_not_waited_for(client: Client, smtp: OwnSmtp, settings: Settings) -> None:
    asking = await client.as_user(await owner())
    async with asyncio.timeout(5):
        assert await asking.codes(EMAIL, input={"email": "new@example.org", "password": PASSWORD}) == []
