"""Accounts over HTTP: who reads what of them, and what administrators may do, holding at the very next request."""

import asyncio
import json
from typing import Any

import pytest
from tortoise.exceptions import IntegrityError

from engine.operation.message import localize
from engine.operation.node import global_id
from engine.operation.page import write_cursor
from models.account.role import Role
from models.account.session import Session
from models.account.user import User
from models.live.notification import Notification
from tests.wire.client import Client
from tests.wire.statements import statements
from tests.worlds import world

USERS = """query ($first: Int = 20, $after: String, $search: String, $role: String, $isActive: Boolean) {
  users(first: $first, after: $after, search: $search, role: $role, isActive: $isActive) {
    edges { node { username } cursor } pageInfo { hasNextPage endCursor } totalCount } }"""
ROLE = "mutation ($id: ID!, $role: String!) { updateUserRole(userId: $id, role: $role) { username role { name } } }"
DEACTIVATE = "mutation ($id: ID!) { deactivateUser(userId: $id) { isActive } }"
ACTIVATE = "mutation ($id: ID!) { activateUser(userId: $id) { isActive } }"
ME = "{ me { username permissions role { name label level isActive description } } }"


def user_id(user: User) -> str:
    return global_id("User", user.id)


async def names(client: Client, **variables: Any) -> list[str]:
    page = (await client.data(USERS, **variables))["users"]
    found = [edge["node"]["username"] for edge in page["edges"]]
    assert page["totalCount"] == len(found)
    return found


async def test_me_is_the_account_with_what_its_role_allows(client: Client) -> None:
    assert (await client.data(ME))["me"] is None
    allowed = {
        "player": [],
        "game_master": ["DECLARE_DEATHS", "APPROVE_CHARACTERS"],
        "moderator": ["MANAGE_SECTIONS", "MODERATE_FORUM", "MANAGE_FACTIONS", "DECLARE_DEATHS", "APPROVE_CHARACTERS"],
        "admin": [
            "MANAGE_USERS",
            "MANAGE_SECTIONS",
            "MODERATE_FORUM",
            "MANAGE_FACTIONS",
            "DECLARE_DEATHS",
            "APPROVE_CHARACTERS",
        ],
    }
    for role, permissions in allowed.items():
        me = (await (await client.as_user(await world.user(role))).data(ME))["me"]
        assert (me["role"]["name"], me["permissions"]) == (role, permissions)


async def test_me_says_what_node_says_of_the_account_and_takes_no_statement_of_its_own(client: Client) -> None:
    for role in ("player", "admin"):
        user = await world.user(role)
        await world.character(user, "eveilles")
        signed_in = await client.as_user(user)
        fields = "id username isActive createdAt"
        async with statements() as seen:
            me = (await signed_in.data(f"{{ me {{ {fields} }} }}"))["me"]
        assert len(seen) == 1, seen  # The viewer.
        whole = f"{fields} permissions email role {{ name }} characters {{ name }} sessions {{ isCurrent }}"
        node = f"query ($id: ID!) {{ node(id: $id) {{ ... on User {{ {whole} }} }} me {{ {whole} }} }}"
        told = await signed_in.data(node, id=user_id(user))
        assert told["me"] == told["node"]
        assert me.items() <= told["node"].items()


async def test_roles_are_listed_for_accounts_highest_first(client: Client) -> None:
    query = "{ roles { name label level isActive description } }"
    assert await client.codes(query) == ["UNAUTHENTICATED"]
    roles = (await (await client.as_user(await world.user())).data(query))["roles"]
    assert [(role["name"], role["label"], role["level"]) for role in roles] == [
        ("admin", "Administrateur", 100),
        ("moderator", "Modérateur", 50),
        ("game_master", "Maître du Jeu", 30),
        ("player", "Joueur", 10),
    ]


@pytest.mark.parametrize("role", [None, "player", "game_master", "moderator"])
async def test_only_administrators_list_and_change_accounts(client: Client, role: str | None) -> None:
    other = await world.user()
    asking = await client.as_user(await world.user(role)) if role else client
    expected = ["FORBIDDEN"] if role else ["UNAUTHENTICATED"]
    assert await asking.codes(USERS) == expected
    assert await asking.codes(ROLE, id=user_id(other), role="admin") == expected
    assert await asking.codes(DEACTIVATE, id=user_id(other)) == expected
    assert await asking.codes(ACTIVATE, id=user_id(other)) == expected


