"""Accounts deleted by their owner over HTTP: what goes, what stays, and whom nobody can do without."""

from typing import Any

import pytest

from domain.account.password import SALT_BYTES, hash_password
from models.account.character import Character
from models.account.session import Session
from models.account.user import User
from models.alliance.member import Member
from models.alliance.member_claim import MemberClaim
from models.forum.post import Post
from models.forum.topic import Topic
from models.live.notification import Notification
from tests.wire.client import Client
from tests.worlds import world

PASSWORD = "douze fourmis"
KEPT = hash_password(PASSWORD, bytes(SALT_BYTES))
DELETE = "mutation ($password: String!) { deleteAccount(password: $password) }"


async def owner(role: str = "player", name: str = "zoe") -> User:
    return await world.user(role, name, password_hash=KEPT)


async def refusal(client: Client, password: str = PASSWORD) -> dict[str, Any]:
    (error,) = (await client.ask(DELETE, password=password))["errors"]
    return {**error["extensions"], "message": error["message"]}


async def test_texts_keep_their_names_and_all_else_goes(client: Client) -> None:
    user = await owner()
    character = await world.character(user, "eveilles")
    section = await world.section("general", "Annonces")
    topic = await world.topic(section, "Bonjour", user, "Un", "Deux")
    await Post.filter(topic=topic).update(character_id=character.id)
    await world.one_time_code(user)
    asking, other = await client.as_user(user), await client.as_user(user)
    assert await asking.data(DELETE, password=PASSWORD) == {"deleteAccount": True}
    for gone in (asking, other):
        assert await gone.codes("{ me { username } }") == ["UNAUTHENTICATED"]
    assert await Session.all().count() == await Character.all().count() == await User.all().count() == 0
    assert [(one.author_name, one.author_id) for one in await Topic.all()] == [("zoe", None)]
    found = [(one.author_name, one.author_id, one.character_id) for one in await Post.all()]
    assert found == [("zoe", None, None)] * 2
    shown = await client.data('{ category(slug: "general") { sections { topics { edges { node { authorName } } } } } }')
    assert "zoe" in str(shown)


async def test_places_are_free_and_claims_withdrawn_and_administrators_told(client: Client) -> None:
    user, chief = await owner(), await world.user(name="chief")
    home, elsewhere = await world.alliance(chief, tag="AAA"), await world.alliance(chief, tag="BBB")
    place = await world.member(home, user)
    (wanted,) = await Member.filter(alliance=elsewhere)
    await world.claim(wanted, user)
    await (await client.as_user(user)).data(DELETE, password=PASSWORD)
    found = await Member.get(id=place.id)
    assert (found.pseudo, found.user_id, found.can_administer, found.left_at) == ("zoe", None, False, None)
    assert await MemberClaim.all().count() == 0
    assert [one.message for one in await Notification.filter(user=chief)] == ["member_gone"]


async def test_the_last_administrator_of_an_alliance_of_others_stays(client: Client) -> None:
    user, other = await owner(), await world.user()
    alliance = await world.alliance(user, tag="AAA")
    await world.member(alliance, other, administers=False)
    asking = await client.as_user(user)
    refused = await refusal(asking)
    assert (refused["code"], "AAA" in refused["message"]) == ("CONFLICT", True)
    assert await Member.filter(user=user, can_administer=True).count() == 1, "nothing was changed"
    await Member.filter(user=other).update(can_administer=True)
    assert await asking.codes(DELETE, password=PASSWORD) == []


async def test_the_last_administrator_of_the_service_stays(client: Client) -> None:
    user = await owner("admin")
    asking = await client.as_user(user)
    await world.user("moderator")
    await world.user("admin", is_active=False)
    assert (await refusal(asking))["code"] == "CONFLICT"
    assert await User.filter(id=user.id).exists()
    await world.user("admin")
    assert await asking.codes(DELETE, password=PASSWORD) == []


async def test_a_service_without_administrators_lets_players_go(client: Client) -> None:
    assert await (await client.as_user(await owner())).codes(DELETE, password=PASSWORD) == []


@pytest.mark.parametrize("password", ["", "wrong"])
async def test_it_takes_the_password(client: Client, password: str) -> None:
    asking = await client.as_user(await owner())
    assert await client.codes(DELETE, password=PASSWORD) == ["UNAUTHENTICATED"]
    refused = await refusal(asking, password)
    assert (refused["code"], refused["field"]) == ("BAD_INPUT", "password")
    assert await User.all().count() == 1
