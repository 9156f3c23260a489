"""Signing in and out over HTTP: what is given, what is refused, and that refusals tell nothing."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import bcrypt
import jwt
import pytest

from domain.account.password import verify_argon2
from engine.operation import token
from engine.throttle.throttle import Limit, MemoryThrottle
from models.account import password
from models.account.character import Character
from models.account.session import RefreshToken, Session, forget_expired
from models.account.user import User
from tests.wire.client import SECRET, Client
from tests.wire.statements import statements
from tests.worlds import world

GRANT = "{ accessToken refreshToken expiresAt user { username email role { name } } }"
REGISTER = f"mutation ($input: RegisterInput!) {{ register(input: $input) {GRANT} }}"
LOGIN = f"mutation ($input: LoginInput!) {{ login(input: $input) {GRANT} }}"
REFRESH = f"mutation ($token: String!) {{ refreshSession(refreshToken: $token) {GRANT} }}"
ME = "{ me { username } }"


def account(name: str = "Zoé", **values: str) -> dict[str, str]:
    return {"username": name, "email": "Zoe@Example.org", "password": "douze fourmis", **values}


def credentials(login: str = "zoé", password: str = "douze fourmis") -> dict[str, str]:
    return {"login": login, "password": password}


def holding(client: Client, grant: dict[str, Any]) -> Client:
    return Client(client.base_url, client.http, grant["accessToken"])


async def registered(client: Client) -> dict[str, Any]:
    grant: dict[str, Any] = (await client.data(REGISTER, input=account()))["register"]
    return grant


@pytest.mark.usefixtures("real_hashes")
async def test_registration_makes_a_player_who_is_signed_in(client: Client) -> None:
    grant = await registered(client)
    assert grant["user"] == {"username": "Zoé", "email": "Zoe@Example.org", "role": {"name": "player"}}
    assert (await holding(client, grant).data(ME))["me"] == {"username": "Zoé"}
    kept = (await User.get()).password_hash
    assert kept.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    await client.data(LOGIN, input=credentials())
    assert (await User.get()).password_hash == kept


async def test_the_access_token_carries_the_role_and_expires_when_it_says(client: Client) -> None:
    grant = await registered(client)
    claims = jwt.decode(grant["accessToken"], SECRET, algorithms=["HS256"], issuer="pheromone")
    assert claims["rid"] == (await User.get()).role_id
    assert datetime.fromisoformat(grant["expiresAt"]).timestamp() == claims["exp"]
    assert claims["exp"] - claims["iat"] == 900


@pytest.mark.parametrize("login", ["Zoé", "ZOÉ", "zoe\u0301", "zoe@example.org", "ZOE@EXAMPLE.ORG"])
async def test_login_goes_by_name_or_address_whatever_their_case(client: Client, login: str) -> None:
    await registered(client)
    grant = (await client.data(LOGIN, input=credentials(login)))["login"]
    assert (await holding(client, grant).data(ME))["me"] == {"username": "Zoé"}


@pytest.mark.parametrize(
    ("values", "code", "field"),
    [
        ({"username": "ZOÉ", "email": "other@example.org"}, "CONFLICT", "username"),
        ({"username": "Other", "email": "ZOE@example.org"}, "CONFLICT", "email"),
        ({"username": "a@b"}, "BAD_INPUT", "username"),
        ({"username": "a\u200bb"}, "BAD_INPUT", "username"),
        ({"email": "nowhere"}, "BAD_INPUT", "email"),
        ({"password": "short"}, "BAD_INPUT", "password"),
        ({"password": "x" * 100_000}, "BAD_INPUT", "password"),
        ({"password": "zoe@example.org"}, "BAD_INPUT", "password"),
        ({"password": "password123"}, "BAD_INPUT", "password"),
    ],
)
async def test_registrations_that_are_refused_name_the_field(
    client: Client, values: dict[str, str], code: str, field: str
) -> None:
    await registered(client)
    answer = await client.ask(REGISTER, input=account(**values))
    assert [(e["extensions"]["code"], e["extensions"]["field"]) for e in answer["errors"]] == [(code, field)]
    assert await User.all().count() == 1


@pytest.mark.parametrize("name", ["аdmin_test", "admin_test\u0301", "Admln Test", "mοderatοr_test", "ADMlN_TEST"])
async def test_a_name_that_reads_like_one_of_staff_s_is_refused(client: Client, name: str) -> None:
    await world.user("admin", "admin_test")
    await world.user("moderator", "moderator_test")
    await world.user("player", "player_pure")
    answer = await client.ask(REGISTER, input=account(name))
    assert [(e["extensions"]["code"], e["extensions"]["field"]) for e in answer["errors"]] == [("CONFLICT", "username")]
    await client.data(REGISTER, input=account("pIayer_pure"))


async def test_of_two_registrations_of_one_name_at_once_one_wins(client: Client) -> None:
    answers = await asyncio.gather(
        *(client.ask(REGISTER, input=account(email=f"zoe{number}@example.org")) for number in range(4))
    )
    refusals = [answer["errors"][0]["extensions"] for answer in answers if "errors" in answer]
    assert refusals == [{"code": "CONFLICT", "field": "username"}] * 3
    assert await User.all().count() == 1


@pytest.mark.usefixtures("real_hashes")
async def test_no_account_a_wrong_password_and_an_inactive_account_are_one_answer(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    await registered(client)
    await world.user(name="gone", is_active=False)
    hashes: list[str] = []

    def counted(typed: str, kept: str) -> bool:
        hashes.append(kept)
        return verify_argon2(typed, kept)

    monkeypatch.setattr(password, "verify_argon2", counted)
    answers = []
    for login in ("nobody", "nobody@example.org", "zoé", "zoe@example.org", "gone"):
        hashes.clear()
        answer = await client.ask(LOGIN, input=credentials(login, "wrong password"))
        answers.append(answer)
        # The same work: one hash, at the cost of today.
        assert [kept[:31] for kept in hashes] == ["$argon2id$v=19$m=19456,t=2,p=1$"]
    assert all(answer == answers[0] for answer in answers)
    assert answers[0]["errors"][0]["extensions"] == {"code": "UNAUTHENTICATED"}


async def test_an_inactive_account_is_told_so_only_against_its_password(client: Client) -> None:
    await registered(client)
    await User.all().update(is_active=False)
    assert await client.codes(LOGIN, input=credentials(password="wrong password")) == ["UNAUTHENTICATED"]
    assert await client.codes(LOGIN, input=credentials()) == ["FORBIDDEN"]


async def test_a_bcrypt_hash_becomes_argon2id_at_the_next_login(client: Client) -> None:
    await registered(client)
    imported = bcrypt.hashpw(b"imported password", bcrypt.gensalt(4)).decode()
    await User.all().update(password_hash=imported)
    assert await client.codes(LOGIN, input=credentials()) == ["UNAUTHENTICATED"]
    assert (await User.get()).password_hash == imported
    at_once = [client.data(LOGIN, input=credentials(password="imported password")) for _ in range(3)]
    await asyncio.gather(*at_once)
    upgraded = (await User.get()).password_hash
    assert upgraded.startswith("$argon2id$")
    await client.data(LOGIN, input=credentials(password="imported password"))
    assert (await User.get()).password_hash == upgraded


async def test_guessing_is_throttled_alike_for_accounts_that_are_and_are_not(client: Client) -> None:
    await registered(client)
    for login in ("zoé", "nobody"):
        codes = [(await client.codes(LOGIN, input=credentials(login, "wrong password"))) for _ in range(12)]
        assert codes == [["UNAUTHENTICATED"]] * 10 + [["RATE_LIMITED"]] * 2
    refused = (await client.ask(LOGIN, "en", input=credentials("ZOÉ")))["errors"][0]
    assert 880 <= refused["extensions"]["retryAfter"] <= 900
    assert refused["message"] == f"Too many attempts, try again in {refused['extensions']['retryAfter']} s."


@pytest.mark.parametrize("second", ["login", "register"])
async def test_an_operation_signs_in_once(client: Client, second: str) -> None:
    await registered(client)
    given = {"login": '{login: "zoé", password: "x"}', "register": '{username: "b", email: "b@b.org", password: "x"}'}
    fields = f"a: login(input: {given['login']}) {GRANT} b: {second}(input: {given[second]}) {GRANT}"
    assert await client.codes(f"mutation {{ {fields} }}") == ["TOO_COMPLEX"]
    assert await client.codes(
        f"mutation {{ ...F ...G }} fragment F on Mutation {{ {fields[: fields.index(' b:')]} }}"
        f" fragment G on Mutation {{ {fields[fields.index(' b:') :]} }}"
    ) == ["TOO_COMPLEX"]


async def test_an_account_is_guessed_at_as_one_by_its_name_and_its_address(client: Client) -> None:
    await registered(client)
    logins = ["zoé", "zoe@example.org"] * 6
    codes = [(await client.codes(LOGIN, input=credentials(login, "wrong password"))) for login in logins]
    assert codes == [["UNAUTHENTICATED"]] * 10 + [["RATE_LIMITED"]] * 2


async def test_names_made_up_at_one_place_take_no_room_from_other_counts(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept: list[str] = []
    original = MemoryThrottle.take

    async def take(self: MemoryThrottle, limit: Limit, key: str, amount: int = 1) -> int:
        if limit.name.startswith("cost"):  # Counted apart, where it cannot push these out.
            return 0
        kept.append(limit.name)
        return await original(self, replace(limit, most=3), key)

    monkeypatch.setattr(MemoryThrottle, "take", take)
    codes = [await client.codes(LOGIN, input=credentials(f"nobody {n}")) for n in range(5)]
    assert codes == [["UNAUTHENTICATED"]] * 3 + [["RATE_LIMITED"]] * 2
    assert kept == ["login-address", "login-here", "login-account", "login-right"] * 3 + ["login-address"] * 2


async def test_signing_in_well_is_throttled_only_past_any_use(client: Client) -> None:
    await registered(client)
    for _ in range(30):
        await client.data(LOGIN, input=credentials())
    assert await client.codes(LOGIN, input=credentials()) == ["RATE_LIMITED"]
    assert await client.codes(LOGIN, input=credentials("zoe@example.org")) == ["RATE_LIMITED"]


@pytest.mark.parametrize("values", [credentials("x" * 300), credentials(password="x" * 1025)])
async def test_logins_that_no_account_can_have_are_bad_input(client: Client, values: dict[str, str]) -> None:
    assert await client.codes(LOGIN, input=values) == ["BAD_INPUT"]


async def test_a_refresh_gives_new_tokens_and_uses_up_the_old(client: Client) -> None:
    first = await registered(client)
    second = (await client.data(REFRESH, token=first["refreshToken"]))["refreshSession"]
    assert second["refreshToken"] != first["refreshToken"]
    assert second["user"]["username"] == "Zoé"
    third = (await client.data(REFRESH, token=second["refreshToken"]))["refreshSession"]
    assert (await holding(client, third).data(ME))["me"] == {"username": "Zoé"}
    assert await Session.all().count() == 1


async def test_a_token_used_twice_ends_the_session_and_no_other(client: Client) -> None:
    first = await registered(client)
    elsewhere = (await client.data(LOGIN, input=credentials()))["login"]
    second = (await client.data(REFRESH, token=first["refreshToken"]))["refreshSession"]
    assert await client.codes(REFRESH, token=first["refreshToken"]) == ["UNAUTHENTICATED"]
    assert await client.codes(REFRESH, token=second["refreshToken"]) == ["UNAUTHENTICATED"]
    assert await holding(client, second).codes(ME) == ["UNAUTHENTICATED"]
    assert (await holding(client, elsewhere).data(ME))["me"] == {"username": "Zoé"}


async def test_of_refreshes_at_once_exactly_one_wins(client: Client) -> None:
    await registered(client)
    for _ in range(3):
        grant = (await client.data(LOGIN, input=credentials()))["login"]
        answers = await asyncio.gather(*(client.ask(REFRESH, token=grant["refreshToken"]) for _ in range(6)))
        won = [answer["data"]["refreshSession"] for answer in answers if "errors" not in answer]
        assert len(won) == 1
        # The others used a token that was used already.
        assert await holding(client, won[0]).codes(ME) == ["UNAUTHENTICATED"]


@pytest.mark.parametrize("forged", ["", "x", "é" * 50, "x" * 100_000])
async def test_unknown_refresh_tokens_are_refused(client: Client, forged: str) -> None:
    assert await client.codes(REFRESH, token=forged) == ["UNAUTHENTICATED"]


async def test_an_expired_refresh_token_is_refused(client: Client) -> None:
    grant = await registered(client)
    await RefreshToken.all().update(expires_at=datetime.now(UTC) - timedelta(seconds=1))
    assert await client.codes(REFRESH, token=grant["refreshToken"]) == ["UNAUTHENTICATED"]


async def test_only_digests_of_refresh_tokens_are_kept(client: Client) -> None:
    grant = await registered(client)
    assert grant["refreshToken"] not in str(await RefreshToken.all().values())


async def test_logout_ends_its_own_session_with_all_its_tokens(client: Client) -> None:
    one, other = await registered(client), (await client.data(LOGIN, input=credentials()))["login"]
    assert (await holding(client, one).data("mutation { logout }")) == {"logout": True}
    assert await holding(client, one).codes(ME) == ["UNAUTHENTICATED"]
    assert await client.codes(REFRESH, token=one["refreshToken"]) == ["UNAUTHENTICATED"]
    assert (await holding(client, other).data(ME))["me"] == {"username": "Zoé"}
    assert await client.codes("mutation { logout }") == ["UNAUTHENTICATED"]


async def test_nothing_follows_a_logout_in_its_own_operation(client: Client) -> None:
    grant = await registered(client)
    mutation = 'mutation { logout createCharacter(name: "Fantôme") { name } }'
    assert await holding(client, grant).codes(mutation) == ["UNAUTHENTICATED"]
    assert await Character.all().count() == 0


async def test_signing_in_works_with_a_dead_token_at_hand(client: Client) -> None:
    await registered(client)
    stale = Client(client.base_url, client.http, "dead")
    grant = (await stale.data(LOGIN, input=credentials()))["login"]
    await stale.data(REFRESH, token=grant["refreshToken"])


def forged_tokens(user: User, session: Session) -> dict[str, str]:
    now = datetime.now(UTC)
    good: dict[str, Any] = {
        "iss": "pheromone",
        "typ": "access",
        "sub": str(user.id),
        "rid": user.role_id,
        "sid": str(session.id),
        "iat": int(now.timestamp()),
        "exp": int(now.timestamp()) + 900,
    }
    return {
        "another key": jwt.encode(good, "x" * 40, algorithm="HS256"),
        "no algorithm": jwt.encode(good, "", algorithm="none"),
        "another algorithm": jwt.encode(good, SECRET * 2, algorithm="HS512"),
        "expired": jwt.encode({**good, "exp": int(now.timestamp())}, SECRET, algorithm="HS256"),
        "another kind": jwt.encode({**good, "typ": "refresh"}, SECRET, algorithm="HS256"),
        "another issuer": jwt.encode({**good, "iss": "elsewhere"}, SECRET, algorithm="HS256"),
        "no end": jwt.encode({k: v for k, v in good.items() if k != "exp"}, SECRET, algorithm="HS256"),
        "an unknown session": jwt.encode({**good, "sid": str(uuid4())}, SECRET, algorithm="HS256"),
        "no session": jwt.encode({**good, "sid": "x"}, SECRET, algorithm="HS256"),
        "a huge end": jwt.encode({**good, "exp": 10**30}, SECRET, algorithm="HS256"),
        "no token": "x.y.z",
    }


async def test_tokens_that_are_not_ours_are_refused_even_where_none_is_needed(client: Client) -> None:
    player = await world.user()
    session = await Session.create(id=uuid4(), user=player, created_at=datetime.now(UTC))
    good, _ = token.issue(SECRET, player.id, player.role_id, session.id, datetime.now(UTC), 900)
    assert (await Client(client.base_url, client.http, good).data(ME))["me"] == {"username": player.username}
    for kind, forged in forged_tokens(player, session).items():
        bearer = Client(client.base_url, client.http, forged)
        assert await bearer.codes(ME) == ["UNAUTHENTICATED"], kind
        assert await bearer.codes("{ categories { slug } }") == ["UNAUTHENTICATED"], kind


async def test_a_sign_in_is_answered_by_what_it_read(client: Client) -> None:
    grant = await registered(client)
    user = "{ accessToken refreshToken user { id username isActive createdAt } }"
    async with statements() as seen:
        signed_in = (await client.data(LOGIN.replace(GRANT, user), input=credentials()))["login"]
    assert len(seen) == 4, seen  # The credential; the account's lock; the session; its first refresh token.
    async with statements() as seen:
        again = (await client.data(REFRESH.replace(GRANT, user), token=grant["refreshToken"]))["refreshSession"]
    assert len(seen) == 3, seen  # The used token; its session and account; the successor.
    own = "{ me { id username isActive createdAt } }"
    assert signed_in["user"] == again["user"] == (await holding(client, signed_in).data(own))["me"]


async def test_the_viewer_is_loaded_once_whatever_is_asked(client: Client) -> None:
    signed_in = await client.as_user(await world.user())
    async with statements() as seen:
        await signed_in.data("{ a: me { username } b: roles { name } c: factions { name } d: clans { name } }")
    assert len([sql for sql in seen if "FROM sessions" in sql]) == 1
    assert len(seen) == 3  # The viewer, the roles, the world.


async def test_expired_sessions_are_forgotten_and_living_ones_kept(client: Client) -> None:
    await registered(client)
    living = (await client.data(LOGIN, input=credentials()))["login"]
    now = datetime.now(UTC)
    dead = await Session.all().order_by("created_at").first()
    assert dead is not None
    await RefreshToken.filter(session_id=dead.id).update(expires_at=now - timedelta(days=1, seconds=-1))
    assert await forget_expired(now) == 0  # Its last access token may still be good.
    await RefreshToken.filter(session_id=dead.id).update(expires_at=now - timedelta(days=1))
    assert await forget_expired(now) == 2
    assert await Session.all().count() == await RefreshToken.all().count() == 1
    await client.data(REFRESH, token=living["refreshToken"])


async def test_an_inactive_account_is_nobody_even_with_a_living_session(client: Client) -> None:
    player = await world.user()
    signed_in = await client.as_user(player)
    await User.filter(id=player.id).update(is_active=False)
    assert await signed_in.codes(ME) == ["UNAUTHENTICATED"]
    assert await client.codes(ME) == []