async def test_accounts_are_paged_without_gaps_and_found_by_how_name_or_address_begins(client: Client) -> None:
    admin = await client.as_user(await world.user("admin", "Chef"))
    for name in ("Zoé", "Zoélie", "Per%cent", "Under_score", "Bang!"):
        await world.user(name=name)
    seen, after = [], None
    while True:
        page = (await admin.data(USERS, first=2, after=after))["users"]
        assert page["totalCount"] == 6
        seen += [edge["node"]["username"] for edge in page["edges"]]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    assert seen == ["Chef", "Zoé", "Zoélie", "Per%cent", "Under_score", "Bang!"]
    assert len((await admin.data(USERS, first=None))["users"]["edges"]) == 6
    assert await names(admin, search=" ZOÉ") == ["Zoé", "Zoélie"]
    assert await names(admin, search="zoélie@EXAMPLE") == ["Zoélie"]
    assert await names(admin, search="@EXAMPLE.o") == ["Chef", "Zoé", "Zoélie", "Per%cent", "Under_score", "Bang!"]
    assert await names(admin, search="under_") == ["Under_score"]
    assert [await names(admin, search=some) for some in ("%", "_", "!", "oé", "example", "@xample")] == [[]] * 6


async def test_filters_of_the_list_narrow_together(client: Client) -> None:
    admin = await client.as_user(await world.user("admin", "chef"))
    await world.user("moderator", "mod-in")
    await world.user("moderator", "mod-out", is_active=False)
    await world.user("player", "player-out", is_active=False)
    assert await names(admin, role="moderator") == ["mod-in", "mod-out"]
    assert await names(admin, isActive=False) == ["mod-out", "player-out"]
    assert await names(admin, isActive=False, role="moderator", search="mod") == ["mod-out"]
    assert await names(admin, role="nobody") == []


@pytest.mark.parametrize(
    ("variables", "field"), [({"first": 0}, "first"), ({"first": 101}, "first"), ({"after": "x"}, "after")]
)
async def test_bad_pages_are_refused(client: Client, variables: dict[str, Any], field: str) -> None:
    admin = await client.as_user(await world.user("admin"))
    errors = (await admin.ask(USERS, **variables))["errors"]
    assert [error["extensions"] for error in errors] == [{"code": "BAD_INPUT", "field": field}]


async def test_a_list_costs_the_same_statements_however_long_and_counts_only_if_asked(client: Client) -> None:
    admin = await client.as_user(await world.user("admin"))
    query = """{ users(first: 100) { edges { node { username email role { name } permissions
        characters { name faction { name } clan { name faction { name } } } } } } }"""
    costs = []
    for _ in range(2):
        for _ in range(5):
            await world.character(await world.user(), "eveilles", "symbiotes")
        async with statements() as seen:
            await admin.data(query)
        costs.append(len(seen))
        assert not [sql for sql in seen if "count(" in sql]
    assert costs == [6, 6]  # The viewer, the page, and one for each relation: roles, addresses, characters, world.
    async with statements() as seen:
        await admin.data("{ users { edges { node { username isActive createdAt } } } }")
    assert len(seen) == 2


async def test_addresses_are_for_their_owner_and_administrators_on_every_path(client: Client) -> None:
    author, reader, admin = await world.user(), await world.user(), await world.user("admin")
    await world.topic(await world.section("general", "Annonces"), "Bienvenue", author, "Bonjour")
    section = """{ categories { sections { topics { edges { node {
        author { email } posts { edges { node { author { email } } } } } } } } } }"""
    node = "query ($id: ID!) { node(id: $id) { ... on User { email } } }"

    async def seen_by(client: Client) -> set[str | None]:
        answers = [await client.data(section), await client.data(node, id=user_id(author))]
        return set(emails(answers))

    moderator = await client.as_user(await world.user("moderator"))
    assert await seen_by(await client.as_user(author)) == {author.email}
    assert await seen_by(await client.as_user(admin)) == {author.email}
    assert await seen_by(await client.as_user(reader)) == {None}
    assert await seen_by(moderator) == {None}
    assert await seen_by(client) <= {None}
    # The administrator's own list, and a demotion: the address is gone at the next request.
    demoted = await client.as_user(admin)
    await (await client.as_user(await world.user("admin"))).data(ROLE, id=user_id(admin), role="moderator")
    assert await seen_by(demoted) == {None}


def emails(answer: Any) -> list[str | None]:
    if isinstance(answer, list):
        return [email for item in answer for email in emails(item)]
    if isinstance(answer, dict):
        own = [answer["email"]] if "email" in answer else []
        return own + [email for value in answer.values() for email in emails(value)]
    return []


