"""One-time codes over HTTP: who makes them, that each works once and for its account alone, and what they end."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from engine.operation.node import global_id
from models.account.code.one_time_code import OneTimeCode
from models.account.session import Session
from models.account.user import User
from models.live.notification import Notification
from tests.wire.client import Client
from tests.worlds import world

MAKE = "mutation ($id: ID!) { createPasswordReset(userId: $id) { code expiresAt } }"
RESET = "mutation ($input: ResetPasswordInput!) { resetPassword(input: $input) }"
LOGIN = "mutation ($input: LoginInput!) { login(input: $input) { user { username } } }"
NEW = "treize pucerons"


async def refusal(client: Client, code: str, password: str = NEW) -> dict[str, Any]:
    (error,) = (await client.ask(RESET, input={"code": code, "password": password}))["errors"]
    found: dict[str, Any] = error["extensions"]
    return found


async def test_an_administrator_s_code_sets_a_password_once(client: Client) -> None:
    admin, lost = await client.as_user(await world.user("admin")), await world.user(name="zoe")
    await world.session(lost)
    made = (await admin.data(MAKE, id=global_id("User", lost.id)))["createPasswordReset"]
    other = await world.one_time_code(lost)
    lifetime = datetime.fromisoformat(made["expiresAt"]) - datetime.now(UTC)
    assert timedelta(hours=23) < lifetime <= timedelta(hours=24)
    assert made["code"] not in {one.digest for one in await OneTimeCode.all()}
    assert await client.data(RESET, input={"code": made["code"].lower(), "password": NEW}) == {"resetPassword": True}
    assert await client.codes(LOGIN, input={"login": "zoe", "password": NEW}) == []
    assert await Session.filter(user=lost, revoked_at=None).count() == 1, "that of the login"
    for used in (made["code"], other):
        assert await refusal(client, used) == {"code": "BAD_INPUT", "field": "code"}
    told = [one.message for one in await Notification.filter(user=lost).order_by("id")]
    assert told == ["password_reset_made", "password_changed"]


async def test_one_s_own_password_takes_the_old_one(client: Client) -> None:
    user = await world.user("admin")
    admin = await client.as_user(user)
    assert await admin.codes(MAKE, id=global_id("User", user.id)) == ["FORBIDDEN"]
    assert await admin.codes(MAKE, id=global_id("User", 999_999)) == ["NOT_FOUND"]
    assert await OneTimeCode.all().count() == 0


async def test_wrong_expired_and_shut_out_are_one_answer(client: Client) -> None:
    expired = await world.one_time_code(await world.user(), hours=-1)
    shut_out = await world.one_time_code(await world.user(is_active=False))
    answers = [await refusal(client, code, "short") for code in ("", "x" * 500, "0000-0000", expired, shut_out)]
    assert answers == [{"code": "BAD_INPUT", "field": "code"}] * 5
    assert {user.password_hash for user in await User.all()} == {"!"}


@pytest.mark.parametrize("password", ["short", "password123", "zoe@example.org"])
async def test_a_password_that_may_not_be_chosen_leaves_the_code(client: Client, password: str) -> None:
    code = await world.one_time_code(await world.user(name="zoe"))
    assert await refusal(client, code, password) == {"code": "BAD_INPUT", "field": "password"}
    assert await client.codes(RESET, input={"code": code, "password": NEW}) == []


async def test_a_code_that_is_used_twice_at_once_works_once(client: Client) -> None:
    code = await world.one_time_code(await world.user())
    given = [{"code": code, "password": f"{NEW} {number}"} for number in range(3)]
    answers = await asyncio.gather(*(client.codes(RESET, input=one) for one in given))
    assert sorted(answers) == [[], ["BAD_INPUT"], ["BAD_INPUT"]]


async def test_codes_are_tried_so_many_times(client: Client) -> None:
    answers = [(await refusal(client, f"try {number}"))["code"] for number in range(31)]
    assert answers == ["BAD_INPUT"] * 30 + ["RATE_LIMITED"]


async def test_making_a_code_forgets_those_that_have_expired(client: Client) -> None:
    user = await world.user()
    await world.one_time_code(user, hours=-1)
    admin = await client.as_user(await world.user("admin"))
    await admin.data(MAKE, id=global_id("User", user.id))
    assert await OneTimeCode.all().count() == 1


async def test_without_mail_a_code_is_asked_of_an_administrator(client: Client) -> None:
    ask = 'mutation { requestPasswordReset(login: "zoe") }'
    assert await client.codes(ask) == ["FORBIDDEN"]
