"""Registering by invitation over HTTP: who must, who invites, what an invitation is worth, what it tells nobody."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest

from app import create_app
from config import Settings
from models.account.code.invitation import MOST_INVITATIONS, Invitation
from models.account.user import User
from models.live.notification import Notification
from permissions.registration import Registration
from tests.wire.client import Client
from tests.wire.server import served
from tests.worlds import world

REGISTER = "mutation ($input: RegisterInput!) { register(input: $input) { invitedTo user { username } } }"
MADE = "{ code invitation { id uses used expiresAt allianceTag createdBy { username } } }"
INVITE = f"mutation ($uses: Int! = 1, $days: Int! = 7) {{ createInvitation(uses: $uses, days: $days) {MADE} }}"
INVITE_TO = f'mutation {{ createAllianceInvitation(allianceTag: "AAA", uses: 2) {MADE} }}'
LIST = "{ invitations { id used createdBy { username } } }"
LIST_OF = '{ allianceInvitations(allianceTag: "aaa") { id used } }'
REVOKE = "mutation ($id: ID!) { revokeInvitation(invitationId: $id) { id } }"
REVOKE_OF = "mutation ($id: ID!) { revokeAllianceInvitation(invitationId: $id) { id } }"
SHUT = pytest.mark.parametrize("registration", [Registration.INVITE], ids=["invite"])
_numbers = count(1)


@pytest.fixture
def registration() -> Registration:
    return Registration.OPEN


@pytest.fixture
def settings(settings: Settings, registration: Registration) -> Settings:
    return replace(settings, registration=registration)


def account(invitation: str | None = None, **values: str) -> dict[str, Any]:
    name = f"new{next(_numbers)}"
    usual = {"username": name, "email": f"{name}@example.org", "password": "douze fourmis"}
    return {**usual, "invitation": invitation, **values}


async def refusal(client: Client, given: dict[str, Any]) -> dict[str, Any]:
    (error,) = (await client.ask(REGISTER, input=given))["errors"]
    found: dict[str, Any] = error["extensions"]
    return found


@SHUT
async def test_an_invitation_opens_once_and_tells_who_invited(client: Client, registration: Registration) -> None:
    user = await world.user("admin", "chief")
    admin = await client.as_user(user)
    assert await refusal(client, account()) == {"code": "FORBIDDEN", "field": "invitation"}
    made = (await admin.data(INVITE))["createInvitation"]
    shown = made["invitation"]
    assert (shown["uses"], shown["used"], shown["allianceTag"], shown["createdBy"]) == (
        1,
        0,
        None,
        {"username": "chief"},
    )
    answer = await client.data(REGISTER, input=account(made["code"].lower(), username="zoe"))
    assert answer["register"] == {"invitedTo": None, "user": {"username": "zoe"}}
    assert await refusal(client, account(made["code"])) == {"code": "BAD_INPUT", "field": "invitation"}
    told = await Notification.filter(user=user).values_list("message", "details")
    assert told == [("invitation_used", '{"username": "zoe"}')]
    assert (await admin.data(LIST))["invitations"] == []


@SHUT
async def test_bad_invitations_are_one_answer_and_tell_of_no_account(
    client: Client, registration: Registration
) -> None:
    await world.user(name="zoe")
    admin = await client.as_user(await world.user("admin"))
    codes = {}
    for what in ("expired", "revoked", "used up"):
        made = (await admin.data(INVITE))["createInvitation"]
        codes[what] = made["code"]
        if what == "revoked":
            await admin.data(REVOKE, id=made["invitation"]["id"])
        elif what == "expired":
            await Invitation.filter(used=0).update(expires_at=datetime.now(UTC))
        else:
            await Invitation.filter(expires_at__gt=datetime.now(UTC)).update(used=1)
    for code in (*codes.values(), "", "x" * 300, "0000-0000"):
        for taken in ({}, {"username": "zoe"}, {"email": "zoe@example.org"}):
            assert await refusal(client, account(code, **taken)) == {"code": "BAD_INPUT", "field": "invitation"}


@pytest.mark.parametrize("registration", [Registration.CLOSED], ids=["closed"])
async def test_where_it_is_closed_nobody_registers(client: Client, registration: Registration) -> None:
    made = (await (await client.as_user(await world.user("admin"))).data(INVITE))["createInvitation"]
    for invitation in (None, made["code"]):
        assert (await refusal(client, account(invitation)))["code"] == "FORBIDDEN"
    assert await User.all().count() == 1


async def test_where_it_is_open_a_bad_invitation_is_refused_all_the_same(client: Client) -> None:
    assert await refusal(client, account("0000")) == {"code": "BAD_INPUT", "field": "invitation"}
    assert await client.codes(REGISTER, input=account()) == []


@pytest.mark.parametrize("registration", list(Registration))
async def test_what_each_setting_takes(settings: Settings, registration: Registration) -> None:
    async with served(create_app(settings)) as server, Client(server.url) as client:
        made = (await (await client.as_user(await world.user("admin"))).data(INVITE))["createInvitation"]
        taken = {
            given is not None: not await client.codes(REGISTER, input=account(given)) for given in (None, made["code"])
        }
    assert (
        taken
        == {
            Registration.OPEN: {False: True, True: True},
            Registration.INVITE: {False: False, True: True},
            Registration.CLOSED: {False: False, True: False},
        }[registration]
    )


@SHUT
async def test_of_many_at_once_as_many_come_in_as_it_is_for(client: Client, registration: Registration) -> None:
    code = (await (await client.as_user(await world.user("admin"))).data(INVITE, uses=2))["createInvitation"]["code"]
    answers = await asyncio.gather(*(client.codes(REGISTER, input=account(code)) for _ in range(4)))
    assert sorted(answers) == [[], [], ["BAD_INPUT"], ["BAD_INPUT"]]
    assert await User.all().count() == 3, "what was refused left no account"


@SHUT
async def test_an_alliance_s_invitation_says_which_and_gives_no_place(
    client: Client, registration: Registration
) -> None:
    chief = await world.user(name="chief")
    await world.alliance(chief, tag="AAA")
    head = await client.as_user(chief)
    made = (await head.data(INVITE_TO))["createAllianceInvitation"]
    assert (made["invitation"]["allianceTag"], made["invitation"]["uses"]) == ("AAA", 2)
    given = account(made["code"])
    assert (await client.data(REGISTER, input=given))["register"]["invitedTo"] == "AAA"
    new = await client.as_user(await User.get(username=given["username"]))
    assert (await new.data('{ alliance(tag: "AAA") { viewerMember { id } members { id } } }'))["alliance"] == {
        "viewerMember": None,
        "members": [],
    }
    assert [one["used"] for one in (await head.data(LIST_OF))["allianceInvitations"]] == [1]
    assert await head.codes(REVOKE_OF, id=made["invitation"]["id"]) == []
    assert (await refusal(client, account(made["code"])))["code"] == "BAD_INPUT"


async def test_invitations_are_for_those_who_may_revoke_them(client: Client) -> None:
    chief, other = await world.user(name="chief"), await world.user()
    await world.alliance(chief, tag="AAA")
    await world.alliance(other, tag="BBB")
    head, admin = await client.as_user(chief), await client.as_user(await world.user("admin"))
    stranger = await client.as_user(other)
    of_alliance = (await head.data(INVITE_TO))["createAllianceInvitation"]["invitation"]["id"]
    of_service = (await admin.data(INVITE))["createInvitation"]["invitation"]["id"]
    node = "query ($id: ID!) { node(id: $id) { id } }"
    seen = {
        name: [(await one.data(node, id=pk))["node"] is not None for pk in (of_service, of_alliance)]
        for name, one in {"admin": admin, "head": head, "stranger": stranger, "nobody": client}.items()
    }
    assert seen == {
        "admin": [True, False],
        "head": [False, True],
        "stranger": [False, False],
        "nobody": [False, False],
    }
    assert await admin.codes(REVOKE, id=of_alliance) == ["NOT_FOUND"]
    assert await head.codes(REVOKE_OF, id=of_service) == ["NOT_FOUND"]
    assert await stranger.codes(REVOKE_OF, id=of_alliance) == ["NOT_FOUND"]
    assert await Invitation.all().count() == 2


@pytest.mark.parametrize(("given", "field"), [({"uses": 0}, "uses"), ({"uses": 1001}, "uses"), ({"days": 91}, "days")])
async def test_an_invitation_has_bounds(client: Client, given: dict[str, Any], field: str) -> None:
    admin = await client.as_user(await world.user("admin"))
    (error,) = (await admin.ask(INVITE, **given))["errors"]
    assert error["extensions"] == {"code": "BAD_INPUT", "field": field}


async def test_so_many_hold_at_once_and_expired_ones_are_forgotten(client: Client) -> None:
    admin = await client.as_user(await world.user("admin"))
    for _ in range(MOST_INVITATIONS):
        await world.invitation()
    assert await admin.codes(INVITE) == ["CONFLICT"]
    await Invitation.all().update(expires_at=datetime.now(UTC) - timedelta(hours=1))
    assert await admin.codes(INVITE) == []
    assert await Invitation.all().count() == 1


async def test_codes_are_tried_so_many_times(client: Client) -> None:
    answers = [(await refusal(client, account(f"try {number}")))["code"] for number in range(31)]
    assert answers == ["BAD_INPUT"] * 30 + ["RATE_LIMITED"]