async def test_a_role_change_holds_at_the_very_next_request(client: Client) -> None:
    admin, other = await client.as_user(await world.user("admin")), await world.user("admin")
    changed = await client.as_user(other)
    await changed.data(USERS)
    answer = await admin.data(ROLE, id=user_id(other), role="player")
    assert answer["updateUserRole"]["role"] == {"name": "player"}
    assert await changed.codes(USERS) == ["FORBIDDEN"]
    await admin.data(ROLE, id=user_id(other), role="admin")
    await changed.data(USERS)


async def test_a_deactivation_holds_at_the_very_next_request_and_ends_the_sessions(client: Client) -> None:
    admin, other = await client.as_user(await world.user("admin")), await world.user()
    shut_out = await client.as_user(other)
    assert (await admin.data(DEACTIVATE, id=user_id(other)))["deactivateUser"] == {"isActive": False}
    assert await shut_out.codes(ME) == ["UNAUTHENTICATED"]
    assert (await admin.data(ACTIVATE, id=user_id(other)))["activateUser"] == {"isActive": True}
    assert await shut_out.codes(ME) == ["UNAUTHENTICATED"]
    assert await Session.filter(user=other, revoked_at=None).count() == 0
    assert (await (await client.as_user(other)).data(ME))["me"]["username"] == other.username


async def test_an_account_is_told_once_of_each_change(client: Client) -> None:
    admin, other = await client.as_user(await world.user("admin")), await world.user()
    for role in ("player", "moderator", "moderator"):
        await admin.data(ROLE, id=user_id(other), role=role)
    for change in (ACTIVATE, DEACTIVATE, DEACTIVATE, ACTIVATE):
        await admin.data(change, id=user_id(other))
    told = await Notification.filter(user=other, kind="ACCOUNT").order_by("id").values_list("message", "details")
    texts = [localize(message, "en", json.loads(details)) for message, details in told]
    assert texts == ["Your role is now: Modérateur.", "Your account is active again."]


async def test_nobody_acts_on_their_own_account(client: Client) -> None:
    user = await world.user("admin")
    admin = await client.as_user(user)
    await world.user("admin")
    assert await admin.codes(ROLE, id=user_id(user), role="player") == ["FORBIDDEN"]
    assert await admin.codes(DEACTIVATE, id=user_id(user)) == ["FORBIDDEN"]
    assert await admin.codes(ACTIVATE, id=user_id(user)) == ["FORBIDDEN"]
    await admin.data(USERS)


async def test_unknown_roles_and_accounts_are_refused_and_change_nothing(client: Client) -> None:
    admin, other = await client.as_user(await world.user("admin")), await world.user()
    await Role.create(name="old", label="Ancien", description="", level=20, is_active=False)
    for role in ("old", "emperor", "", "ADMIN"):
        errors = (await admin.ask(ROLE, id=user_id(other), role=role))["errors"]
        assert errors[0]["extensions"] == {"code": "BAD_INPUT", "field": "role"}
    for missing, code in (
        (global_id("User", 999_999), "NOT_FOUND"),
        (global_id("Role", 1), "BAD_INPUT"),
        ("x", "BAD_INPUT"),
    ):
        for mutation, variables in ((ROLE, {"role": "player"}), (DEACTIVATE, {}), (ACTIVATE, {})):
            errors = (await admin.ask(mutation, id=missing, **variables))["errors"]
            assert errors[0]["extensions"] == {"code": code, "field": "userId"}
    assert (await User.get(id=other.id)).role_id == other.role_id


@pytest.mark.parametrize("mutation", [ROLE, DEACTIVATE])
async def test_administrators_who_turn_on_each_other_leave_one(client: Client, mutation: str) -> None:
    for _ in range(4):
        await Session.all().delete()
        await User.all().delete()
        users = [await world.user("admin") for _ in range(3)]
        clients = [await client.as_user(user) for user in users]
        targets = [users[1], users[2], users[0]]
        variables = {"role": "player"} if mutation == ROLE else {}
        await asyncio.gather(
            *(one.ask(mutation, id=user_id(target), **variables) for one, target in zip(clients, targets, strict=True))
        )
        assert await User.filter(is_active=True, role__name="admin").count() >= 1


async def test_a_role_in_use_cannot_be_deleted(client: Client) -> None:
    await world.user("player")
    with pytest.raises(IntegrityError):
        await Role.filter(name="player").delete()


async def test_a_cursor_past_every_id_is_a_cursor(client: Client) -> None:
    admin = await client.as_user(await world.user("admin"))
    assert (await admin.data(USERS, after=write_cursor(2**40)))["users"]["edges"] == []
